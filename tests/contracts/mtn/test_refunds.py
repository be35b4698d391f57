"""Refunds over the operator's real wire: the adapter call by call, and whole ones with nobody touching them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from sqlalchemy import text

from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from app.payments import checkout, polling, queries, service
from app.payments.attempts import RequestPayment
from app.payments.ids import ObligationId, RefundId
from app.payments.provider import (
    Answer,
    AttemptRef,
    Cause,
    PaymentRequest,
    RefundRef,
    RefundRequest,
    RefundSupport,
    ReportState,
    StatusReport,
)
from app.payments.queries import ObligationView
from app.payments.rails.mtn import MtnAccount, MtnCollections
from app.payments.reasons import Reason
from app.payments.refunds import queue
from app.payments.status import AttemptState, ObligationStatus
from app.payments.till import Addresses, Till, make_till
from tests.builders.payments import FEE, PAYER, make_obligation, rwf
from tests.contracts.sandbox.callers import Mtn, eventually

AT_ONCE = "+250788000101"
ALONE_UP_TO = 50_000


@pytest.fixture
def refunding(account: MtnAccount) -> MtnAccount:
    return replace(account, disbursement_key="sandbox-disbursement-key")


@pytest.fixture
def payer(refunding: MtnAccount, token_clock: ManualClock) -> MtnCollections:
    return MtnCollections(refunding, clock=token_clock)


def paid(adapter: MtnCollections) -> UUID:
    """A payment of 20,000 francs that was approved at once."""
    request = PaymentRequest(
        reference_id=uuid4(),
        amount=FEE,
        msisdn=AT_ONCE,
        bill_reference="BTEST12345",
        message="Court fee",
        callback_url=None,
    )
    assert adapter.request_to_pay(request).answer is Answer.ACCEPTED
    return request.reference_id


def back(original: UUID, **changed: Any) -> RefundRequest:
    usual = RefundRequest(
        reference_id=uuid4(),
        amount=FEE,
        paid=FEE,
        original=AttemptRef(reference_id=original, host=None),
        provider_reference=None,
        msisdn=AT_ONCE,
        bill_reference="BTEST12345",
        message="Refund of the court's fee",
    )
    return replace(usual, **changed)


def status(adapter: MtnCollections, reference_id: UUID) -> StatusReport:
    return adapter.get_refund_status(RefundRef(reference_id=reference_id, host=None))


def refunds(operator: Mtn) -> list[dict[str, Any]]:
    books = operator.http.get("/books").json()["payments"]
    return [line for line in books if line["kind"] == "refund"]


def test_a_payment_goes_back_whole_and_says_so_with_the_operators_number(payer: MtnCollections, operator: Mtn) -> None:
    request = back(paid(payer))
    sent = payer.refund(request)
    assert (sent.answer, sent.reason) == (Answer.ACCEPTED, None)
    report = status(payer, request.reference_id)
    assert (report.state, report.amount) == (ReportState.SUCCEEDED, FEE)
    assert report.provider_reference
    assert "250788" not in report.raw + sent.raw
    assert [line["amount"] for line in refunds(operator)] == [20_000]


def test_parts_go_back_until_all_is_back_and_no_more(payer: MtnCollections, operator: Mtn) -> None:
    original = paid(payer)
    assert payer.refund(back(original, amount=rwf(5_000))).answer is Answer.ACCEPTED
    assert payer.refund(back(original, amount=rwf(15_000))).answer is Answer.ACCEPTED
    assert payer.refund(back(original, amount=rwf(1))).answer is Answer.REJECTED
    assert sum(line["amount"] for line in refunds(operator)) == 20_000


def test_the_same_id_twice_is_a_duplicate_and_pays_once(payer: MtnCollections, operator: Mtn) -> None:
    request = back(paid(payer))
    assert [payer.refund(request).answer for _ in range(2)] == [Answer.ACCEPTED, Answer.DUPLICATE]
    assert len(refunds(operator)) == 1


def test_a_refund_of_nothing_known_is_refused_and_an_id_never_heard_is_not_found(payer: MtnCollections) -> None:
    assert payer.refund(back(uuid4())).answer is Answer.REJECTED
    assert status(payer, uuid4()).state is ReportState.NOT_FOUND


def test_403_means_that_this_merchant_may_not_pay_out(payer: MtnCollections, operator: Mtn) -> None:
    original = paid(payer)
    operator.set_fault("payout_forbidden")
    sent = payer.refund(back(original))
    assert (sent.answer, sent.reason) == (Answer.REJECTED, Reason.PROVIDER_UNAVAILABLE)
    assert refunds(operator) == []


def test_without_the_product_nothing_is_called_for(adapter: MtnCollections, operator: Mtn) -> None:
    original = paid(adapter)
    assert adapter.capabilities.refunds is RefundSupport.NONE
    assert adapter.refund(back(original)).answer is Answer.REJECTED
    assert status(adapter, uuid4()).state is ReportState.AMBIGUOUS
    assert refunds(operator) == []


def test_a_wrong_key_of_the_product_is_no_refusal_of_the_refund(
    account: MtnAccount, payer: MtnCollections, token_clock: ManualClock
) -> None:
    stranger = MtnCollections(replace(account, disbursement_key="wrong"), clock=token_clock)
    sent = stranger.refund(back(paid(payer)))
    assert (sent.answer, sent.cause) == (Answer.UNKNOWN, Cause.UNAUTHORISED)


class Portal:
    """A till with refunds, and the worker's two queues."""

    def __init__(self, till: Till, clock: ManualClock) -> None:
        self.till, self.clock = till, clock

    def bill(self) -> ObligationId:
        with self.till.database.transaction(SYSTEM) as session:
            return make_obligation(session, at=self.clock.now())

    def pay(self, owed: ObligationId, phone: str = AT_ONCE) -> None:
        command = RequestPayment(obligation_id=owed, msisdn=phone, shown=FEE, provider="mtn_momo")
        checkout.request_payment(self.till, PAYER, command)

    def work(self, **after: float) -> None:
        self.clock.advance(timedelta(**(after or {"seconds": 5})))
        while polling.drain(self.till) + queue.drain(self.till, alone_up_to=ALONE_UP_TO):
            pass

    def owed_back(self) -> ObligationId:
        owed = self.bill()
        self.pay(owed)
        self.clock.advance(timedelta(seconds=5))
        polling.drain(self.till)
        with self.till.database.transaction(SYSTEM) as session:
            service.void_obligation(session, SYSTEM, owed, reason="lapsed", at=self.clock.now())
        return owed

    def seen(self, owed: ObligationId) -> ObligationView:
        with self.till.database.reading(SYSTEM) as session:
            return queries.obligation(session, owed)

    def refund_id(self) -> RefundId:
        with self.till.database.reading(SYSTEM) as session:
            return RefundId(session.execute(text("select id from refund")).scalar_one())

    def accounts(self) -> dict[str, int]:
        with self.till.database.reading(SYSTEM) as session:
            rows = session.execute(text("select account, sum(amount_minor) from posting group by account"))
            return {account: int(total) for account, total in rows if total}


