"""A forgotten password: a code to a proven contact, then a new password. The second factor stays as it is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import flows, outgoing, passwords
from app.accounts.contacts import Contact
from app.accounts.events import PasswordChanged
from app.accounts.flows import NewFlow
from app.accounts.models import PersonRow
from app.accounts.registration import owner_of, refuse_weak, send_code
from app.accounts.sessions import NewSession, end_all_sessions
from app.accounts.sign_in import SecondFactorDue, let_in
from app.accounts.status import FlowPurpose, FlowStep
from app.accounts.vault import Vault
from app.accounts.visitor import Visitor
from app.accounts.words import PASSWORD_CHANGED
from app.core.actor import person
from app.core.events import record
from app.core.ids import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetPassword:
    """Somebody has forgotten the password of the account with this contact."""

    contact: Contact
    locale: str
    next_path: str | None = None


def begin_reset(session: Session, vault: Vault, command: ResetPassword, visitor: Visitor, *, at: datetime) -> str:
    """Send a code to the contact, or tell it that it has no account; the flow's token either way.

    Raises TooManyCodes.
    """
    owner = owner_of(session, command.contact)
    new = NewFlow(
        purpose=FlowPurpose.RESET,
        locale=command.locale,
        contact=command.contact,
        person_id=owner.person_id if owner else None,
        next_path=command.next_path,
        decoy=owner is None,
    )
    flow, token = flows.start(session, new, at=at)
    send_code(session, vault, flow, visitor, owner, at=at)
    return token


def finish_reset(
    session: Session, vault: Vault, token: str | None, password: str, visitor: Visitor, *, at: datetime
) -> NewSession | SecondFactorDue:
    """Set the password, end every session, tell the person at every contact, and let them in as after a password.

    Raises FlowOver, PasswordRefused.
    """
    flow = flows.take(session, token, FlowPurpose.RESET, FlowStep.PROVEN, at=at)
    row = session.execute(select(PersonRow).where(PersonRow.id == flow.person_id).with_for_update()).scalar_one()
    if row.disabled_at is not None:
        raise flows.FlowOver(FlowPurpose.RESET)
    refuse_weak(password, about=(row.name, flows.contact_of(flow).value))
    replace_password(session, vault, row, password, by_code=True, at=at)
    return let_in(session, vault, row, visitor, next_path=flow.next_path, at=at)


def replace_password(
    session: Session, vault: Vault, row: PersonRow, password: str, *, by_code: bool, at: datetime
) -> None:
    """Set a password that was found good: open roads and sessions end, and every contact is told."""
    row.password_hash = passwords.hash_password(password)
    person_id = PersonId(row.id)
    myself = person(person_id)
    session.flush()
    flows.end_flows_of(session, row.id)
    end_all_sessions(session, myself, row.id, at=at)
    outgoing.tell_everywhere(session, vault, row.id, PASSWORD_CHANGED, locale=row.locale, at=at)
    record(session, PasswordChanged(person_id=person_id, by_code=by_code), actor=myself, at=at)
