"""What Airtel does in its own way when it asks a handset and tells the caller."""

from datetime import UTC, datetime

from sandbox.airtel.answers import callback_body
from sandbox.airtel.triggers import DECLINED, EXPIRED, TOO_POOR, WRONG_PIN
from sandbox.callbacks import Teller, calls_for
from sandbox.clock import Clock
from sandbox.config import Settings
from sandbox.faults import Kind, Operator
from sandbox.push import Dialect


def dialect(settings: Settings, clock: Clock) -> Dialect:
    """Airtel's words and callbacks for the one engine of all operators that push a prompt."""
    teller = Teller(
        method="POST",
        tell=lambda payment: callback_body(payment, clock.now(), settings.airtel.callback_key),
        failure=DECLINED,
    )
    return Dialect(
        operator=Operator.AIRTEL,
        title="Airtel Money",
        table="airtel_payments",
        early=Kind.AMBIGUOUS_FIRST,
        expired=EXPIRED,
        declined=DECLINED,
        wrong_pin=WRONG_PIN,
        too_poor=TOO_POOR,
        receipt=_receipt,
        calls_for=lambda payment, now: calls_for(payment, teller, now),
    )


def _receipt(number: int, now: float) -> str:
    """An airtel_money_id: "MP210603.1234.L06941"."""
    return f"MP{datetime.fromtimestamp(now, UTC):%y%m%d.%H%M}.L{number:05d}"
