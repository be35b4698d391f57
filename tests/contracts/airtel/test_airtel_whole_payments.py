"""Whole payments over Airtel's real wire: the portal's books and the operator's end the same."""

import json
from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from app.config import AirtelSettings
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from app.core.errors import Absent
from app.payments import callbacks, checkout, polling, queries
from app.payments.attempts import RequestPayment
from app.payments.ids import ObligationId
from app.payments.provider import RawCallback
from app.payments.queries import ObligationView
from app.payments.rails.airtel import AirtelMoney
from app.payments.reasons import Reason
from app.payments.status import AttemptState, ObligationStatus
from app.payments.till import Addresses, Till, make_till
from tests.builders.payments import FEE, PAYER, make_obligation
from tests.contracts.sandbox.airtel_caller import Airtel
from tests.contracts.sandbox.callers import Heard, Listener, eventually

PHONE = "+250722000000"
FIRST = timedelta(minutes=3)


@pytest.fixture
def till(fresh_database: Database, clock: ManualClock, account: AirtelSettings) -> Iterator[Till]:
    client = httpx.Client(timeout=5, trust_env=False)
    yield make_till(
        fresh_database,
        clock,
        secret_key="a-key-for-tests-only-of-enough-length",
        addresses=Addresses(public="http://localhost", callback="http://localhost"),
        providers=(AirtelMoney(account, clock=clock, client=client),),
    )
    client.close()


class Portal:
    """What the portal's processes do, in one place. `refused` are the callbacks that it did not take."""

    def __init__(self, till: Till, clock: ManualClock, listener: Listener) -> None:
        self.till, self.clock, self.listener = till, clock, listener
        self.taken, self.refused = 0, 0

    def bill(self) -> ObligationId:
        with self.till.database.transaction(SYSTEM) as session:
            return make_obligation(session, at=self.clock.now())

    def pay(self, owed: ObligationId, phone: str = PHONE) -> str:
        """Ask the phone; the id under which the operator knows it."""
        command = RequestPayment(obligation_id=owed, msisdn=phone, shown=FEE, provider="airtel_money")
        checkout.request_payment(self.till, PAYER, command)
        latest = self.seen(owed).latest
        assert latest is not None
        return str(latest.reference_id)

    def seen(self, owed: ObligationId) -> ObligationView:
        with self.till.database.reading(SYSTEM) as session:
            return queries.obligation(session, owed)

    def states(self, owed: ObligationId) -> list[AttemptState]:
        return [attempt.state for attempt in self.seen(owed).attempts]

    def hear(self, heard: Heard) -> None:
        callback = RawCallback(headers=heard.headers, body=heard.body)
        try:
            with self.till.database.transaction(SYSTEM) as session:
                callbacks.receive_at_one_address(session, self.till, "airtel", callback, at=self.clock.now())
        except Absent:
            self.refused += 1

    def work(self, after: timedelta = timedelta(seconds=5)) -> None:
        """Take in what was called back, then let the time pass and do what a worker does."""
        self.clock.advance(after)
        for heard in self.listener.heard[self.taken :]:
            self.taken += 1
            self.hear(heard)
        while callbacks.drain(self.till) + polling.drain(self.till):
            pass

    def books(self) -> list[tuple[str, int]]:
        with self.till.database.reading(SYSTEM) as session:
            return sorted((str(line.reference_id), line.amount.minor) for line in queries.books(session))


@pytest.fixture
def portal(till: Till, clock: ManualClock, listener: Listener) -> Portal:
    return Portal(till, clock, listener)


def same_books(portal: Portal, operator: Airtel) -> bool:
    return portal.books() == sorted((debit["reference_id"], debit["amount"]) for debit in operator.debits())


def test_approved_on_the_phone_is_paid_by_the_callback(portal: Portal, operator: Airtel, listener: Listener) -> None:
    owed = portal.bill()
    operator.press(portal.pay(owed), "approve")
    listener.wait_for(1)
    assert portal.seen(owed).status is ObligationStatus.NOT_PAID, "nothing is believed before Airtel was asked"
    portal.work(timedelta(seconds=1))
    assert portal.seen(owed).status is ObligationStatus.PAID
    assert same_books(portal, operator)


def test_airtel_is_not_asked_before_three_minutes_unless_it_calls_back(portal: Portal, operator: Airtel) -> None:
    operator.set_fault("callback_lost")
    owed = portal.bill()
    operator.press(portal.pay(owed), "approve")
    portal.work(FIRST - timedelta(seconds=1))
    assert portal.states(owed) == [AttemptState.PENDING]
    portal.work(timedelta(seconds=1))
    assert portal.states(owed) == [AttemptState.SUCCEEDED]


@pytest.mark.parametrize(
    "fault",
    [
        "callback_lost",
        "callback_repeated",
        "callback_reordered",
        "callback_contradictory",
        "callback_malformed",
        "callback_wrong_hash",
        "callback_no_hash",
        "callback_respaced",
        "ambiguous_first",
        "success_false",
        "code_contradictory",
        "id_false",
        "status_missing",
        "token_expired",
        "drop_answer",
        "error_after_accept",
        "error",
        "down",
        "refused",
        "rate_limited",
    ],
)
def test_whatever_goes_wrong_on_the_way_it_is_paid_once_and_the_books_agree(
    portal: Portal, operator: Airtel, fault: str
) -> None:
    operator.set_fault(fault)
    owed = portal.bill()
    identifier = portal.pay(owed)
    portal.work()
    operator.advance(30)
    operator.press(identifier, "approve")
    for _ in range(4):
        portal.work(timedelta(minutes=2))
    assert portal.seen(owed).status is ObligationStatus.PAID
    assert portal.states(owed) == [AttemptState.SUCCEEDED]
    assert len(operator.debits()) == 1
    assert same_books(portal, operator)


