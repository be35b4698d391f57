"""The IremboPay adapter keeps the port's promises on the real wire."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from app.core.clock import ManualClock
from app.core.money import Money
from app.payments.provider import (
    Answer,
    AttemptRef,
    Authenticity,
    Cause,
    MalformedReport,
    PaymentRequest,
    RawCallback,
    ReportState,
    StatusReport,
)
from app.payments.rails.irembopay import IremboPay
from app.payments.rails.irembopay_wire import IremboPayAccount
from app.payments.rails.line import InsecureAddress
from app.payments.reasons import Reason
from tests.contracts.sandbox.callers import Listener, eventually
from tests.contracts.sandbox.irembopay_caller import Merchant

FEE = Money(20_000, "RWF")


def asked(**changes: object) -> PaymentRequest:
    request = PaymentRequest(
        reference_id=uuid4(),
        amount=FEE,
        msisdn=None,
        bill_reference="B7K3M9QXDA",
        message="Court fee B7K3M9QXDA",
        callback_url=None,
        return_url="http://127.0.0.1:1/pay/x/status",
    )
    return replace(request, **changes)  # type: ignore[arg-type]


def status(adapter: IremboPay, reference: UUID, number: str | None = None) -> StatusReport:
    return adapter.get_status(AttemptRef(reference_id=reference, host=None, provider_id=number))


def heard_by(listener: Listener) -> RawCallback:
    [heard] = listener.wait_for(1)
    return RawCallback(headers=heard.headers, body=heard.body)


def test_an_invoice_is_made_and_pending_until_it_is_paid(adapter: IremboPay, merchant: Merchant) -> None:
    request = asked()
    sent = adapter.request_to_pay(request)
    assert sent.answer is Answer.ACCEPTED
    assert sent.provider_id is not None
    assert merchant.http.get(str(sent.pay_url)).status_code == 200
    assert status(adapter, request.reference_id, sent.provider_id).state is ReportState.PENDING
    merchant.press(sent.provider_id, "approve")
    report = status(adapter, request.reference_id, sent.provider_id)
    assert (report.state, report.amount) == (ReportState.SUCCEEDED, FEE)
    assert report.provider_reference == f"MP{sent.provider_id}"
    assert report.completed_at is not None


@pytest.mark.parametrize("minor", [1, 20_000, 999_999_999])
def test_francs_arrive_as_they_are(adapter: IremboPay, merchant: Merchant, minor: int) -> None:
    request = asked(amount=Money(minor, "RWF"))
    adapter.request_to_pay(request)
    assert [line["amount"] for line in merchant.books()["payments"]] == [minor]


def test_the_same_request_again_finds_the_same_page(adapter: IremboPay, merchant: Merchant) -> None:
    request = asked()
    first, second = adapter.request_to_pay(request), adapter.request_to_pay(request)
    assert (first.answer, second.answer) == (Answer.ACCEPTED, Answer.DUPLICATE)
    assert (second.provider_id, second.pay_url) == (first.provider_id, first.pay_url)
    assert len(merchant.books()["payments"]) == 1


def test_an_open_invoice_whose_page_we_never_learned_is_asked_for_again(adapter: IremboPay, merchant: Merchant) -> None:
    merchant.set_fault("drop_answer")
    request = asked()
    assert adapter.request_to_pay(request).answer is Answer.UNKNOWN
    assert status(adapter, request.reference_id).state is ReportState.NOT_FOUND
    again = adapter.request_to_pay(request)
    assert (again.answer, again.pay_url is not None) == (Answer.DUPLICATE, True)


def test_a_paid_invoice_is_found_by_our_reference_alone(adapter: IremboPay, merchant: Merchant) -> None:
    request = asked()
    merchant.press(str(adapter.request_to_pay(request).provider_id), "approve")
    assert status(adapter, request.reference_id).state is ReportState.SUCCEEDED


def test_an_invoice_runs_out(adapter: IremboPay, merchant: Merchant, clock: ManualClock) -> None:
    request = asked(pay_until=clock.now() + timedelta(minutes=10))
    number = adapter.request_to_pay(request).provider_id
    clock.advance(timedelta(minutes=10))
    report = status(adapter, request.reference_id, number)
    assert (report.state, report.reason) == (ReportState.EXPIRED, Reason.PAGE_CLOSED)


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("drop_answer", Cause.UNREACHABLE),
        ("refused", Cause.UNREACHABLE),
        ("error_after_accept", Cause.SERVER_ERROR),
        ("error", Cause.SERVER_ERROR),
        ("down", Cause.SERVER_ERROR),
        ("rate_limited", Cause.RATE_LIMITED),
    ],
)
def test_an_answer_that_says_nothing_is_unknown(
    adapter: IremboPay, merchant: Merchant, fault: str, cause: Cause
) -> None:
    merchant.set_fault(fault)
    sent = adapter.request_to_pay(asked())
    assert (sent.answer, sent.cause) == (Answer.UNKNOWN, cause)


def test_a_slow_answer_is_a_timeout(hasty: IremboPay, merchant: Merchant) -> None:
    merchant.set_fault("slow", seconds=3)
    sent = hasty.request_to_pay(asked())
    assert (sent.answer, sent.cause) == (Answer.UNKNOWN, Cause.TIMEOUT)


def test_a_wrong_key_is_no_refusal_of_the_payer(account: IremboPayAccount, clock: ManualClock) -> None:
    adapter = IremboPay(replace(account, secret_key="guess"), clock=clock)
    sent = adapter.request_to_pay(asked())
    assert (sent.answer, sent.cause) == (Answer.UNKNOWN, Cause.UNAUTHORISED)
    assert status(adapter, uuid4()).state is ReportState.AMBIGUOUS


@pytest.mark.parametrize("wrong", [{"payment_account": "OTHER"}, {"product_code": "PC-other"}])
def test_an_account_that_is_set_up_wrongly_is_our_fault(
    account: IremboPayAccount, clock: ManualClock, wrong: dict[str, str]
) -> None:
    sent = IremboPay(replace(account, **wrong), clock=clock).request_to_pay(asked())
    assert (sent.answer, sent.reason) == (Answer.REJECTED, Reason.MISCONFIGURED)


@pytest.mark.parametrize("fault", ["down", "broken_answer", "refused", "rate_limited", "error"])
def test_a_status_that_says_nothing_changes_nothing(adapter: IremboPay, merchant: Merchant, fault: str) -> None:
    request = asked()
    number = adapter.request_to_pay(request).provider_id
    merchant.set_fault(fault, on="status")
    assert status(adapter, request.reference_id, number).state is ReportState.AMBIGUOUS
    assert status(adapter, request.reference_id, number).state is ReportState.PENDING


def test_an_invoice_of_nobody_is_not_found(adapter: IremboPay) -> None:
    assert status(adapter, uuid4()).state is ReportState.NOT_FOUND


def test_another_invoice_under_that_number_says_nothing_of_this_attempt(adapter: IremboPay, merchant: Merchant) -> None:
    number = str(adapter.request_to_pay(asked()).provider_id)
    merchant.press(number, "approve")
    assert status(adapter, uuid4(), number).state is ReportState.AMBIGUOUS


def test_a_notification_is_verified_and_names_our_attempt(
    adapter: IremboPay, merchant: Merchant, listener: Listener
) -> None:
    request = asked()
    merchant.press(str(adapter.request_to_pay(request).provider_id), "approve")
    read = adapter.parse_callback(heard_by(listener))
    assert (read.authenticity, read.reference_id) == (Authenticity.VERIFIED, request.reference_id)
    assert (read.report.state, read.report.amount) == (ReportState.SUCCEEDED, FEE)


def test_a_notification_of_another_day_is_no_proof(
    adapter: IremboPay, merchant: Merchant, listener: Listener, clock: ManualClock
) -> None:
    merchant.press(str(adapter.request_to_pay(asked()).provider_id), "approve")
    kept = heard_by(listener)
    assert adapter.parse_callback(kept).authenticity is Authenticity.VERIFIED
    clock.advance(timedelta(minutes=6))
    assert adapter.parse_callback(kept).authenticity is Authenticity.INVALID


def test_a_notification_that_was_changed_or_forged_is_no_proof(
    adapter: IremboPay, merchant: Merchant, listener: Listener
) -> None:
    merchant.press(str(adapter.request_to_pay(asked()).provider_id), "approve")
    kept = heard_by(listener)
    changed = replace(kept, body=kept.body.replace(b"20000", b"20001"))
    unsigned = replace(kept, headers={})
    merchant.set_fault("callback_forged")
    merchant.press(str(adapter.request_to_pay(asked()).provider_id), "approve")
    eventually(lambda: len(listener.heard) == 2)
    forged = RawCallback(headers=listener.heard[1].headers, body=listener.heard[1].body)
    for callback in (changed, unsigned, forged):
        assert adapter.parse_callback(callback).authenticity is Authenticity.INVALID


def test_half_a_notification_is_malformed(adapter: IremboPay, merchant: Merchant, listener: Listener) -> None:
    merchant.set_fault("callback_malformed")
    merchant.press(str(adapter.request_to_pay(asked()).provider_id), "approve")
    with pytest.raises(MalformedReport):
        adapter.parse_callback(heard_by(listener))


def test_money_goes_over_https_only(account: IremboPayAccount, clock: ManualClock) -> None:
    with pytest.raises(InsecureAddress):
        IremboPay(replace(account, base_url="http://api.irembopay.com"), clock=clock)
    adapter = IremboPay(replace(account, base_url="https://api.sandbox.irembopay.com"), clock=clock)
    assert adapter.capabilities.pay_origins == ("https://*.irembopay.com",)
