"""Roles given and taken, and accounts closed. Each change ends the person's sessions, so that it acts at once."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import outgoing
from app.accounts.events import (
    AdvocateApproved,
    AdvocateRefused,
    PersonDisabled,
    PersonEnabled,
    RoleEnded,
    RoleGranted,
    SecondFactorRemoved,
)
from app.accounts.flows import end_flows_of
from app.accounts.models import PersonRow, RoleGrantRow
from app.accounts.policies import decides_on_advocates, grants_roles
from app.accounts.refusals import RefusalReason
from app.accounts.roles import AT_A_COURT, STAFF, Role
from app.accounts.sessions import end_all_sessions
from app.accounts.status import GrantState
from app.accounts.vault import Vault
from app.accounts.words import FACTOR_REMOVED
from app.core.actor import Actor
from app.core.errors import Absent, Conflict, Forbidden, Invalid, Problem
from app.core.events import record
from app.core.ids import PersonId, new_id
from app.core.language import T


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantRole:
    """A role of the court's staff for somebody; `court_code` for the roles that are held at a court."""

    person_id: PersonId
    role: Role
    court_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefuseAdvocate:
    """Say no to an application; the applicant reads the reason and the `words`."""

    grant_id: UUID
    reason: RefusalReason
    words: str


class ReasonMissing(Invalid):
    """A refusal needs words."""

    text = T("Write the reason, so that the applicant understands it.")


class NotYourOwn(Forbidden):
    """Nobody changes their own roles or closes their own account."""

    text = T("You can't change your own roles. Ask another administrator.")


class AlreadyHeld(Conflict):
    """The person has the role there."""

    text = T("This person already has this role.")


class BarNumberTaken(Conflict):
    """Another advocate is here under the same number."""

    text = T("Another advocate already has this bar number. Check both with the bar before you decide.")


class AlreadyDecided(Conflict):
    """Somebody else has said yes or no to the applicant."""

    text = T("This request has already been decided.")


class CourtMissing(Invalid):
    """The role is held at a court, and none was named; or the other way round."""

    def __init__(self) -> None:
        """Shown at the field of the court."""
        super().__init__(problems=(Problem("court", T("Choose the court at which this person works.")),))


class NotGrantable(Invalid):
    """The role isn't one that an administrator gives."""

    def __init__(self) -> None:
        """Shown at the field of the role."""
        super().__init__(problems=(Problem("role", T("Choose a role.")),))


def grant_role(session: Session, actor: Actor, command: GrantRole, *, at: datetime) -> UUID:
    """Give a role of the court's staff; the grant's id.

    Raises Absent (not an administrator, no such person), NotYourOwn, NotGrantable, CourtMissing, AlreadyHeld.
    """
    row = _person(session, actor, command.person_id)
    if command.role not in STAFF:
        raise NotGrantable
    if (command.role in AT_A_COURT) != (command.court_code is not None):
        raise CourtMissing
    grant = RoleGrantRow(
        id=new_id(),
        person_id=row.id,
        role=command.role.value,
        court_code=command.court_code,
        state=GrantState.ACTIVE.value,
        asked_at=at,
        decided_at=at,
        decided_by=actor.person_id,
    )
    _add(session, grant)
    _sign_out(session, actor, row, at)
    event = RoleGranted(
        person_id=command.person_id, grant_id=grant.id, role=command.role, court_code=command.court_code
    )
    record(session, event, actor=actor, at=at)
    return grant.id


def end_role(session: Session, actor: Actor, person_id: PersonId, grant_id: UUID, *, at: datetime) -> None:
    """Take a role back, or withdraw an advocate's. Raises Absent, NotYourOwn, IllegalTransition."""
    row = _person(session, actor, person_id)
    grant = _locked(session, grant_id)
    if grant.person_id != row.id:
        raise Absent
    grant.move_to(GrantState.ENDED)
    grant.ended_at, grant.ended_by = at, actor.person_id
    _sign_out(session, actor, row, at)
    event = RoleEnded(person_id=person_id, grant_id=grant_id, role=Role(grant.role), court_code=grant.court_code)
    record(session, event, actor=actor, at=at)