@pytest.fixture
def portal(fresh_database: Database, clock: ManualClock, refunding: MtnAccount) -> Iterator[Portal]:
    client = httpx.Client(timeout=5, trust_env=False)
    till = make_till(
        fresh_database,
        clock,
        secret_key="a-key-for-tests-only-of-enough-length",
        addresses=Addresses(public="http://127.0.0.1:9", callback="http://127.0.0.1:9"),
        providers=(MtnCollections(refunding, clock=clock, client=client),),
    )
    yield Portal(till, clock)
    client.close()


def test_a_late_second_success_goes_back_with_nobody_touching_it(portal: Portal, operator: Mtn) -> None:
    owed = portal.bill()
    portal.pay(owed, "+250788000302")  # fails, and turns out paid later
    portal.work()
    assert [a.state for a in portal.seen(owed).attempts] == [AttemptState.EXPIRED]
    portal.pay(owed)
    portal.work()
    assert portal.seen(owed).status is ObligationStatus.PAID
    operator.advance(20)
    eventually(lambda: len(operator.debits()) == 2)
    for _ in range(4):
        portal.work(seconds=30)
    view = portal.seen(owed)
    assert [a.state for a in view.attempts] == [AttemptState.SUCCEEDED, AttemptState.SUCCEEDED]
    assert (view.status, view.refund_due, view.refunded) == (ObligationStatus.PAID, FEE, FEE)
    assert [line["status"] for line in refunds(operator)] == ["SUCCESSFUL"]
    taken = sum(int(d["amount"]) for d in operator.debits()) - sum(line["amount"] for line in refunds(operator))
    assert portal.accounts() == {"clearing:mtn_momo": taken, "court_fees": -20_000}


@pytest.mark.parametrize(
    "fault",
    [
        "drop_answer",
        "error_after_accept",
        "error",
        "refused",
        "down",
        "rate_limited",
        "token_expired",
        "broken_answer",
        "status_missing",
        "created_first",
        "numeric_amount",
    ],
)
def test_whatever_goes_wrong_on_the_way_it_goes_back_once(portal: Portal, operator: Mtn, fault: str) -> None:
    owed = portal.owed_back()
    operator.set_fault(fault)
    portal.work()
    operator.advance(30)
    for _ in range(4):
        portal.work(seconds=40)
    assert portal.seen(owed).status is ObligationStatus.REFUNDED
    assert [line["status"] for line in refunds(operator)] == ["SUCCESSFUL"]
    assert portal.accounts() == {}


def test_403_leaves_it_to_other_means(portal: Portal, operator: Mtn) -> None:
    owed = portal.owed_back()
    operator.set_fault("payout_forbidden")
    portal.work()
    (refund,) = portal.seen(owed).refunds
    assert refund.state == "error"
    portal.work(minutes=10)
    assert refunds(operator) == []
    assert portal.accounts() == {"clearing:mtn_momo": 20_000, "refunds_payable": -20_000}


@pytest.mark.parametrize("called", [False, True])
def test_a_worker_that_dies_beside_the_call_is_followed_by_one_that_pays_once(
    portal: Portal, operator: Mtn, called: bool
) -> None:
    owed = portal.owed_back()
    till = portal.till
    with till.database.transaction(SYSTEM) as session:
        errand = queue.take_up(session, till, portal.refund_id(), alone_up_to=ALONE_UP_TO, at=portal.clock.now())
    assert errand is not None
    if called:
        rail = till.provider("mtn_momo")
        assert isinstance(rail, MtnCollections)
        rail.refund(errand.request)
    for _ in range(4):
        portal.work(minutes=2)
    assert portal.seen(owed).status is ObligationStatus.REFUNDED
    assert len(refunds(operator)) == 1
    assert portal.accounts() == {}
