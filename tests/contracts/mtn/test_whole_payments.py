"""Whole payments over the operator's real wire: the portal's books and the operator's end the same."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from app.core.errors import Absent
from app.payments import callbacks, checkout, polling, queries
from app.payments.attempts import RequestPayment
from app.payments.ids import ObligationId
from app.payments.provider import RawCallback
from app.payments.queries import ObligationView
from app.payments.rails.mtn import MtnAccount, MtnCollections
from app.payments.reasons import Reason
from app.payments.status import AttemptState, ObligationStatus
from app.payments.till import Addresses, Till, make_till
from tests.builders.payments import FEE, PAYER, make_obligation
from tests.contracts.sandbox.callers import Listener, Mtn, eventually

PHONE = "+250788000000"


@pytest.fixture
def till(fresh_database: Database, clock: ManualClock, account: MtnAccount, listener: Listener) -> Iterator[Till]:
    """A till whose callbacks arrive at the listener."""
    client = httpx.Client(timeout=5, trust_env=False)
    yield make_till(
        fresh_database,
        clock,
        secret_key="a-key-for-tests-only-of-enough-length",
        addresses=Addresses(public="http://localhost", callback=listener.url.removesuffix("/callback/secret")),
        providers=(MtnCollections(account, clock=clock, client=client),),
    )
    client.close()


class Portal:
    """What the portal's processes do, in one place."""

    def __init__(self, till: Till, clock: ManualClock, listener: Listener) -> None:
        self.till, self.clock, self.listener = till, clock, listener
        self.taken = 0

    def bill(self) -> ObligationId:
        with self.till.database.transaction(SYSTEM) as session:
            return make_obligation(session, at=self.clock.now())

    def pay(self, owed: ObligationId, phone: str = PHONE) -> None:
        command = RequestPayment(obligation_id=owed, msisdn=phone, shown=FEE, provider="mtn_momo")
        checkout.request_payment(self.till, PAYER, command)

    def seen(self, owed: ObligationId) -> ObligationView:
        with self.till.database.reading(SYSTEM) as session:
            return queries.obligation(session, owed)

    def work(self, after: timedelta = timedelta(seconds=5)) -> None:
        """Take in what was called back, then let the time pass and do what a worker does."""
        self.clock.advance(after)
        for heard in self.listener.heard[self.taken :]:
            self.taken += 1
            word, secret = heard.url.rsplit("/", 2)[1:]
            with self.till.database.transaction(SYSTEM) as session:
                callback = RawCallback(headers=heard.headers, body=heard.body)
                callbacks.receive(session, self.till, word, secret, callback, at=self.clock.now())
        while callbacks.drain(self.till) + polling.drain(self.till):
            pass

    def books(self) -> list[tuple[str, str]]:
        with self.till.database.reading(SYSTEM) as session:
            return sorted((str(line.reference_id), str(line.amount.minor)) for line in queries.books(session))


@pytest.fixture
def portal(till: Till, clock: ManualClock, listener: Listener) -> Portal:
    return Portal(till, clock, listener)


def same_books(portal: Portal, operator: Mtn) -> bool:
    theirs = sorted((str(debit["reference_id"]), str(debit["amount"])) for debit in operator.debits())
    return portal.books() == theirs


def reference(portal: Portal, owed: ObligationId) -> str:
    latest = portal.seen(owed).latest
    assert latest is not None
    return str(latest.reference_id)


def test_approved_on_the_phone_is_paid_by_the_callback(portal: Portal, operator: Mtn, listener: Listener) -> None:
    owed = portal.bill()
    portal.pay(owed)
    operator.press(reference(portal, owed), "approve")
    listener.wait_for(1)
    portal.work(timedelta(seconds=1))
    assert portal.seen(owed).status is ObligationStatus.PAID
    assert same_books(portal, operator)


@pytest.mark.parametrize(
    "fault",
    [
        "callback_lost",
        "callback_repeated",
        "callback_reordered",
        "callback_contradictory",
        "callback_put",
        "callback_post",
        "callback_wrong_amount",
        "callback_wrong_currency",
        "callback_malformed",
        "created_first",
        "numeric_amount",
        "status_missing",
        "drop_answer",
        "error_after_accept",
        "error",
        "down",
        "refused",
        "rate_limited",
    ],
)
def test_whatever_goes_wrong_on_the_way_it_is_paid_once_and_the_books_agree(
    portal: Portal, operator: Mtn, fault: str
) -> None:
    operator.set_fault(fault)
    owed = portal.bill()
    portal.pay(owed)
    portal.work()
    operator.advance(30)
    operator.press(reference(portal, owed), "approve")
    for _ in range(4):
        portal.work(timedelta(seconds=30))
    assert portal.seen(owed).status is ObligationStatus.PAID
    assert [a.state for a in portal.seen(owed).attempts] == [AttemptState.SUCCEEDED]
    assert len(operator.debits()) == 1
    assert same_books(portal, operator)


@pytest.mark.parametrize("fault", ["callback_contradictory", "callback_malformed", "callback_repeated", "bare_reason"])
def test_a_declined_payment_is_failed_whatever_the_callbacks_say(
    portal: Portal, operator: Mtn, listener: Listener, fault: str
) -> None:
    operator.set_fault(fault)
    owed = portal.bill()
    portal.pay(owed)
    operator.press(reference(portal, owed), "decline")
    listener.wait_for(1)
    for _ in range(3):
        portal.work(timedelta(seconds=30))
    assert [(a.state, a.reason) for a in portal.seen(owed).attempts] == [(AttemptState.FAILED, Reason.PAYER_DECLINED)]
    assert portal.books() == []
    assert same_books(portal, operator)


def test_a_failure_that_turns_out_paid_is_corrected_and_a_second_success_goes_back(
    portal: Portal, operator: Mtn
) -> None:
    owed = portal.bill()
    portal.pay(owed, "+250788000302")
    portal.work()
    assert [a.state for a in portal.seen(owed).attempts] == [AttemptState.EXPIRED]
    portal.pay(owed, "+250788000101")
    portal.work()
    assert portal.seen(owed).status is ObligationStatus.PAID
    operator.advance(20)
    eventually(lambda: len(operator.debits()) == 2)
    for _ in range(3):
        portal.work(timedelta(seconds=30))
    view = portal.seen(owed)
    assert [a.state for a in view.attempts] == [AttemptState.SUCCEEDED, AttemptState.SUCCEEDED]
    assert (view.status, view.refund_due) == (ObligationStatus.OVERPAID, FEE)
    assert same_books(portal, operator)


def test_a_prompt_that_nobody_answers_expires_by_the_operators_word_and_can_be_tried_again(
    portal: Portal, operator: Mtn
) -> None:
    owed = portal.bill()
    portal.pay(owed)
    operator.advance(301)
    eventually(lambda: operator.status(reference(portal, owed)).json()["status"] == "FAILED")
    portal.work(timedelta(minutes=6))
    assert [a.state for a in portal.seen(owed).attempts] == [AttemptState.EXPIRED]
    portal.pay(owed, "+250788000101")
    portal.work()
    assert portal.seen(owed).status is ObligationStatus.PAID


def test_a_callback_to_an_address_of_nobody_is_not_kept(portal: Portal) -> None:
    with portal.till.database.transaction(SYSTEM) as session, pytest.raises(Absent):
        callbacks.receive(
            session, portal.till, "mtn", "guess", RawCallback(headers={}, body=b"{}"), at=portal.clock.now()
        )