def approve_advocate(session: Session, actor: Actor, grant_id: UUID, *, at: datetime) -> None:
    """Make the applicant an advocate. Raises Absent, NotYourOwn, AlreadyDecided, BarNumberTaken."""
    grant = _application(session, actor, grant_id)
    try:
        with session.begin_nested():
            grant.move_to(GrantState.ACTIVE)
            grant.decided_at, grant.decided_by = at, actor.person_id
    except IntegrityError as error:
        raise BarNumberTaken from error
    person_id = PersonId(grant.person_id)
    end_all_sessions(session, actor, person_id, at=at)
    record(session, AdvocateApproved(person_id=person_id, grant_id=grant_id), actor=actor, at=at)


def refuse_advocate(session: Session, actor: Actor, command: RefuseAdvocate, *, at: datetime) -> None:
    """Say no to an applicant, who may ask again. Raises Absent, NotYourOwn, AlreadyDecided, ReasonMissing."""
    grant = _application(session, actor, command.grant_id)
    if not command.words.strip():
        raise ReasonMissing(problems=(Problem("words", ReasonMissing.text),))
    grant.move_to(GrantState.ENDED)
    grant.decided_at, grant.decided_by = at, actor.person_id
    grant.ended_at, grant.ended_by = at, actor.person_id
    grant.refusal_code, grant.refusal_words = command.reason, command.words.strip()
    event = AdvocateRefused(person_id=PersonId(grant.person_id), grant_id=command.grant_id)
    record(session, event, actor=actor, at=at)


def disable_person(session: Session, actor: Actor, person_id: PersonId, *, at: datetime) -> None:
    """Close an account: its sessions end and nobody can sign in to it. Raises Absent, NotYourOwn."""
    row = _person(session, actor, person_id)
    if row.disabled_at is None:
        row.disabled_at = at
        _sign_out(session, actor, row, at)
        record(session, PersonDisabled(person_id=person_id), actor=actor, at=at)


def enable_person(session: Session, actor: Actor, person_id: PersonId, *, at: datetime) -> None:
    """Open a closed account again. Raises Absent, NotYourOwn."""
    row = _person(session, actor, person_id)
    if row.disabled_at is not None:
        row.disabled_at = None
        record(session, PersonEnabled(person_id=person_id), actor=actor, at=at)


def remove_second_factor(session: Session, vault: Vault, actor: Actor, person_id: PersonId, *, at: datetime) -> None:
    """Take a lost authenticator off an account, whose owner is told everywhere and enrols anew at the next sign-in.

    Raises Absent, NotYourOwn.
    """
    row = _person(session, actor, person_id)
    if row.totp_secret is None:
        return
    row.totp_secret = row.totp_step = None
    _sign_out(session, actor, row, at)
    outgoing.tell_everywhere(session, vault, row.id, FACTOR_REMOVED, locale=row.locale, at=at)
    record(session, SecondFactorRemoved(person_id=person_id), actor=actor, at=at)


def _person(session: Session, actor: Actor, person_id: PersonId) -> PersonRow:
    """The person, locked, for an actor who may give roles, and not to themselves."""
    if not grants_roles(actor):
        raise Absent
    if actor.person_id == person_id:
        raise NotYourOwn
    row = session.get(PersonRow, person_id, with_for_update=True)
    if row is None:
        raise Absent
    return row


def _application(session: Session, actor: Actor, grant_id: UUID) -> RoleGrantRow:
    if not decides_on_advocates(actor):
        raise Absent
    grant = _locked(session, grant_id)
    if grant.role != Role.ADVOCATE:
        raise Absent
    if grant.person_id == actor.person_id:
        raise NotYourOwn
    if grant.state != GrantState.PENDING:
        raise AlreadyDecided
    return grant


def _locked(session: Session, grant_id: UUID) -> RoleGrantRow:
    grant = session.execute(
        select(RoleGrantRow).where(RoleGrantRow.id == grant_id).with_for_update()
    ).scalar_one_or_none()
    if grant is None:
        raise Absent
    return grant


def _add(session: Session, grant: RoleGrantRow) -> None:
    try:
        with session.begin_nested():
            session.add(grant)
    except IntegrityError as error:
        raise AlreadyHeld from error


def _sign_out(session: Session, actor: Actor, row: PersonRow, at: datetime) -> None:
    session.flush()
    end_flows_of(session, row.id)
    end_all_sessions(session, actor, row.id, at=at)
