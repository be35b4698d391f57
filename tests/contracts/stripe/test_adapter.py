"""The Stripe adapter keeps the port's promises on the real wire."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest
import stripe

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
    RefundRef,
    RefundRequest,
    ReportState,
    StatusReport,
)
from app.payments.rails.line import InsecureAddress
from app.payments.rails.stripe_checkout import StripeAccount, StripeCheckout
from app.payments.reasons import Reason
from tests.contracts.sandbox.callers import Listener, eventually
from tests.contracts.sandbox.stripe_caller import WEBHOOK_SECRET, Shop

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


def status(adapter: StripeCheckout, reference: UUID, session_id: str | None) -> StatusReport:
    return adapter.get_status(AttemptRef(reference_id=reference, host=None, provider_id=session_id))


def opened(adapter: StripeCheckout, request: PaymentRequest) -> str:
    sent = adapter.request_to_pay(request)
    assert sent.answer is Answer.ACCEPTED
    return str(sent.provider_id)


def heard_by(listener: Listener, number: int = 1) -> RawCallback:
    heard = listener.wait_for(number)[number - 1]
    return RawCallback(headers=heard.headers, body=heard.body)


def paid_back(adapter: StripeCheckout, shop: Shop, amount: Money = FEE) -> RefundRequest:
    request = asked()
    session_id = opened(adapter, request)
    shop.press(session_id)
    original = AttemptRef(reference_id=request.reference_id, host=None, provider_id=session_id)
    return RefundRequest(
        reference_id=uuid4(),
        amount=amount,
        paid=FEE,
        original=original,
        provider_reference=adapter.get_status(original).provider_reference,
        msisdn=None,
        bill_reference="B7K3M9QXDA",
        message="Refund",
    )


def refund_status(adapter: StripeCheckout, request: RefundRequest, refund_id: str | None) -> StatusReport:
    return adapter.get_refund_status(RefundRef(reference_id=request.reference_id, host=None, provider_id=refund_id))


def test_a_session_is_opened_and_pending_until_the_card_is_charged(adapter: StripeCheckout, shop: Shop) -> None:
    request = asked()
    sent = adapter.request_to_pay(request)
    session_id = str(sent.provider_id)
    assert (sent.answer, shop.http.get(str(sent.pay_url)).status_code) == (Answer.ACCEPTED, 200)
    theirs = shop.session(session_id)
    assert theirs["client_reference_id"] == theirs["metadata"]["reference_id"] == str(request.reference_id)
    assert status(adapter, request.reference_id, session_id).state is ReportState.PENDING
    shop.press(session_id)
    report = status(adapter, request.reference_id, session_id)
    assert (report.state, report.amount) == (ReportState.SUCCEEDED, FEE)
    assert report.provider_reference == shop.session(session_id)["payment_intent"]


@pytest.mark.parametrize("amount", [Money(20_000, "RWF"), Money(1_250, "EUR"), Money(999, "KES")])
def test_an_amount_arrives_as_it_is(adapter: StripeCheckout, shop: Shop, amount: Money) -> None:
    request = asked(amount=amount)
    session_id = opened(adapter, request)
    assert shop.session(session_id)["amount_total"] == amount.minor
    assert status(adapter, request.reference_id, session_id).amount == amount


def test_the_same_request_again_finds_the_same_page_whoever_asks(adapter: StripeCheckout, shop: Shop) -> None:
    request = asked()
    again = replace(request, message="Amagarama", language="rw", callback_url="http://127.0.0.1:2")
    first, second = adapter.request_to_pay(request), adapter.request_to_pay(again)
    assert (second.provider_id, second.pay_url) == (first.provider_id, first.pay_url)
    assert len(shop.books()["payments"]) == 1


def test_a_session_whose_answer_was_lost_is_found_by_its_key(adapter: StripeCheckout, shop: Shop) -> None:
    shop.set_fault("drop_answer")
    request = asked()
    assert adapter.request_to_pay(request).answer is Answer.UNKNOWN
    assert status(adapter, request.reference_id, None).state is ReportState.NOT_FOUND
    opened(adapter, request)
    assert len(shop.books()["payments"]) == 1


def test_a_500_that_would_be_repeated_for_ever_is_a_refusal(adapter: StripeCheckout, shop: Shop) -> None:
    shop.set_fault("error_after_accept")
    request = asked()
    first, second = adapter.request_to_pay(request), adapter.request_to_pay(request)
    assert (first.answer, first.cause) == (Answer.UNKNOWN, Cause.SERVER_ERROR)
    assert (second.answer, second.reason) == (Answer.REJECTED, Reason.PROVIDER_UNAVAILABLE)
    assert opened(adapter, asked())


def test_a_key_that_was_used_for_something_else_is_a_refusal(adapter: StripeCheckout) -> None:
    request = asked()
    opened(adapter, request)
    sent = adapter.request_to_pay(replace(request, amount=Money(1, "RWF")))
    assert sent.answer is Answer.REJECTED


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("drop_answer", Cause.UNREACHABLE),
        ("refused", Cause.UNREACHABLE),
        ("error", Cause.SERVER_ERROR),
        ("down", Cause.SERVER_ERROR),
        ("rate_limited", Cause.RATE_LIMITED),
    ],
)
def test_an_answer_that_says_nothing_is_unknown_and_sent_once(
    adapter: StripeCheckout, shop: Shop, fault: str, cause: Cause
) -> None:
    shop.set_fault(fault)
    sent = adapter.request_to_pay(asked())
    assert (sent.answer, sent.cause) == (Answer.UNKNOWN, cause)
    assert shop.http.get("/faults.json").json()["faults"] == []
    assert len(shop.books()["payments"]) == (1 if fault == "drop_answer" else 0)


def test_a_slow_answer_is_a_timeout(hasty: StripeCheckout, shop: Shop) -> None:
    shop.set_fault("slow", seconds=3)
    sent = hasty.request_to_pay(asked())
    assert (sent.answer, sent.cause) == (Answer.UNKNOWN, Cause.TIMEOUT)


def test_a_wrong_key_is_no_refusal_of_the_payer(account: StripeAccount) -> None:
    adapter = StripeCheckout(replace(account, secret_key="sk_test_guess"))
    sent = adapter.request_to_pay(asked())
    assert (sent.answer, sent.cause) == (Answer.UNKNOWN, Cause.UNAUTHORISED)
    assert status(adapter, uuid4(), "cs_test_1").state is ReportState.AMBIGUOUS


def test_a_page_that_would_close_too_soon_is_refused_for_now(adapter: StripeCheckout, clock: ManualClock) -> None:
    sent = adapter.request_to_pay(asked(pay_until=clock.now() + timedelta(minutes=5)))
    assert (sent.answer, sent.reason) == (Answer.REJECTED, Reason.PROVIDER_UNAVAILABLE)


@pytest.mark.parametrize("fault", ["down", "broken_answer", "refused", "rate_limited", "error"])
def test_a_status_that_says_nothing_changes_nothing(adapter: StripeCheckout, shop: Shop, fault: str) -> None:
    request = asked()
    session_id = opened(adapter, request)
    shop.set_fault(fault, on="status")
    assert status(adapter, request.reference_id, session_id).state is ReportState.AMBIGUOUS
    assert status(adapter, request.reference_id, session_id).state is ReportState.PENDING


@pytest.mark.parametrize("body", [b"", b"[]", b"null", b'"x"', b'{"error": []}', b'{"error": "x"}', b"<html>", b"\xff"])
@pytest.mark.parametrize("code", [200, 400, 404, 500])
def test_whatever_is_answered_the_adapter_does_not_raise(account: StripeAccount, body: bytes, code: int) -> None:
    client = httpx.Client(transport=httpx.MockTransport(lambda _: httpx.Response(code, content=body)))
    adapter = StripeCheckout(account, client=client)
    sent = adapter.request_to_pay(asked())
    assert sent.answer in (Answer.UNKNOWN, Answer.REJECTED)
    assert (sent.answer is Answer.REJECTED) <= (code in (400, 404))
    assert status(adapter, uuid4(), "cs_test_1").state is ReportState.AMBIGUOUS


def test_a_card_that_was_refused_is_not_the_end(adapter: StripeCheckout, shop: Shop) -> None:
    request = asked()
    session_id = opened(adapter, request)
    shop.press(session_id, "generic_decline")
    assert status(adapter, request.reference_id, session_id).state is ReportState.PENDING


def test_complete_is_not_paid(adapter: StripeCheckout, shop: Shop, listener: Listener) -> None:
    shop.set_fault("paid_late", seconds=60)
    request = asked()
    session_id = opened(adapter, request)
    shop.press(session_id)
    assert adapter.parse_callback(heard_by(listener)).report.state is ReportState.PENDING
    assert status(adapter, request.reference_id, session_id).state is ReportState.PENDING
    shop.advance(61)
    assert adapter.parse_callback(heard_by(listener, 2)).report.state is ReportState.SUCCEEDED
    assert status(adapter, request.reference_id, session_id).state is ReportState.SUCCEEDED


def test_a_session_runs_out(adapter: StripeCheckout, shop: Shop) -> None:
    request = asked()
    session_id = opened(adapter, request)
    shop.advance(86_401)
    eventually(lambda: status(adapter, request.reference_id, session_id).state is ReportState.EXPIRED)


def test_a_session_of_nobody_is_not_found_and_another_ones_says_nothing(adapter: StripeCheckout, shop: Shop) -> None:
    assert status(adapter, uuid4(), "cs_test_none").state is ReportState.NOT_FOUND
    session_id = opened(adapter, asked())
    shop.press(session_id)
    assert status(adapter, uuid4(), session_id).state is ReportState.AMBIGUOUS


def test_an_event_is_verified_and_names_our_attempt(adapter: StripeCheckout, shop: Shop, listener: Listener) -> None:
    request = asked()
    shop.press(opened(adapter, request))
    read = adapter.parse_callback(heard_by(listener))
    assert (read.authenticity, read.reference_id) == (Authenticity.VERIFIED, request.reference_id)
    assert (read.report.state, read.report.amount) == (ReportState.SUCCEEDED, FEE)


def test_an_event_that_was_changed_forged_or_played_again_later_is_no_proof(
    adapter: StripeCheckout, shop: Shop, listener: Listener
) -> None:
    shop.press(opened(adapter, asked()))
    kept = heard_by(listener)
    old = stripe.WebhookSignature.generate_signature_header(kept.body.decode(), WEBHOOK_SECRET, 1_700_000_000)
    shop.set_fault("callback_forged")
    shop.press(opened(adapter, asked()))
    for callback in (
        replace(kept, body=kept.body.replace(b"20000", b"20001")),
        replace(kept, body=b"\xff" + kept.body),
        replace(kept, headers={}),
        replace(kept, headers={"Stripe-Signature": old}),
        heard_by(listener, 2),
    ):
        assert adapter.parse_callback(callback).authenticity is Authenticity.INVALID


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"object": "event"}', '{"object": "event", "type": "x", "data": 7}'])
def test_signed_words_that_are_no_event_are_malformed(adapter: StripeCheckout, body: str) -> None:
    signature = stripe.WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET)
    with pytest.raises(MalformedReport):
        adapter.parse_callback(RawCallback(headers={"stripe-signature": signature}, body=body.encode()))


def test_a_part_can_go_back_once_under_one_key(adapter: StripeCheckout, shop: Shop) -> None:
    request = paid_back(adapter, shop, Money(5_000, "RWF"))
    first, second = adapter.refund(request), adapter.refund(request)
    assert (first.answer, second.provider_id) == (Answer.ACCEPTED, first.provider_id)
    report = refund_status(adapter, request, first.provider_id)
    assert (report.state, report.amount) == (ReportState.SUCCEEDED, Money(5_000, "RWF"))
    assert refund_status(adapter, request, None).state is ReportState.NOT_FOUND
    assert [refund["amount"] for refund in shop.books()["refunds"]] == [5_000]


def test_a_refund_whose_answer_is_broken_for_ever_is_found_among_the_payments_refunds(
    adapter: StripeCheckout, shop: Shop
) -> None:
    request = paid_back(adapter, shop)
    shop.set_fault("error_after_accept", on="other")
    first, second = adapter.refund(request), adapter.refund(request)
    assert (first.answer, second.answer) == (Answer.UNKNOWN, Answer.DUPLICATE)
    assert refund_status(adapter, request, second.provider_id).state is ReportState.SUCCEEDED
    assert len(shop.books()["refunds"]) == 1


def test_a_part_goes_back_once_though_stripe_has_forgotten_the_key(adapter: StripeCheckout, shop: Shop) -> None:
    request = paid_back(adapter, shop, Money(5_000, "RWF"))
    first = adapter.refund(request)
    shop.advance(25 * 3600)
    second = adapter.refund(request)
    assert (second.answer, second.provider_id) == (Answer.DUPLICATE, first.provider_id)
    assert [refund["amount"] for refund in shop.books()["refunds"]] == [5_000]


def test_nothing_goes_back_while_the_payments_refunds_cannot_be_seen(adapter: StripeCheckout, shop: Shop) -> None:
    request = paid_back(adapter, shop)
    shop.set_fault("down", on="list")
    assert adapter.refund(request).answer is Answer.UNKNOWN
    assert shop.books()["refunds"] == []
    assert refund_status(adapter, request, None).state is ReportState.NOT_FOUND
    assert adapter.refund(request).answer is Answer.ACCEPTED


def test_a_refund_waits_and_fails(adapter: StripeCheckout, shop: Shop) -> None:
    request = paid_back(adapter, shop)
    shop.set_fault("refund_pending", seconds=60)
    shop.set_fault("refund_failed")
    refund_id = adapter.refund(request).provider_id
    assert refund_status(adapter, request, refund_id).state is ReportState.PENDING
    shop.advance(61)
    eventually(lambda: refund_status(adapter, request, refund_id).state is ReportState.FAILED)


def test_more_than_was_paid_does_not_go_back(adapter: StripeCheckout, shop: Shop) -> None:
    request = paid_back(adapter, shop, Money(20_001, "RWF"))
    assert adapter.refund(request).answer is Answer.REJECTED
    assert adapter.refund(replace(request, provider_reference=None)).answer is Answer.REJECTED
    assert shop.books()["refunds"] == []


def test_an_event_about_a_refund_is_verified_and_names_no_payment(
    adapter: StripeCheckout, shop: Shop, listener: Listener
) -> None:
    adapter.refund(paid_back(adapter, shop))
    eventually(lambda: any(json.loads(heard.body)["type"] == "refund.updated" for heard in listener.heard))
    heard = next(heard for heard in listener.heard if json.loads(heard.body)["type"] == "refund.updated")
    read = adapter.parse_callback(RawCallback(headers=heard.headers, body=heard.body))
    assert (read.authenticity, read.reference_id, read.provider_id) == (Authenticity.VERIFIED, None, None)


def test_money_goes_over_https_only(account: StripeAccount) -> None:
    with pytest.raises(InsecureAddress):
        StripeCheckout(replace(account, base_url="http://api.stripe.example"))
    assert StripeCheckout(replace(account, base_url="")).capabilities.pay_origins == ("https://checkout.stripe.com",)
