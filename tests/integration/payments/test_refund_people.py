"""Who decides on refunds: two different people above the setting, never the payer, never the same one twice."""

import pytest
from sqlalchemy import text

from app.core.actor import Actor, Grant
from app.core.clock import ManualClock
from app.core.db import Database
from app.core.errors import Absent
from app.payments.ids import ObligationId, RefundId
from app.payments.provider import Answer, RefundSupport
from app.payments.reasons import Reason
from app.payments.refunds import service
from app.payments.refunds.acts import acts_of
from app.payments.refunds.queries import counts, refunds, story
from app.payments.refunds.service import NotNow, OwnMoney, RecordMeans, SecondPersonNeeded
from app.payments.refunds.status import Means, RefundState
from app.payments.refunds.tabs import Act, Tab
from tests.builders.payments import OWNER, make_test_till, rwf
from tests.builders.refunds import ALONE_UP_TO, ANN, BEN, CASHIER, COURT, Counter, RefundingScript, keeper

LARGE = rwf(50_001)
PAYER_WHO_KEEPS_BOOKS = Actor(kind=ANN.kind, person_id=OWNER, grants=frozenset({Grant("chief_registrar", COURT)}))


@pytest.fixture
def provider() -> RefundingScript:
    return RefundingScript()


@pytest.fixture
def counter(fresh_database: Database, clock: ManualClock, provider: RefundingScript) -> Counter:
    return Counter(make_test_till(fresh_database, clock, provider), provider)


class Waiting:
    """A refund that has been worked on by itself as far as it goes."""

    def __init__(self, counter: Counter, owed: ObligationId) -> None:
        self.counter, self.owed, self.id = counter, owed, counter.refund_of(owed)

    def approve(self, who: Actor) -> RefundState:
        with self.counter.till.database.transaction(who) as session:
            at = self.counter.till.clock.now()
            return service.approve(session, who, self.id, alone_up_to=ALONE_UP_TO, at=at)

    def refuse(self, who: Actor) -> None:
        with self.counter.till.database.transaction(who) as session:
            service.refuse(session, who, self.id, words="Another bill.", at=self.counter.till.clock.now())

    def record(self, who: Actor, means: Means = Means.CASH) -> None:
        command = RecordMeans(refund_id=self.id, means=means, reference="SLIP-1")
        with self.counter.till.database.transaction(who) as session:
            service.record_means(session, who, command, at=self.counter.till.clock.now())

    def close(self, who: Actor) -> RefundState:
        with self.counter.till.database.transaction(who) as session:
            return service.close(session, who, self.id, at=self.counter.till.clock.now())

    def send_back(self, who: Actor) -> None:
        with self.counter.till.database.transaction(who) as session:
            service.send_back(session, who, self.id, words="No such slip.", at=self.counter.till.clock.now())

    def anew(self, who: Actor) -> RefundId:
        with self.counter.till.database.transaction(who) as session:
            return service.ask_anew(session, who, self.id, at=self.counter.till.clock.now())

    def acts(self, who: Actor) -> frozenset[Act]:
        with self.counter.till.database.reading(who) as session:
            return acts_of(who, story(session, who, self.id))

    @property
    def state(self) -> str:
        return self.counter.state(self.owed)


@pytest.fixture
def large(counter: Counter) -> Waiting:
    """One above the setting, that nobody has decided on."""
    owed = counter.owed_back(LARGE)
    counter.work()
    return Waiting(counter, owed)


@pytest.fixture
def failed(counter: Counter, provider: RefundingScript) -> Waiting:
    """One that the rail can't pay."""
    provider.can(refunds=RefundSupport.NONE)
    owed = counter.owed_back()
    counter.work()
    return Waiting(counter, owed)


def test_nothing_above_the_setting_moves_without_two_people(large: Waiting, counter: Counter) -> None:
    counter.work(hours=30)
    assert large.state == "requested"
    assert large.approve(ANN) is RefundState.REQUESTED
    counter.work(hours=1)
    assert (large.state, counter.provider.refunds_sent) == ("requested", [])
    assert counter.accounts()["unapplied"] == -50_001, "the books move with the approval"
    assert large.approve(BEN) is RefundState.APPROVED
    assert counter.accounts()["refunds_payable"] == -50_001
    counter.work()
    counter.work(seconds=5)
    assert (large.state, counter.accounts()) == ("refunded", {})


def test_the_same_person_twice_is_one_person(large: Waiting) -> None:
    large.approve(ANN)
    with pytest.raises(SecondPersonNeeded):
        large.approve(ANN)
    assert Act.APPROVE not in large.acts(ANN)
    assert Act.APPROVE in large.acts(BEN)


