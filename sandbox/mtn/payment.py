"""One request to pay or refund, and how it looks on the wire."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

from sandbox import money
from sandbox.prompt import Prompt

PENDING, SUCCESSFUL, FAILED = "PENDING", "SUCCESSFUL", "FAILED"

# What MTN's contract says beside the code; what it doesn't list gets the plain sentence.
MESSAGES = {
    "PAYER_NOT_FOUND": "Payee does not exist",
    "NOT_ALLOWED": "Authorization failed. Insufficient permissions.",
    "NOT_ALLOWED_TARGET_ENVIRONMENT": "Access to target environment is forbidden.",
    "INVALID_CALLBACK_URL_HOST": "Callback URL with different host name then configured for API User",
    "INVALID_CURRENCY": "Currency not supported.",
    "SERVICE_UNAVAILABLE": "Service temporarily unavailable, try again later.",
    "INTERNAL_PROCESSING_ERROR": "An internal error occurred while processing.",
    "NOT_ENOUGH_FUNDS": "The payer does not have enough funds.",
    "PAYER_LIMIT_REACHED": "The payer's limit has been breached.",
    "PAYEE_NOT_ALLOWED_TO_RECEIVE": "Payee cannot receive funds due to e.g. transfer limit.",
    "PAYMENT_NOT_APPROVED": "Transaction was not approved by the payer.",
    "RESOURCE_NOT_FOUND": "Requested resource was not found.",
    "APPROVAL_REJECTED": "Transaction declined by payer.",
    "EXPIRED": "The payment request has expired.",
    "RESOURCE_ALREADY_EXIST": "Duplicated reference id. Creation of resource failed.",
}


def message(code: str) -> str:
    """The English sentence that goes with a reason code."""
    return MESSAGES.get(code, "The transaction could not be performed.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a caller asked for. `amount` is in minor units; `kind` is "collection" or "refund"."""

    reference_id: str
    kind: str
    user_id: str
    target: str
    amount: int
    currency: str
    external_id: str
    party_type: str
    party_id: str
    payer_message: str | None = None
    payee_note: str | None = None
    callback_url: str | None = None
    refund_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """An order that was taken in, and what has become of it. `shapes` holds the faults that stay with it, by kind."""

    order: Order
    status: str
    reason: str | None
    financial_id: str | None
    asks: bool
    ignored: bool
    next_step: str | None
    next_reason: str | None
    due_at: float | None
    created_until: float
    hidden_until: float
    shapes: dict[str, Any]
    posts: int
    created_at: float
    settled_at: float | None

    @property
    def is_prompt(self) -> bool:
        """Whether the handset still asks."""
        return self.asks and self.status == PENDING


_ORDER = Order.__dataclass_fields__.keys()


def from_row(row: sqlite3.Row) -> Payment:
    """A row of mtn_payments as a Payment."""
    values: dict[str, Any] = dict(row)
    order = Order(**{name: values.pop(name) for name in _ORDER})
    values |= {"asks": bool(row["asks"]), "ignored": bool(row["ignored"]), "shapes": json.loads(row["shapes"])}
    return Payment(order=order, **values)


def as_prompt(payment: Payment) -> Prompt:
    """The payment as its payer's handset shows it."""
    order = payment.order
    return Prompt(
        asker="MTN MoMo",
        reference_id=order.reference_id,
        reference=order.external_id,
        amount=order.amount,
        currency=order.currency,
        message=order.payer_message,
        status=payment.status,
        reason=payment.reason,
        waiting=payment.is_prompt,
        ignored=payment.ignored,
        back=order.kind == "refund",
        created_at=payment.created_at,
        due_at=payment.due_at,
    )


def status_body(payment: Payment, now: float) -> dict[str, Any]:
    """The body of a status answer, which is the body of a callback too (RequestToPayResult of the contract)."""
    order, loose = payment.order, "numeric_amount" in payment.shapes
    amount = money.wire(order.amount, order.currency)
    body: dict[str, Any] = {
        "financialTransactionId": _loose(payment.financial_id, loose),
        "externalId": _loose(order.external_id, loose),
        "amount": _loose(amount, loose),
        "currency": order.currency,
        "payee" if order.kind == "refund" else "payer": {"partyIdType": order.party_type, "partyId": order.party_id},
        "payerMessage": order.payer_message,
        "payeeNote": order.payee_note,
        "status": "CREATED" if payment.status == PENDING and now < payment.created_until else payment.status,
        "reason": _reason(payment),
    }
    return {name: value for name, value in body.items() if value is not None}


def _reason(payment: Payment) -> str | dict[str, str] | None:
    if payment.reason is None or "bare_reason" in payment.shapes:
        return payment.reason
    return {"code": payment.reason, "message": message(payment.reason)}


def _loose(text: str | None, loose: bool) -> str | int | float | None:
    """MTN's own examples show numbers where the schema says string; what isn't a number stays a string."""
    if text is None or not loose:
        return text
    if text.isascii() and text.isdigit():
        return int(text)
    try:
        return float(text)
    except ValueError:
        return text
