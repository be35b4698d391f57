"""Money that must go back: noted and asked for the moment it is known, in the transaction that makes it so."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Conflict
from app.core.events import record
from app.core.ids import new_id
from app.core.language import T
from app.core.money import Money
from app.payments import voided
from app.payments.events import RefundDue
from app.payments.ids import AttemptId, RefundId
from app.payments.models import PaymentAttemptRow, RefundDueRow
from app.payments.refunds.history import RefundStep
from app.payments.refunds.models import RefundRow
from app.payments.refunds.opening import open_refund
from app.payments.refunds.owed import Owed, RefundCause
from app.payments.refunds.status import DONE, NOTHING_WENT, REFUND_TRANSITIONS, RefundState
from app.payments.refunds.steps import advance, lock_refund
from app.payments.standing import LockedObligation
from app.payments.status import AttemptState


class RefundUnderWay(Conflict):
    """Money of this payment may have gone back already."""

    text = T("A refund of this payment is on its way or paid. Settle the refund first.")


def owe_back(session: Session, obligation: LockedObligation, owed: Owed, *, actor: Actor, at: datetime) -> None:
    """Note it, tell, and open its refund, which then goes its way by itself. Raises MoreThanPaid.

    The journal entry that makes it unapplied money is the caller's: it is part of a payment's or a voiding's.
    """
    due_id = new_id()
    session.execute(
        insert(RefundDueRow).values(
            id=due_id,
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
    open_refund(session, due_id, obligation, owed, actor=actor, at=at)


def withdraw(session: Session, attempt_id: AttemptId, *, actor: Actor, at: datetime) -> None:
    """The payment never came, so nothing of it goes back: end its refunds, their money unapplied again in the books.

    Whoever voids a payment calls this before its own entry, with the obligation locked. Raises RefundUnderWay.
    """
    live = select(RefundRow.id).where(RefundRow.attempt_id == attempt_id, RefundRow.state.not_in(NOTHING_WENT))
    for refund_id in session.execute(live.order_by(RefundRow.id)).scalars().all():
        refund = lock_refund(session, RefundId(refund_id))
        if not REFUND_TRANSITIONS.allows(refund.state, RefundState.WITHDRAWN):
            raise RefundUnderWay
        advance(session, refund, RefundStep(after=RefundState.WITHDRAWN), actor=actor, at=at)


def ask_soon(session: Session, refund_ids: Sequence[UUID], *, at: datetime) -> None:
    """Have the rail asked again about these refunds, those as well that were given up, unless it is over with them."""
    if refund_ids:
        over = DONE | NOTHING_WENT
        session.execute(
            update(RefundRow)
            .where(RefundRow.id.in_(refund_ids), RefundRow.state.not_in(over), RefundRow.submitted_at.is_not(None))
            .values(next_at=at, parked_at=None)
        )
        session.info["wake"] = True


def kept_payments(session: Session, obligation: LockedObligation) -> list[Owed]:
    """What of each successful attempt is still kept, as it would be owed back when the obligation is void."""
    paid = session.execute(
        select(PaymentAttemptRow.id, PaymentAttemptRow.amount_minor)
        .where(
            PaymentAttemptRow.obligation_id == obligation.id,
            PaymentAttemptRow.state == AttemptState.SUCCEEDED,
            voided.stands(PaymentAttemptRow.id),
        )
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
