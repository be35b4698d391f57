"""The Airtel adapter keeps the port's promises on the operator's real wire."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import httpx
import pytest

from app.config import AirtelSettings
from app.core.clock import ManualClock
from app.core.money import Money
from app.payments.provider import (
    Answer,
    AttemptRef,
    Authenticity,
    CallbackReport,
    Cause,
    PaymentRequest,
    RawCallback,
    ReportState,
    StatusReport,
)
from app.payments.rails.airtel import AirtelMoney
from app.payments.rails.line import InsecureAddress
from app.payments.reasons import Reason
from tests.contracts.sandbox.airtel_caller import Airtel
from tests.contracts.sandbox.callers import Listener

FEE = Money(20_000, "RWF")


def asked(phone: str = "+250722000000", **changes: object) -> PaymentRequest:
    request = PaymentRequest(
        reference_id=uuid4(),
        amount=FEE,
        msisdn=phone,
        bill_reference="B7K3M9QXDA",
        message="Court fee B7K3M9QXDA",
        callback_url=None,
    )
    return replace(request, **changes)  # type: ignore[arg-type]


def status(adapter: AirtelMoney, reference_id: UUID, amount: Money = FEE) -> StatusReport:
    return adapter.get_status(AttemptRef(reference_id=reference_id, host=None, amount=amount))


def test_a_signed_request_is_accepted_and_pending_until_the_payer_approves(
    adapter: AirtelMoney, operator: Airtel
) -> None:
    request = asked()
    assert adapter.request_to_pay(request).answer is Answer.ACCEPTED
    assert status(adapter, request.reference_id).state is ReportState.PENDING
    operator.press(str(request.reference_id), "approve")
    report = status(adapter, request.reference_id)
    assert (report.state, report.amount) == (ReportState.SUCCEEDED, FEE)
    assert report.provider_reference == operator.debits()[0]["financial_transaction_id"]


def test_without_signing_a_request_is_refused_where_signing_is_mandatory(
    account: AirtelSettings, token_clock: ManualClock, operator: Airtel
) -> None:
    unsigned = AirtelMoney(replace(account, sign=False), clock=token_clock)
    sent = unsigned.request_to_pay(asked())
    assert (sent.answer, sent.cause) == (Answer.UNKNOWN, Cause.UNAUTHORISED)
    assert operator.book_lines() == []


def test_the_operator_debits_the_very_amount_in_whole_francs(adapter: AirtelMoney, operator: Airtel) -> None:
    request = asked("+250722000101", amount=Money(12_345, "RWF"))
    adapter.request_to_pay(request)
    (debit,) = operator.debits()
    assert (debit["amount"], debit["external_id"]) == (12345, "B7K3M9QXDA")
    assert debit["msisdn"] == "250722000101"


def test_the_same_id_twice_is_a_duplicate_and_one_debit(adapter: AirtelMoney, operator: Airtel) -> None:
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
        ("206", ReportState.FAILED, Reason.PAYER_LIMIT),
        ("207", ReportState.FAILED, Reason.PAYEE_BLOCKED),
        ("208", ReportState.FAILED, Reason.UNSPECIFIED),
        ("209", ReportState.FAILED, Reason.PAYER_TIMEOUT),
        ("210", ReportState.FAILED, Reason.PAYER_TIMEOUT),
        ("211", ReportState.FAILED, Reason.UNSPECIFIED),
        ("301", ReportState.PENDING, None),
        ("303", ReportState.AMBIGUOUS, None),
    ],
)
def test_every_end_has_a_state_and_a_reason_of_the_port(
    adapter: AirtelMoney, ending: str, state: ReportState, reason: Reason | None
) -> None:
    request = asked(f"+250732000{ending}")
    assert adapter.request_to_pay(request).answer is Answer.ACCEPTED
    report = status(adapter, request.reference_id)
    assert (report.state, report.reason) == (state, reason)


@pytest.mark.parametrize(
    ("phone", "reason"),
    [
        ("+250722000205", Reason.PAYER_NOT_FOUND),
        ("+250788000000", Reason.PAYER_NOT_FOUND),
        ("+256700000000", Reason.PAYER_NOT_FOUND),
        ("+250722000306", Reason.MISCONFIGURED),
        ("+250722000307", Reason.MISCONFIGURED),
    ],
)
def test_a_refusal_under_200_is_a_refusal(adapter: AirtelMoney, operator: Airtel, phone: str, reason: Reason) -> None:
    sent = adapter.request_to_pay(asked(phone))
    assert (sent.answer, sent.reason) == (Answer.REJECTED, reason)
    assert operator.book_lines() == []


@pytest.mark.parametrize(
    ("phone", "cause", "then"),
    [
        ("+250722000305", Cause.SERVER_ERROR, ReportState.PENDING),
        ("+250722000308", Cause.TIMEOUT, ReportState.NOT_FOUND),
    ],
)
def test_an_ambiguous_code_is_unknown_and_an_enquiry_tells(
    adapter: AirtelMoney, phone: str, cause: Cause, then: ReportState
) -> None:
    request = asked(phone)
    sent = adapter.request_to_pay(request)
    assert (sent.answer, sent.cause) == (Answer.UNKNOWN, cause)
    assert status(adapter, request.reference_id).state is then


@pytest.mark.parametrize(
    ("fault", "cause", "taken"),
    [
        ("drop_answer", Cause.UNREACHABLE, True),
        ("error_after_accept", Cause.SERVER_ERROR, True),
        ("error", Cause.SERVER_ERROR, False),
        ("rate_limited", Cause.RATE_LIMITED, False),
        ("down", Cause.SERVER_ERROR, False),
        ("refused", Cause.UNREACHABLE, False),
        ("token_expired", Cause.UNAUTHORISED, False),
    ],
)
def test_an_unclear_answer_is_unknown_and_asking_tells_whether_it_was_taken_in(
    adapter: AirtelMoney, operator: Airtel, fault: str, cause: Cause, taken: bool
) -> None:
    adapter.request_to_pay(asked())  # Token and key are there, so the fault strikes the request.
    request = asked()
    operator.set_fault(fault, on="request")
    sent = adapter.request_to_pay(request)
    assert (sent.answer, sent.cause) == (Answer.UNKNOWN, cause)
    assert status(adapter, request.reference_id).state is (ReportState.PENDING if taken else ReportState.NOT_FOUND)
    assert adapter.request_to_pay(request).answer is (Answer.DUPLICATE if taken else Answer.ACCEPTED)


def test_a_slow_answer_is_unknown(hasty: AirtelMoney, operator: Airtel) -> None:
    hasty.request_to_pay(asked())
    request = asked()
    operator.set_fault("slow", seconds=3)
    sent = hasty.request_to_pay(request)
    assert (sent.answer, sent.cause) == (Answer.UNKNOWN, Cause.TIMEOUT)
    assert status(hasty, request.reference_id).state is ReportState.PENDING


def test_nobody_at_the_address_is_unknown_and_ambiguous(account: AirtelSettings, token_clock: ManualClock) -> None:
    nowhere = AirtelMoney(replace(account, base_url="http://127.0.0.1:9/airtel"), clock=token_clock)
    sent = nowhere.request_to_pay(asked())
    assert (sent.answer, sent.cause) == (Answer.UNKNOWN, Cause.UNREACHABLE)
    assert status(nowhere, uuid4()).state is ReportState.AMBIGUOUS


@pytest.mark.parametrize("fault", ["down", "error", "rate_limited", "broken_answer", "refused"])
def test_an_unclear_status_is_ambiguous_and_never_an_outcome(
    adapter: AirtelMoney, operator: Airtel, fault: str
) -> None:
    request = asked("+250722000101")
    adapter.request_to_pay(request)
    operator.set_fault(fault, on="status")
    assert status(adapter, request.reference_id).state is ReportState.AMBIGUOUS
    assert status(adapter, request.reference_id).state is ReportState.SUCCEEDED


@pytest.mark.parametrize("shape", ["success_false", "code_contradictory", "id_false"])
@pytest.mark.parametrize(("button", "state"), [("approve", ReportState.SUCCEEDED), ("decline", ReportState.FAILED)])
def test_only_the_transactions_status_decides(
    adapter: AirtelMoney, operator: Airtel, shape: str, button: str, state: ReportState
) -> None:
    operator.set_fault(shape)
    request = asked()
    assert adapter.request_to_pay(request).answer is Answer.ACCEPTED
    assert status(adapter, request.reference_id).state is ReportState.PENDING
    operator.press(str(request.reference_id), button)
    assert status(adapter, request.reference_id).state is state


def test_a_token_is_used_until_half_a_minute_before_its_end(adapter: AirtelMoney, token_clock: ManualClock) -> None:
    def token() -> str:
        return adapter._session.headers(adapter._host)["Authorization"]

    first = token()
    token_clock.advance(timedelta(seconds=149))
    assert token() == first
    token_clock.advance(timedelta(seconds=2))
    assert token() != first


def test_a_token_taken_back_is_renewed_for_a_question(adapter: AirtelMoney, operator: Airtel) -> None:
    request = asked()
    adapter.request_to_pay(request)
    operator.set_fault("token_expired")
    assert status(adapter, request.reference_id).state is ReportState.PENDING


def test_wrong_keys_are_unknown_and_ambiguous_never_a_failed_payment(
    account: AirtelSettings, token_clock: ManualClock
) -> None:
    stranger = AirtelMoney(replace(account, client_secret="not-the-secret"), clock=token_clock)
    assert stranger.request_to_pay(asked()).cause is Cause.UNAUTHORISED
    assert status(stranger, uuid4()).state is ReportState.AMBIGUOUS


def test_a_status_is_read_at_the_host_that_processed_the_request(
    adapter: AirtelMoney, account: AirtelSettings, token_clock: ManualClock
) -> None:
    request = asked()
    host = adapter.request_to_pay(request).host
    moved = AirtelMoney(replace(account, base_url="http://127.0.0.1:9/airtel"), clock=token_clock)
    ref = AttemptRef(reference_id=request.reference_id, host=host, amount=FEE)
    assert moved.get_status(ref).state is ReportState.PENDING


def called_back(adapter: AirtelMoney, operator: Airtel, listener: Listener) -> tuple[UUID, CallbackReport]:
    request = asked()
    adapter.request_to_pay(request)
    operator.press(str(request.reference_id), "approve")
    (heard,) = listener.wait_for(1)
    return request.reference_id, adapter.parse_callback(RawCallback(headers=heard.headers, body=heard.body))


@pytest.mark.parametrize("shape", [None, "callback_respaced"])
def test_a_hashed_callback_is_verified_and_names_our_attempt(
    adapter: AirtelMoney, operator: Airtel, listener: Listener, shape: str | None
) -> None:
    if shape:
        operator.set_fault(shape)
    reference_id, found = called_back(adapter, operator, listener)
    assert (found.authenticity, found.reference_id) == (Authenticity.VERIFIED, reference_id)
    assert (found.report.state, found.report.amount) == (ReportState.SUCCEEDED, None)


@pytest.mark.parametrize("shape", ["callback_wrong_hash", "callback_no_hash"])
def test_a_callback_with_another_hash_or_none_is_not_theirs(
    adapter: AirtelMoney, operator: Airtel, listener: Listener, shape: str
) -> None:
    operator.set_fault(shape)
    _, found = called_back(adapter, operator, listener)
    assert found.authenticity is Authenticity.INVALID


def test_what_is_kept_of_an_answer_names_no_number_and_no_secret(
    adapter: AirtelMoney, account: AirtelSettings, operator: Airtel
) -> None:
    request = asked()
    sent = adapter.request_to_pay(request)
    operator.press(str(request.reference_id), "approve")
    kept = json.dumps([sent.raw, status(adapter, request.reference_id).raw])
    for secret in ("722000000", account.client_secret, account.callback_key):
        assert secret not in kept
        assert secret not in repr((request, sent, account))


@pytest.mark.parametrize("address", ["http://airtel.example", "ftp://127.0.0.1", "http://127.0.0.1.example"])
def test_money_and_secrets_go_over_https_except_on_this_machine(
    account: AirtelSettings, token_clock: ManualClock, address: str
) -> None:
    with pytest.raises(InsecureAddress):
        AirtelMoney(replace(account, base_url=address), clock=token_clock, client=httpx.Client())
