"""Making an account: a contact proven by a code, then a password.

Nobody learns from it who has an account: a known contact walks the same pages, and its owner is told.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts import flows, outgoing, passwords
from app.accounts.contacts import Contact
from app.accounts.events import PersonRegistered
from app.accounts.flows import CodeAnswer, NewFlow
from app.accounts.models import ContactRow, FlowRow, PersonRow
from app.accounts.sessions import NewSession, open_session
from app.accounts.status import FlowPurpose, FlowStep
from app.accounts.throttle import count_code_sent
from app.accounts.vault import Vault
from app.accounts.visitor import Visitor, mark_of
from app.accounts.words import ALREADY_REGISTERED, NO_ACCOUNT, code_words
from app.core.actor import person
from app.core.errors import Conflict, Invalid, Problem
from app.core.events import record
from app.core.ids import PersonId, new_id
from app.core.language import T, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """Somebody wants an account; `name` is kept as they write it."""

    name: str
    contact: Contact
    locale: str
    next_path: str | None = None


class ContactTaken(Conflict):
    """The contact was proven by another account in the meantime."""

    text = T("This phone number or e-mail address already belongs to an account. Sign in, or reset the password.")


class PasswordRefused(Invalid):
    """The password is too easy, too short or too long."""

    def __init__(self, why: Text) -> None:
        """`why` is shown at the field."""
        super().__init__(problems=(Problem("password", why),))


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose a contact is."""

    person_id: UUID
    locale: str


def owner_of(session: Session, contact: Contact) -> Owner | None:
    """The person who has proven this contact and whose account is open; for this package only."""
    row = session.execute(
        select(PersonRow.id, PersonRow.locale)
        .join(ContactRow, ContactRow.person_id == PersonRow.id)
        .where(ContactRow.kind == contact.kind.value, ContactRow.value == contact.value)
        .where(PersonRow.disabled_at.is_(None))
    ).one_or_none()
    return Owner(row.id, row.locale) if row else None


def begin_registration(session: Session, vault: Vault, command: Register, visitor: Visitor, *, at: datetime) -> str:
    """Send a code to the contact, or tell its owner that they have an account; the flow's token either way.

    Raises TooManyCodes.
    """
    owner = owner_of(session, command.contact)
    new = NewFlow(
        purpose=FlowPurpose.REGISTER,
        locale=command.locale,
        contact=command.contact,
        name=command.name,
        next_path=command.next_path,
        decoy=_is_taken(session, command.contact),
    )
    flow, token = flows.start(session, new, at=at)
    send_code(session, vault, flow, visitor, owner, at=at)
    return token


def send_code(
    session: Session, vault: Vault, flow: FlowRow, visitor: Visitor, owner: Owner | None, *, at: datetime
) -> None:
    """Queue a fresh code for the flow's contact, in its owner's language when it has one; a decoy's owner is told
    why there is none. Raises TooManyCodes."""
    contact = flows.contact_of(flow)
    known = owner is not None and visitor.is_known_to(mark_of(vault, owner.person_id))
    count_code_sent(session, contact.key, visitor, known=known, at=at)
    code = flows.issue_code(session, vault, flow, at=at)
    news = NO_ACCOUNT if flow.purpose == FlowPurpose.RESET else ALREADY_REGISTERED
    words = news if flow.decoy else code_words(code)
    outgoing.put(session, vault, contact, words, locale=owner.locale if owner else flow.locale, at=at)


def send_another_code(
    session: Session, vault: Vault, token: str | None, purpose: FlowPurpose, visitor: Visitor, *, at: datetime
) -> None:
    """A new code in place of the last one. Raises FlowOver, TooManyCodes."""
    flow = flows.take(session, token, purpose, FlowStep.STARTED, at=at)
    send_code(session, vault, flow, visitor, owner_of(session, flows.contact_of(flow)), at=at)


def prove_contact(
    session: Session, vault: Vault, token: str | None, purpose: FlowPurpose, code: str, *, at: datetime
) -> CodeAnswer:
    """Try the code that was sent; RIGHT takes the flow to its next step. Raises FlowOver."""
    flow = flows.take(session, token, purpose, FlowStep.STARTED, at=at)
    return flows.check_code(session, vault, flow, code, at=at)


def finish_registration(
    session: Session, token: str | None, password: str, visitor: Visitor, *, at: datetime
) -> NewSession:
    """Make the account and sign the person in. Raises FlowOver, PasswordRefused, ContactTaken."""
    flow = flows.take(session, token, FlowPurpose.REGISTER, FlowStep.PROVEN, at=at)
    contact = flows.contact_of(flow)
    refuse_weak(password, about=(flow.name or "", contact.value))
    row = PersonRow(
        id=new_id(),
        name=flow.name or "",
        locale=flow.locale,
        password_hash=passwords.hash_password(password),
        created_at=at,
        version=1,
    )
    session.add(row)
    keep_contact(session, row.id, contact, at=at)
    flow.move_to(FlowStep.DONE)
    person_id = PersonId(row.id)
    record(session, PersonRegistered(person_id=person_id), actor=person(person_id), at=at)
    return open_session(session, row, browser=visitor.browser, second_factor=False, at=at)


def keep_contact(session: Session, person_id: UUID, contact: Contact, *, at: datetime) -> None:
    """Make a proven contact the person's own; raises ContactTaken when another account has proven it first."""
    try:
        with session.begin_nested():
            session.add(
                ContactRow(
                    id=new_id(), person_id=person_id, kind=contact.kind.value, value=contact.value, verified_at=at
                )
            )
    except IntegrityError as error:
        raise ContactTaken from error


def refuse_weak(password: str, *, about: tuple[str, ...]) -> None:
    """Raise PasswordRefused when the password is too easy to guess."""
    problem = passwords.problem_with(password, about=about)
    if problem is not None:
        raise PasswordRefused(problem)


def _is_taken(session: Session, contact: Contact) -> bool:
    # A closed account keeps its contact: it can't be had again by registering anew.
    found = session.execute(
        select(ContactRow.id).where(ContactRow.kind == contact.kind.value, ContactRow.value == contact.value)
    ).first()
    return found is not None
