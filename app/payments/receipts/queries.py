"""Receipts read: whole for those whom a payment concerns, and as a bare yes for whoever holds the code."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Absent
from app.core.ids import PersonId
from app.core.language import Localised
from app.core.money import Money, total
from app.payments import voided
from app.payments.ids import AttemptId, ObligationId
from app.payments.models import ObligationLineRow, ObligationRow, PaymentAttemptRow, RefundDueRow
from app.payments.policies import sees_receipt
from app.payments.receipts.models import PaymentReceiptRow

_O, _L, _A, _R, _C = ObligationRow, ObligationLineRow, PaymentAttemptRow, RefundDueRow, PaymentReceiptRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """One fee of the bill as it stood when the payment arrived; `source` is its legal basis."""

    title: Localised
    amount: Money
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptView:
    """A receipt. `tail`: last three digits of the payer's number; `going_back`: what of it is owed back."""

    attempt_id: AttemptId
    obligation_id: ObligationId
    subject: UUID
    court_code: str
    owner: PersonId
    number: str
    bill_reference: str
    provider: str
    tail: str | None
    provider_reference: str | None
    amount: Money
    lines: tuple[ReceiptLine, ...]
    completed_at: datetime
    issued_at: datetime
    code: str
    going_back: Money
    voided_at: datetime | None

    @property
    def fees(self) -> Money:
        """What the whole bill came to."""
        return total([line.amount for line in self.lines], self.amount.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class Genuine:
    """What anyone who holds a receipt's code may know of it: nothing of a person."""

    amount: Money
    paid_at: datetime
    bill_reference: str
    number: str
    court_code: str
    going_back: Money
    voided_at: datetime | None


_LINES = (
    select(
        func.jsonb_agg(aggregate_order_by(func.jsonb_build_array(_L.title, _L.amount_minor, _L.source), _L.position))
    )
    .where(_L.obligation_id == _O.id, _L.added_at <= _C.issued_at)
    .scalar_subquery()
)
_GOING_BACK = select(func.coalesce(func.sum(_R.amount_minor), 0)).where(_R.attempt_id == _A.id).scalar_subquery()
_RECEIPT = (
    select(
        _A.id,
        _A.obligation_id,
        _O.subject,
        _A.court_code,
        _O.owner_id,
        _A.begun_by,
        _A.number,
        _O.reference,
        _A.provider,
        _A.msisdn_tail,
        _A.provider_reference,
        _A.amount_minor,
        _A.currency,
        _A.completed_at,
        _C.issued_at,
        _C.code,
        _LINES.label("lines"),
        _GOING_BACK.label("going_back"),
        voided.when(_A.id).label("voided_at"),
    )
    .join(_O, _O.id == _A.obligation_id)
    .join(_C, _C.attempt_id == _A.id)
)
_BY_ATTEMPT = _RECEIPT.where(_A.id == bindparam("id"))
_BY_CODE = _RECEIPT.where(_C.code == bindparam("code"))


def receipt(session: Session, actor: Actor, attempt_id: AttemptId) -> ReceiptView:
    """The receipt, for whom the bill belongs to, who began the payment, and the court's staff; raises Absent."""
    row = session.execute(_BY_ATTEMPT, {"id": attempt_id}).first()
    if row is None or not sees_receipt(actor, row.court_code, concerned=(row.owner_id, row.begun_by)):
        raise Absent
    return _view(row)


def receipt_of(session: Session, attempt_id: AttemptId) -> ReceiptView | None:
    """The receipt for callers that have checked access themselves; None while the attempt has not succeeded."""
    row = session.execute(_BY_ATTEMPT, {"id": attempt_id}).first()
    return _view(row) if row is not None else None


def genuine(session: Session, code: str) -> Genuine | None:
    """What is behind a receipt's code; None when no receipt has it."""
    row = session.execute(_BY_CODE, {"code": code}).first()
    if row is None:
        return None
    return Genuine(
        amount=Money(row.amount_minor, row.currency),
        paid_at=row.completed_at or row.issued_at,
        bill_reference=row.reference,
        number=f"{row.reference}-{row.number}",
        court_code=row.court_code,
        going_back=Money(int(row.going_back), row.currency),
        voided_at=row.voided_at,
    )


def _view(row: Any) -> ReceiptView:
    return ReceiptView(
        attempt_id=AttemptId(row.id),
        obligation_id=ObligationId(row.obligation_id),
        subject=row.subject,
        court_code=row.court_code,
        owner=PersonId(row.owner_id),
        number=f"{row.reference}-{row.number}",
        bill_reference=row.reference,
        provider=row.provider,
        tail=row.msisdn_tail,
        provider_reference=row.provider_reference,
        amount=Money(row.amount_minor, row.currency),
        lines=tuple(
            ReceiptLine(title=Localised(**title), amount=Money(minor, row.currency), source=source)
            for title, minor, source in row.lines or ()
        ),
        completed_at=row.completed_at or row.issued_at,
        issued_at=row.issued_at,
        code=row.code,
        going_back=Money(int(row.going_back), row.currency),
        voided_at=row.voided_at,
    )
