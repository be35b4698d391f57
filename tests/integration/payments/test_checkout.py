"""A payer presses Pay: what is written before, during and after the call."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest

from app.core.clock import ManualClock
from app.core.db import Database
from app.core.errors import Absent, TooMany
from app.core.ids import PersonId
from app.payments import attempts, checkout
from app.payments.attempts import AmountChanged, CurrencyNotTaken, NothingDue, ProviderDown, TooLateToPay
from app.payments.ids import ObligationId
from app.payments.provider import Answer, Cause, ReportState
from app.payments.queries import ObligationView
from app.payments.reasons import Reason
from app.payments.status import AttemptState, ObligationStatus
from app.payments.till import Till
from tests.builders.payments import (
    FEE,
    PAYER,
    PHONE,
    ScriptedProvider,
    make_command,
    make_obligation,
    pay_as,
    rwf,
)

Bill = Callable[..., ObligationId]
Seen = Callable[[ObligationId], ObligationView]
Run = Callable[[], int]


def test_the_attempt_is_committed_before_the_payer_is_asked(
    till: Till, bill: Bill, seen: Seen, provider: ScriptedProvider
) -> None:
    owed = bill()
    states: list[AttemptState] = []
    provider.during_request = lambda: states.extend(a.state for a in seen(owed).attempts)
    checkout.request_payment(till, PAYER, make_command(owed))
    assert states == [AttemptState.SUBMITTED]
    assert [a.state for a in seen(owed).attempts] == [AttemptState.PENDING]


def test_the_request_asks_for_what_is_due_under_an_id_of_ours(
    till: Till, bill: Bill, seen: Seen, provider: ScriptedProvider
) -> None:
    owed = bill()
    checkout.request_payment(till, PAYER, make_command(owed))
    (sent,), view = provider.requests, seen(owed)
    assert (sent.amount, sent.msisdn, sent.bill_reference) == (FEE, PHONE, view.reference)
    assert sent.reference_id.version == 4
    assert [a.reference_id for a in view.attempts] == [sent.reference_id]
    assert sent.callback_url is not None
    assert sent.callback_url.startswith("http://localhost/callbacks/mtn/")


def test_the_number_is_kept_unreadable_with_three_digits_for_the_page(till: Till, bill: Bill, seen: Seen) -> None:
    owed = bill()
    checkout.request_payment(till, PAYER, make_command(owed))
    assert seen(owed).attempts[0].tail == "456"
    with till.database.reading() as session:
        (stored,) = session.connection().exec_driver_sql("select payment_attempt::text from payment_attempt").scalars()
    assert PHONE not in stored
    assert "788123456" not in stored


def test_a_second_tap_finds_the_attempt_under_way(till: Till, bill: Bill, provider: ScriptedProvider) -> None:
    owed = bill()
    first = checkout.request_payment(till, PAYER, make_command(owed))
    assert checkout.request_payment(till, PAYER, make_command(owed)) == first
    assert len(provider.requests) == 1


def test_a_tap_during_the_call_asks_nobody_again(till: Till, bill: Bill, provider: ScriptedProvider) -> None:
    owed = bill()
    taps: list[object] = []

    def tap_again() -> None:
        provider.during_request = lambda: None
        taps.append(checkout.request_payment(till, PAYER, make_command(owed)))

    provider.during_request = tap_again
    first = checkout.request_payment(till, PAYER, make_command(owed))
    assert taps == [first]
    assert len(provider.requests) == 1


def test_nobody_else_may_pay_or_see_the_bill(till: Till, bill: Bill) -> None:
    with pytest.raises(Absent):
        checkout.request_payment(till, pay_as(PersonId(uuid4())), make_command(bill()))
    with pytest.raises(Absent):
        checkout.request_payment(till, PAYER, make_command(ObligationId(uuid4())))


def test_an_amount_other_than_the_one_due_is_not_asked_for(till: Till, bill: Bill, provider: ScriptedProvider) -> None:
    with pytest.raises(AmountChanged):
        checkout.request_payment(till, PAYER, make_command(bill(), shown=rwf(2_000_000)))
    assert provider.requests == []


def test_nothing_is_asked_for_when_nothing_is_due(till: Till, bill: Bill, seen: Seen) -> None:
    owed = bill(rwf(0))
    assert seen(owed).status is ObligationStatus.WAIVED
    with pytest.raises(NothingDue):
        checkout.request_payment(till, PAYER, make_command(owed, shown=rwf(0)))


def test_no_payment_begins_after_the_time_for_paying(till: Till, clock: ManualClock) -> None:
    with till.database.transaction(PAYER) as session:
        owed = make_obligation(session, at=clock.now(), valid_until=clock.now())
    clock.advance(timedelta(seconds=1))
    with pytest.raises(TooLateToPay):
        checkout.request_payment(till, PAYER, make_command(owed))


def test_a_currency_that_the_provider_does_not_take_is_refused_before_the_call(
    till: Till, bill: Bill, provider: ScriptedProvider
) -> None:
    euros = type(FEE)(1250, "EUR")
    with pytest.raises(CurrencyNotTaken):
        checkout.request_payment(till, PAYER, make_command(bill(euros), shown=euros))
    assert provider.requests == []


def test_a_refusal_fails_the_attempt_and_the_payer_may_try_again(
    till: Till, bill: Bill, seen: Seen, provider: ScriptedProvider
) -> None:
    owed = bill()
    provider.answers(Answer.REJECTED, reason=Reason.PAYER_NOT_FOUND)
    checkout.request_payment(till, PAYER, make_command(owed))
    assert [(a.state, a.reason) for a in seen(owed).attempts] == [(AttemptState.FAILED, Reason.PAYER_NOT_FOUND)]
    provider.answers(Answer.ACCEPTED)
    checkout.request_payment(till, PAYER, make_command(owed))
    assert [a.state for a in seen(owed).attempts] == [AttemptState.FAILED, AttemptState.PENDING]
    assert [a.number for a in seen(owed).attempts] == [1, 2]


def test_an_answer_that_says_duplicate_means_that_the_payer_is_being_asked(
    till: Till, bill: Bill, seen: Seen, provider: ScriptedProvider
) -> None:
    owed = bill()
    provider.answers(Answer.DUPLICATE)
    checkout.request_payment(till, PAYER, make_command(owed))
    assert seen(owed).attempts[0].state is AttemptState.PENDING


@pytest.mark.parametrize("cause", list(Cause))
def test_no_clear_answer_is_unknown_and_settled_by_asking(
    till: Till, bill: Bill, seen: Seen, run: Run, provider: ScriptedProvider, cause: Cause
) -> None:
    owed = bill()
    provider.answers(Answer.UNKNOWN, cause=cause)
    checkout.request_payment(till, PAYER, make_command(owed))
    assert seen(owed).attempts[0].state is AttemptState.UNKNOWN
    provider.says(ReportState.SUCCEEDED)
    assert run() == 1
    assert seen(owed).status is ObligationStatus.PAID
    assert len(provider.requests) == 1


def test_a_request_that_never_arrived_is_sent_again_under_the_same_id_and_address(
    till: Till, bill: Bill, seen: Seen, run: Run, provider: ScriptedProvider
) -> None:
    owed = bill()
    provider.answers(Answer.UNKNOWN, cause=Cause.TIMEOUT)
    checkout.request_payment(till, PAYER, make_command(owed))
    provider.answers(Answer.ACCEPTED)
    provider.says(ReportState.NOT_FOUND)
    run()
    first, second = provider.requests
    assert first == second
    assert [a.state for a in seen(owed).attempts] == [AttemptState.PENDING]


def test_a_crash_between_commit_and_call_is_made_good_by_the_worker(
    till: Till, bill: Bill, seen: Seen, run: Run, provider: ScriptedProvider, clock: ManualClock
) -> None:
    owed = bill()
    with till.database.transaction(PAYER) as session:
        attempts.begin(session, PAYER, make_command(owed), till=till, at=clock.now())
    assert run() == 0, "the one who makes the call has it to themselves for a while"
    clock.advance(attempts.CALL_LEASE + timedelta(seconds=1))
    provider.says(ReportState.NOT_FOUND)
    run()
    assert len(provider.requests) == 1
    provider.says(ReportState.SUCCEEDED)
    clock.advance(timedelta(minutes=1))
    run()
    assert seen(owed).status is ObligationStatus.PAID


def test_a_provider_that_is_down_is_not_tried_over_and_over(
    till: Till, bill: Bill, provider: ScriptedProvider, fresh_database: Database, clock: ManualClock
) -> None:
    provider.answers(Answer.UNKNOWN, cause=Cause.UNREACHABLE)
    for _ in range(5):
        checkout.request_payment(till, PAYER, make_command(bill()))
    with pytest.raises(ProviderDown):
        checkout.request_payment(till, PAYER, make_command(bill()))
    clock.advance(timedelta(seconds=31))
    provider.answers(Answer.ACCEPTED)
    checkout.request_payment(till, PAYER, make_command(bill()))
    assert len(provider.requests) == 6


def test_a_phone_can_not_be_made_to_ring_without_end(till: Till, bill: Bill, provider: ScriptedProvider) -> None:
    owed = bill()
    provider.answers(Answer.REJECTED, reason=Reason.PAYER_DECLINED)
    for _ in range(attempts.TRIES_AN_HOUR):
        checkout.request_payment(till, PAYER, make_command(owed))
    with pytest.raises(TooMany):
        checkout.request_payment(till, PAYER, make_command(owed))
