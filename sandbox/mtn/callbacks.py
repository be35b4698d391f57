"""Which callbacks an outcome causes, faults included."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sandbox.calls import Call
from sandbox.faults import Kind
from sandbox.mtn.payment import FAILED, PENDING, SUCCESSFUL, Payment, status_body

# The caller has its 202 before the first callback: the live system is never faster than that.
_SOONEST = 0.3
_APART = 0.2


def calls_for(payment: Payment, method: str, now: float) -> list[Call]:
    """The calls to make about a payment that has just reached its outcome; none when no callback was asked for."""
    url, shapes = payment.order.callback_url, payment.shapes
    if url is None or Kind.CALLBACK_LOST in shapes:
        return []
    at = now + _SOONEST + float(shapes.get(Kind.CALLBACK_LATE, {}).get("seconds", 0))
    return [
        Call(
            about=payment.order.reference_id,
            method=_method(shapes, method),
            url=url,
            headers={"Content-Type": "application/json"},
            body=body,
            due_at=at + number * _APART,
        )
        for number, body in enumerate(_bodies(payment, now))
    ]


def _method(shapes: dict[str, Any], usual: str) -> str:
    if Kind.CALLBACK_PUT in shapes:
        return "PUT"
    return "POST" if Kind.CALLBACK_POST in shapes else usual


def _bodies(payment: Payment, now: float) -> Iterator[bytes]:
    shapes = payment.shapes
    told = json.dumps(_told(payment, now)).encode()
    if Kind.CALLBACK_MALFORMED in shapes:
        told = told[: len(told) // 2]
    opposite = json.dumps(status_body(_opposite(payment), now)).encode()
    if Kind.CALLBACK_CONTRADICTORY in shapes:
        yield opposite
    for _ in range(int(shapes.get(Kind.CALLBACK_REPEATED, {}).get("count", 1))):
        yield told
    if Kind.CALLBACK_CONTRADICTORY in shapes:
        yield opposite
    if Kind.CALLBACK_REORDERED in shapes:
        stale = replace(payment, status=PENDING, reason=None, financial_id=None)
        yield json.dumps(status_body(stale, now)).encode()


def _told(payment: Payment, now: float) -> dict[str, Any]:
    body = status_body(payment, now)
    if Kind.CALLBACK_WRONG_AMOUNT in payment.shapes:
        body["amount"] = "1" if body["amount"] != "1" else "2"
    if Kind.CALLBACK_WRONG_CURRENCY in payment.shapes:
        body["currency"] = "EUR" if body["currency"] != "EUR" else "RWF"
    return body


def _opposite(payment: Payment) -> Payment:
    if payment.status == SUCCESSFUL:
        return replace(payment, status=FAILED, reason="INTERNAL_PROCESSING_ERROR", financial_id=None)
    return replace(payment, status=SUCCESSFUL, reason=None, financial_id="900000000")
