"""What other rooms and pages ask about people. Statements are built once, at import."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, func, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.accounts.models import ContactRow, PersonRow, RoleGrantRow
from app.accounts.policies import decides_on_advocates
from app.accounts.roles import STAFF, Role
from app.accounts.sessions import token_hash
from app.accounts.status import GrantState
from app.core.actor import Actor, Grant, person
from app.core.errors import Absent
from app.core.ids import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedInPerson:
    """The person of a session, as pages and policies need them.

    `actor` holds a staff role only when this session was opened with a second factor.
    """

    session_id: UUID
    id: PersonId
    name: str
    locale: str
    actor: Actor
    last_seen_at: datetime
    authenticated_at: datetime
    second_factor_at: datetime | None

    @property
    def is_authenticated(self) -> bool:
        """Always true; Flask-Login asks."""
        return True


# The actor is told to PostgreSQL by the same statement that finds out who it is.
_LOAD = text(
    "select set_config('app.actor', coalesce(found.person_id::text, 'anonymous'), true), found.* "
    "from (select 1) as one left join ("
    " select s.id, s.person_id, p.name, p.locale, s.last_seen_at, s.authenticated_at, s.second_factor_at,"
    "  (select json_agg(json_build_array(r.role, r.court_code)) from role_grant r"
    "   where r.person_id = p.id and r.state = 'active') as grants"
    " from web_session s join person p on p.id = s.person_id"
    " where s.token_hash = :hash and s.ended_at is null and p.disabled_at is null and s.expires_at > :at"
    "  and s.last_seen_at + make_interval(secs => s.idle_seconds) > :at"
    ") found on true"
)


def load_person(session: Session, token: str, *, at: datetime) -> SignedInPerson | None:
    """The person who is signed in with this token, and their actor told to PostgreSQL; one statement, read-only.

    None when the token is unknown, ended, too old or idle for too long, or the account is closed.
    """
    row = session.execute(_LOAD, {"hash": token_hash(token), "at": at}).one()
    if row.id is None:
        return None
    person_id = PersonId(row.person_id)
    return SignedInPerson(
        session_id=row.id,
        id=person_id,
        name=row.name,
        locale=row.locale,
        actor=person(person_id, *_grants(row.grants or [], second_factor=row.second_factor_at is not None)),
        last_seen_at=row.last_seen_at,
        authenticated_at=row.authenticated_at,
        second_factor_at=row.second_factor_at,
    )


def _grants(held: list[list[str | None]], *, second_factor: bool) -> list[Grant]:
    grants = [Grant(Role.LITIGANT)]
    for role, court in held:
        known = Role(str(role))
        if second_factor or known not in STAFF:
            grants.append(Grant(known, court))
    return grants


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactPoints:
    """Where and in which language to tell somebody something; proven contacts only."""

    person_id: PersonId
    name: str
    locale: str
    phone: str | None
    email: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonCard(ContactPoints):
    """A person with the roles they hold now (litigant, which everybody is, left out)."""

    id: PersonId
    roles: frozenset[Grant]


_value = func.max(ContactRow.value)
_POINTS = (
    select(
        PersonRow.id,
        PersonRow.name,
        PersonRow.locale,
        _value.filter(ContactRow.kind == "phone").label("phone"),
        _value.filter(ContactRow.kind == "email").label("email"),
    )
    .outerjoin(ContactRow, ContactRow.person_id == PersonRow.id)
    .where(PersonRow.id.in_(bindparam("ids", expanding=True)))
    .group_by(PersonRow.id)
)
_REACHED = _POINTS.where(PersonRow.disabled_at.is_(None))
_ROLES = select(RoleGrantRow.role, RoleGrantRow.court_code).where(
    RoleGrantRow.person_id == bindparam("person_id"), RoleGrantRow.state == GrantState.ACTIVE
)
_STAFF_OF = (
    select(RoleGrantRow.person_id)
    .join(PersonRow, PersonRow.id == RoleGrantRow.person_id)
    .where(
        RoleGrantRow.state == GrantState.ACTIVE,
        RoleGrantRow.role.in_(bindparam("roles", expanding=True)),
        or_(RoleGrantRow.court_code == bindparam("court"), RoleGrantRow.court_code.is_(None)),
        PersonRow.disabled_at.is_(None),
    )
    .distinct()
    .order_by(RoleGrantRow.person_id)
)


def contact_points(session: Session, person_ids: Collection[PersonId]) -> dict[PersonId, ContactPoints]:
    """Where to reach each of these people; closed accounts, and ids that are nobody's, are left out."""
    rows = session.execute(_REACHED, {"ids": list(person_ids)}).all() if person_ids else []
    return {
        PersonId(row.id): ContactPoints(
            person_id=PersonId(row.id), name=row.name, locale=row.locale, phone=row.phone, email=row.email
        )
        for row in rows
    }


