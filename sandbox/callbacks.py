"""Which callbacks an outcome causes, faults included."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sandbox.calls import Call
from sandbox.faults import Kind
from sandbox.payment import FAILED, PENDING, SUCCESSFUL, Payment

# The caller has its answer before the first callback: the live systems are never faster than that.
_SOONEST = 0.3
_APART = 0.2


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """How an operator calls back: the usual method, the exact bytes that tell of a payment, and its plainest failure.

    `tell` is also given payments as they are not, when a fault wants the callback to be stale or wrong.
    """

    method: str
    tell: Callable[[Payment], bytes]
    failure: str


def calls_for(payment: Payment, teller: Teller, now: float) -> list[Call]:
    """The calls to make about a payment that has just reached its outcome; none when no callback was asked for."""
    url, shapes = payment.order.callback_url, payment.shapes
    if url is None or Kind.CALLBACK_LOST in shapes:
        return []
    at = now + _SOONEST + float(shapes.get(Kind.CALLBACK_LATE, {}).get("seconds", 0))
    return [
        Call(
            about=payment.order.reference_id,
            method=_method(shapes, teller.method),
            url=url,
            headers={"Content-Type": "application/json"},
            body=body,
            due_at=at + number * _APART,
        )
        for number, body in enumerate(_bodies(payment, teller))
    ]


def _method(shapes: dict[str, Any], usual: str) -> str:
    if Kind.CALLBACK_PUT in shapes:
        return "PUT"
    return "POST" if Kind.CALLBACK_POST in shapes else usual


def _bodies(payment: Payment, teller: Teller) -> Iterator[bytes]:
    shapes = payment.shapes
    told = teller.tell(payment)
    if Kind.CALLBACK_MALFORMED in shapes:
        told = told[: len(told) // 2]
    opposite = teller.tell(_opposite(payment, teller.failure))
    if Kind.CALLBACK_CONTRADICTORY in shapes:
        yield opposite
    for _ in range(int(shapes.get(Kind.CALLBACK_REPEATED, {}).get("count", 1))):
        yield told
    if Kind.CALLBACK_CONTRADICTORY in shapes:
        yield opposite
    if Kind.CALLBACK_REORDERED in shapes:
        yield teller.tell(replace(payment, status=PENDING, reason=None, financial_id=None))


def _opposite(payment: Payment, failure: str) -> Payment:
    if payment.status == SUCCESSFUL:
        return replace(payment, status=FAILED, reason=failure, financial_id=None)
    return replace(payment, status=SUCCESSFUL, reason=None, financial_id="900000000")
