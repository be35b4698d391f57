"""One invoice, and how it looks on the wire."""

import json
import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from sandbox import money

NEW, PAID = "NEW", "PAID"
_KIGALI = timezone(timedelta(hours=2))


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a merchant asked for. `amount` is the sum of the items, in minor units."""

    transaction_id: str
    account: str
    amount: int
    currency: str
    items: list[dict[str, Any]]
    customer: dict[str, Any] | None
    description: str | None
    language: str
    expiry_at: float | None
    link_base: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """A draft that was taken in, and what has become of it. `shapes` holds the faults that stay with it, by kind."""

    number: str
    transaction_id: str
    account: str
    amount: int
    currency: str
    items: list[dict[str, Any]]
    customer: dict[str, Any] | None
    description: str | None
    language: str
    expiry_at: float | None
    link: str
    status: str
    shapes: dict[str, Any]
    hidden_until: float
    paid_after_all_at: float | None
    posts: int
    created_at: float
    updated_at: float
    paid_at: float | None
    method: str | None
    payment_reference: str | None
    payer: str | None

    def is_expired(self, now: float) -> bool:
        """Whether the time for paying it is over; its status stays NEW then."""
        return self.status == NEW and self.expiry_at is not None and now >= self.expiry_at


def from_row(row: sqlite3.Row) -> Invoice:
    """A row of irembopay_invoices as an Invoice."""
    values: dict[str, Any] = dict(row)
    values |= {name: json.loads(row[name]) for name in ("items", "customer", "shapes")}
    return Invoice(**values)


def moment(at: float | None) -> str | None:
    """A moment as IremboPay writes it: "2022-11-27T16:24:51.000+02:00"."""
    if at is None:
        return None
    return datetime.fromtimestamp(at, UTC).astimezone(_KIGALI).isoformat(timespec="milliseconds")


def amount_on_wire(units: int, currency: str) -> int | float:
    """A "double" of the contract: without decimals where there are none."""
    return units if money.EXPONENTS[currency] == 0 else float(money.wire(units, currency))


def wire(invoice: Invoice) -> dict[str, Any]:
    """The `data` of every answer about an invoice, and of its webhook."""
    body: dict[str, Any] = {
        "amount": amount_on_wire(invoice.amount, invoice.currency),
        "invoiceNumber": invoice.number,
        "transactionId": invoice.transaction_id,
        "createdAt": moment(invoice.created_at),
        "updatedAt": moment(invoice.updated_at),
        "expiryAt": moment(invoice.expiry_at),
        "paymentAccountIdentifier": invoice.account,
        "paymentItems": invoice.items,
        "description": invoice.description,
        "type": "SINGLE",
        "paymentStatus": invoice.status,
        "currency": invoice.currency,
        "customer": invoice.customer,
        "createdBy": "sandbox",
        "paymentLinkUrl": invoice.link,
    }
    if invoice.status == PAID:
        body |= {
            "paidAt": moment(invoice.paid_at),
            "paymentMethod": invoice.method,
            "paymentReference": invoice.payment_reference,
        }
    return {name: value for name, value in body.items() if value is not None}
