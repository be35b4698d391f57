"""The queue of refunds: what may go by itself is approved, sent, and asked about until the rail has said how it ended.

The row says `submitted`, with the id that the call will carry, before anybody is called, and nothing is open while we
call. A worker that dies anywhere loses its lease; the next one asks the rail first, and sends again only under an id
that the rail knows for the same refund.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import cast

import structlog
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.language import T
from app.core.money import Money
from app.core.outbox import claim
from app.payments.ids import RefundId
from app.payments.models import PaymentAttemptRow
from app.payments.provider import (
    AttemptRef,
    Capabilities,
    RefundingProvider,
    RefundRef,
    RefundRequest,
    ReportState,
    StatusReport,
)
from app.payments.rate import within_rate
from app.payments.refunds import answers, rules
from app.payments.refunds.history import RefundStep
from app.payments.refunds.models import RefundRow
from app.payments.refunds.status import RefundState
from app.payments.refunds.steps import LockedRefund, advance, lock_refund
from app.payments.till import Till

LEASE = timedelta(minutes=3)
"""Longer than the slowest call: until then the refund belongs to whoever makes it."""

BATCH = 5
_R, _A, _S = RefundRow, PaymentAttemptRow, RefundState
_PAYMENT = select(_A.reference_id, _A.provider_id, _A.host, _A.amount_minor, _A.msisdn_sealed, _A.provider_reference)
_SENT_TO = select(_R.host, _R.provider_id)
_log = structlog.get_logger()


class Task(StrEnum):
    """What the rail is called for."""

    SEND = "send"
    ASK = "ask"


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One call to make for a refund, with everything that the call needs."""

    refund_id: RefundId
    task: Task
    provider: str
    request: RefundRequest
    ref: RefundRef


def drain(till: Till, *, alone_up_to: int, limit: int = BATCH) -> int:
    """Carry on with refunds that are due; how many. Any number of workers may call it.

    Up to `alone_up_to` minor units a refund needs nobody's yes. Each rail's rate is kept.
    """
    wired = list(till.providers)
    done = sum(_drain(till, [_R.provider == code], code, alone_up_to, limit) for code in wired)
    return done + _drain(till, [_R.provider.not_in(wired)], None, alone_up_to, limit)


def _drain(till: Till, only: Sequence[ColumnElement[bool]], code: str | None, alone_up_to: int, limit: int) -> int:
    now = till.clock.now()
    with till.database.transaction(SYSTEM) as session:
        claimed = claim(session, _R, now=now, lease=LEASE, limit=limit, only=only)
        if code is not None:
            claimed = within_rate(session, till.provider(code), _R, claimed, now)
    for refund_id in claimed:
        try:
            carry_on(till, RefundId(refund_id), alone_up_to=alone_up_to)
        except Exception:
            # The others must not wait for it; its lease runs out and it is taken up again.
            _log.exception("refund_failed", refund=str(refund_id))
    return len(claimed)


def carry_on(till: Till, refund_id: RefundId, *, alone_up_to: int) -> None:
    """Take the refund as far as it goes now. Raises Absent."""
    with till.database.transaction(SYSTEM) as session:
        errand = take_up(session, till, refund_id, alone_up_to=alone_up_to, at=till.clock.now())
    if errand is None:
        return
    if errand.task is Task.ASK and not ask(till, errand):
        return
    send(till, errand)


def take_up(session: Session, till: Till, refund_id: RefundId, *, alone_up_to: int, at: datetime) -> Errand | None:
    """The call to make, all that must be on the disk before it written; None when there is nothing to call for."""
    refund = lock_refund(session, refund_id)
    if refund.state is _S.REQUESTED:
        if rules.people_needed(refund.amount, alone_up_to):
            session.execute(update(_R).where(_R.id == refund_id).values(next_at=None, leased_until=None))
            return None
        refund = advance(session, refund, RefundStep(after=_S.APPROVED), actor=SYSTEM, at=at)
    if refund.state is _S.APPROVED:
        return _submit(session, till, refund, at)
    if _askable(till, refund.provider):
        return _errand(session, till, refund, Task.ASK)
    silence = StatusReport(state=ReportState.AMBIGUOUS, raw="no such rail")
    answers.record_report(session, refund_id, silence, repeatable=False, at=at)
    return None


def _submit(session: Session, till: Till, refund: LockedRefund, at: datetime) -> Errand | None:
    errand = _errand(session, till, refund, Task.SEND)
    setback = rules.obstacle(_capabilities(till, refund.provider), errand.request.amount, errand.request.paid)
    if setback is not None:
        step = RefundStep(after=_S.ERROR, setback=setback)
        advance(session, refund, step, actor=SYSTEM, at=at, next_at=None, leased_until=None)
        return None
    advance(session, refund, RefundStep(after=_S.SUBMITTED), actor=SYSTEM, at=at, submitted_at=at)
    return errand


def ask(till: Till, errand: Errand) -> bool:
    """Ask the rail and write its word down; true when it never heard of it, so that it is to be sent again."""
    report = _rail(till, errand.provider).get_refund_status(errand.ref)
    with till.database.transaction(SYSTEM) as session:
        repeatable = till.provider(errand.provider).capabilities.refund_reference_id
        found = answers.record_report(session, errand.refund_id, report, repeatable=repeatable, at=till.clock.now())
    return found.send_again


def send(till: Till, errand: Errand) -> None:
    """Have the rail pay back under the id that was stored first, and write its answer down."""
    submission = _rail(till, errand.provider).refund(errand.request)
    with till.database.transaction(SYSTEM) as session:
        repeatable = till.provider(errand.provider).capabilities.refund_reference_id
        answers.record_submission(session, errand.refund_id, submission, repeatable=repeatable, at=till.clock.now())


def _errand(session: Session, till: Till, refund: LockedRefund, task: Task) -> Errand:
    paid = session.execute(_PAYMENT.where(_A.id == refund.attempt_id)).one()
    sent = session.execute(_SENT_TO.where(_R.id == refund.id)).one()
    reference = refund.obligation.reference
    request = RefundRequest(
        reference_id=refund.reference_id,
        amount=refund.amount,
        paid=Money(paid.amount_minor, refund.amount.currency),
        original=AttemptRef(reference_id=paid.reference_id, host=paid.host, provider_id=paid.provider_id),
        provider_reference=paid.provider_reference,
        msisdn=till.vault.open(paid.msisdn_sealed) if paid.msisdn_sealed else None,
        bill_reference=reference,
        message=str(T("Refund of court fee %(reference)s", reference=reference)),
    )
    ref = RefundRef(
        reference_id=refund.reference_id, host=sent.host, provider_id=sent.provider_id, amount=refund.amount
    )
    return Errand(refund_id=refund.id, task=task, provider=refund.provider, request=request, ref=ref)


def _capabilities(till: Till, code: str) -> Capabilities | None:
    return till.provider(code).capabilities if code in till.providers else None


def _askable(till: Till, code: str) -> bool:
    """Whether the rail is there and can be asked about refunds; money that it sent is asked about to the end."""
    return code in till.providers and hasattr(till.provider(code), "get_refund_status")


def _rail(till: Till, code: str) -> RefundingProvider:
    return cast(RefundingProvider, till.provider(code))
