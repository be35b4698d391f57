"""Writes down what a provider said of an attempt, and what follows from it, in the caller's one transaction.

Whoever changes an attempt holds the lock of its obligation, so what is due is decided by one at a time; each step is a
guarded update besides, one immutable row, and part of the same transaction as its journal entry.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.errors import Absent
from app.core.money import Money
from app.payments import booking, history
from app.payments.history import Evidence, Step
from app.payments.ids import AttemptId, ObligationId
from app.payments.models import ObligationRow, PaymentAttemptRow
from app.payments.provider import FINAL_REPORTS, Answer, StatusReport, Submission
from app.payments.reasons import Reason
from app.payments.rules import next_poll
from app.payments.standing import LockedObligation, lock
from app.payments.status import LIVE, AttemptState
from app.payments.verdict import Standing, Verdict, on_report, on_submission

SOON = timedelta(seconds=5)
"""When to ask again about a payment that a callback calls final and the provider does not yet."""

_A = PaymentAttemptRow
_OWNER = select(_A.obligation_id)
_LOAD = select(
    _A.id,
    _A.obligation_id,
    _A.reference_id,
    _A.provider,
    _A.host,
    _A.provider_id,
    _A.state,
    _A.amount_minor,
    _A.currency,
    _A.msisdn_sealed,
    _A.submitted_at,
    _A.prompt_expires_at,
    _A.quarantined_at,
    ObligationRow.reference,
).join(ObligationRow, ObligationRow.id == _A.obligation_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of an attempt."""

    id: AttemptId
    obligation_id: ObligationId
    reference_id: UUID
    provider: str
    host: str | None
    provider_id: str | None
    state: AttemptState
    amount: Money
    msisdn_sealed: bytes | None
    submitted_at: datetime
    prompt_expires_at: datetime
    quarantined: bool
    bill_reference: str


def load(session: Session, attempt_id: AttemptId) -> Known:
    """The attempt; raises Absent."""
    row = session.execute(_LOAD.where(_A.id == attempt_id)).first()
    if row is None or row.submitted_at is None or row.prompt_expires_at is None:
        raise Absent
    return Known(
        id=attempt_id,
        obligation_id=ObligationId(row.obligation_id),
        reference_id=row.reference_id,
        provider=row.provider,
        host=row.host,
        provider_id=row.provider_id,
        state=AttemptState(row.state),
        amount=Money(row.amount_minor, row.currency),
        msisdn_sealed=row.msisdn_sealed,
        submitted_at=row.submitted_at,
        prompt_expires_at=row.prompt_expires_at,
        quarantined=row.quarantined_at is not None,
        bill_reference=row.reference,
    )


def record_submission(
    session: Session, attempt_id: AttemptId, submission: Submission, *, at: datetime, first: timedelta = SOON
) -> AttemptState:
    """Write down the answer to our request; the state that follows. `first`: when asking is worth its while."""
    known, obligation = _locked(session, attempt_id)
    verdict = on_submission(known.state, submission)
    said = submission.cause or submission.reason or submission.answer
    evidence = Evidence(kind="submission", said=said, raw=submission.raw)
    state = _apply(session, (known, obligation), verdict, evidence, at=at, values={"reason": verdict.reason})
    # What nobody answered is asked about at once; what was answered waits for its rung of the ladder.
    at_once = submission.answer is Answer.UNKNOWN and known.state is AttemptState.SUBMITTED
    values: dict[str, Any] = {"host": submission.host}
    if submission.provider_id is not None:
        values |= {"provider_id": submission.provider_id, "pay_url": submission.pay_url}
    next_at = at if at_once else next_poll(known.submitted_at, at, first)
    _schedule(session, known, state, next_at, at=at, **values)
    return state


def record_report(
    session: Session,
    attempt_id: AttemptId,
    report: StatusReport,
    *,
    at: datetime,
    hurry: bool = False,
    first: timedelta = SOON,
) -> Verdict:
    """Write down how the provider says it stands; what followed. `hurry` asks again soon if it isn't over.

    `first`: how long after the request asking is worth its while.
    """
    known, obligation = _locked(session, attempt_id)
    standing = Standing(state=known.state, amount=known.amount, prompt_expires_at=known.prompt_expires_at)
    verdict = on_report(standing, report, at)
    values: dict[str, Any] = {"reason": verdict.reason}
    if verdict.steps and verdict.steps[-1] is AttemptState.SUCCEEDED:
        values["completed_at"] = booking.completed_at(session, attempt_id, report.completed_at, at)
        values["provider_reference"] = report.provider_reference
    if verdict.steps and report.state in FINAL_REPORTS:
        values["quarantined_at"] = None
    evidence = Evidence(kind="status", said=report.state, raw=report.raw)
    state = _apply(session, (known, obligation), verdict, evidence, at=at, values=values)
    next_at = next_poll(known.submitted_at, at, first)
    if verdict.quarantine and not known.quarantined:
        history.keep(session, known.id, obligation.court_code, evidence, at)
        booking.tell_quarantined(session, obligation, known.id, at)
        _schedule(session, known, state, next_at, at=at, asked_at=at, quarantined_at=at)
    else:
        next_at = min(next_at, at + SOON) if hurry and next_at else next_at
        _schedule(session, known, state, next_at, at=at, asked_at=at)
    return verdict


def _locked(session: Session, attempt_id: AttemptId) -> tuple[Known, LockedObligation]:
    obligation_id = session.execute(_OWNER.where(_A.id == attempt_id)).scalar()
    if obligation_id is None:
        raise Absent
    obligation = lock(session, ObligationId(obligation_id))
    return load(session, attempt_id), obligation


def _apply(
    session: Session,
    subject: tuple[Known, LockedObligation],
    verdict: Verdict,
    evidence: Evidence,
    *,
    at: datetime,
    values: dict[str, Any],
) -> AttemptState:
    known, obligation = subject
    state = known.state
    if not verdict.steps:
        return state
    evidence_id = history.keep(session, known.id, obligation.court_code, evidence, at)
    taken: list[Step] = []
    for step in verdict.steps:
        if not PaymentAttemptRow.move_to(session, known.id, state, step, **values):
            # Somebody without the lock was faster; what they wrote stands, and the next question tells the rest.
            return state
        taken.append(Step(before=state, after=step, reason=verdict.reason, evidence_id=evidence_id))
        state = step
    history.note(session, (known.id, obligation.court_code), *taken, actor=SYSTEM, at=at)
    _consequences(session, subject, state, verdict.reason, at=at, completed=values.get("completed_at", at))
    return state


def _consequences(
    session: Session,
    subject: tuple[Known, LockedObligation],
    state: AttemptState,
    reason: Reason | None,
    *,
    at: datetime,
    completed: datetime,
) -> None:
    known, obligation = subject
    match state:
        case AttemptState.SUCCEEDED:
            booking.book(session, obligation, (known.id, known.provider, known.amount), completed=completed, at=at)
        case AttemptState.FAILED:
            booking.tell_failed(session, obligation, known.id, reason or Reason.UNSPECIFIED, at)
        case AttemptState.EXPIRED:
            booking.tell_expired(session, obligation, known.id, at)
        case _:
            pass


def _schedule(
    session: Session, known: Known, state: AttemptState, next_at: datetime | None, *, at: datetime, **values: Any
) -> None:
    """Say when to ask next. After a day, one that is still open is left to the staff."""
    rung = None if state is AttemptState.SUCCEEDED else next_at
    values["next_at"] = rung
    values["parked_at"] = at if rung is None and state in LIVE else None
    session.execute(update(_A).where(_A.id == known.id).values(leased_until=None, **values))
