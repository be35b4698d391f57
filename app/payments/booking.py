"""What an attempt's end causes: the books, the money that must go back, and the news."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.events import record
from app.core.money import Money
from app.payments import ledger, refunds
from app.payments.events import PaymentExpired, PaymentFailed, PaymentQuarantined, PaymentSucceeded
from app.payments.ids import AttemptId
from app.payments.models import CallbackInboxRow
from app.payments.provider import ReportState
from app.payments.reasons import Reason
from app.payments.receipts.codes import issue
from app.payments.reconciliation.releasing import release_payment
from app.payments.refunds import Owed, RefundCause
from app.payments.rules import split
from app.payments.standing import LockedObligation

_FIRST_WORD = select(func.min(CallbackInboxRow.received_at)).where(CallbackInboxRow.hint == ReportState.SUCCEEDED)


def completed_at(session: Session, attempt_id: AttemptId, said: datetime | None, at: datetime) -> datetime:
    """When the payment was made, as far as we can know: the provider's time, else when its word first reached us."""
    if said is not None:
        return said
    heard: datetime | None = session.execute(_FIRST_WORD.where(CallbackInboxRow.attempt_id == attempt_id)).scalar()
    return heard or at


def book(
    session: Session,
    obligation: LockedObligation,
    payment: tuple[AttemptId, str, Money],
    *,
    completed: datetime,
    at: datetime,
    from_suspense: bool = False,
) -> None:
    """Enter a success (attempt, provider, amount) in the books, write its receipt and tell.

    `obligation` is as it stood before: what was due then is settled, and any surplus becomes due back.
    `from_suspense`: the money is in the books already, as unidentified. What a statement told of the payment before,
    and was put in suspense, leaves it.
    """
    attempt_id, provider, amount = payment
    applied, surplus = split(amount, obligation.due)
    sides = (
        ledger.placed(applied=applied, surplus=surplus)
        if from_suspense
        else ledger.payment(provider, applied=applied, surplus=surplus)
    )
    ledger.write_entry(session, "payment", sides, of=(obligation.id, obligation.court_code, attempt_id), at=at)
    release_payment(session, provider, attempt_id, at=at)
    issue(session, attempt_id, obligation.court_code, at=at)
    event = PaymentSucceeded(
        obligation_id=obligation.id,
        subject_id=obligation.subject,
        court_code=obligation.court_code,
        attempt_id=attempt_id,
        amount_minor=amount.minor,
        currency=amount.currency,
        completed_at=completed,
        obligation_paid=not obligation.void and applied == obligation.due,
    )
    record(session, event, actor=SYSTEM, at=at)
    if surplus:
        owed = Owed(attempt_id=attempt_id, amount=surplus, cause=_cause(obligation))
        refunds.owe_back(session, obligation, owed, actor=SYSTEM, at=at)


def _cause(obligation: LockedObligation) -> RefundCause:
    if obligation.of_nobody:
        return RefundCause.UNIDENTIFIED
    return RefundCause.VOID if obligation.void else RefundCause.SURPLUS


def tell_failed(
    session: Session, obligation: LockedObligation, attempt_id: AttemptId, reason: Reason, at: datetime
) -> None:
    """Tell that an attempt came to nothing."""
    event = PaymentFailed(
        obligation_id=obligation.id,
        subject_id=obligation.subject,
        court_code=obligation.court_code,
        attempt_id=attempt_id,
        reason=reason,
    )
    record(session, event, actor=SYSTEM, at=at)


def tell_expired(session: Session, obligation: LockedObligation, attempt_id: AttemptId, at: datetime) -> None:
    """Tell that nobody approved in time."""
    event = PaymentExpired(
        obligation_id=obligation.id,
        subject_id=obligation.subject,
        court_code=obligation.court_code,
        attempt_id=attempt_id,
    )
    record(session, event, actor=SYSTEM, at=at)


def tell_quarantined(session: Session, obligation: LockedObligation, attempt_id: AttemptId, at: datetime) -> None:
    """Tell that the provider reports another payment than the one asked for."""
    event = PaymentQuarantined(
        obligation_id=obligation.id,
        subject_id=obligation.subject,
        court_code=obligation.court_code,
        attempt_id=attempt_id,
    )
    record(session, event, actor=SYSTEM, at=at)
