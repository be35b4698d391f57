"""Paying for a filing of a world.

With the sandbox's phones, the payment walks the whole road: the portal asks the operator, the phone approves, the
portal asks the operator how it stands. Without a sandbox, or beside a worker that would ask the operator as well and
book the payment at the present moment, what an operator would have said is written down as evidence of the attempt,
marked as coming from a world file. No operator's books hold that money, so a reconciliation will show it.
"""

import time

from app.core.actor import SYSTEM, Actor
from app.core.money import Money
from app.demo.tools import Tools
from app.payments import answers, attempts, inquiry
from app.payments.attempts import RequestPayment
from app.payments.checkout import request_payment
from app.payments.ids import ObligationId
from app.payments.provider import Answer, ReportState, StatusReport, Submission
from app.payments.queries import obligation

PROVIDER = "mtn_momo"
_TRIES, _PAUSE_SECONDS = 50, 0.2
_RAW = "from a world file: no operator was asked"


class NotPaid(Exception):
    """The practice phone approved, and still the operator doesn't say that it is paid."""


def pay(tools: Tools, payer: Actor, obligation_id: ObligationId, phone: str) -> None:
    """Pay what is due, at the moment at which the clock stands; nothing when nothing is. Raises NotPaid, OSError."""
    due = _due(tools, obligation_id)
    if not due:
        return
    command = RequestPayment(obligation_id=obligation_id, msisdn=phone, shown=due, provider=PROVIDER)
    if tools.phones is None:
        _write_down(tools, payer, command)
    else:
        _approve(tools, payer, command, phone)


def _due(tools: Tools, obligation_id: ObligationId) -> Money:
    with tools.database.reading(SYSTEM) as session:
        return obligation(session, obligation_id).due


def _approve(tools: Tools, payer: Actor, command: RequestPayment, phone: str) -> None:
    assert tools.phones is not None
    attempt_id = request_payment(tools.till, payer, command)
    for _ in range(_TRIES):
        tools.phones.approve_payments(phone)
        inquiry.ask(tools.till, attempt_id)
        if not _due(tools, command.obligation_id):
            return
        time.sleep(_PAUSE_SECONDS)
    raise NotPaid


def _write_down(tools: Tools, payer: Actor, command: RequestPayment) -> None:
    at = tools.clock.now()
    with tools.database.transaction(payer) as session:
        begun = attempts.begin(session, payer, command, till=tools.till, at=at)
        accepted = Submission(answer=Answer.ACCEPTED, host="world-file", raw=_RAW)
        answers.record_submission(session, begun.attempt_id, accepted, at=at)
        paid = StatusReport(
            state=ReportState.SUCCEEDED,
            amount=command.shown,
            provider_reference=f"W{begun.attempt_id.int % 10**10:010d}",
            completed_at=at,
            raw=_RAW,
        )
        answers.record_report(session, begun.attempt_id, paid, at=at)
