"""MTN's documents: read whatever comes, and decide on money only when it is money."""

import json
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import EXPONENTS, Money
from app.payments.provider import MalformedReport, PaymentRequest, ReportState
from app.payments.rails import mtn_wire, wire
from app.payments.reasons import ADVICE, Reason

money = st.builds(Money, st.integers(0, 10**12), st.sampled_from(sorted(EXPONENTS)))
finite = st.floats(allow_nan=False, allow_infinity=False)
scalars = st.none() | st.booleans() | st.integers() | finite | st.text()
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8
)
fields = st.sampled_from(
    ["status", "reason", "amount", "currency", "financialTransactionId", "externalId", "payer", "message", "code"]
)
documents = st.dictionaries(fields | st.text(), anything, max_size=9)


@given(money)
def test_an_amount_survives_the_wire(amount: Money) -> None:
    assert wire.amount_from_wire(wire.amount_on_wire(amount), amount.currency) == amount


@given(st.integers(0, 10**12))
def test_francs_never_gain_a_factor_of_100(minor: int) -> None:
    assert wire.amount_on_wire(Money(minor, "RWF")) == str(minor)


@pytest.mark.parametrize(
    ("said", "currency", "meant"),
    [
        ("20000", "RWF", Money(20_000, "RWF")),
        (20_000, "RWF", Money(20_000, "RWF")),
        (Decimal("20000.00"), "RWF", Money(20_000, "RWF")),
        ("12.5", "EUR", Money(1_250, "EUR")),
        ("12.50", "EUR", Money(1_250, "EUR")),
        ("0.5", "RWF", None),
        ("-1", "RWF", None),
        ("NaN", "RWF", None),
        ("Infinity", "RWF", None),
        ("1e400", "RWF", None),
        ("20,000", "RWF", None),
        (True, "RWF", None),
        (None, "RWF", None),
        ("20000", "XYZ", None),
        ("20000", None, None),
    ],
)
def test_an_amount_is_money_or_nothing(said: object, currency: object, meant: Money | None) -> None:
    assert wire.amount_from_wire(said, currency) == meant


@given(st.binary(max_size=300) | documents.map(lambda d: json.dumps(d).encode()))
def test_any_bytes_are_read_or_malformed(body: bytes) -> None:
    try:
        report = mtn_wire.report_in(wire.document(body))
    except MalformedReport:
        return
    assert "\x00" not in report.raw + (report.provider_reference or "")


@given(documents, st.text().filter(lambda s: s not in ("SUCCESSFUL", "FAILED")))
def test_an_unknown_status_is_never_an_outcome(document: dict[str, Any], status: str) -> None:
    read = mtn_wire.report_in(wire.document(json.dumps(document | {"status": status}).encode()))
    assert read.state in (ReportState.AMBIGUOUS, ReportState.PENDING)


@given(documents, st.text())
def test_an_unknown_reason_is_unspecified_and_has_words(document: dict[str, Any], code: str) -> None:
    for reason in (code, {"code": code}):
        read = mtn_wire.report_in(wire.document(json.dumps(document | {"status": "FAILED", "reason": reason}).encode()))
        assert read.state in (ReportState.FAILED, ReportState.EXPIRED)
        assert read.reason in ADVICE
        if code.strip().upper() not in mtn_wire._REASONS:
            assert read.reason is Reason.UNSPECIFIED


@given(st.from_regex(r"2507[89][0-9]{7}", fullmatch=True), documents)
def test_no_payers_number_is_kept(number: str, document: dict[str, Any]) -> None:
    told = {
        "payer": {"partyIdType": "MSISDN", "partyId": number},
        "message": f"No wallet for {number}",
        "reason": {"code": "PAYER_NOT_FOUND", "message": f"{number} is not known"},
    }
    assert number not in mtn_wire.redacted(document | told)


def test_what_nests_too_deeply_or_is_too_long_is_malformed() -> None:
    for body in (b"[" * 50_000, b'{"a":"' + b"x" * wire.MOST_BYTES + b'"}', b"[]", b"1", b"", b'{"amount":NaN}'):
        with pytest.raises(MalformedReport):
            wire.document(body)


def test_the_body_of_a_request_is_as_the_contract_has_it() -> None:
    request = PaymentRequest(
        reference_id=uuid4(),
        amount=Money(20_000, "RWF"),
        msisdn="+250788123456",
        bill_reference="B7K3M9QXDA",
        message="Court's fee " + "x" * 200,
        callback_url=None,
    )
    body = mtn_wire.request_body(request)
    assert body["amount"] == "20000"
    assert body["payer"] == {"partyIdType": "MSISDN", "partyId": "250788123456"}
    assert body["externalId"] == "B7K3M9QXDA"
    assert len(body["payerMessage"]) == 160
    assert "'" not in json.dumps(body)
