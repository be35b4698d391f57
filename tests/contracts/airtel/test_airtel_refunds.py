"""A refund at Airtel is whole, is sent once, and is never guessed at."""

from dataclasses import replace
from uuid import uuid4

import httpx
import pytest

from app.config import AirtelSettings
from app.core.clock import ManualClock
from app.core.money import Money
from app.payments.provider import (
    Answer,
    AttemptRef,
    PaymentRequest,
    RefundRef,
    RefundRequest,
    ReportState,
    Submission,
)
from app.payments.rails.airtel import AirtelMoney
from tests.contracts.sandbox.airtel_caller import Airtel

FEE = Money(20_000, "RWF")


@pytest.fixture
def paid(adapter: AirtelMoney) -> RefundRequest:
    """A payment that came, and the request to send it back."""
    request = PaymentRequest(
        reference_id=uuid4(),
        amount=FEE,
        msisdn="+250722000101",
        bill_reference="B7K3M9QXDA",
        message="Court fee",
        callback_url=None,
    )
    adapter.request_to_pay(request)
    original = AttemptRef(reference_id=request.reference_id, host=None, amount=FEE)
    return RefundRequest(
        reference_id=uuid4(),
        amount=FEE,
        paid=FEE,
        original=original,
        provider_reference=adapter.get_status(original).provider_reference,
        msisdn="+250722000101",
        bill_reference="B7K3M9QXDA",
        message="Refund",
    )


def standing(adapter: AirtelMoney, request: RefundRequest, sent: Submission) -> tuple[ReportState, Money | None]:
    ref = RefundRef(reference_id=request.reference_id, host=sent.host, provider_id=sent.provider_id, amount=FEE)
    report = adapter.get_refund_status(ref)
    return report.state, report.amount


def test_a_whole_payment_goes_back_and_counts_as_done_by_airtels_number(
    adapter: AirtelMoney, operator: Airtel, paid: RefundRequest
) -> None:
    sent = adapter.refund(paid)
    (back,) = operator.book_lines("refund")
    assert (sent.answer, sent.provider_id) == (Answer.ACCEPTED, back["financial_transaction_id"])
    assert back["amount"] == 20_000
    assert standing(adapter, paid, sent) == (ReportState.SUCCEEDED, FEE)


def test_a_part_of_a_payment_is_not_sent(adapter: AirtelMoney, operator: Airtel, paid: RefundRequest) -> None:
    sent = adapter.refund(replace(paid, amount=Money(5_000, "RWF")))
    assert sent.answer is Answer.REJECTED
    assert operator.book_lines("refund") == []


@pytest.mark.parametrize("number", [None, "MP000000.0000.L00000"])
def test_a_payment_that_airtel_does_not_know_is_refused(
    adapter: AirtelMoney, operator: Airtel, paid: RefundRequest, number: str | None
) -> None:
    sent = adapter.refund(replace(paid, provider_reference=number))
    assert sent.answer is Answer.REJECTED
    assert operator.book_lines("refund") == []


@pytest.mark.parametrize(
    ("fault", "refunds"), [("drop_answer", 1), ("error_after_accept", 1), ("error", 0), ("refused", 0), ("down", 0)]
)
def test_a_lost_answer_is_unknown_is_not_repeated_and_stays_unknown(
    adapter: AirtelMoney, operator: Airtel, paid: RefundRequest, fault: str, refunds: int
) -> None:
    operator.set_fault(fault, on="request")
    sent = adapter.refund(paid)
    assert sent.answer is Answer.UNKNOWN
    assert standing(adapter, paid, sent) == (ReportState.AMBIGUOUS, None)
    assert len(operator.book_lines("refund")) == refunds


def test_a_slow_refund_is_unknown(hasty: AirtelMoney, operator: Airtel, paid: RefundRequest) -> None:
    hasty.get_status(paid.original)
    operator.set_fault("slow", seconds=3, on="request")
    assert hasty.refund(paid).answer is Answer.UNKNOWN
    assert len(operator.book_lines("refund")) == 1


@pytest.mark.parametrize("fault", ["rate_limited", "token_expired"])
def test_a_refund_that_surely_was_not_taken_in_is_refused(
    adapter: AirtelMoney, operator: Airtel, paid: RefundRequest, fault: str
) -> None:
    operator.set_fault(fault, on="request")
    assert adapter.refund(paid).answer is Answer.REJECTED
    assert operator.book_lines("refund") == []
    assert adapter.refund(paid).answer is Answer.ACCEPTED


def test_a_refund_that_never_left_is_refused(
    account: AirtelSettings, token_clock: ManualClock, paid: RefundRequest
) -> None:
    nowhere = AirtelMoney(
        replace(account, base_url="http://127.0.0.1:9/airtel"), clock=token_clock, client=httpx.Client(trust_env=False)
    )
    assert nowhere.refund(paid).answer is Answer.REJECTED


def test_a_token_that_is_about_to_run_out_does_not_leave_a_refund_in_doubt(
    adapter: AirtelMoney, operator: Airtel, paid: RefundRequest
) -> None:
    operator.advance(200)  # By the operator's clock our token is worthless; ours has not moved.
    assert adapter.refund(paid).answer is Answer.ACCEPTED
