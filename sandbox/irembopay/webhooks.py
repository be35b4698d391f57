"""Which webhooks a payment causes, faults included."""

import json
from collections.abc import Iterator
from dataclasses import replace

from sandbox import signing
from sandbox.calls import Call
from sandbox.faults import Kind
from sandbox.irembopay.invoice import NEW, Invoice, wire

HEADER = "irembopay-signature"
_SOONEST = 0.3
_APART = 0.2


def calls_for(invoice: Invoice, url: str, now: float) -> list[Call]:
    """The calls to make about an invoice that has just been paid."""
    shapes = invoice.shapes
    if Kind.CALLBACK_LOST in shapes:
        return []
    at = now + _SOONEST + float(shapes.get(Kind.CALLBACK_LATE, {}).get("seconds", 0))
    signature = signing.FORGED if Kind.CALLBACK_FORGED in shapes else signing.AT_SENDING
    return [
        Call(
            about=invoice.number,
            method="POST",
            url=url,
            headers={"Content-Type": "application/json", HEADER: signature},
            body=body,
            due_at=at + number * _APART,
        )
        for number, body in enumerate(_bodies(invoice))
    ]


def _bodies(invoice: Invoice) -> Iterator[bytes]:
    shapes = invoice.shapes
    told = _body(replace(invoice, amount=invoice.amount + 1) if Kind.CALLBACK_WRONG_AMOUNT in shapes else invoice)
    if Kind.CALLBACK_MALFORMED in shapes:
        told = told[: len(told) // 2]
    unpaid = _body(replace(invoice, status=NEW))
    if Kind.CALLBACK_CONTRADICTORY in shapes:
        yield unpaid
    for _ in range(int(shapes.get(Kind.CALLBACK_REPEATED, {}).get("count", 1))):
        yield told
    if Kind.CALLBACK_CONTRADICTORY in shapes or Kind.CALLBACK_REORDERED in shapes:
        yield unpaid


def _body(invoice: Invoice) -> bytes:
    return json.dumps({"message": "Invoice payment notification", "success": True, "data": wire(invoice)}).encode()