def test_a_lost_answer_is_asked_about_at_once_and_never_asked_for_twice(portal: Portal, operator: Airtel) -> None:
    operator.sign_in()
    operator.set_fault("drop_answer", on="request")
    owed = portal.bill()
    portal.pay(owed)
    assert portal.states(owed) == [AttemptState.UNKNOWN]
    portal.work(timedelta(seconds=0))
    assert portal.states(owed) == [AttemptState.PENDING]
    assert [line["posts"] for line in operator.book_lines()] == [1]


def test_a_request_that_was_not_taken_in_is_made_again_under_the_same_id(portal: Portal, operator: Airtel) -> None:
    operator.set_fault("error", on="request")
    owed = portal.bill()
    identifier = portal.pay(owed)
    portal.work(timedelta(seconds=0))
    assert [(line["reference_id"], line["posts"]) for line in operator.book_lines()] == [(identifier, 1)]


@pytest.mark.parametrize(
    "fault", ["callback_contradictory", "callback_malformed", "callback_repeated", "success_false"]
)
def test_a_declined_payment_is_failed_whatever_the_callbacks_say(
    portal: Portal, operator: Airtel, listener: Listener, fault: str
) -> None:
    operator.set_fault(fault)
    owed = portal.bill()
    operator.press(portal.pay(owed), "decline")
    listener.wait_for(1)
    for _ in range(3):
        portal.work(timedelta(minutes=2))
    assert [(a.state, a.reason) for a in portal.seen(owed).attempts] == [(AttemptState.FAILED, Reason.PAYER_DECLINED)]
    assert portal.books() == []


def test_twenty_of_the_same_callback_are_kept_once_and_a_late_one_changes_nothing(
    portal: Portal, operator: Airtel, listener: Listener
) -> None:
    operator.set_fault("callback_repeated", count=20)
    owed = portal.bill()
    operator.press(portal.pay(owed), "approve")
    listener.wait_for(20)
    portal.work()
    portal.clock.advance(timedelta(days=2))
    portal.hear(listener.heard[0])
    portal.work()
    assert (portal.refused, portal.states(owed)) == (0, [AttemptState.SUCCEEDED])
    assert same_books(portal, operator)


@pytest.mark.parametrize("fault", ["callback_wrong_hash", "callback_no_hash", "callback_malformed"])
def test_a_callback_that_is_not_theirs_looks_absent(
    portal: Portal, operator: Airtel, listener: Listener, fault: str
) -> None:
    operator.set_fault(fault)
    operator.press(portal.pay(portal.bill()), "approve")
    listener.wait_for(1)
    portal.work(timedelta(seconds=1))
    assert portal.refused == 1


def test_a_genuine_callback_about_no_attempt_of_ours_looks_absent(
    portal: Portal, operator: Airtel, listener: Listener
) -> None:
    body = {"reference": "X", "subscriber": {"msisdn": "722000101"}, "transaction": {"amount": 1, "id": "another-shop"}}
    content = json.dumps(body).encode()
    headers = operator.headers() | operator.seal(content)
    operator.http.post("/airtel/merchant/v1/payments/", content=content, headers=headers)
    listener.wait_for(1)
    portal.work()
    assert portal.refused == 1


def test_a_forged_success_pays_nothing(portal: Portal) -> None:
    owed = portal.bill()
    transaction = {"id": portal.pay(owed), "status_code": "TS", "airtel_money_id": "MP1"}
    body = json.dumps({"transaction": transaction, "hash": "bm90IHRoZWlycw=="}).encode()
    portal.hear(Heard(method="POST", url="", headers={}, body=body))
    portal.work()
    assert (portal.refused, portal.states(owed)) == (1, [AttemptState.PENDING])


def test_what_is_ambiguous_for_a_while_ends_by_the_operators_word(portal: Portal, operator: Airtel) -> None:
    operator.set_fault("callback_lost")
    owed = portal.bill()
    portal.pay(owed, "+250722000304")
    portal.work(FIRST)
    assert portal.seen(owed).status is ObligationStatus.NOT_PAID
    operator.advance(21)
    eventually(lambda: len(operator.debits()) == 1)
    portal.work(timedelta(minutes=3))
    assert portal.seen(owed).status is ObligationStatus.PAID


def test_what_stays_ambiguous_is_never_called_paid_or_failed(portal: Portal) -> None:
    owed = portal.bill()
    portal.pay(owed, "+250722000303")
    for _ in range(30):
        portal.work(timedelta(hours=1))
    assert portal.states(owed)[0] in (AttemptState.PENDING, AttemptState.UNKNOWN)


def test_an_expiry_that_turns_out_paid_is_corrected_and_a_second_success_goes_back(
    portal: Portal, operator: Airtel
) -> None:
    owed = portal.bill()
    portal.pay(owed, "+250722000302")
    portal.work(FIRST)
    assert portal.states(owed) == [AttemptState.EXPIRED]
    portal.pay(owed, "+250722000101")
    portal.work(FIRST)
    operator.advance(20)
    eventually(lambda: len(operator.debits()) == 2)
    for _ in range(3):
        portal.work(timedelta(minutes=2))
    view = portal.seen(owed)
    assert (view.status, view.refund_due) == (ObligationStatus.OVERPAID, FEE)
    assert portal.states(owed) == [AttemptState.SUCCEEDED, AttemptState.SUCCEEDED]
    assert same_books(portal, operator)
