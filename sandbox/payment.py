"""One request to pay or refund at an operator of mobile money, and what has become of it."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

PENDING, SUCCESSFUL, FAILED = "PENDING", "SUCCESSFUL", "FAILED"


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
    """A row of an operator's payments as a Payment."""
    values: dict[str, Any] = dict(row)
    order = Order(**{name: values.pop(name) for name in _ORDER})
    values |= {"asks": bool(row["asks"]), "ignored": bool(row["ignored"]), "shapes": json.loads(row["shapes"])}
    return Payment(order=order, **values)
