"""Sessions: one row for each browser in which somebody is signed in."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.accounts.events import PersonSignedIn, SessionsEnded
from app.accounts.models import PersonRow, WebSessionRow
from app.core.actor import Actor, person
from app.core.events import record
from app.core.ids import PersonId, new_id

ABSOLUTE = timedelta(hours=12)
# Long forms on slow phones; a desk in an open room is another matter.
IDLE = timedelta(hours=2)
STAFF_IDLE = timedelta(minutes=30)
TOUCH_EVERY = timedelta(minutes=5)
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A session that was just opened; `token` is for the cookie and is kept nowhere else."""

    id: UUID
    person_id: PersonId
    token: str


def token_hash(token: str) -> bytes:
    """What stands in a table for a token. A token has 256 random bits, so a plain hash is enough."""
    return sha256(token.encode(errors="replace")).digest()


def open_session(session: Session, row: PersonRow, *, browser: str, second_factor: bool, at: datetime) -> NewSession:
    """Sign the person in, in one more browser; always under a new token."""
    token = secrets.token_urlsafe(32)
    person_id = PersonId(row.id)
    opened = WebSessionRow(
        id=new_id(),
        token_hash=token_hash(token),
        person_id=person_id,
        browser=browser[:80],
        authenticated_at=at,
        second_factor_at=at if second_factor else None,
        last_seen_at=at,
        idle_seconds=int((STAFF_IDLE if second_factor else IDLE).total_seconds()),
        expires_at=at + ABSOLUTE,
    )
    row.last_signed_in_at = at
    session.add(opened)
    event = PersonSignedIn(person_id=person_id, session_id=opened.id, second_factor=second_factor)
    record(session, event, actor=person(person_id), at=at)
    return NewSession(id=opened.id, person_id=person_id, token=token)


def end_session(session: Session, actor: Actor, session_id: UUID, *, at: datetime) -> None:
    """End one of the actor's own sessions; somebody else's stays as it is, and nothing says that it exists."""
    _end(session, actor, WebSessionRow.id == session_id, WebSessionRow.person_id == actor.person_id, at=at)


def end_other_sessions(session: Session, actor: Actor, keep: UUID, *, at: datetime) -> None:
    """End all of the actor's sessions but the one at hand."""
    _end(session, actor, WebSessionRow.id != keep, WebSessionRow.person_id == actor.person_id, at=at)


def end_all_sessions(session: Session, actor: Actor, person_id: UUID, *, at: datetime) -> None:
    """End every session of a person, whose password or roles have changed; `actor` is who changed them."""
    _end(session, actor, WebSessionRow.person_id == person_id, at=at)


def touch(session: Session, session_id: UUID, *, at: datetime) -> None:
    """Note that the session is in use. Called outside the read-only transaction of a GET, every few minutes."""
    session.execute(
        update(WebSessionRow)
        .where(WebSessionRow.id == session_id, WebSessionRow.last_seen_at < at, WebSessionRow.ended_at.is_(None))
        .values(last_seen_at=at)
        .execution_options(synchronize_session=False)
    )


def forget_old_sessions(session: Session, at: datetime) -> None:
    """Drop sessions that could not be used any more a month ago; a job of the clock. The events stay."""
    session.execute(delete(WebSessionRow).where(WebSessionRow.expires_at < at - KEPT))


def _end(session: Session, actor: Actor, *which: object, at: datetime) -> None:
    ended = session.execute(
        update(WebSessionRow)
        .where(WebSessionRow.ended_at.is_(None), *which)  # type: ignore[arg-type]
        .values(ended_at=at)
        .returning(WebSessionRow.person_id)
        .execution_options(synchronize_session=False)
    ).scalars()
    people = list(ended)
    if people:
        record(session, SessionsEnded(person_id=PersonId(people[0]), number=len(people)), actor=actor, at=at)
