"""Signing in: a password, and for the court's staff a second factor. No session exists before both."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import flows, passwords, totp
from app.accounts.contacts import Contact
from app.accounts.events import SecondFactorEnrolled
from app.accounts.flows import FlowOver, NewFlow
from app.accounts.models import ContactRow, FlowRow, PersonRow, RoleGrantRow
from app.accounts.roles import STAFF
from app.accounts.sessions import NewSession, open_session
from app.accounts.status import FlowPurpose, FlowStep, GrantState
from app.accounts.throttle import PasswordTry, count_factor_try
from app.accounts.vault import Vault
from app.accounts.visitor import Visitor, mark_of
from app.core.actor import person
from app.core.events import record
from app.core.ids import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Somebody says who they are. `locale` is the language they switched to before, if they did."""

    contact: Contact
    password: str
    locale: str | None = None
    next_path: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorDue:
    """The password was right; the flow's token leads to the second factor, or to `enrol` in one."""

    token: str
    enrol: bool


def sign_in(
    session: Session, vault: Vault, command: SignIn, visitor: Visitor, *, at: datetime
) -> NewSession | SecondFactorDue | None:
    """A session, or the way to the second factor, or None when the contact and password don't go together.

    The answer and the work are the same whether the contact is unknown, the password wrong or the account closed.
    Raises TooManySignIns. What was counted stays counted only when the caller commits.
    """
    row = _person_with(session, command.contact)
    known = row is not None and visitor.is_known_to(mark_of(vault, row.id))
    tried = PasswordTry(account=command.contact.key, visitor=visitor, known=known, at=at)
    tried.admit(session)
    if not passwords.matches(row.password_hash if row else None, command.password) or row is None:
        tried.was_wrong(session)
        return None
    tried.was_right(session)
    if passwords.needs_rehash(row.password_hash):
        row.password_hash = passwords.hash_password(command.password)
    if command.locale:
        row.locale = command.locale
    return let_in(session, vault, row, visitor, next_path=command.next_path, at=at)


def let_in(
    session: Session, vault: Vault, row: PersonRow, visitor: Visitor, *, next_path: str | None, at: datetime
) -> NewSession | SecondFactorDue:
    """A session for somebody whose first factor was right, unless their account asks for a second one."""
    if row.totp_secret is None and not _is_staff(session, row):
        return open_session(session, row, browser=visitor.browser, second_factor=False, at=at)
    new = NewFlow(purpose=FlowPurpose.SIGN_IN, locale=row.locale, person_id=row.id, next_path=next_path)
    flow, token = flows.start(session, new, at=at)
    if row.totp_secret is None:
        flow.totp_secret = totp.keep_secret(vault, row.id, totp.new_secret())
    return SecondFactorDue(token=token, enrol=row.totp_secret is None)


def second_factor(
    session: Session, vault: Vault, token: str | None, code: str, visitor: Visitor, *, at: datetime
) -> NewSession | None:
    """Try a code of the authenticator app; None when it is wrong or was used before. A right one enrols the app when
    it is the first. Raises FlowOver, also after five wrong ones, and TooManySignIns."""
    flow = flows.take(session, token, FlowPurpose.SIGN_IN, FlowStep.STARTED, at=at)
    # The lock makes two browsers with the same code take turns, so that its time step is burnt for the second.
    row = session.execute(select(PersonRow).where(PersonRow.id == flow.person_id).with_for_update()).scalar_one()
    enrolling = flow.totp_secret is not None
    if row.disabled_at is not None or (enrolling and row.totp_secret is not None):
        raise FlowOver(FlowPurpose.SIGN_IN)
    known = visitor.is_known_to(mark_of(vault, row.id))
    count_factor_try(session, str(row.id), visitor, known=known, at=at)
    step = _matched_step(vault, flow, row, code, at)
    if step is None:
        _count_wrong(flow)
        return None
    flow.move_to(FlowStep.DONE)
    row.totp_step = step
    if enrolling:
        row.totp_secret = flow.totp_secret
        person_id = PersonId(row.id)
        record(session, SecondFactorEnrolled(person_id=person_id), actor=person(person_id), at=at)
    return open_session(session, row, browser=visitor.browser, second_factor=True, at=at)


def _matched_step(vault: Vault, flow: FlowRow, row: PersonRow, code: str, at: datetime) -> int | None:
    sealed = flow.totp_secret or row.totp_secret
    assert sealed is not None
    return totp.matched_step(totp.kept_secret(vault, row.id, sealed), code, burnt=row.totp_step, at=at)


def _count_wrong(flow: FlowRow) -> None:
    flow.tries += 1
    if flow.tries >= flows.TRIES:
        flow.move_to(FlowStep.DONE)


def _person_with(session: Session, contact: Contact) -> PersonRow | None:
    return session.execute(
        select(PersonRow)
        .join(ContactRow, ContactRow.person_id == PersonRow.id)
        .where(ContactRow.kind == contact.kind.value, ContactRow.value == contact.value)
        .where(PersonRow.disabled_at.is_(None))
    ).scalar_one_or_none()


def _is_staff(session: Session, row: PersonRow) -> bool:
    held = select(RoleGrantRow.id).where(
        RoleGrantRow.person_id == row.id,
        RoleGrantRow.state == GrantState.ACTIVE.value,
        RoleGrantRow.role.in_([role.value for role in STAFF]),
    )
    return session.execute(held.limit(1)).first() is not None
