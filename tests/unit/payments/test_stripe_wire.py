"""Stripe's objects: read whatever comes, and decide on money only when it is money."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import EXPONENTS, Money
from app.payments.provider import AttemptRef, MalformedReport, PaymentRequest, RefundRequest, ReportState
from app.payments.rails import stripe_wire

scalars = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3), max_leaves=8
)
fields = st.sampled_from(
    [
        *("id", "object", "status", "payment_status", "amount_total", "amount", "currency", "payment_intent"),
        *("client_reference_id", "metadata", "url", "type", "data"),
    ]
)
objects = st.dictionaries(fields | st.text(), anything, max_size=9)
words = st.sampled_from(["checkout.session", "refund", "event", "checkout.session.completed", "paid", "open"])
events = st.builds(
    lambda kind, found: {"object": "event", "type": kind, "data": {"object": found}},
    words | st.text(),
    objects | st.builds(lambda found, word: found | {"object": word}, objects, words),
)
amounts = st.builds(Money, st.integers(1, 10**11), st.sampled_from(sorted(stripe_wire.CURRENCIES)))


def asked(amount: Money, language: str = "en", message: str = "Court fee") -> PaymentRequest:
    return PaymentRequest(
        reference_id=uuid4(),
        amount=amount,
        msisdn=None,
        bill_reference="B7K3M9QXDA",
        message=message,
        callback_url=None,
        return_url="https://court.example/pay/1/status",
        language=language,
        pay_until=datetime(2026, 5, 4, 11, 0, tzinfo=UTC),
    )


def paid(**changed: object) -> dict[str, Any]:
    session = {"object": "checkout.session", "id": "cs_1", "status": "complete", "payment_status": "paid"}
    return session | {"amount_total": 20_000, "currency": "rwf", "payment_intent": "pi_1"} | changed


def test_every_exponent_is_stripes_own_and_doubtful_currencies_are_left_out() -> None:
    assert {name: EXPONENTS[name] for name in stripe_wire.DECIMALS} == dict(stripe_wire.DECIMALS)
    assert "UGX" not in stripe_wire.CURRENCIES
    with pytest.raises(KeyError):
        stripe_wire.units(Money(1, "UGX"))


@given(amounts)
def test_an_amount_survives_the_wire(amount: Money) -> None:
    params = stripe_wire.session_params(asked(amount))
    price = params["line_items"][0]["price_data"]
    assert stripe_wire.money_in(price["unit_amount"], price["currency"]) == amount


@given(st.integers(1, 10**11))
def test_francs_never_gain_a_factor_of_100(minor: int) -> None:
    price = stripe_wire.session_params(asked(Money(minor, "RWF")))["line_items"][0]["price_data"]
    assert (price["unit_amount"], price["currency"]) == (minor, "rwf")


@given(amounts, st.integers(1, 10**11))
def test_a_refund_is_in_the_same_units(paid_amount: Money, minor: int) -> None:
    request = RefundRequest(
        reference_id=uuid4(),
        amount=Money(minor, paid_amount.currency),
        paid=paid_amount,
        original=AttemptRef(reference_id=uuid4(), host=None),
        provider_reference="pi_1",
        msisdn=None,
        bill_reference="B7K3M9QXDA",
        message="Refund",
    )
    params = stripe_wire.refund_params(request)
    assert (params["amount"], params["payment_intent"]) == (minor, "pi_1")
    assert params["metadata"]["reference_id"] == str(request.reference_id)


@given(amounts, st.text(), st.text())
def test_the_same_attempt_is_asked_for_in_the_same_words(amount: Money, language: str, message: str) -> None:
    first, second = asked(amount), asked(amount, language, message)
    mine, other = stripe_wire.session_params(first), stripe_wire.session_params(second)
    assert str(mine).replace(str(first.reference_id), "") == str(other).replace(str(second.reference_id), "")


@pytest.mark.parametrize(
    ("said", "currency", "meant"),
    [
        (20_000, "rwf", Money(20_000, "RWF")),
        (1_250, "eur", Money(1_250, "EUR")),
        (0, "rwf", Money(0, "RWF")),
        (-1, "rwf", None),
        (20_000.0, "rwf", None),
        ("20000", "rwf", None),
        (True, "rwf", None),
        (None, "rwf", None),
        (20_000, "ugx", None),
        (20_000, None, None),
        (10**12, "rwf", None),
    ],
)
def test_an_amount_is_money_or_nothing(said: object, currency: object, meant: Money | None) -> None:
    assert stripe_wire.money_in(said, currency) == meant


@given(objects)
def test_any_object_is_read(found: dict[str, Any]) -> None:
    found = json.loads(json.dumps(found))
    stripe_wire.opened_in(found)
    stripe_wire.reference_in(found)
    for report in (stripe_wire.session_report(found), stripe_wire.refund_report(found)):
        assert "\x00" not in report.raw + (report.provider_reference or "")


@given(events | objects)
def test_any_event_is_read_or_malformed(event: dict[str, Any]) -> None:
    try:
        read = stripe_wire.event_in(json.loads(json.dumps(event)))
    except MalformedReport:
        return
    assert event["object"] == "event"
    assert read.reference_id is None or event["type"].startswith("checkout.session.")


@given(objects, st.text().filter(lambda s: s != "paid"))
def test_nothing_but_paid_is_a_success(found: dict[str, Any], said: str) -> None:
    report = stripe_wire.session_report(found | {"payment_status": said})
    assert report.state is not ReportState.SUCCEEDED


@pytest.mark.parametrize(
    ("changed", "state"),
    [
        ({}, ReportState.SUCCEEDED),
        ({"status": "open"}, ReportState.SUCCEEDED),
        ({"payment_status": "unpaid"}, ReportState.PENDING),
        ({"payment_status": "unpaid", "status": "open"}, ReportState.PENDING),
        ({"payment_status": "unpaid", "status": "expired"}, ReportState.EXPIRED),
        ({"payment_status": "no_payment_required"}, ReportState.AMBIGUOUS),
        ({"payment_status": "unpaid", "status": "new word"}, ReportState.AMBIGUOUS),
    ],
)
def test_what_a_session_says(changed: dict[str, object], state: ReportState) -> None:
    assert stripe_wire.session_report(paid(**changed)).state is state


@pytest.mark.parametrize("intent", ["pi_1", {"id": "pi_1", "object": "payment_intent"}])
def test_the_payment_intent_is_found_expanded_or_not(intent: object) -> None:
    assert stripe_wire.session_report(paid(payment_intent=intent)).provider_reference == "pi_1"


def test_what_stripe_knows_of_a_person_is_not_kept() -> None:
    report = stripe_wire.session_report(paid(customer_details={"email": "n@example.rw"}, customer_email="n@example.rw"))
    assert "example.rw" not in report.raw


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("succeeded", ReportState.SUCCEEDED),
        ("pending", ReportState.PENDING),
        ("requires_action", ReportState.PENDING),
        ("failed", ReportState.FAILED),
        ("canceled", ReportState.FAILED),
        ("new word", ReportState.AMBIGUOUS),
    ],
)
def test_what_a_refund_says(status: str, state: ReportState) -> None:
    assert stripe_wire.refund_report({"id": "re_1", "status": status}).state is state