def test_the_payer_never_decides_whatever_they_are(large: Waiting) -> None:
    for decide in (large.approve, large.refuse):
        with pytest.raises(OwnMoney):
            decide(PAYER_WHO_KEEPS_BOOKS)
    assert large.acts(PAYER_WHO_KEEPS_BOOKS) == frozenset()


@pytest.mark.parametrize(
    "who",
    [keeper(7, court="TB-KAC"), keeper(8, "registrar"), keeper(9, "judge"), CASHIER, Actor(kind=ANN.kind)],
)
def test_nobody_else_says_yes_or_no(large: Waiting, who: Actor) -> None:
    for decide in (large.approve, large.refuse):
        with pytest.raises(Absent):
            decide(who)
    assert large.state == "requested"


def test_a_refused_one_books_nothing_and_can_be_asked_for_anew_once(large: Waiting, counter: Counter) -> None:
    large.refuse(BEN)
    assert large.state == "refused"
    assert counter.accounts() == {"clearing:mtn_momo": 50_001, "unapplied": -50_001}
    with pytest.raises(NotNow):
        large.approve(ANN)
    assert Act.ASK_ANEW in large.acts(ANN)
    again = large.anew(ANN)
    assert again != large.id
    assert large.acts(ANN) == frozenset()
    with pytest.raises(NotNow):
        large.anew(BEN)
    second = Waiting(counter, large.owed)
    second.approve(ANN)
    second.approve(BEN)
    counter.work()
    counter.work(seconds=5)
    assert (counter.state(large.owed), counter.accounts()) == ("refunded", {})
    assert list(counter.provider.paid_back.values()) == [LARGE]


def test_other_means_are_noted_by_one_and_closed_by_another(failed: Waiting, counter: Counter) -> None:
    failed.record(CASHIER)
    assert counter.accounts()["refunds_payable"] == -20_000, "nothing is booked as paid before the second person"
    with pytest.raises(Absent):
        failed.close(CASHIER)
    assert failed.close(ANN) is RefundState.PAID_BY_OTHER_MEANS
    assert counter.accounts() == {"clearing:mtn_momo": 20_000, "clearing:cash_desk": -20_000}
    assert counter.seen(failed.owed).refunded == rwf(20_000)


def test_who_noted_it_does_not_close_it(failed: Waiting) -> None:
    failed.record(ANN)
    for again in (failed.close, failed.send_back):
        with pytest.raises(SecondPersonNeeded):
            again(ANN)
    failed.send_back(BEN)
    assert failed.state == "error"
    failed.record(BEN, Means.BANK)
    with pytest.raises(SecondPersonNeeded):
        failed.close(BEN)
    assert failed.close(ANN) is RefundState.PAID_BY_OTHER_MEANS


def test_the_payer_neither_notes_nor_closes(failed: Waiting) -> None:
    with pytest.raises(OwnMoney):
        failed.record(PAYER_WHO_KEEPS_BOOKS)
    failed.record(CASHIER)
    with pytest.raises(OwnMoney):
        failed.close(PAYER_WHO_KEEPS_BOOKS)


def test_a_rail_that_paid_after_all_wins_over_what_was_noted(counter: Counter, provider: RefundingScript) -> None:
    owed = counter.owed_back()
    provider.answers_refunds(Answer.REJECTED, reason=Reason.INSUFFICIENT_FUNDS)
    counter.work()
    waiting = Waiting(counter, owed)
    waiting.record(CASHIER)
    sent = provider.refunds_sent[0]
    provider.paid_back[sent.reference_id] = sent.amount
    counter.work(minutes=2)
    assert waiting.state == "refunded"
    with pytest.raises(NotNow):
        waiting.close(ANN)
    assert counter.accounts() == {}


def test_the_list_shows_each_court_its_own(large: Waiting, counter: Counter) -> None:
    with counter.till.database.reading(ANN) as session:
        assert [line.id for line in refunds(session, ANN, Tab.DECIDE)] == [large.id]
        assert counts(session, ANN) == {Tab.DECIDE: 1, Tab.LOOK: 0, Tab.UNDER_WAY: 0}
        assert refunds(session, ANN, Tab.DECIDE, after=large.id) == ()
        elsewhere = keeper(7, court="TB-KAC")
        assert refunds(session, elsewhere, Tab.DECIDE) == ()
        assert set(counts(session, elsewhere).values()) == {0}
        with pytest.raises(Absent):
            story(session, elsewhere, large.id)


def test_two_people_at_once_are_two_yeses_and_one_refund(large: Waiting, counter: Counter) -> None:
    large.approve(ANN)
    large.approve(BEN)
    with pytest.raises(NotNow):
        large.approve(keeper(4))
    with counter.till.database.reading(ANN) as session:
        assert session.execute(text("select count(*) from refund_approval")).scalar_one() == 2