def name_of(
    person_id: ColumnElement[UUID] | InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None],
) -> ScalarSelect[str]:
    """The name of the person whose id that column holds, to stand in another room's statement."""
    return select(PersonRow.name).where(PersonRow.id == person_id).correlate_except(PersonRow).scalar_subquery()


def person_card(session: Session, person_id: PersonId) -> PersonCard:
    """The person; raises Absent. The caller decides who may see it."""
    row = session.execute(_POINTS, {"ids": [person_id]}).one_or_none()
    if row is None:
        raise Absent
    held = session.execute(_ROLES, {"person_id": person_id}).all()
    return PersonCard(
        id=person_id,
        person_id=person_id,
        name=row.name,
        locale=row.locale,
        phone=row.phone,
        email=row.email,
        roles=frozenset(Grant(Role(role), court) for role, court in held),
    )


def staff_of(session: Session, court: str, roles: Collection[Role]) -> tuple[PersonId, ...]:
    """Who holds one of `roles` at the court now."""
    if not roles:
        return ()
    found = session.execute(_STAFF_OF, {"court": court, "roles": [role.value for role in roles]}).scalars()
    return tuple(PersonId(person_id) for person_id in found)


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingAdvocate:
    """Somebody who says they are an advocate."""

    grant_id: UUID
    person_id: PersonId
    name: str
    bar_number: str
    asked_at: datetime


_WAITING = (
    select(RoleGrantRow.id, RoleGrantRow.person_id, PersonRow.name, RoleGrantRow.bar_number, RoleGrantRow.asked_at)
    .join(PersonRow, PersonRow.id == RoleGrantRow.person_id)
    .where(RoleGrantRow.state == GrantState.PENDING, RoleGrantRow.role == Role.ADVOCATE)
    .order_by(RoleGrantRow.id)
    .limit(bindparam("most"))
)


def waiting_advocates(session: Session, actor: Actor, *, limit: int = 100) -> tuple[WaitingAdvocate, ...]:
    """Who waits to be approved, longest first, for those who decide; nobody else sees any."""
    if not decides_on_advocates(actor):
        return ()
    rows = session.execute(_WAITING, {"most": limit}).all()
    return tuple(_waiting(row) for row in rows)


def _waiting(row: Any) -> WaitingAdvocate:
    return WaitingAdvocate(
        grant_id=row.id,
        person_id=PersonId(row.person_id),
        name=row.name,
        bar_number=row.bar_number or "",
        asked_at=row.asked_at,
    )


def waiting_advocate(session: Session, actor: Actor, grant_id: UUID) -> WaitingAdvocate:
    """One of them; raises Absent, also when it was decided on."""
    found = session.execute(_WAITING.where(RoleGrantRow.id == grant_id), {"most": 1}).first()
    if found is None or not decides_on_advocates(actor):
        raise Absent
    return _waiting(found)


def has_administrator(session: Session) -> bool:
    """Whether anybody holds the administrator's role now."""
    held = select(RoleGrantRow.id).where(
        RoleGrantRow.role == Role.ADMINISTRATOR, RoleGrantRow.state == GrantState.ACTIVE
    )
    return session.execute(held.limit(1)).first() is not None
