"""The MTN adapter keeps the port's promises on the operator's real wire."""

import json
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
    PaymentRequest,
    RawCallback,
    ReportState,
    StatusReport,
)
from app.payments.rails.line import InsecureAddress
from app.payments.rails.mtn import MtnAccount, MtnCollections
from app.payments.reasons import Reason
from tests.contracts.sandbox.callers import Listener, Mtn, eventually

FEE = Money(20_000, "RWF")


def asked(phone: str = "+250788000000", **changes: object) -> PaymentRequest:
    request = PaymentRequest(
        reference_id=uuid4(),
        amount=FEE,
        msisdn=phone,
        bill_reference="B7K3M9QXDA",
        message="Court fee B7K3M9QXDA",
        callback_url=None,
    )
    return replace(request, **changes)  # type: ignore[arg-type]


def status(adapter: MtnCollections, reference_id: UUID) -> StatusReport:
    return adapter.get_status(AttemptRef(reference_id=reference_id, host=None))


def test_a_request_is_accepted_and_pending_until_the_payer_approves(adapter: MtnCollections, operator: Mtn) -> None:
    request = asked()
    sent = adapter.request_to_pay(request)
    assert (sent.answer, sent.host) == (Answer.ACCEPTED, adapter.request_to_pay(asked()).host)
    assert status(adapter, request.reference_id).state is ReportState.PENDING
    operator.press(str(request.reference_id), "approve")
    report = status(adapter, request.reference_id)
    assert (report.state, report.amount) == (ReportState.SUCCEEDED, FEE)
    assert report.provider_reference


def test_the_operator_debits_the_very_amount_in_whole_francs(adapter: MtnCollections, operator: Mtn) -> None:
    request = asked("+250788000101", amount=Money(12_345, "RWF"))
    adapter.request_to_pay(request)
    eventually(lambda: len(operator.debits()) == 1)
    (debit,) = operator.debits()
    assert str(debit["amount"]) == "12345"
    assert status(adapter, request.reference_id).amount == Money(12_345, "RWF")


def test_the_same_id_twice_is_a_duplicate_and_one_debit(adapter: MtnCollections, operator: Mtn) -> None:
    request = asked()
    assert adapter.request_to_pay(request).answer is Answer.ACCEPTED
    assert adapter.request_to_pay(request).answer is Answer.DUPLICATE
    operator.press(str(request.reference_id), "approve")
    assert len(operator.debits()) == 1


@pytest.mark.parametrize(
    ("ending", "state", "reason"),
    [
        ("201", ReportState.FAILED, Reason.INSUFFICIENT_FUNDS),
        ("202", ReportState.FAILED, Reason.PAYER_DECLINED),
        ("203", ReportState.FAILED, Reason.WRONG_PIN),
        ("204", ReportState.EXPIRED, Reason.PAYER_TIMEOUT),
        ("205", ReportState.FAILED, Reason.PAYER_NOT_FOUND),
        ("206", ReportState.FAILED, Reason.PAYER_LIMIT),
        ("207", ReportState.FAILED, Reason.PAYEE_BLOCKED),
        ("208", ReportState.FAILED, Reason.PAYER_NOT_FOUND),
        ("209", ReportState.FAILED, Reason.UNSPECIFIED),
        ("210", ReportState.FAILED, Reason.PAYER_TIMEOUT),
        ("211", ReportState.FAILED, Reason.UNSPECIFIED),
    ],
)
def test_every_failure_has_a_reason_of_the_port(
    adapter: MtnCollections, ending: str, state: ReportState, reason: Reason
) -> None:
    request = asked(f"+250788000{ending}")
    assert adapter.request_to_pay(request).answer is Answer.ACCEPTED
    report = status(adapter, request.reference_id)
    assert (report.state, report.reason) == (state, reason)


@pytest.mark.parametrize(("button", "reason"), [("wrong-pin", Reason.WRONG_PIN), ("decline", Reason.PAYER_DECLINED)])
def test_what_the_payer_does_on_the_handset_is_reported(
    adapter: MtnCollections, operator: Mtn, button: str, reason: Reason
) -> None:
    request = asked()
    adapter.request_to_pay(request)
    operator.press(str(request.reference_id), button)
    assert status(adapter, request.reference_id).reason is reason


