"""What people change about their own account."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import flows, outgoing, passwords
from app.accounts.contacts import Contact
from app.accounts.events import AdvocateApplied, ContactChanged
from app.accounts.flows import CodeAnswer, NewFlow
from app.accounts.models import ContactRow, PersonRow, RoleGrantRow
from app.accounts.recovery import replace_password
from app.accounts.registration import ContactTaken, keep_contact, refuse_weak, send_code
from app.accounts.roles import Role
from app.accounts.sessions import NewSession, open_session
from app.accounts.status import FlowPurpose, FlowStep, GrantState
from app.accounts.throttle import PasswordTry
from app.accounts.vault import Vault
from app.accounts.visitor import Visitor, mark_of
from app.accounts.words import CONTACT_CHANGED
from app.core.actor import Actor
from app.core.errors import Conflict
from app.core.events import record
from app.core.ids import PersonId, new_id
from app.core.language import T


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveProfile:
    """The name and language that the person wants; `version` is that of the page they saw."""

    name: str
    locale: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePassword:
    """A new password, and the one there was."""

    current: str
    new: str
    second_factor: bool


class ProfileChanged(Conflict):
    """Somebody saved the page from another tab."""


class AlreadyAsked(Conflict):
    """The person is an advocate, or waits to be."""

    text = T("You have already asked to be an advocate here.")


def save_profile(session: Session, actor: Actor, command: SaveProfile) -> None:
    """Keep the name and language; raises ProfileChanged when they were saved elsewhere since."""
    done = session.execute(
        update(PersonRow)
        .where(PersonRow.id == actor.person_id, PersonRow.version == command.version)
        .values(name=command.name, locale=command.locale, version=PersonRow.version + 1)
        .returning(PersonRow.id)
        .execution_options(synchronize_session=False)
    ).first()
    if done is None:
        raise ProfileChanged


def check_password(
    session: Session, vault: Vault, actor: Actor, password: str, visitor: Visitor, *, at: datetime
) -> bool:
    """Whether this is the actor's password, with the same brakes as signing in; raises TooManySignIns.

    What was counted stays counted only when the caller commits.
    """
    row = _me(session, actor)
    known = visitor.is_known_to(mark_of(vault, row.id))
    tried = PasswordTry(account=str(row.id), visitor=visitor, known=known, at=at)
    tried.admit(session)
    if not passwords.matches(row.password_hash, password):
        tried.was_wrong(session)
        return False
    tried.was_right(session)
    return True


def change_password(
    session: Session, vault: Vault, actor: Actor, command: ChangePassword, visitor: Visitor, *, at: datetime
) -> NewSession | None:
    """Change the password and go on under a new session, all others ended; None when the old password is wrong.

    Raises TooManySignIns, PasswordRefused.
    """
    if not check_password(session, vault, actor, command.current, visitor, at=at):
        return None
    row = _me(session, actor)
    refuse_weak(command.new, about=(row.name, *_contact_values(session, row)))
    replace_password(session, vault, row, command.new, by_code=False, at=at)
    return open_session(session, row, browser=visitor.browser, second_factor=command.second_factor, at=at)


def begin_contact(
    session: Session, vault: Vault, actor: Actor, contact: Contact, visitor: Visitor, *, at: datetime
) -> str:
    """Send a code to a contact that the person says is theirs; the flow's token. Raises TooManyCodes.

    The caller has checked the password. Somebody else's contact walks the same page, and no code fits it.
    """
    row = _me(session, actor)
    taken = session.execute(
        select(ContactRow.person_id).where(ContactRow.kind == contact.kind.value, ContactRow.value == contact.value)
    ).scalar()
    new = NewFlow(
        purpose=FlowPurpose.CONTACT,
        locale=row.locale,
        contact=contact,
        person_id=row.id,
        decoy=taken not in (None, row.id),
    )
    flow, token = flows.start(session, new, at=at)
    send_code(session, vault, flow, visitor, None, at=at)
    return token


def prove_new_contact(
    session: Session, vault: Vault, actor: Actor, token: str | None, code: str, *, at: datetime
) -> CodeAnswer:
    """Try the code; RIGHT makes the contact the person's, in place of the one of its kind, and tells all contacts,
    the old one too. Raises FlowOver, ContactTaken."""
    flow = flows.take(session, token, FlowPurpose.CONTACT, FlowStep.STARTED, at=at)
    if flow.person_id != actor.person_id:
        raise flows.FlowOver(FlowPurpose.CONTACT)
    answer = flows.check_code(session, vault, flow, code, at=at)
    if answer is not CodeAnswer.RIGHT:
        return answer
    flow.move_to(FlowStep.DONE)
    row, contact = _me(session, actor), flows.contact_of(flow)
    outgoing.tell_everywhere(session, vault, row.id, CONTACT_CHANGED, locale=row.locale, at=at)
    _replace_contact(session, row, contact, at=at)
    record(session, ContactChanged(person_id=PersonId(row.id), kind=contact.kind.value), actor=actor, at=at)
    return answer


def apply_as_advocate(session: Session, actor: Actor, bar_number: str, *, at: datetime) -> None:
    """Ask to be an advocate here; the court's staff decide. Raises AlreadyAsked."""
    row = _me(session, actor)
    grant = RoleGrantRow(
        id=new_id(),
        person_id=row.id,
        role=Role.ADVOCATE.value,
        state=GrantState.PENDING.value,
        bar_number=bar_number,
        asked_at=at,
    )
    try:
        with session.begin_nested():
            session.add(grant)
    except IntegrityError as error:
        raise AlreadyAsked from error
    record(session, AdvocateApplied(person_id=PersonId(row.id), grant_id=grant.id), actor=actor, at=at)


def _replace_contact(session: Session, row: PersonRow, contact: Contact, *, at: datetime) -> None:
    old = session.execute(
        select(ContactRow).where(ContactRow.person_id == row.id, ContactRow.kind == contact.kind.value)
    ).scalar_one_or_none()
    if old is None:
        keep_contact(session, row.id, contact, at=at)
        return
    try:
        with session.begin_nested():
            old.value, old.verified_at = contact.value, at
    except IntegrityError as error:
        raise ContactTaken from error


def _contact_values(session: Session, row: PersonRow) -> tuple[str, ...]:
    return tuple(session.execute(select(ContactRow.value).where(ContactRow.person_id == row.id)).scalars())


def _me(session: Session, actor: Actor) -> PersonRow:
    assert actor.person_id is not None
    return session.get_one(PersonRow, actor.person_id, with_for_update=True)
