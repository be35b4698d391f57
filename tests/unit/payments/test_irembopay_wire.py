"""IremboPay's documents: read whatever comes, and decide on money only when it is money."""

import hmac
import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.payments.provider import MalformedReport, PaymentRequest, ReportState
from app.payments.rails import irembopay_wire
from app.payments.rails.irembopay_wire import Fractional, IremboPayAccount
from app.payments.rails.wire import amount_from_wire, document

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
KEY = "a key of the merchant"
ACCOUNT = IremboPayAccount(base_url="https://x", secret_key=KEY, payment_account="A-RWF", product_code="PC-1")
scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8
)
fields = st.sampled_from(
    [
        *("paymentStatus", "amount", "currency", "invoiceNumber", "transactionId", "expiryAt"),
        *("paidAt", "paymentReference", "paymentLinkUrl", "errors"),
    ]
)
payloads = st.dictionaries(fields | st.text(), anything, max_size=9)
documents = payloads | payloads.map(lambda data: {"success": True, "data": data})


def asked(amount: Money, language: str = "en") -> PaymentRequest:
    return PaymentRequest(
        reference_id=uuid4(),
        amount=amount,
        msisdn=None,
        bill_reference="B7K3M9QXDA",
        message="Court fee B7K3M9QXDA",
        callback_url=None,
        language=language,
    )


def signed(body: bytes, at: datetime, key: str = KEY) -> dict[str, str]:
    moment = str(int(at.timestamp() * 1000))
    signature = hmac.new(key.encode(), f"{moment}#".encode() + body, sha256).hexdigest()
    return {"Irembopay-Signature": f"t={moment},s={signature}"}


@given(st.integers(1, 10**12))
def test_francs_survive_the_wire_without_a_factor_of_100(minor: int) -> None:
    body = irembopay_wire.request_body(asked(Money(minor, "RWF")), ACCOUNT, NOW)
    [item] = body["paymentItems"]
    assert item["unitAmount"] == minor
    assert amount_from_wire(item["unitAmount"], "RWF") == Money(minor, "RWF")


@pytest.mark.parametrize("currency", ["EUR", "KES", "USD"])
def test_a_currency_with_decimals_is_not_sent(currency: str) -> None:
    with pytest.raises(Fractional):
        irembopay_wire.unit_amount(Money(1_250, currency))


@given(st.binary(max_size=300) | documents.map(lambda d: json.dumps(d).encode()))
def test_any_bytes_are_read_or_malformed(body: bytes) -> None:
    try:
        found = document(body)
    except MalformedReport:
        return
    data = irembopay_wire.data_in(found)
    for part in (data, found):
        report = irembopay_wire.report_in(part, NOW)
        irembopay_wire.invoice_in(part)
        irembopay_wire.reference_in(part)
        assert "\x00" not in report.raw + (report.provider_reference or "")
    irembopay_wire.codes_in(found)


@given(payloads, st.text().filter(lambda s: s not in ("PAID", "NEW")))
def test_an_unknown_status_is_never_an_outcome(data: dict[str, Any], status: str) -> None:
    assert irembopay_wire.report_in(data | {"paymentStatus": status}, NOW).state is ReportState.AMBIGUOUS


@pytest.mark.parametrize(
    ("expiry", "state"),
    [
        ("2026-05-04T12:00:00.000+02:00", ReportState.EXPIRED),
        ("2026-05-04T12:00:01.000+02:00", ReportState.PENDING),
        ("2026-05-04T11:00:00", ReportState.PENDING),
        ("soon", ReportState.PENDING),
        (None, ReportState.PENDING),
    ],
)
def test_a_new_invoice_is_over_when_its_time_is(expiry: str | None, state: ReportState) -> None:
    assert irembopay_wire.report_in({"paymentStatus": "NEW", "expiryAt": expiry}, NOW).state is state


@given(st.binary(max_size=200), st.integers(-300, 300))
def test_what_is_signed_within_the_window_is_authentic(body: bytes, seconds: int) -> None:
    headers = signed(body, NOW - timedelta(seconds=seconds))
    assert irembopay_wire.is_authentic(headers, body, KEY, NOW)
    assert not irembopay_wire.is_authentic(headers, body + b" ", KEY, NOW)
    assert not irembopay_wire.is_authentic(signed(body, NOW, "another"), body, KEY, NOW)


@given(st.integers(301, 10**8))
def test_what_is_older_is_a_replay(seconds: int) -> None:
    assert not irembopay_wire.is_authentic(signed(b"{}", NOW - timedelta(seconds=seconds)), b"{}", KEY, NOW)


@given(st.text())
def test_any_header_is_read(header: str) -> None:
    assert not irembopay_wire.is_authentic({"irembopay-signature": header}, b"{}", KEY, NOW)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "http://pay.irembo.example/8",
        "https://user@pay.irembo.example/8",
        "https://",
        "https://[",
        "//x",
        "",
        7,
        None,
        "https://x/a b",
    ],
)
def test_a_page_that_is_none_is_no_page(url: object) -> None:
    assert irembopay_wire.invoice_in({"invoiceNumber": "8", "paymentLinkUrl": url}) is None


def test_nobody_s_number_or_name_is_kept() -> None:
    data = {"paymentStatus": "PAID", "customer": {"phoneNumber": "0788123456", "name": "N. N."}, "payer": "0788123456"}
    assert "0788123456" not in irembopay_wire.report_in(data, NOW).raw


@pytest.mark.parametrize(("language", "sent"), [("en", "EN"), ("fr", "FR"), ("rw", "RW"), ("sw", "EN")])
def test_the_page_speaks_the_payers_language(language: str, sent: str) -> None:
    body = irembopay_wire.request_body(asked(Money(1, "RWF"), language), ACCOUNT, NOW)
    assert body["language"] == sent
