"""Reversals: asked for once, and over when Daraja says so at the address that only it knows."""

from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from app.core.actor import SYSTEM
from app.core.errors import Absent
from app.core.money import Money
from app.payments.provider import Answer, AttemptRef, Cause, RefundRef, RefundRequest, RefundSupport, ReportState
from app.payments.rails.daraja import Daraja
from app.payments.reasons import Reason
from app.payments.reversals import service
from app.payments.reversals.port import Result
from tests.builders.mpesa import FEE, Mpesa, Portal
from tests.contracts.sandbox.callers import eventually


@pytest.fixture
def asked(portal: Portal, operator: Mpesa) -> RefundRequest:
    """A request to send back what was paid."""
    portal.pay(portal.bill(), "+254712345101")
    (paid,) = operator.books("payments")
    portal.await_calls(1)
    return RefundRequest(
        reference_id=uuid4(),
        amount=FEE,
        paid=FEE,
        original=AttemptRef(reference_id=uuid4(), host=None, provider_id=paid["checkout_id"]),
        provider_reference=paid["receipt"],
        msisdn=None,
        bill_reference="B7K3M9QXDA",
        message="Court fee B7K3M9QXDA",
    )


def status(portal: Portal, request: RefundRequest, provider_id: str | None = None) -> ReportState:
    ref = RefundRef(reference_id=request.reference_id, host=None, provider_id=provider_id)
    return portal.daraja.get_refund_status(ref).state


def hear(portal: Portal, number: int) -> None:
    """Take in what came to the refund's addresses, after the payment's own callback."""
    for heard in portal.listener.wait_for(number)[1:]:
        _, reference_id, secret, what = heard.url.split("/callbacks/daraja/")[1].split("/")
        assert secret == service.secret_of(portal.till.vault, UUID(reference_id))
        waits = Result(state=ReportState.PENDING)
        result = portal.daraja.read_result(heard.body) if what == "result" else waits
        with portal.till.database.transaction(SYSTEM) as session:
            service.keep_result(session, "mpesa", UUID(reference_id), result, heard.body, at=portal.clock.now())


def test_a_payment_goes_back_whole_and_its_end_is_told(portal: Portal, operator: Mpesa, asked: RefundRequest) -> None:
    assert portal.daraja.capabilities.refunds is RefundSupport.FULL
    sent = portal.daraja.refund(asked)
    assert sent.answer is Answer.ACCEPTED
    assert status(portal, asked, sent.provider_id) is ReportState.PENDING
    hear(portal, 2)
    assert status(portal, asked, sent.provider_id) is ReportState.SUCCEEDED
    assert [(r["amount"], r["result_code"]) for r in operator.books("reversals")] == [(FEE.minor, "0")]


def test_waiting_in_a_queue_is_no_failure(portal: Portal, operator: Mpesa, asked: RefundRequest) -> None:
    operator.set_fault("queue_timeout", seconds=3600)
    sent = portal.daraja.refund(asked)
    hear(portal, 2)
    assert status(portal, asked, sent.provider_id) is ReportState.PENDING
    operator.advance(3601)
    hear(portal, 3)
    assert status(portal, asked, sent.provider_id) is ReportState.SUCCEEDED


def test_a_lost_answer_is_known_by_its_result(portal: Portal, operator: Mpesa, asked: RefundRequest) -> None:
    operator.set_fault("drop_answer", on="other")
    sent = portal.daraja.refund(asked)
    assert (sent.answer, sent.cause) == (Answer.UNKNOWN, Cause.UNREACHABLE)
    assert status(portal, asked) is ReportState.AMBIGUOUS
    hear(portal, 2)
    assert status(portal, asked) is ReportState.SUCCEEDED
    assert len(operator.books("reversals")) == 1


@pytest.mark.parametrize("fault", ["callback_repeated", "callback_contradictory"])
def test_repeated_results_are_one_and_contradictory_ones_say_nothing(
    portal: Portal, operator: Mpesa, asked: RefundRequest, fault: str
) -> None:
    operator.set_fault(fault)
    sent = portal.daraja.refund(asked)
    hear(portal, 21 if fault == "callback_repeated" else 4)
    expected = ReportState.SUCCEEDED if fault == "callback_repeated" else ReportState.AMBIGUOUS
    assert status(portal, asked, sent.provider_id) is expected


def test_a_second_reversal_of_the_same_payment_fails(portal: Portal, operator: Mpesa, asked: RefundRequest) -> None:
    portal.daraja.refund(asked)
    hear(portal, 2)
    again = replace(asked, reference_id=uuid4())
    sent = portal.daraja.refund(again)
    eventually(lambda: operator.books("reversals")[-1]["result_code"] == "R000001")
    portal.listener.wait_for(3)
    hear(portal, 3)
    assert status(portal, again, sent.provider_id) is ReportState.FAILED


@pytest.mark.parametrize("change", [{"amount": Money(100, "KES")}, {"provider_reference": None}])
def test_a_part_or_a_payment_without_a_receipt_is_refused_and_never_sent(
    portal: Portal, operator: Mpesa, asked: RefundRequest, change: dict[str, object]
) -> None:
    sent = portal.daraja.refund(replace(asked, **change))  # type: ignore[arg-type]
    assert (sent.answer, sent.reason) == (Answer.REJECTED, Reason.MISCONFIGURED)
    assert operator.books("reversals") == []


def test_without_an_initiator_nothing_goes_back(adapter: Daraja, operator: Mpesa, asked: RefundRequest) -> None:
    assert adapter.capabilities.refunds is RefundSupport.NONE
    assert adapter.refund(asked).answer is Answer.REJECTED
    assert operator.books("reversals") == []


def test_a_guessed_address_of_a_refund_is_absent(portal: Portal) -> None:
    reference_id = uuid4()
    service.check(portal.till.vault, reference_id, service.secret_of(portal.till.vault, reference_id))
    for guess in ("guess", "é", service.secret_of(portal.till.vault, uuid4())):
        with pytest.raises(Absent):
            service.check(portal.till.vault, reference_id, guess)
