"""Which callbacks an outcome causes, faults included."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sandbox.calls import Call
from sandbox.daraja.payment import SUCCESS, Payment, result_text, shillings
from sandbox.faults import Kind

_SOONEST = 0.3
_APART = 0.2


def stk_calls(payment: Payment, now: float, stamp: str) -> list[Call]:
    """The calls to make about an STK push that has just reached its outcome. `stamp`: now as Daraja writes it."""
    told = json.dumps(stk_callback(payment, stamp)).encode()
    opposite = json.dumps(stk_callback(_opposite(payment), stamp)).encode()
    return calls_to(payment.order.callback_url, payment.order.checkout_id, (told, opposite), payment.shapes, now)


def calls_to(
    url: str, about: str, bodies: tuple[bytes, bytes | None], shapes: dict[str, Any], now: float
) -> list[Call]:
    """`bodies`: the true one, and its opposite where there is one."""
    if Kind.CALLBACK_LOST in shapes:
        return []
    at = now + _SOONEST + float(shapes.get(Kind.CALLBACK_LATE, {}).get("seconds", 0))
    return [
        Call(
            about=about,
            method="POST",
            url=url,
            headers={"Content-Type": "application/json"},
            body=body,
            due_at=at + number * _APART,
        )
        for number, body in enumerate(_in_order(*bodies, shapes))
    ]


def _in_order(told: bytes, opposite: bytes | None, shapes: dict[str, Any]) -> Iterator[bytes]:
    if Kind.CALLBACK_MALFORMED in shapes:
        told = told[: len(told) // 2]
    contradicts = Kind.CALLBACK_CONTRADICTORY in shapes and opposite is not None
    if contradicts and opposite is not None:
        yield opposite
    for _ in range(int(shapes.get(Kind.CALLBACK_REPEATED, {}).get("count", 1))):
        yield told
    if contradicts and opposite is not None:
        yield opposite


def stk_callback(payment: Payment, stamp: str) -> dict[str, Any]:
    """The body of the callback; only a success has metadata, in which Balance has no Value."""
    order, code = payment.order, str(payment.code)
    told: dict[str, Any] = {
        "MerchantRequestID": order.merchant_id,
        "CheckoutRequestID": order.checkout_id,
        "ResultCode": int(code),
        "ResultDesc": result_text(code),
    }
    if code == SUCCESS:
        amount = 100 if Kind.CALLBACK_WRONG_AMOUNT in payment.shapes and order.amount != 100 else order.amount
        told["CallbackMetadata"] = {
            "Item": [
                {"Name": "Amount", "Value": float(shillings(amount))},
                {"Name": "MpesaReceiptNumber", "Value": payment.receipt},
                {"Name": "Balance"},
                {"Name": "TransactionDate", "Value": int(stamp)},
                {"Name": "PhoneNumber", "Value": int(order.msisdn)},
            ]
        }
    return {"Body": {"stkCallback": told}}


def _opposite(payment: Payment) -> Payment:
    if payment.code == SUCCESS:
        return replace(payment, code="1032", receipt=None)
    return replace(payment, code=SUCCESS, receipt="SAAAAAAAAA")
