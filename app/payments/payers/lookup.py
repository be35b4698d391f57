"""Finds a bill by its number for somebody who wants to pay it, and an attempt for whoever began it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Absent, Invalid
from app.core.language import T
from app.payments.attempt_queries import AttemptView
from app.payments.bill_numbers import readings
from app.payments.ids import ObligationId
from app.payments.models import ObligationRow, PaymentAttemptRow
from app.payments.queries import ObligationView, obligation

_BILLS = select(ObligationRow.id).where(ObligationRow.voided_at.is_(None)).limit(2)
_OF_ATTEMPT = select(PaymentAttemptRow.obligation_id)


class NoSuchBill(Invalid):
    """No open bill has that number; the same words whatever the reason."""

    text = T("No bill has this number. Check it letter by letter: a B, then nine letters and digits.")


def bill_numbered(session: Session, typed: str) -> ObligationView:
    """The one bill that `typed` can stand for; raises NoSuchBill for none, a void one, and more than one."""
    numbers = readings(typed)
    found = session.execute(_BILLS.where(ObligationRow.reference.in_(numbers))).all() if numbers else []
    if len(found) != 1:
        raise NoSuchBill
    return obligation(session, ObligationId(found[0].id))


def begun_attempt(session: Session, attempt_id: UUID) -> tuple[ObligationView, AttemptView]:
    """An attempt and its bill, for whoever holds the link to it; raises Absent."""
    obligation_id = session.execute(_OF_ATTEMPT.where(PaymentAttemptRow.id == attempt_id)).scalar()
    if obligation_id is None:
        raise Absent
    bill = obligation(session, ObligationId(obligation_id))
    return bill, next(attempt for attempt in bill.attempts if attempt.id == attempt_id)
