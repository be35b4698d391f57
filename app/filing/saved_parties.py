"""Parties that a filer keeps to use again: an advocate files for the same clients."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from app.cases.rules import name_key
from app.core.actor import Actor
from app.core.ids import new_id
from app.filing.answers import Party, load_party
from app.filing.models import SavedPartyRow

MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedParty:
    """A kept party."""

    id: UUID
    party: Party


def keep_party(session: Session, actor: Actor, party: Party, *, at: datetime) -> None:
    """Keep (or renew) a party under its name; only for its keeper."""
    values = {"party": asdict(party), "updated_at": at}
    session.execute(
        postgresql.insert(SavedPartyRow)
        .values(id=new_id(), person_id=actor.person_id, name_key=name_key(party.name), **values)
        .on_conflict_do_update(index_elements=["person_id", "name_key"], set_=values)
    )


def saved_parties(session: Session, actor: Actor) -> tuple[SavedParty, ...]:
    """The actor's kept parties, last used first; at most 50."""
    if not actor.has("advocate"):
        return ()
    rows = session.execute(
        select(SavedPartyRow.id, SavedPartyRow.party)
        .where(SavedPartyRow.person_id == actor.person_id)
        .order_by(SavedPartyRow.updated_at.desc())
        .limit(MOST)
    ).all()
    return tuple(SavedParty(id=row.id, party=load_party(row.party)) for row in rows)
