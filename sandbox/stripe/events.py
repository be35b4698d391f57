"""Which events tell of a change, faults included."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sandbox import signing
from sandbox.calls import Call
from sandbox.faults import Kind
from sandbox.stripe.objects import UNPAID, Refund, Session, refund_body, session_body

HEADER = "stripe-signature"
API_VERSION = "2026-10-28.endive"
COMPLETED, EXPIRED = "checkout.session.completed", "checkout.session.expired"
PAID_LATER, NOT_PAID = "checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed"
_SOONEST = 0.3
_APART = 0.2


def of_session(kind: str, session: Session, url: str, now: float) -> list[Call]:
    """The calls to make about what has just become of a session."""
    shapes = session.shapes
    if Kind.CALLBACK_LOST in shapes:
        return []
    at = now + _SOONEST + float(shapes.get(Kind.CALLBACK_LATE, {}).get("seconds", 0))
    signature = signing.FORGED if Kind.CALLBACK_FORGED in shapes else signing.AT_SENDING
    return [
        _call(session.id, url, body, (signature, at + number * _APART))
        for number, body in enumerate(_bodies(kind, session, now))
    ]


def of_refund(refund: Refund, url: str, now: float) -> list[Call]:
    """The call that tells of a refund whose status has changed."""
    body = _event("refund.failed" if refund.status == "failed" else "refund.updated", refund_body(refund), now)
    return [_call(refund.id, url, body, (signing.AT_SENDING, now + _SOONEST))]


def _bodies(kind: str, session: Session, now: float) -> Iterator[bytes]:
    shapes = session.shapes
    wrong = Kind.CALLBACK_WRONG_AMOUNT in shapes
    told = _event(kind, session_body(replace(session, amount=session.amount + 1) if wrong else session), now)
    if Kind.CALLBACK_MALFORMED in shapes:
        told = told[: len(told) // 2]
    stale = replace(session, payment_status=UNPAID)
    if Kind.CALLBACK_CONTRADICTORY in shapes:
        yield _event(NOT_PAID, session_body(stale), now)
    for _ in range(int(shapes.get(Kind.CALLBACK_REPEATED, {}).get("count", 1))):
        yield told
    if Kind.CALLBACK_CONTRADICTORY in shapes:
        yield _event(NOT_PAID, session_body(stale), now)
    if Kind.CALLBACK_REORDERED in shapes:
        yield _event(COMPLETED, session_body(stale), now)


def _event(kind: str, found: dict[str, Any], now: float) -> bytes:
    event = {
        "id": f"evt_{secrets.token_hex(12)}",
        "object": "event",
        "api_version": API_VERSION,
        "created": int(now),
        "data": {"object": found},
        "livemode": False,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
    return json.dumps(event).encode()


def _call(about: str, url: str, body: bytes, how: tuple[str, float]) -> Call:
    signature, at = how
    headers = {"Content-Type": "application/json; charset=utf-8", HEADER: signature}
    return Call(about=about, method="POST", url=url, headers=headers, body=body, due_at=at)
