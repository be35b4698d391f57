"""The case page: everything that one person may see of one case, in four statements whatever the data."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from app.cases.docket import DocketEntry, docket
from app.cases.queries import CaseView, PartyView, case, parties
from app.cases.sentences import Standing, standing
from app.core.actor import Actor
from app.core.events import events_of
from app.core.ids import PersonId
from app.core.language import Localised, T, Text, gettext, long_datetime
from app.courts import Court, FilingType, Pack
from app.filing.policies import REGISTRARS
from app.portal.timeline import Moment, Reader, filers, timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyCard:
    """A party. `contact` lines are empty where they are not for the reader's eyes."""

    name: str | Text
    role: Localised | str
    acting: str
    contact: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """The parties of one side."""

    code: str
    title: Localised | str
    parties: tuple[PartyCard, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A filing in the register. `received` says when; `receipt` whether the reader may have its receipt."""

    title: Localised | str
    received: str
    docketed: DocketEntry
    receipt: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFile:
    """A case as one reader sees it. `standing` is None when their part in the case has ended: the view is frozen."""

    view: CaseView
    court: Court | None
    case_type: Localised | str
    standing: Standing | None
    sides: tuple[Side, ...]
    entries: tuple[Entry, ...]
    moments: tuple[Moment, ...]


def case_file(session: Session, actor: Actor, pack: Pack, case_id: UUID) -> CaseFile:
    """The case with its parties, docket and timeline; raises NoSuchCase."""
    view = case(session, actor, case_id)
    frozen = view.sees_until is not None and not view.by_court
    listed = docket(session, view)
    events = events_of(session, [view.id, *dict.fromkeys((view.filing_id, *(e.filing_id for e in listed)))])
    reader = Reader(person_id=actor.person_id, by_court=view.by_court, until=view.sees_until if frozen else None)
    return CaseFile(
        view=view,
        court=pack.courts.get(view.court_code),
        case_type=pack.case_types[view.case_type].title if view.case_type in pack.case_types else view.case_type,
        standing=None if frozen else standing(view.status),
        sides=_sides(pack, listed, parties(session, view)),
        entries=_entries(pack, actor, view, listed, filers(events)),
        moments=timeline(events, reader),
    )


def _filing_type(pack: Pack, code: str) -> FilingType | None:
    return pack.filing_types.get(code)


def _sides(pack: Pack, listed: Sequence[DocketEntry], found: Iterable[PartyView]) -> tuple[Side, ...]:
    first = _filing_type(pack, listed[0].filing_type) if listed else None
    titles: dict[str, Localised] = {side.code: side.title for side in first.sides} if first else {}
    by_side: dict[str, list[PartyCard]] = {}
    for party in found:
        by_side.setdefault(party.side, []).append(_card(pack, party))
    return tuple(Side(code=code, title=titles.get(code, code), parties=tuple(of)) for code, of in by_side.items())


def _card(pack: Pack, party: PartyView) -> PartyCard:
    acting = party.representative or {}
    bar = acting.get("bar_number")
    return PartyCard(
        name=party.name or T("A person not yet known"),
        role=pack.roles[party.role].title if party.role in pack.roles else party.role,
        acting=f"{acting.get('name', '')} ({bar})" if bar else str(acting.get("name", "")),
        contact=_contact(pack, party.details),
    )


def _contact(pack: Pack, details: dict[str, Any]) -> tuple[str, ...]:
    district = pack.districts.get(details.get("district", ""))
    place = ", ".join(filter(None, (details.get("address", ""), district.name if district else "")))
    return tuple(filter(None, (details.get("phone", ""), details.get("email", ""), place)))


def _entries(
    pack: Pack,
    actor: Actor,
    view: CaseView,
    listed: Iterable[DocketEntry],
    filer_of: dict[UUID, PersonId | None],
) -> tuple[Entry, ...]:
    registrar = view.court_code in actor.courts(*REGISTRARS)
    received = gettext("Received on %(date)s")
    return tuple(
        Entry(
            title=found.title if (found := _filing_type(pack, entry.filing_type)) else entry.filing_type,
            received=received % {"date": long_datetime(entry.received_at, pack.zone)},
            docketed=entry,
            receipt=registrar or filer_of.get(entry.filing_id) == actor.person_id,
        )
        for entry in listed
    )
