"""What a person sees of their own account, and an administrator of others'."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.accounts.contacts import Contact, ContactKind
from app.accounts.models import ContactRow, PersonRow, RoleGrantRow, WebSessionRow
from app.accounts.policies import grants_roles
from app.accounts.refusals import RefusalReason
from app.accounts.roles import STAFF, Role
from app.accounts.status import GrantState
from app.core.actor import Actor
from app.core.errors import Absent
from app.core.ids import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenSession:
    """A browser in which the person is signed in."""

    id: UUID
    browser: str
    since: datetime
    last_seen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an application to act as an advocate was refused, and when; `words` are those of whoever decided."""

    reason: RefusalReason
    words: str
    bar_number: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldRole:
    """A role that is held or waits to be approved."""

    grant_id: UUID
    role: Role
    court_code: str | None
    bar_number: str | None
    state: GrantState


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A whole account. `version` is for saving name and language."""

    person_id: PersonId
    name: str
    locale: str
    version: int
    closed: bool
    has_second_factor: bool
    contacts: dict[ContactKind, Contact]
    roles: tuple[HeldRole, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffMember:
    """One role of one member of staff."""

    grant_id: UUID
    person_id: PersonId
    name: str
    role: Role
    court_code: str | None


_PERSON = select(
    PersonRow.name, PersonRow.locale, PersonRow.version, PersonRow.disabled_at, PersonRow.totp_secret
).where(PersonRow.id == bindparam("person_id"))
_CONTACTS = select(ContactRow.kind, ContactRow.value).where(ContactRow.person_id == bindparam("person_id"))
_LIVE_ROLES = (
    select(RoleGrantRow.id, RoleGrantRow.role, RoleGrantRow.court_code, RoleGrantRow.bar_number, RoleGrantRow.state)
    .where(RoleGrantRow.person_id == bindparam("person_id"), RoleGrantRow.state != GrantState.ENDED)
    .order_by(RoleGrantRow.id)
)
_APPLICATION = (
    select(RoleGrantRow.refusal_code, RoleGrantRow.refusal_words, RoleGrantRow.bar_number, RoleGrantRow.decided_at)
    .where(RoleGrantRow.person_id == bindparam("person_id"), RoleGrantRow.role == Role.ADVOCATE)
    .order_by(RoleGrantRow.id.desc())
    .limit(1)
)
_SESSIONS = (
    select(WebSessionRow.id, WebSessionRow.browser, WebSessionRow.authenticated_at, WebSessionRow.last_seen_at)
    .where(
        WebSessionRow.person_id == bindparam("person_id"),
        WebSessionRow.ended_at.is_(None),
        WebSessionRow.expires_at > bindparam("at"),
    )
    .order_by(WebSessionRow.last_seen_at.desc(), WebSessionRow.id.desc())
    .limit(50)
)
_STAFF = (
    select(RoleGrantRow.id, RoleGrantRow.person_id, PersonRow.name, RoleGrantRow.role, RoleGrantRow.court_code)
    .join(PersonRow, PersonRow.id == RoleGrantRow.person_id)
    .where(RoleGrantRow.state == GrantState.ACTIVE, RoleGrantRow.role.in_([role.value for role in STAFF]))
    .order_by(RoleGrantRow.id.desc())
)
_OWNER = select(ContactRow.person_id).where(
    ContactRow.kind == bindparam("kind"), ContactRow.value == bindparam("value")
)


def my_account(session: Session, actor: Actor) -> Account:
    """The actor's own account."""
    assert actor.person_id is not None
    return _account(session, actor.person_id)


def managed_account(session: Session, actor: Actor, person_id: PersonId) -> Account:
    """Somebody's account, for whoever gives roles; raises Absent."""
    if not grants_roles(actor):
        raise Absent
    return _account(session, person_id)


def my_refusal(session: Session, actor: Actor) -> Refusal | None:
    """Why the actor's newest application to act as an advocate was refused; None when it was not."""
    row = session.execute(_APPLICATION, {"person_id": actor.person_id}).first()
    if row is None or row.refusal_code is None:
        return None
    return Refusal(
        reason=RefusalReason(row.refusal_code),
        words=row.refusal_words or "",
        bar_number=row.bar_number or "",
        at=row.decided_at,
    )


def my_sessions(session: Session, actor: Actor, *, at: datetime) -> tuple[OpenSession, ...]:
    """The browsers in which the actor is signed in, last used first."""
    rows = session.execute(_SESSIONS, {"person_id": actor.person_id, "at": at}).all()
    return tuple(
        OpenSession(id=row.id, browser=row.browser, since=row.authenticated_at, last_seen_at=row.last_seen_at)
        for row in rows
    )


def staff_members(
    session: Session, actor: Actor, *, before: UUID | None = None, limit: int = 50
) -> tuple[StaffMember, ...]:
    """The roles of the court's staff, newest first, for whoever gives roles; `before` is the last one of a page."""
    if not grants_roles(actor):
        raise Absent
    statement = _STAFF if before is None else _STAFF.where(RoleGrantRow.id < before)
    return tuple(
        StaffMember(
            grant_id=row.id,
            person_id=PersonId(row.person_id),
            name=row.name,
            role=Role(row.role),
            court_code=row.court_code,
        )
        for row in session.execute(statement.limit(limit)).all()
    )


def person_with(session: Session, actor: Actor, contact: Contact) -> PersonId | None:
    """Whose contact this is, written out in full: there is no searching through people. Raises Absent."""
    if not grants_roles(actor):
        raise Absent
    found = session.execute(_OWNER, {"kind": contact.kind.value, "value": contact.value}).scalar_one_or_none()
    return PersonId(found) if found else None


def _account(session: Session, person_id: PersonId) -> Account:
    row = session.execute(_PERSON, {"person_id": person_id}).one_or_none()
    if row is None:
        raise Absent
    contacts = session.execute(_CONTACTS, {"person_id": person_id}).all()
    roles = session.execute(_LIVE_ROLES, {"person_id": person_id}).all()
    return Account(
        person_id=person_id,
        name=row.name,
        locale=row.locale,
        version=row.version,
        closed=row.disabled_at is not None,
        has_second_factor=row.totp_secret is not None,
        contacts={ContactKind(kind): Contact(ContactKind(kind), value) for kind, value in contacts},
        roles=tuple(
            HeldRole(
                grant_id=held.id,
                role=Role(held.role),
                court_code=held.court_code,
                bar_number=held.bar_number,
                state=GrantState(held.state),
            )
            for held in roles
        ),
    )