def test_a_refusal_with_a_sure_code_is_a_refusal_also_when_it_comes_as_500(adapter: MtnCollections) -> None:
    sent = adapter.request_to_pay(asked("+250788000303"))
    assert (sent.answer, sent.reason) == (Answer.REJECTED, Reason.MISCONFIGURED)


def test_a_callback_address_on_a_wrong_host_is_our_mistake_and_no_payment(
    adapter: MtnCollections, operator: Mtn
) -> None:
    sent = adapter.request_to_pay(asked(callback_url="https://elsewhere.example/callbacks/mtn/x"))
    assert (sent.answer, sent.reason) == (Answer.REJECTED, Reason.MISCONFIGURED)
    assert operator.http.get("/books").json()["payments"] == []


@pytest.mark.parametrize(
    ("fault", "cause", "taken"),
    [
        ("drop_answer", Cause.UNREACHABLE, True),
        ("error_after_accept", Cause.SERVER_ERROR, True),
        ("error", Cause.SERVER_ERROR, False),
        ("rate_limited", Cause.RATE_LIMITED, False),
        ("down", Cause.SERVER_ERROR, False),
        ("refused", Cause.UNREACHABLE, False),
    ],
)
def test_an_unclear_answer_is_unknown_and_asking_tells_whether_it_was_taken_in(
    adapter: MtnCollections, operator: Mtn, fault: str, cause: Cause, taken: bool
) -> None:
    adapter.request_to_pay(asked())  # The token is there, so the fault strikes the request.
    request = asked()
    operator.set_fault(fault)
    sent = adapter.request_to_pay(request)
    assert (sent.answer, sent.cause) == (Answer.UNKNOWN, cause)
    expected = ReportState.PENDING if taken else ReportState.NOT_FOUND
    assert status(adapter, request.reference_id).state is expected


def test_a_slow_answer_is_unknown(hasty: MtnCollections, operator: Mtn) -> None:
    hasty.request_to_pay(asked())
    request = asked()
    operator.set_fault("slow", seconds=3)
    sent = hasty.request_to_pay(request)
    assert (sent.answer, sent.cause) == (Answer.UNKNOWN, Cause.TIMEOUT)
    assert status(hasty, request.reference_id).state is ReportState.PENDING


def test_nobody_at_the_address_is_unknown_and_ambiguous(account: MtnAccount, token_clock: ManualClock) -> None:
    nowhere = MtnCollections(replace(account, base_url="http://127.0.0.1:9/mtn"), clock=token_clock)
    sent = nowhere.request_to_pay(asked())
    assert (sent.answer, sent.cause) == (Answer.UNKNOWN, Cause.UNREACHABLE)
    assert status(nowhere, uuid4()).state is ReportState.AMBIGUOUS


@pytest.mark.parametrize("fault", ["down", "error", "rate_limited", "broken_answer", "refused"])
def test_an_unclear_status_is_ambiguous_and_never_an_outcome(
    adapter: MtnCollections, operator: Mtn, fault: str
) -> None:
    request = asked("+250788000101")
    adapter.request_to_pay(request)
    eventually(lambda: status(adapter, request.reference_id).state is ReportState.SUCCEEDED)
    operator.set_fault(fault, on="status")
    assert status(adapter, request.reference_id).state is ReportState.AMBIGUOUS
    assert status(adapter, request.reference_id).state is ReportState.SUCCEEDED


@pytest.mark.parametrize("shape", ["created_first", "bare_reason", "numeric_amount"])
def test_shapes_that_stray_from_the_contract_are_read_all_the_same(
    adapter: MtnCollections, operator: Mtn, shape: str
) -> None:
    operator.set_fault(shape)
    request = asked()
    adapter.request_to_pay(request)
    assert status(adapter, request.reference_id).state is ReportState.PENDING
    operator.press(str(request.reference_id), "decline" if shape == "bare_reason" else "approve")
    report = status(adapter, request.reference_id)
    if shape == "bare_reason":
        assert (report.state, report.reason) == (ReportState.FAILED, Reason.PAYER_DECLINED)
    else:
        assert (report.state, report.amount) == (ReportState.SUCCEEDED, FEE)


