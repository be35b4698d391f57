"""Books what operators confirmed: on its bill, or as unidentified money.

A prompt that was paid may be confirmed here as well, under the same receipt number: that is the same money. So while a
prompt of the same amount for the same bill and phone has no receipt yet, the confirmation waits for it; and one that
ended without money is asked about once more, for it may have turned out paid.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

import structlog
from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.money import Money
from app.core.outbox import claim
from app.payments import inquiry
from app.payments.history import Evidence
from app.payments.ids import AttemptId
from app.payments.models import ObligationRow, PaymentAttemptRow
from app.payments.paybill.models import BillPaymentRow
from app.payments.provider import ReportState
from app.payments.received import ReceivePayment, UnknownBill, receive_payment
from app.payments.status import LIVE, AttemptState
from app.payments.till import Till
from app.payments.unidentified.service import KeepUnidentified, keep_unidentified

LEASE = timedelta(minutes=1)
BATCH = 20
WAIT = timedelta(seconds=20)
PATIENCE = timedelta(minutes=10)
"""How long the callback of a prompt that was paid is waited for before its receipt is taken from here."""

_log = structlog.get_logger()
_A, _B = PaymentAttemptRow, BillPaymentRow
_LOAD = select(
    _B.id,
    _B.provider,
    _B.transaction_id,
    _B.bill_reference,
    _B.amount_minor,
    _B.currency,
    _B.tail,
    _B.raw,
    _B.completed_at,
    _B.received_at,
    _B.processed_at,
)
_MAY_BE = sorted({*LIVE, AttemptState.SUCCEEDED})
_CAME_TO_NOTHING = sorted({AttemptState.FAILED, AttemptState.EXPIRED})
_PROMPT = (
    select(_A.id, _A.state)
    .join(ObligationRow, ObligationRow.id == _A.obligation_id)
    .where(_A.provider_reference.is_(None))
    .order_by(_A.number.desc())
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    id: UUID
    provider: str
    transaction_id: str
    bill_reference: str
    amount_minor: int
    currency: str
    tail: str | None
    raw: str
    completed_at: datetime
    received_at: datetime
    processed_at: datetime | None


class Outcome(StrEnum):
    """What became of a confirmation. KNOWN: it was the receipt of a payment that we had already."""

    BOOKED = "booked"
    UNIDENTIFIED = "unidentified"
    KNOWN = "known"


def drain(till: Till, *, limit: int = BATCH) -> int:
    """Book what is due; how many. Any number of workers may call it."""
    now = till.clock.now()
    with till.database.transaction(SYSTEM) as session:
        claimed = claim(session, _B, now=now, lease=LEASE, limit=limit)
    for payment_id in claimed:
        try:
            sure = _ask_first(till, payment_id)
            with till.database.transaction(SYSTEM) as session:
                settle(session, payment_id, at=till.clock.now(), sure=sure)
        except Exception:
            # The others must not wait for it; its lease runs out and it is tried again.
            _log.exception("bill_payment_failed", payment=str(payment_id))
    return len(claimed)


def _ask_first(till: Till, payment_id: UUID) -> bool:
    """Ask about the prompts that it may belong to although they ended; whether the operator gave clear answers."""
    with till.database.reading(SYSTEM) as session:
        row = _Told(**session.execute(_LOAD.where(_B.id == payment_id)).one()._asdict())
        known = row.processed_at is not None or _is_known(session, row)
        ended = [] if known else session.execute(_prompts_like(row, _CAME_TO_NOTHING)).all()
    # One without a name can't be asked about, nor can it ever take the name of a payment that is booked.
    reports = [inquiry.ask(till, AttemptId(one.id)).report for one in ended]
    return all(report.nameless or report.state is not ReportState.AMBIGUOUS for report in reports)


def settle(session: Session, payment_id: UUID, *, at: datetime, sure: bool) -> Outcome | None:
    """Decide one confirmation; None when it must wait for the prompt that it may belong to.

    `sure`: the operator has said of each prompt that ended without money whether it still is so.
    """
    row = _Told(**session.execute(_LOAD.where(_B.id == payment_id).with_for_update()).one()._asdict())
    if row.processed_at is not None:
        return None
    if _is_known(session, row):
        return _finish(session, row, Outcome.KNOWN, at)
    early = at < row.received_at + PATIENCE
    twin = session.execute(_prompts_like(row, _MAY_BE)).first()
    if (twin is not None and twin.state in LIVE) or (early and (twin is not None or not sure)):
        session.execute(update(_B).where(_B.id == row.id).values(next_at=at + WAIT, leased_until=None, tries=0))
        return None
    if twin is not None:
        session.execute(
            update(_A)
            .where(_A.id == AttemptId(twin.id), _A.provider_reference.is_(None))
            .values(provider_reference=row.transaction_id)
        )
        return _finish(session, row, Outcome.KNOWN, at)
    return _finish(session, row, _book(session, row, at), at)


def _book(session: Session, row: _Told, at: datetime) -> Outcome:
    amount = Money(row.amount_minor, row.currency)
    try:
        command = ReceivePayment(
            bill_reference=row.bill_reference,
            provider=row.provider,
            provider_id=row.transaction_id,
            amount=amount,
            completed_at=row.completed_at,
            evidence=Evidence(kind="confirmation", said="confirmed", raw=row.raw),
            tail=row.tail,
        )
        receive_payment(session, SYSTEM, command, at=at)
    except UnknownBill:
        unidentified = KeepUnidentified(
            provider=row.provider,
            provider_id=row.transaction_id,
            quoted=row.bill_reference,
            amount=amount,
            completed_at=row.completed_at,
            tail=row.tail,
            raw=row.raw,
        )
        keep_unidentified(session, SYSTEM, unidentified, at=at)
        return Outcome.UNIDENTIFIED
    return Outcome.BOOKED


def _is_known(session: Session, row: _Told) -> bool:
    named = or_(_A.provider_id == row.transaction_id, _A.provider_reference == row.transaction_id)
    return session.execute(select(_A.id).where(_A.provider == row.provider, named)).first() is not None


def _prompts_like(row: _Told, states: Sequence[AttemptState]) -> Select[UUID, str]:
    """The prompts in one of these states that may have brought this money; none of them has a receipt yet."""
    like = _PROMPT.where(
        _A.state.in_(states),
        ObligationRow.reference == row.bill_reference,
        _A.provider == row.provider,
        _A.amount_minor == row.amount_minor,
        _A.currency == row.currency,
    )
    return like if row.tail is None else like.where(_A.msisdn_tail == row.tail)


def _finish(session: Session, row: _Told, outcome: Outcome, at: datetime) -> Outcome:
    values = {"processed_at": at, "outcome": outcome, "next_at": None, "leased_until": None}
    session.execute(update(_B).where(_B.id == row.id).values(**values))
    return outcome
