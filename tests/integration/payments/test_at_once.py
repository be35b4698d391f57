"""Many at once: taps on one bill, workers on one queue, and a second success that races the first."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import text

from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.payments import answers, checkout, polling
from app.payments.ids import ObligationId
from app.payments.provider import ReportState
from app.payments.queries import ObligationView
from app.payments.status import AttemptState, ObligationStatus
from app.payments.till import Till
from tests.builders.payments import FEE, PAYER, ScriptedProvider, make_command, report

Bill = Callable[..., ObligationId]
Seen = Callable[[ObligationId], ObligationView]
CROWD = 6


def test_taps_on_many_devices_make_one_request(till: Till, bill: Bill, seen: Seen, provider: ScriptedProvider) -> None:
    owed = bill()
    with ThreadPoolExecutor(CROWD) as crowd:
        taps = [crowd.submit(checkout.request_payment, till, PAYER, make_command(owed)) for _ in range(CROWD)]
        found = {tap.result() for tap in taps}
    assert len(found) == 1
    assert len(provider.requests) == 1
    assert len(seen(owed).attempts) == 1


def test_many_workers_ask_about_each_attempt_once(
    till: Till, bill: Bill, seen: Seen, provider: ScriptedProvider, clock: ManualClock
) -> None:
    bills = [bill() for _ in range(8)]
    for owed in bills:
        checkout.request_payment(till, PAYER, make_command(owed))
    provider.says(ReportState.SUCCEEDED)
    clock.advance(timedelta(seconds=5))
    with ThreadPoolExecutor(CROWD) as crowd:
        asked = sum(crowd.map(lambda _: polling.drain(till, limit=3), range(CROWD)))
    assert asked == len(provider.questions) == len({question.reference_id for question in provider.questions}) == 8
    assert {seen(owed).status for owed in bills} == {ObligationStatus.PAID}


def test_two_attempts_that_succeed_at_the_same_moment_pay_once_and_owe_one_back(
    till: Till, bill: Bill, seen: Seen, provider: ScriptedProvider, clock: ManualClock
) -> None:
    owed = bill()
    first = checkout.request_payment(till, PAYER, make_command(owed))
    with till.database.transaction(SYSTEM) as session:
        answers.record_report(session, first, report(ReportState.FAILED), at=clock.now())
    second = checkout.request_payment(till, PAYER, make_command(owed))

    def succeed(attempt: object) -> None:
        with till.database.transaction(SYSTEM) as session:
            answers.record_report(session, attempt, report(ReportState.SUCCEEDED), at=clock.now())  # type: ignore[arg-type]

    with ThreadPoolExecutor(CROWD) as crowd:
        list(crowd.map(succeed, [first, second] * 3))
    view = seen(owed)
    assert [a.state for a in view.attempts] == [AttemptState.SUCCEEDED] * 2
    assert (view.status, view.refund_due) == (ObligationStatus.OVERPAID, FEE)
    with till.database.reading(SYSTEM) as session:
        entries = session.execute(text("select count(*) from journal_entry where kind = 'payment'")).scalar_one()
    assert entries == 2
