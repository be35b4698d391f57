"""Daraja's wire without a wire: whatever comes is read or is malformed, and money is exact."""

import json
from base64 import b64decode
from contextlib import suppress
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.payments.provider import MalformedReport, PaymentRequest, ReportState
from app.payments.rails import daraja_paybill_wire as paybill_wire
from app.payments.rails import daraja_wire as wire
from app.payments.rails.wire import document
from app.payments.reasons import Reason

NOON = datetime(2026, 5, 4, 21, 30, tzinfo=UTC)
FEE = Money(150_000, "KES")
SHORTCODE = wire.Shortcode(number="174379", passkey="key")
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
CODES = SCALARS | st.sampled_from(["0", "1", "1032", "1037", "500.001.1001"])


def request(amount: Money = FEE, reference: str = "B7K3M9QXDA") -> PaymentRequest:
    return PaymentRequest(
        reference_id=uuid4(),
        amount=amount,
        msisdn="+254712345000",
        bill_reference=reference,
        message="Court fee B7K3M9QXDA",
        callback_url="https://portal.example/callbacks/daraja/x",
    )


def test_a_push_is_signed_with_nairobis_time_and_fits_its_fields() -> None:
    body = wire.push_body(request(), SHORTCODE, NOON)
    assert body["Timestamp"] == "20260505003000"
    assert b64decode(body["Password"]).decode() == "174379key20260505003000"
    assert (body["Amount"], type(body["Amount"])) == (1500, int)
    assert (body["PhoneNumber"], body["PartyA"], body["PartyB"]) == ("254712345000", "254712345000", "174379")
    assert body["AccountReference"] == "B7K3M9QXDA"
    assert 0 < len(body["TransactionDesc"]) <= 13


def test_a_reference_that_is_too_long_is_refused_rather_than_cut() -> None:
    with pytest.raises(wire.NotPayable):
        wire.push_body(request(reference="B123456789012"), SHORTCODE, NOON)


@given(st.integers(min_value=1, max_value=10**12))
def test_whole_shillings_come_back_as_they_went(shillings: int) -> None:
    amount = Money(shillings * 100, "KES")
    sent = wire.amount_on_wire(amount)
    told = {"Item": [{"Name": "Amount", "Value": sent}]}
    body = {"Body": {"stkCallback": {"ResultCode": 0, "CallbackMetadata": told}}}
    _, report = wire.callback_in(document(json.dumps(body).encode()))
    assert report.amount == amount


@given(st.integers(), st.sampled_from(["KES", "RWF", "EUR", "UGX"]))
def test_nothing_is_ever_rounded(minor: int, currency: str) -> None:
    try:
        sent = wire.amount_on_wire(Money(minor, currency))
    except wire.NotPayable:
        assert currency != "KES" or minor <= 0 or minor % 100
    else:
        assert (currency, sent * 100) == ("KES", minor)


@given(st.integers(min_value=1, max_value=10**12))
def test_the_cents_of_a_payment_to_the_paybill_are_kept(minor: int) -> None:
    told = {
        "TransID": "SABCDEF123",
        "TransTime": "20260504130000",
        "TransAmount": f"{minor // 100}.{minor % 100:02d}",
        "BusinessShortCode": "174379",
    }
    assert paybill_wire.bill_payment_in(json.dumps(told).encode()).amount == Money(minor, "KES")


@given(JSON)
def test_any_json_is_a_report_or_malformed(found: object) -> None:
    raw = json.dumps(found).encode()
    for read in (
        lambda body: wire.callback_in(document(body)),
        lambda body: wire.report_of_query(document(body), None),
        lambda body: wire.refusal_in(document(body)),
        lambda body: wire.checkout_id_in(document(body)),
        paybill_wire.bill_payment_in,
        paybill_wire.result_in,
    ):
        with suppress(MalformedReport):
            read(raw)


@given(st.binary(max_size=200))
def test_any_bytes_are_a_report_or_malformed(raw: bytes) -> None:
    for read in (paybill_wire.bill_payment_in, paybill_wire.result_in):
        with pytest.raises(MalformedReport):
            read(raw)


@given(CODES, JSON, JSON, SCALARS)
def test_only_code_zero_is_a_success_whatever_stands_beside_it(
    code: object, items: object, checkout_id: object, value: object
) -> None:
    told = {
        "ResultCode": code,
        "CheckoutRequestID": checkout_id,
        "CallbackMetadata": {"Item": [{"Name": "Amount", "Value": value}, items, {"Name": "Balance"}]},
    }
    body = json.dumps({"Body": {"stkCallback": told}}).encode()
    try:
        _, report = wire.callback_in(document(body))
    except MalformedReport:
        return
    zero = code in ("0", 0) and not isinstance(code, bool | float)
    assert (report.state is ReportState.SUCCEEDED) == (zero or str(code).strip() == "0")


@given(CODES, CODES, st.text(max_size=40))
def test_an_answer_to_a_question_is_a_success_by_code_zero_alone(response: object, code: object, said: str) -> None:
    found = {"ResponseCode": response, "ResultCode": code, "errorCode": code, "errorMessage": said}
    try:
        report = wire.report_of_query(document(json.dumps(found).encode()), Money(100, "KES"))
    except MalformedReport:
        return
    if report.state is ReportState.SUCCEEDED:
        assert (wire.code_in(response), wire.code_in(code)) == ("0", "0")


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("The transaction is being processed", ReportState.PENDING),
        ("Wrong credentials", ReportState.AMBIGUOUS),
        ("", ReportState.AMBIGUOUS),
    ],
)
def test_one_code_means_two_things_so_the_message_is_read(said: str, state: ReportState) -> None:
    found = {"errorCode": "500.001.1001", "errorMessage": said}
    assert wire.report_of_query(found, Money(100, "KES")).state is state


@pytest.mark.parametrize(
    ("code", "said", "reason"),
    [
        ("400.002.02", "Bad Request - Invalid PhoneNumber", Reason.MISCONFIGURED),
        ("404.001.03", "Invalid Access Token", Reason.PROVIDER_UNAVAILABLE),
        ("500.003.02", "Spike Arrest Violation", Reason.PROVIDER_UNAVAILABLE),
        ("500.001.1001", "Wrong credentials", Reason.MISCONFIGURED),
        ("500.001.1001", "Unable to lock subscriber, a transaction is already in process", Reason.DUPLICATE),
        ("500.001.1001", "something else", None),
        ("500.002.1001", "Internal Server Error", None),
        (None, None, None),
    ],
)
def test_what_was_surely_not_taken_in_is_told_from_what_is_unclear(
    code: str | None, said: str | None, reason: Reason | None
) -> None:
    assert wire.refusal_in({"errorCode": code, "errorMessage": said}) is reason


@pytest.mark.parametrize(
    ("shown", "tail"),
    [("2547 ***** 126", "126"), ("254712345678", "678"), ("", None), ("a3f9c0e4b2", None), ("2547 *****", None)],
)
def test_of_the_payer_only_the_last_three_digits_are_kept(shown: str, tail: str | None) -> None:
    told = {
        "TransID": "SABCDEF123",
        "TransTime": "20260504130000",
        "TransAmount": "10.00",
        "BusinessShortCode": 174379,
        "BillRefNumber": " b7k3m 9qxda ",
        "MSISDN": shown,
        "FirstName": "SOMEBODY",
    }
    payment = paybill_wire.bill_payment_in(json.dumps(told).encode())
    assert (payment.tail, payment.bill_reference) == (tail, "B7K3M9QXDA")
    assert payment.completed_at == datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
    assert "SOMEBODY" not in payment.raw
    assert "2547" not in payment.raw
