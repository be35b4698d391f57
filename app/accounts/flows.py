"""Roads of several pages. The browser holds a token, the table says how far it has come: no step can be skipped,
repeated, or taken with the token of another road."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hmac import compare_digest
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.accounts.contacts import Contact, ContactKind
from app.accounts.models import FlowRow, OneTimeCodeRow
from app.accounts.sessions import token_hash
from app.accounts.status import FlowPurpose, FlowStep
from app.accounts.vault import Vault
from app.accounts.words import CODE_LASTS
from app.core.errors import Conflict
from app.core.ids import new_id
from app.core.language import T

LASTS = timedelta(minutes=30)
TRIES = 5


class FlowOver(Conflict):
    """The step was already taken, comes too early or too late, or belongs to another browser."""

    text = T("This step has run out or was already used. Start again.")

    def __init__(self, purpose: FlowPurpose) -> None:
        """`purpose` says where to start again."""
        super().__init__()
        self.purpose = purpose


class CodeAnswer(StrEnum):
    """What became of a code that was typed."""

    RIGHT = "right"
    WRONG = "wrong"
    RUN_OUT = "run_out"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFlow:
    """What a flow is about. A `decoy` looks and costs the same as a real one, and no code ever fits it."""

    purpose: FlowPurpose
    locale: str
    contact: Contact | None = None
    person_id: UUID | None = None
    name: str | None = None
    next_path: str | None = None
    decoy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowView:
    """A flow as its pages show it."""

    step: FlowStep
    contact: Contact | None
    next_path: str | None
    person_id: UUID | None
    totp_secret: bytes | None


def start(session: Session, new: NewFlow, *, at: datetime) -> tuple[FlowRow, str]:
    """A flow at its first step, and the token for the browser."""
    token = secrets.token_urlsafe(32)
    row = FlowRow(
        id=new_id(),
        token_hash=token_hash(token),
        purpose=new.purpose.value,
        step=FlowStep.STARTED.value,
        person_id=new.person_id,
        contact_kind=new.contact.kind.value if new.contact else None,
        contact_value=new.contact.value if new.contact else None,
        name=new.name,
        locale=new.locale,
        next_path=new.next_path,
        decoy=new.decoy,
        tries=0,
        expires_at=at + LASTS,
    )
    session.add(row)
    session.flush()
    return row, token


def take(session: Session, token: str | None, purpose: FlowPurpose, step: FlowStep, *, at: datetime) -> FlowRow:
    """The flow, locked, when it stands at `step`; raises FlowOver."""
    row = session.execute(
        select(FlowRow)
        .where(FlowRow.token_hash == token_hash(token or ""), FlowRow.purpose == purpose.value)
        .with_for_update()
    ).scalar_one_or_none()
    if row is None or row.step != step or row.expires_at <= at:
        raise FlowOver(purpose)
    return row


def look_at(session: Session, token: str | None, purpose: FlowPurpose, step: FlowStep, *, at: datetime) -> FlowView:
    """The flow for a page, when it stands at `step`; raises FlowOver."""
    row = session.execute(
        select(
            FlowRow.step,
            FlowRow.contact_kind,
            FlowRow.contact_value,
            FlowRow.next_path,
            FlowRow.person_id,
            FlowRow.totp_secret,
        ).where(
            FlowRow.token_hash == token_hash(token or ""),
            FlowRow.purpose == purpose.value,
            FlowRow.step == step.value,
            FlowRow.expires_at > at,
        )
    ).one_or_none()
    if row is None:
        raise FlowOver(purpose)
    contact = Contact(ContactKind(row.contact_kind), row.contact_value) if row.contact_kind else None
    return FlowView(
        step=step, contact=contact, next_path=row.next_path, person_id=row.person_id, totp_secret=row.totp_secret
    )


def contact_of(row: FlowRow) -> Contact:
    """The contact that the flow is about."""
    assert row.contact_kind is not None
    assert row.contact_value is not None
    return Contact(ContactKind(row.contact_kind), row.contact_value)


def end_flows_of(session: Session, person_id: UUID) -> None:
    """Stop every road of this person that is still open, for instance a half sign-in with the old password."""
    session.execute(
        update(FlowRow)
        .where(FlowRow.person_id == person_id, FlowRow.step != FlowStep.DONE)
        .values(step=FlowStep.DONE.value)
        .execution_options(synchronize_session=False)
    )


def forget_old_flows(session: Session, at: datetime) -> None:
    """Drop flows and their codes that ran out a day ago; a job of the clock."""
    session.execute(delete(FlowRow).where(FlowRow.expires_at < at - timedelta(days=1)))


def issue_code(session: Session, vault: Vault, flow: FlowRow, *, at: datetime) -> str:
    """A fresh code of six digits for the flow, in place of any earlier one."""
    session.execute(delete(OneTimeCodeRow).where(OneTimeCodeRow.flow_id == flow.id))
    code = f"{secrets.randbelow(1_000_000):06d}"
    row = OneTimeCodeRow(id=new_id(), flow_id=flow.id, digest=_digest(vault, flow, code), expires_at=at + CODE_LASTS)
    row.tries = 0
    session.add(row)
    return code


def check_code(session: Session, vault: Vault, flow: FlowRow, code: str, *, at: datetime) -> CodeAnswer:
    """Try a code on a flow that is locked: each works once, for ten minutes, and allows five tries."""
    row = session.execute(select(OneTimeCodeRow).where(OneTimeCodeRow.flow_id == flow.id)).scalar_one_or_none()
    if row is None or row.used_at is not None or row.expires_at <= at or row.tries >= TRIES:
        return CodeAnswer.RUN_OUT
    row.tries += 1
    fits = compare_digest(row.digest, _digest(vault, flow, code))
    if not fits or flow.decoy:
        return CodeAnswer.WRONG
    row.used_at = at
    flow.move_to(FlowStep.PROVEN)
    return CodeAnswer.RIGHT


def _digest(vault: Vault, flow: FlowRow, code: str) -> bytes:
    return vault.digest(code, f"code:{flow.id}")
