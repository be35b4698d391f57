"""Writes down what a rail said of a refund, and what follows from it, in the caller's one transaction."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.payments.ids import RefundId
from app.payments.provider import Answer, StatusReport, Submission
from app.payments.refunds.history import RefundStep
from app.payments.refunds.models import RefundRow
from app.payments.refunds.rules import Consequence, Sent, on_report, on_submission
from app.payments.refunds.status import DONE, UNDER_WAY, RefundState
from app.payments.refunds.steps import LockedRefund, advance, call_staff, lock_refund
from app.payments.rules import next_poll

_S = RefundState


def record_submission(
    session: Session, refund_id: RefundId, submission: Submission, *, repeatable: bool, at: datetime
) -> RefundState:
    """Write down the answer to our sending it; the state that follows."""
    refund = lock_refund(session, refund_id)
    found = on_submission(_sent(refund, repeatable), submission)
    named = {"host": submission.host, "provider_id": submission.provider_id}
    values = {name: value for name, value in named.items() if value}
    refund = _apply(session, refund, found, submission.raw, at=at, **values)
    # What nobody answered is asked about at once; what was answered waits for its rung of the ladder.
    _schedule(session, refund, found, at=at, by=at if submission.answer is Answer.UNKNOWN else None)
    return refund.state


def record_report(
    session: Session, refund_id: RefundId, report: StatusReport, *, repeatable: bool, at: datetime
) -> Consequence:
    """Write down how the rail says it stands; what followed."""
    refund = lock_refund(session, refund_id)
    found = on_report(_sent(refund, repeatable), report)
    values = {"provider_reference": report.provider_reference} if found.step is _S.REFUNDED else {}
    refund = _apply(session, refund, found, report.raw, at=at, **values)
    _schedule(session, refund, found, at=at)
    return found


def _sent(refund: LockedRefund, repeatable: bool) -> Sent:
    return Sent(state=refund.state, amount=refund.amount, accepted=refund.accepted, repeatable=repeatable)


def _apply(
    session: Session, refund: LockedRefund, found: Consequence, raw: str, *, at: datetime, **values: Any
) -> LockedRefund:
    if found.accepted and not refund.accepted:
        values["accepted_at"] = at
    if found.step is not None:
        step = RefundStep(after=found.step, setback=found.setback, raw=raw)
        return advance(session, refund, step, actor=SYSTEM, at=at, **values)
    if values:
        session.execute(update(RefundRow).where(RefundRow.id == refund.id).values(**values))
    return refund


def _schedule(
    session: Session, refund: LockedRefund, found: Consequence, *, at: datetime, by: datetime | None = None
) -> None:
    """Say when to ask next: for a day, after an error too, because some rails take back what they said."""
    asked = refund.submitted_at if refund.state not in DONE else None
    rung = next_poll(asked, at) if asked is not None else None
    due = min(rung, by) if rung is not None and by is not None else rung
    over = at if rung is None and refund.state in UNDER_WAY else None
    session.execute(
        update(RefundRow).where(RefundRow.id == refund.id).values(next_at=due, leased_until=None, parked_at=over)
    )
    if found.stuck or over is not None:
        call_staff(session, refund, at=at)
