"""What MTN does in its own way when it asks a handset and tells the caller."""

import json

from sandbox.callbacks import Teller, calls_for
from sandbox.clock import Clock
from sandbox.config import Settings
from sandbox.faults import Kind, Operator
from sandbox.mtn.answers import status_body
from sandbox.payment import Payment
from sandbox.push import Dialect


def dialect(settings: Settings, clock: Clock) -> Dialect:
    """MTN's words and callbacks for the one engine of all operators that push a prompt."""
    teller = Teller(
        method=settings.mtn.callback_method,
        tell=lambda payment: _told(payment, clock.now()),
        failure="INTERNAL_PROCESSING_ERROR",
    )
    return Dialect(
        operator=Operator.MTN,
        title="MTN MoMo",
        table="mtn_payments",
        early=Kind.CREATED_FIRST,
        expired="EXPIRED",
        declined="APPROVAL_REJECTED",
        wrong_pin="PAYMENT_NOT_APPROVED",
        too_poor="NOT_ENOUGH_FUNDS",
        receipt=lambda number, _: str(100_000_000 + number),
        calls_for=lambda payment, now: calls_for(payment, teller, now),
    )


def _told(payment: Payment, now: float) -> bytes:
    body = status_body(payment, now)
    if Kind.CALLBACK_WRONG_AMOUNT in payment.shapes:
        body["amount"] = "1" if body["amount"] != "1" else "2"
    if Kind.CALLBACK_WRONG_CURRENCY in payment.shapes:
        body["currency"] = "EUR" if body["currency"] != "EUR" else "RWF"
    return json.dumps(body).encode()
