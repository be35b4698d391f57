"""The Daraja adapter keeps the port's promises on the operator's real wire."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import httpx
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
    Submission,
)
from app.payments.rails.daraja import Daraja
from app.payments.rails.daraja_session import DarajaApp, DarajaSession
from app.payments.rails.daraja_wire import Shortcode
from app.payments.rails.line import InsecureAddress
from app.payments.reasons import Reason
from tests.builders.mpesa import FEE, PHONE, Mpesa
from tests.contracts.sandbox.callers import Listener, eventually


def asked(listener: Listener, phone: str = PHONE, **changes: object) -> PaymentRequest:
    request = PaymentRequest(
        reference_id=uuid4(),
        amount=FEE,
        msisdn=phone,
        bill_reference="B7K3M9QXDA",
        message="Court fee B7K3M9QXDA",
        callback_url=listener.url,
    )
    return replace(request, **changes)  # type: ignore[arg-type]


def status(adapter: Daraja, sent: Submission) -> StatusReport:
    return adapter.get_status(AttemptRef(reference_id=uuid4(), host=None, provider_id=sent.provider_id, amount=FEE))


def test_a_request_is_accepted_and_pending_until_the_payer_approves(
    adapter: Daraja, operator: Mpesa, listener: Listener
) -> None:
    sent = adapter.request_to_pay(asked(listener))
    assert (sent.answer, sent.provider_id) == (Answer.ACCEPTED, operator.prompt())
    assert status(adapter, sent).state is ReportState.PENDING
    operator.press("approve")
    report = status(adapter, sent)
    assert (report.state, report.amount) == (ReportState.SUCCEEDED, FEE)
    assert operator.debits() == [FEE.minor]


@pytest.mark.parametrize(
    ("ending", "state", "reason"),
    [
        ("201", ReportState.FAILED, Reason.INSUFFICIENT_FUNDS),
        ("202", ReportState.FAILED, Reason.PAYER_DECLINED),
        ("203", ReportState.FAILED, Reason.WRONG_PIN),
        ("204", ReportState.EXPIRED, Reason.PAYER_TIMEOUT),
        ("205", ReportState.EXPIRED, Reason.PAYER_TIMEOUT),
        ("206", ReportState.FAILED, Reason.PAYER_LIMIT),
        ("207", ReportState.FAILED, Reason.PAYEE_BLOCKED),
        ("208", ReportState.FAILED, Reason.DUPLICATE),
        ("209", ReportState.FAILED, Reason.PROVIDER_UNAVAILABLE),
        ("210", ReportState.FAILED, Reason.PROVIDER_UNAVAILABLE),
        ("211", ReportState.FAILED, Reason.UNSPECIFIED),
    ],
)
def test_every_failure_has_a_reason_of_the_port_in_the_answer_and_in_the_callback(
    adapter: Daraja, listener: Listener, ending: str, state: ReportState, reason: Reason
) -> None:
    sent = adapter.request_to_pay(asked(listener, f"+254712345{ending}"))
    assert sent.answer is Answer.ACCEPTED
    report = status(adapter, sent)
    assert (report.state, report.reason) == (state, reason)
    (heard,) = listener.wait_for(1)
    told = adapter.parse_callback(RawCallback(headers=heard.headers, body=heard.body))
    assert (told.report.state, told.report.reason, told.provider_id) == (state, reason, sent.provider_id)


@pytest.mark.parametrize(("button", "reason"), [("wrong-pin", Reason.WRONG_PIN), ("decline", Reason.PAYER_DECLINED)])
def test_what_the_payer_does_on_the_handset_is_reported(
    adapter: Daraja, operator: Mpesa, listener: Listener, button: str, reason: Reason
) -> None:
    sent = adapter.request_to_pay(asked(listener))
    operator.press(button)
    assert status(adapter, sent).reason is reason


@pytest.mark.parametrize(
    "amount", [Money(150_050, "KES"), Money(1, "KES"), Money(1500, "RWF"), Money(0, "KES"), Money(-100, "KES")]
)
def test_what_is_no_whole_number_of_shillings_is_refused_and_never_sent(
    adapter: Daraja, operator: Mpesa, listener: Listener, amount: Money
) -> None:
    assert not adapter.capabilities.takes(amount) or amount.minor <= 0
    assert adapter.request_to_pay(asked(listener, amount=amount)).answer is Answer.REJECTED
    assert operator.books("payments") == []


@pytest.mark.parametrize(
    ("ending", "reason", "cause"),
    [("303", Reason.MISCONFIGURED, None), ("304", Reason.PROVIDER_UNAVAILABLE, Cause.RATE_LIMITED)],
)
def test_a_refusal_at_the_door_is_a_refusal(
    adapter: Daraja, listener: Listener, ending: str, reason: Reason, cause: Cause | None
) -> None:
    sent = adapter.request_to_pay(asked(listener, f"+254712345{ending}"))
    assert (sent.answer, sent.reason, sent.cause) == (Answer.REJECTED, reason, cause)


@pytest.mark.parametrize(
    ("fault", "cause", "taken"),
    [
        ("drop_answer", Cause.UNREACHABLE, 1),
        ("error_after_accept", Cause.SERVER_ERROR, 1),
        ("error", Cause.SERVER_ERROR, 0),
        ("down", Cause.SERVER_ERROR, 0),
    ],
)
def test_an_unclear_answer_is_unknown_has_no_name_and_is_posted_once(
    adapter: Daraja, operator: Mpesa, listener: Listener, fault: str, cause: Cause, taken: int
) -> None:
    operator.set_fault(fault, on="request")
    sent = adapter.request_to_pay(asked(listener))
    assert (sent.answer, sent.cause, sent.provider_id) == (Answer.UNKNOWN, cause, None)
    report = status(adapter, sent)
    assert (report.state, report.nameless) == (ReportState.AMBIGUOUS, True)
    assert len(operator.books("payments")) == taken


def test_what_was_surely_never_sent_is_refused_so_that_nobody_waits_for_it(
    daraja_app: DarajaApp, shortcode: Shortcode, clock: ManualClock, listener: Listener
) -> None:
    nowhere = replace(daraja_app, base_url="http://127.0.0.1:9")
    adapter = Daraja(DarajaSession(nowhere, clock=clock), shortcode, clock=clock)
    sent = adapter.request_to_pay(asked(listener))
    assert (sent.answer, sent.reason, sent.cause) == (
        Answer.REJECTED,
        Reason.PROVIDER_UNAVAILABLE,
        Cause.UNREACHABLE,
    )


@pytest.mark.parametrize("fault", ["down", "error", "rate_limited", "broken_answer", "refused"])
def test_an_unclear_status_is_ambiguous_and_never_an_outcome(
    adapter: Daraja, operator: Mpesa, listener: Listener, fault: str
) -> None:
    sent = adapter.request_to_pay(asked(listener, "+254712345101"))
    operator.set_fault(fault, on="status")
    report = status(adapter, sent)
    assert (report.state, report.nameless) == (ReportState.AMBIGUOUS, False)
    assert status(adapter, sent).state is ReportState.SUCCEEDED


def test_a_name_that_daraja_does_not_know_is_ambiguous_and_never_asked_for_again(adapter: Daraja) -> None:
    ref = AttemptRef(reference_id=uuid4(), host=None, provider_id="ws_CO_1", amount=FEE)
    assert adapter.get_status(ref).state is ReportState.AMBIGUOUS


@pytest.mark.parametrize("wrong", ["passkey", "secret"])
def test_wrong_keys_are_no_failed_payment(
    daraja_app: DarajaApp, shortcode: Shortcode, clock: ManualClock, listener: Listener, adapter: Daraja, wrong: str
) -> None:
    named = adapter.request_to_pay(asked(listener, "+254712345202"))
    if wrong == "passkey":
        shortcode = Shortcode(number="174379", passkey="not-the-passkey")
    else:
        daraja_app = replace(daraja_app, consumer_secret="not-the-secret")
    stranger = Daraja(DarajaSession(daraja_app, clock=clock), shortcode, clock=clock)
    assert stranger.request_to_pay(asked(listener, "+254712345001")).answer is Answer.REJECTED
    assert status(stranger, named).state is ReportState.AMBIGUOUS


def test_a_token_taken_back_is_renewed_for_a_question_and_never_repeats_a_request(
    adapter: Daraja, operator: Mpesa, listener: Listener
) -> None:
    sent = adapter.request_to_pay(asked(listener))
    operator.set_fault("token_expired")
    assert status(adapter, sent).state is ReportState.PENDING
    operator.set_fault("token_expired", on="request")
    again = adapter.request_to_pay(asked(listener, "+254712345001"))
    assert (again.answer, again.cause) == (Answer.REJECTED, Cause.UNAUTHORISED)
    assert len(operator.books("payments")) == 1
    assert adapter.request_to_pay(asked(listener, "+254712345001")).answer is Answer.ACCEPTED


def test_one_token_serves_until_five_minutes_before_its_end(
    daraja_app: DarajaApp, shortcode: Shortcode, clock: ManualClock, listener: Listener
) -> None:
    fetched: list[str] = []
    client = httpx.Client(
        timeout=5,
        trust_env=False,
        event_hooks={"request": [lambda r: fetched.append(r.url.path) if "oauth" in r.url.path else None]},
    )
    adapter = Daraja(DarajaSession(daraja_app, clock=clock, client=client), shortcode, clock=clock)
    for minutes, tokens in ((0, 1), (54, 1), (2, 2)):
        clock.advance(timedelta(minutes=minutes))
        adapter.request_to_pay(asked(listener, "+254712345101"))
        assert len(fetched) == tokens
    client.close()


def test_the_callback_is_an_unsigned_hint_with_its_name_receipt_and_time(
    adapter: Daraja, operator: Mpesa, listener: Listener
) -> None:
    sent = adapter.request_to_pay(asked(listener))
    operator.press("approve")
    (heard,) = listener.wait_for(1)
    found = adapter.parse_callback(RawCallback(headers=heard.headers, body=heard.body))
    assert (found.authenticity, found.provider_id) == (Authenticity.UNSIGNED, sent.provider_id)
    assert (found.report.state, found.report.amount) == (ReportState.SUCCEEDED, FEE)
    assert found.report.provider_reference == operator.books("payments")[0]["receipt"]
    assert found.report.completed_at is not None


def test_what_is_kept_of_an_answer_names_no_number_and_no_secret(
    adapter: Daraja, daraja_app: DarajaApp, operator: Mpesa, listener: Listener
) -> None:
    request = asked(listener)
    sent = adapter.request_to_pay(request)
    operator.press("approve")
    (heard,) = listener.wait_for(1)
    told = adapter.parse_callback(RawCallback(headers=heard.headers, body=heard.body))
    kept = json.dumps([status(adapter, sent).raw, told.report.raw])
    for secret in ("254712345000", daraja_app.consumer_secret, "sandbox-passkey"):
        assert secret not in kept
        assert secret not in repr((request, daraja_app, Shortcode(number="1", passkey="sandbox-passkey")))


def test_a_second_request_to_a_phone_that_is_asked_already_fails_as_busy(
    adapter: Daraja, operator: Mpesa, listener: Listener
) -> None:
    first = adapter.request_to_pay(asked(listener))
    second = adapter.request_to_pay(asked(listener))
    assert status(adapter, second).reason is Reason.DUPLICATE
    operator.press("approve")
    eventually(lambda: status(adapter, first).state is ReportState.SUCCEEDED)
    assert len(operator.debits()) == 1


@pytest.mark.parametrize("address", ["http://api.example", "ftp://127.0.0.1"])
def test_money_and_secrets_go_over_https_except_on_this_machine(
    daraja_app: DarajaApp, clock: ManualClock, address: str
) -> None:
    with pytest.raises(InsecureAddress):
        DarajaSession(replace(daraja_app, base_url=address), clock=clock)
