"""Money that goes back by itself: over the rail, through every loss and crash, once."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from app.payments import checkout, polling
from app.payments.provider import Answer, Cause, RefundSupport, ReportState, StatusReport
from app.payments.reasons import Reason
from app.payments.refunds import RefundUnderWay, queue, withdraw
from app.payments.status import ObligationStatus
from app.payments.till import Till
from tests.builders.payments import FEE, PAYER, make_command, make_obligation, make_test_till, rwf
from tests.builders.refunds import ALONE_UP_TO, Counter, RefundingScript

NO_WORD = StatusReport(state=ReportState.AMBIGUOUS, raw="no word")


@pytest.fixture
def provider() -> RefundingScript:
    return RefundingScript()


@pytest.fixture
def counter(fresh_database: Database, clock: ManualClock, provider: RefundingScript) -> Counter:
    return Counter(make_test_till(fresh_database, clock, provider), provider)


def test_what_became_void_goes_back_with_nobody_asking(counter: Counter) -> None:
    owed = counter.owed_back()
    assert counter.seen(owed).status is ObligationStatus.VOID
    assert counter.accounts() == {"clearing:mtn_momo": 20_000, "unapplied": -20_000}
    counter.work()
    assert counter.state(owed) == "submitted"
    assert counter.accounts() == {"clearing:mtn_momo": 20_000, "refunds_payable": -20_000}
    counter.work(seconds=5)
    view = counter.seen(owed)
    assert (view.status, view.refunded, view.void) == (ObligationStatus.REFUNDED, FEE, True)
    assert counter.accounts() == {}
    assert counter.story(owed) == ["requested", "approved", "submitted", "refunded"]
    assert list(counter.provider.paid_back.values()) == [FEE]


def test_a_late_second_success_goes_back_and_the_bill_is_simply_paid(
    counter: Counter, provider: RefundingScript
) -> None:
    with counter.till.database.transaction(SYSTEM) as session:
        owed = make_obligation(session, at=counter.till.clock.now())
    checkout.request_payment(counter.till, PAYER, make_command(owed))
    provider.says(ReportState.FAILED)
    polling.drain(counter.till)
    counter.pass_time(seconds=5)
    polling.drain(counter.till)
    checkout.request_payment(counter.till, PAYER, make_command(owed))
    provider.says(ReportState.SUCCEEDED)
    counter.pass_time(minutes=2)
    while polling.drain(counter.till):
        pass
    assert counter.seen(owed).status is ObligationStatus.OVERPAID
    counter.work()
    counter.work(seconds=5)
    view = counter.seen(owed)
    assert (view.status, view.refund_due, view.refunded) == (ObligationStatus.PAID, FEE, FEE)
    assert counter.accounts() == {"clearing:mtn_momo": 20_000, "court_fees": -20_000}


@pytest.mark.parametrize("cause", list(Cause))
def test_a_lost_answer_is_settled_by_asking_and_paid_once(
    counter: Counter, provider: RefundingScript, cause: Cause
) -> None:
    owed = counter.owed_back()
    provider.refund_word = NO_WORD
    provider.answers_refunds(Answer.UNKNOWN, cause=cause)
    counter.work()
    assert counter.state(owed) == "unknown"
    sent = provider.refunds_sent[0]
    provider.paid_back[sent.reference_id] = sent.amount  # it had arrived all the same
    provider.refund_word = None
    counter.work(seconds=30)
    assert counter.state(owed) == "refunded"
    assert len(provider.refunds_sent) == 1


def test_one_that_never_arrived_is_sent_again_under_the_same_id(counter: Counter, provider: RefundingScript) -> None:
    owed = counter.owed_back()
    provider.answers_refunds(Answer.UNKNOWN, cause=Cause.TIMEOUT)
    queue.drain(counter.till, alone_up_to=ALONE_UP_TO)
    provider.answers_refunds(Answer.DUPLICATE)
    counter.work(seconds=5)
    counter.work(minutes=1)
    first, second = provider.refunds_sent
    assert first == second
    assert counter.state(owed) == "refunded"
    assert len(provider.paid_back) == 1


@pytest.mark.parametrize("stage", ["taken up", "called", "asked"])
def test_a_crash_after_any_stage_is_made_good_by_a_fresh_worker(
    counter: Counter, provider: RefundingScript, stage: str
) -> None:
    owed = counter.owed_back()
    refund_id = counter.refund_of(owed)
    with counter.till.database.transaction(SYSTEM) as session:
        errand = queue.take_up(session, counter.till, refund_id, alone_up_to=ALONE_UP_TO, at=counter.till.clock.now())
    assert errand is not None
    assert counter.state(owed) == "submitted"
    if stage == "called":
        provider.refund(errand.request)  # and the worker dies with the answer in its hand
    elif stage == "asked":
        queue.send(counter.till, errand)
    counter.work(seconds=200)
    counter.work(minutes=2)
    assert counter.state(owed) == "refunded"
    assert list(provider.paid_back.values()) == [FEE]
    assert counter.accounts() == {}


def test_a_rail_without_ids_of_ours_is_never_called_twice(counter: Counter, provider: RefundingScript) -> None:
    provider.can(refund_reference_id=False, refunds=RefundSupport.FULL)
    provider.refund_word = NO_WORD
    provider.answers_refunds(Answer.UNKNOWN, cause=Cause.TIMEOUT)
    owed = counter.owed_back()
    for _ in range(4):
        counter.work(hours=7)
    assert counter.state(owed) == "unknown"
    assert len(provider.refunds_sent) == 1
    assert told(counter, "RefundStuck") == 1


def test_a_crash_before_the_call_on_such_a_rail_is_left_to_people(counter: Counter, provider: RefundingScript) -> None:
    provider.can(refund_reference_id=False)
    provider.refund_word = NO_WORD
    owed = counter.owed_back()
    with counter.till.database.transaction(SYSTEM) as session:
        queue.take_up(
            session, counter.till, counter.refund_of(owed), alone_up_to=ALONE_UP_TO, at=counter.till.clock.now()
        )
    counter.work(minutes=4)
    assert (counter.state(owed), provider.refunds_sent) == ("unknown", [])


def test_what_stays_unclear_for_a_day_is_shown_to_the_staff(counter: Counter, provider: RefundingScript) -> None:
    owed = counter.owed_back()
    provider.refund_word = StatusReport(state=ReportState.PENDING, raw="pending")
    counter.work()
    for _ in range(30):
        counter.work(hours=1)
    assert counter.state(owed) == "submitted"
    assert told(counter, "RefundStuck") == 1


def test_a_rail_that_pays_nothing_back_leaves_it_to_other_means(counter: Counter, provider: RefundingScript) -> None:
    provider.can(refunds=RefundSupport.NONE)
    owed = counter.owed_back()
    counter.work()
    assert counter.state(owed) == "error"
    assert provider.refunds_sent == []
    assert counter.accounts() == {"clearing:mtn_momo": 20_000, "refunds_payable": -20_000}


def test_a_refusal_is_an_error_and_a_later_success_corrects_it(counter: Counter, provider: RefundingScript) -> None:
    owed = counter.owed_back()
    provider.answers_refunds(Answer.REJECTED, reason=Reason.PROVIDER_UNAVAILABLE)
    counter.work()
    assert counter.state(owed) == "error"
    assert told(counter, "RefundFailed") == 1
    sent = provider.refunds_sent[0]
    provider.paid_back[sent.reference_id] = sent.amount
    counter.work(minutes=1)
    assert counter.state(owed) == "refunded"


def test_another_amount_than_asked_for_never_counts(counter: Counter, provider: RefundingScript) -> None:
    owed = counter.owed_back()
    provider.refund_word = StatusReport(state=ReportState.SUCCEEDED, amount=rwf(2_000_000), raw="x100")
    counter.work()
    counter.work(seconds=5)
    assert counter.state(owed) == "unknown"
    assert counter.accounts()["refunds_payable"] == -20_000


def test_more_than_was_paid_is_refused_by_the_database_too(counter: Counter, fresh_database: Database) -> None:
    owed = counter.owed_back()
    copy = (
        "insert into refund (id, reference_id, refund_due_id, obligation_id, attempt_id, court_code, provider, "
        "amount_minor, currency, state, requested_at) select gen_random_uuid(), gen_random_uuid(), refund_due_id, "
        "obligation_id, attempt_id, court_code, provider, 1, currency, 'requested', requested_at from refund "
        "where obligation_id = :id"
    )
    with pytest.raises(IntegrityError), fresh_database.transaction(SYSTEM) as session:
        session.execute(text(copy), {"id": owed})


def test_history_and_ends_can_not_be_rewritten(counter: Counter, fresh_database: Database) -> None:
    owed = counter.owed_back()
    counter.work()
    counter.work(seconds=5)
    assert counter.state(owed) == "refunded"
    for statement in (
        "update refund set state = 'requested', approved_entry_id = null, paid_entry_id = null",
        "update refund set amount_minor = amount_minor + 1",
        "delete from refund",
        "update refund_event set to_state = 'refunded'",
        "delete from refund_event",
        "update refund_approval set person_id = refund_id",
    ):
        with pytest.raises(Exception, match=r"refund|denied|append"), fresh_database.transaction(SYSTEM) as session:
            session.execute(text(statement))


def test_two_workers_take_a_refund_once(counter: Counter, provider: RefundingScript, till: Till) -> None:
    owed = counter.owed_back()
    seen: list[int] = []
    provider.during_refund = lambda: seen.append(queue.drain(till, alone_up_to=ALONE_UP_TO))
    counter.work()
    counter.work(seconds=5)
    assert seen == [0]
    assert (counter.state(owed), len(provider.paid_back)) == ("refunded", 1)


def told(counter: Counter, event: str) -> int:
    """How often it was told."""
    with counter.till.database.reading(SYSTEM) as session:
        return int(session.execute(text("select count(*) from event where name = :n"), {"n": event}).scalar_one())


def test_a_refund_of_money_that_never_came_is_withdrawn_but_not_one_on_its_way(
    counter: Counter, provider: RefundingScript
) -> None:
    provider.can(refunds=RefundSupport.NONE)
    owed = counter.owed_back()
    counter.work()
    attempt_id = counter.seen(owed).attempts[0].id
    with counter.till.database.transaction(SYSTEM) as session:
        withdraw(session, attempt_id, actor=SYSTEM, at=counter.till.clock.now())
    assert counter.state(owed) == "withdrawn"
    assert counter.accounts() == {"clearing:mtn_momo": 20_000, "unapplied": -20_000}
    provider.can(refunds=RefundSupport.PARTIAL)
    another = counter.owed_back()
    counter.work()
    with pytest.raises(RefundUnderWay), counter.till.database.transaction(SYSTEM) as session:
        withdraw(session, counter.seen(another).attempts[0].id, actor=SYSTEM, at=counter.till.clock.now())
    assert counter.state(another) == "submitted"
