"""One STK push, and how it looks on the wire."""

import json
import secrets
import sqlite3
from dataclasses import dataclass
from typing import Any

from sandbox import money
from sandbox.prompt import Prompt

SUCCESS = "0"
CURRENCY = "KES"

# ResultDesc as Safaricom words them.
RESULTS = {
    "0": "The service request is processed successfully.",
    "1": "The balance is insufficient for the transaction.",
    "17": "Rule limited.",
    "1001": "Unable to lock subscriber, a transaction is already in process for the current subscriber",
    "1019": "Transaction has expired",
    "1025": "An error occurred while sending a push request",
    "1032": "Request cancelled by user",
    "1037": "DS timeout user cannot be reached",
    "2001": "The initiator information is invalid.",
    "2028": "The request is not permitted according to product assignment",
    "9999": "An error occurred while sending a push request",
}
_LETTERS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"


def result_text(code: str) -> str:
    """The sentence that goes with a result code."""
    return RESULTS.get(code, "The transaction could not be completed.")


def new_receipt() -> str:
    """An M-Pesa receipt number: ten capitals and digits."""
    return "S" + "".join(secrets.choice(_LETTERS) for _ in range(9))


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What a caller asked for. `amount` is in cents."""

    checkout_id: str
    merchant_id: str
    shortcode: str
    amount: int
    msisdn: str
    account_reference: str
    description: str
    callback_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """An order that was taken in. `code` is None while in process; `shapes` holds the faults that stay with it."""

    order: Order
    code: str | None
    receipt: str | None
    asks: bool
    ignored: bool
    next_code: str | None
    due_at: float | None
    shapes: dict[str, Any]
    created_at: float
    settled_at: float | None

    @property
    def is_prompt(self) -> bool:
        """Whether the handset still asks."""
        return self.asks and self.code is None


_ORDER = Order.__dataclass_fields__.keys()


def from_row(row: sqlite3.Row) -> Payment:
    """A row of daraja_payments as a Payment."""
    values: dict[str, Any] = dict(row)
    order = Order(**{name: values.pop(name) for name in _ORDER})
    values |= {"asks": bool(row["asks"]), "ignored": bool(row["ignored"]), "shapes": json.loads(row["shapes"])}
    return Payment(order=order, **values)


def as_prompt(payment: Payment) -> Prompt:
    """The payment as its payer's handset shows it."""
    order = payment.order
    return Prompt(
        asker="M-Pesa",
        reference_id=order.checkout_id,
        reference=order.account_reference,
        amount=order.amount,
        currency=CURRENCY,
        message=order.description,
        status="PENDING" if payment.code is None else "SUCCESSFUL" if payment.code == SUCCESS else "FAILED",
        reason=None if payment.code in (None, SUCCESS) else f"{payment.code} {result_text(str(payment.code))}",
        waiting=payment.is_prompt,
        ignored=payment.ignored,
        back=False,
        created_at=payment.created_at,
        due_at=payment.due_at,
    )


def shillings(units: int) -> int | float:
    """Cents as a number of shillings; whole where they are."""
    text = money.wire(units, CURRENCY)
    return float(text) if "." in text else int(text)
