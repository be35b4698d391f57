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
    # What nobody answered is asked about at once; what was answered waits for its rung of the ladder.
    by = at if submission.answer is Answer.UNKNOWN else None
    values = {"host": submission.host, "provider_id": submission.provider_id}
    return _apply(session, refund, found, submission.raw, at=at, by=by, values=values)


def record_report(
    session: Session, refund_id: RefundId, report: StatusReport, *, repeatable: bool, at: datetime
) -> Consequence:
    """Write down how the rail says it stands; what followed."""
    refund = lock_refund(session, refund_id)
    found = on_report(_sent(refund, repeatable), report)
    values = {"provider_reference": report.provider_reference} if found.step is _S.REFUNDED else {}
    _apply(session, refund, found, report.raw, at=at, by=None, values=values)
    return found


def _sent(refund: LockedRefund, repeatable: bool) -> Sent:
    return Sent(state=refund.state, amount=refund.amount, accepted=refund.accepted, repeatable=repeatable)


def _apply(
    session: Session,
    refund: LockedRefund,
    found: Consequence,
    raw: str,
    *,
    at: datetime,
    by: datetime | None,
    values: dict[str, Any],
) -> RefundState:
    if found.accepted and not refund.accepted:
        values["accepted_at"] = at
    if found.step is not None:
        step = RefundStep(after=found.step, setback=found.setback, raw=raw)
        refund = advance(session, refund, step, actor=SYSTEM, at=at, **values)
    elif values:
        session.execute(update(RefundRow).where(RefundRow.id == refund.id).values(**values))
    _schedule(session, refund, at=at, by=by, accepted=refund.accepted or found.accepted)
    if found.stuck:
        call_staff(session, refund, at=at)
    return refund.state


def _schedule(session: Session, refund: LockedRefund, *, at: datetime, by: datetime | None, accepted: bool) -> None:
    """Say when to ask next: for a day, and after an error only where the rail had taken it in."""
    asked = refund.state in UNDER_WAY or (accepted and refund.state not in DONE)
    rung = next_poll(refund.submitted_at, at) if asked and refund.submitted_at is not None else None
    due = min(rung, by) if rung is not None and by is not None else rung
    session.execute(update(RefundRow).where(RefundRow.id == refund.id).values(next_at=due, leased_until=None))
    if rung is None and refund.state in UNDER_WAY:
        call_staff(session, refund, at=at)
