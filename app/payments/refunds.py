"""Money that must go back: noted here the moment it is known; paying it out is a later step."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.events import record
from app.core.ids import new_id
from app.core.money import Money
from app.payments.events import RefundDue
from app.payments.ids import AttemptId
from app.payments.models import PaymentAttemptRow, RefundDueRow
from app.payments.standing import LockedObligation
from app.payments.status import AttemptState


class RefundCause(StrEnum):
    """Why money must go back: it was more than was owed, what it paid for became void, or the fee was waived after."""

    SURPLUS = "surplus"
    VOID = "void"
    WAIVER = "waiver"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """How much of which successful attempt goes back, and why."""

    attempt_id: AttemptId
    amount: Money
    cause: RefundCause


def owe_back(session: Session, obligation: LockedObligation, owed: Owed, *, actor: Actor, at: datetime) -> None:
    """Note it and tell. Its journal entry is the caller's: it is part of a payment's or a voiding's."""
    session.execute(
        insert(RefundDueRow).values(
            id=new_id(),
            obligation_id=obligation.id,
            attempt_id=owed.attempt_id,
            court_code=obligation.court_code,
            amount_minor=owed.amount.minor,
            currency=owed.amount.currency,
            cause=owed.cause,
            at=at,
        )
    )
    event = RefundDue(
        obligation_id=obligation.id,
        subject_id=obligation.subject,
        court_code=obligation.court_code,
        attempt_id=owed.attempt_id,
        amount_minor=owed.amount.minor,
        currency=owed.amount.currency,
        cause=owed.cause,
    )
    record(session, event, actor=actor, at=at)


def kept_payments(session: Session, obligation: LockedObligation) -> list[Owed]:
    """What of each successful attempt is still kept, as it would be owed back when the obligation is void."""
    paid = session.execute(
        select(PaymentAttemptRow.id, PaymentAttemptRow.amount_minor)
        .where(PaymentAttemptRow.obligation_id == obligation.id, PaymentAttemptRow.state == AttemptState.SUCCEEDED)
        .order_by(PaymentAttemptRow.number)
    ).all()
    owed: dict[UUID, int] = {}
    for attempt_id, minor in session.execute(
        select(RefundDueRow.attempt_id, RefundDueRow.amount_minor).where(RefundDueRow.obligation_id == obligation.id)
    ).all():
        owed[attempt_id] = owed.get(attempt_id, 0) + minor
    return [
        Owed(
            attempt_id=AttemptId(attempt_id),
            amount=Money(minor - owed.get(attempt_id, 0), obligation.currency),
            cause=RefundCause.VOID,
        )
        for attempt_id, minor in paid
        if minor > owed.get(attempt_id, 0)
    ]
