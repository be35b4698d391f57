"""Sessions and refunds, and how they and what hangs on them look on the wire."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

OPEN, COMPLETE, EXPIRED = "open", "complete", "expired"
PAID, UNPAID = "paid", "unpaid"
SUCCEEDED, PENDING, FAILED = "succeeded", "pending", "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a caller asked for. `amount` is in Stripe's units of `currency`, which is in lower case."""

    amount: int
    currency: str
    name: str
    success_url: str
    cancel_url: str | None
    client_reference_id: str | None
    metadata: dict[str, str]
    intent_metadata: dict[str, str]
    locale: str | None
    expires_at: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A Checkout Session. `shapes` holds the faults that stay with it; `problem` is how the last card failed."""

    id: str
    amount: int
    currency: str
    name: str
    success_url: str
    cancel_url: str | None
    client_reference_id: str | None
    metadata: dict[str, str]
    intent_metadata: dict[str, str]
    locale: str | None
    expires_at: float
    url: str
    status: str
    payment_status: str
    intent_id: str | None
    charge_id: str | None
    intent_status: str | None
    problem: str | None
    shapes: dict[str, Any]
    paid_later_at: float | None
    created_at: float
    paid_at: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money on its way back to a card."""

    id: str
    session_id: str
    intent_id: str
    charge_id: str
    amount: int
    currency: str
    status: str
    reason: str | None
    metadata: dict[str, str]
    next_status: str | None
    due_at: float | None
    created_at: float


def session_from(row: sqlite3.Row) -> Session:
    """A row of stripe_sessions."""
    return Session(
        **{**dict(row), **{name: json.loads(row[name]) for name in ("metadata", "intent_metadata", "shapes")}}
    )


def refund_from(row: sqlite3.Row) -> Refund:
    """A row of stripe_refunds."""
    return Refund(**{**dict(row), "metadata": json.loads(row["metadata"])})


def session_body(session: Session) -> dict[str, Any]:
    """A `checkout.session`."""
    return {
        "id": session.id,
        "object": "checkout.session",
        "amount_subtotal": session.amount,
        "amount_total": session.amount,
        "cancel_url": session.cancel_url,
        "client_reference_id": session.client_reference_id,
        "created": int(session.created_at),
        "currency": session.currency,
        "customer": None,
        "customer_details": None,
        "customer_email": None,
        "expires_at": int(session.expires_at),
        "livemode": False,
        "locale": session.locale,
        "metadata": session.metadata,
        "mode": "payment",
        "payment_intent": session.intent_id,
        "payment_method_types": ["card"],
        "payment_status": session.payment_status,
        "status": session.status,
        "success_url": session.success_url,
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted",
        "url": session.url if session.status == OPEN else None,
    }


def intent_body(session: Session) -> dict[str, Any]:
    """The `payment_intent` of a session on which a card was tried."""
    paid = session.payment_status == PAID
    error = {"type": "card_error", "code": "card_declined", "decline_code": session.problem}
    return {
        "id": session.intent_id,
        "object": "payment_intent",
        "amount": session.amount,
        "amount_received": session.amount if paid else 0,
        "canceled_at": None,
        "created": int(session.created_at),
        "currency": session.currency,
        "last_payment_error": error if session.problem and not paid else None,
        "latest_charge": session.charge_id,
        "livemode": False,
        "metadata": session.intent_metadata,
        "payment_method_types": ["card"],
        "status": session.intent_status,
    }


def refund_body(refund: Refund) -> dict[str, Any]:
    """A `refund`."""
    body: dict[str, Any] = {
        "id": refund.id,
        "object": "refund",
        "amount": refund.amount,
        "charge": refund.charge_id,
        "created": int(refund.created_at),
        "currency": refund.currency,
        "metadata": refund.metadata,
        "payment_intent": refund.intent_id,
        "reason": refund.reason,
        "status": refund.status,
    }
    return body | ({"failure_reason": "lost_or_stolen_card"} if refund.status == FAILED else {})


def list_body(url: str, items: list[dict[str, Any]], limit: int) -> dict[str, Any]:
    """A `list` of objects."""
    return {"object": "list", "data": items[:limit], "has_more": len(items) > limit, "url": url}
