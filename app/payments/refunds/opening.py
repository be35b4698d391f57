"""Opens a refund for money that must go back; never for more than was paid."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Conflict
from app.core.ids import new_id
from app.core.language import T
from app.payments.ids import RefundId
from app.payments.models import PaymentAttemptRow
from app.payments.refunds.history import RefundStep, note
from app.payments.refunds.models import RefundRow
from app.payments.refunds.owed import Owed
from app.payments.refunds.status import NOTHING_WENT, RefundState
from app.payments.standing import LockedObligation
from app.payments.status import AttemptState

_PAID = select(PaymentAttemptRow.provider, PaymentAttemptRow.amount_minor).where(
    PaymentAttemptRow.state == AttemptState.SUCCEEDED
)
_GOES_BACK = select(func.coalesce(func.sum(RefundRow.amount_minor), 0)).where(RefundRow.state.not_in(NOTHING_WENT))


class MoreThanPaid(Conflict):
    """With what goes back already, it would be more than this payment brought."""

    text = T("More can't go back than was paid. Look at the refunds of this bill again.")


def open_refund(
    session: Session, due_id: UUID, obligation: LockedObligation, owed: Owed, *, actor: Actor, at: datetime
) -> RefundId:
    """Ask for `owed` to go back; the worker takes it from here. Raises MoreThanPaid.

    `obligation` is locked, so the refunds of its payments are opened one at a time.
    """
    paid = session.execute(
        _PAID.where(PaymentAttemptRow.id == owed.attempt_id, PaymentAttemptRow.obligation_id == obligation.id)
    ).first()
    back = session.execute(_GOES_BACK.where(RefundRow.attempt_id == owed.attempt_id)).scalar_one()
    if paid is None or int(back) + owed.amount.minor > paid.amount_minor:
        raise MoreThanPaid
    refund_id = RefundId(new_id())
    session.execute(
        insert(RefundRow).values(
            id=refund_id,
            reference_id=uuid4(),
            refund_due_id=due_id,
            obligation_id=obligation.id,
            attempt_id=owed.attempt_id,
            court_code=obligation.court_code,
            provider=paid.provider,
            amount_minor=owed.amount.minor,
            currency=owed.amount.currency,
            state=RefundState.REQUESTED,
            requested_at=at,
            next_at=at,
        )
    )
    step = RefundStep(after=RefundState.REQUESTED)
    note(session, (refund_id, obligation.court_code), step, actor=actor, at=at)
    session.info["wake"] = True
    return refund_id