def test_a_payment_that_is_missing_for_a_while_is_not_found_and_then_there(
    adapter: MtnCollections, operator: Mtn
) -> None:
    operator.set_fault("status_missing", seconds=15)
    request = asked()
    adapter.request_to_pay(request)
    assert status(adapter, request.reference_id).state is ReportState.NOT_FOUND
    assert adapter.request_to_pay(request).answer is Answer.DUPLICATE
    operator.advance(16)
    assert status(adapter, request.reference_id).state is ReportState.PENDING


def test_one_token_serves_many_calls_until_ten_minutes_before_its_end(
    adapter: MtnCollections, token_clock: ManualClock
) -> None:
    adapter.request_to_pay(asked())
    first = dict(adapter._tokens)
    token_clock.advance(timedelta(minutes=49))
    adapter.request_to_pay(asked())
    assert adapter._tokens == first
    token_clock.advance(timedelta(minutes=2))
    adapter.request_to_pay(asked())
    assert adapter._tokens != first


def test_a_token_taken_back_is_renewed_for_a_question_and_never_repeats_a_request(
    adapter: MtnCollections, operator: Mtn
) -> None:
    request = asked()
    adapter.request_to_pay(request)
    operator.set_fault("token_expired")
    assert status(adapter, request.reference_id).state is ReportState.PENDING
    operator.set_fault("token_expired", on="request")
    another = asked()
    sent = adapter.request_to_pay(another)
    assert (sent.answer, sent.cause) == (Answer.UNKNOWN, Cause.UNAUTHORISED)
    assert status(adapter, another.reference_id).state is ReportState.NOT_FOUND
    assert adapter.request_to_pay(another).answer is Answer.ACCEPTED


def test_wrong_keys_are_unknown_and_ambiguous_never_a_failed_payment(
    account: MtnAccount, token_clock: ManualClock
) -> None:
    stranger = MtnCollections(replace(account, api_key="not-the-key-at-all"), clock=token_clock)
    assert stranger.request_to_pay(asked()).cause is Cause.UNAUTHORISED
    assert status(stranger, uuid4()).state is ReportState.AMBIGUOUS


def test_a_status_is_read_at_the_host_that_processed_the_request(
    adapter: MtnCollections, account: MtnAccount, token_clock: ManualClock
) -> None:
    request = asked()
    host = adapter.request_to_pay(request).host
    moved = MtnCollections(replace(account, base_url="http://127.0.0.1:9/mtn"), clock=token_clock)
    assert moved.get_status(AttemptRef(reference_id=request.reference_id, host=host)).state is ReportState.PENDING


def test_the_callback_is_read_as_an_unsigned_hint(adapter: MtnCollections, operator: Mtn, listener: Listener) -> None:
    request = asked(callback_url=listener.url)
    adapter.request_to_pay(request)
    operator.press(str(request.reference_id), "approve")
    (heard,) = listener.wait_for(1)
    found = adapter.parse_callback(RawCallback(headers=heard.headers, body=heard.body))
    assert found.authenticity is Authenticity.UNSIGNED
    assert (found.report.state, found.report.amount) == (ReportState.SUCCEEDED, FEE)


def test_what_is_kept_of_an_answer_names_no_number_and_no_secret(
    adapter: MtnCollections, account: MtnAccount, operator: Mtn
) -> None:
    request = asked()
    sent = adapter.request_to_pay(request)
    operator.press(str(request.reference_id), "approve")
    kept = json.dumps([sent.raw, status(adapter, request.reference_id).raw])
    for secret in ("250788000000", account.api_key, account.subscription_key):
        assert secret not in kept
        assert secret not in repr((request, sent, account))


@pytest.mark.parametrize("address", ["http://momo.example", "ftp://127.0.0.1", "http://127.0.0.1.example"])
def test_money_and_secrets_go_over_https_except_on_this_machine(
    account: MtnAccount, token_clock: ManualClock, address: str
) -> None:
    with pytest.raises(InsecureAddress):
        MtnCollections(replace(account, base_url=address), clock=token_clock)
