"""Stripe's Checkout and refunds on the wire: what we send and how we read what comes, without calling anybody.

Reference: Stripe's API (Checkout Sessions, Refunds, Events). What is sent under one idempotency key must be the same
each time, so nothing of it depends on who asks again, on when, or on the language that they read.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.core.money import Money
from app.payments.provider import MalformedReport, PaymentRequest, RefundRequest, ReportState, StatusReport
from app.payments.rails.line import page_in
from app.payments.rails.wire import part, redacted, short, uuid_in
from app.payments.reasons import Reason

# Decimals that Stripe counts in. RWF is one of its zero-decimal currencies; UGX is left out, as its pages disagree.
DECIMALS = {"RWF": 0, "KES": 2, "EUR": 2, "USD": 2}
CURRENCIES = frozenset(DECIMALS)
_MOST = 10**12
_SESSION = "checkout.session"
_KEPT = (
    *("id", "object", "status", "payment_status", "amount_total", "amount", "currency"),
    *("payment_intent", "client_reference_id", "failure_reason"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A session: its id, and the page on which to pay (None when it is over)."""

    id: str
    pay_url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What an event is about: `reference_id` is None when it isn't about a payment of ours."""

    report: StatusReport
    reference_id: UUID | None


def units(amount: Money) -> int:
    """The amount in Stripe's units: 20000 for RWF 20,000 and 1250 for EUR 12.50. Raises KeyError for UGX and others."""
    _ = DECIMALS[amount.currency]
    return amount.minor


def money_in(value: object, currency: object) -> Money | None:
    """Money, or None for what isn't: no whole number, below zero, or in a currency that we don't know here."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _MOST:
        return None
    if not isinstance(currency, str) or currency.upper() not in DECIMALS:
        return None
    return Money(value, currency.upper())


def session_params(request: PaymentRequest) -> dict[str, Any]:
    """A Checkout Session for one court fee by card, under our reference in every place that comes back to us."""
    ours = {"reference_id": str(request.reference_id), "bill_reference": request.bill_reference}
    price = {
        "currency": request.amount.currency.lower(),
        "unit_amount": units(request.amount),
        "product_data": {"name": f"Court fee {request.bill_reference}"},
    }
    params: dict[str, Any] = {
        "mode": "payment",
        "payment_method_types": ["card"],
        "line_items": [{"quantity": 1, "price_data": price}],
        "success_url": request.return_url,
        "cancel_url": request.return_url,
        "client_reference_id": str(request.reference_id),
        "metadata": ours,
        "payment_intent_data": {"metadata": ours},
        "locale": "auto",
    }
    if request.pay_until is not None:
        params["expires_at"] = int(request.pay_until.timestamp())
    return params


def refund_params(request: RefundRequest) -> dict[str, Any]:
    """A refund of a part or the whole of a payment; `provider_reference` is its payment intent."""
    return {
        "payment_intent": request.provider_reference,
        "amount": units(request.amount),
        "reason": "requested_by_customer",
        "metadata": {"reference_id": str(request.reference_id), "bill_reference": request.bill_reference},
    }


def opened_in(session: dict[str, Any]) -> Opened | None:
    """The session of an answer, or None when it is none."""
    found = short(session.get("id"), 200)
    is_session = session.get("object") == _SESSION and found is not None
    return Opened(id=str(found), pay_url=page_in(session.get("url"))) if is_session else None


def reference_in(session: dict[str, Any]) -> UUID | None:
    """Our reference in a session, a payment intent or a refund."""
    return uuid_in(session.get("client_reference_id")) or uuid_in(part(session, "metadata").get("reference_id"))


def session_report(session: dict[str, Any]) -> StatusReport:
    """How a session stands. Only `payment_status` "paid" is a success, whatever `status` says."""
    state = ReportState.AMBIGUOUS
    match session.get("status"), session.get("payment_status"):
        case _, "paid":
            state = ReportState.SUCCEEDED
        case "open" | "complete", "unpaid":
            state = ReportState.PENDING
        case "expired", "unpaid":
            state = ReportState.EXPIRED
    return StatusReport(
        state=state,
        amount=money_in(session.get("amount_total"), session.get("currency")),
        provider_reference=_id_in(session.get("payment_intent")),
        reason=Reason.PAGE_CLOSED if state is ReportState.EXPIRED else None,
        raw=redacted(session, _KEPT),
    )


def refund_report(refund: dict[str, Any]) -> StatusReport:
    """How a refund stands."""
    state, reason = ReportState.AMBIGUOUS, None
    match refund.get("status"):
        case "succeeded":
            state = ReportState.SUCCEEDED
        case "pending" | "requires_action":
            state = ReportState.PENDING
        case "failed" | "canceled":
            state, reason = ReportState.FAILED, Reason.UNSPECIFIED
    return StatusReport(
        state=state,
        amount=money_in(refund.get("amount"), refund.get("currency")),
        provider_reference=_id_in(refund.get("id")),
        reason=reason,
        raw=redacted(refund, _KEPT),
    )


def event_in(event: dict[str, Any]) -> Event:
    """What an event says; raises MalformedReport for what is no event."""
    kind, found = event.get("type"), part(event.get("data"), "object")
    if event.get("object") != "event" or not isinstance(kind, str) or not found:
        raise MalformedReport("not an event")
    if not kind.startswith(f"{_SESSION}.") or found.get("object") != _SESSION:
        return Event(report=StatusReport(state=ReportState.AMBIGUOUS, raw=redacted(found, _KEPT)), reference_id=None)
    return Event(report=session_report(found), reference_id=reference_in(found))


def _id_in(value: object) -> str | None:
    """An id, also of an object that was put in its place."""
    return short(value.get("id") if isinstance(value, dict) else value)
