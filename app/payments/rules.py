"""What follows from amounts and times; pure."""

from datetime import datetime, timedelta

import phonenumbers
from phonenumbers import carrier

from app.core.money import Money
from app.payments.status import ObligationStatus

EXPIRE_AFTER_PROMPT = timedelta(minutes=2)
"""The operator ends a prompt by itself; we call an attempt expired only this long after it should have."""

_SECONDS = (5, 15, 30, 60, *range(180, 901, 120))
_HOURS = range(1, 25)
LADDER = (*(timedelta(seconds=s) for s in _SECONDS), *(timedelta(hours=h) for h in _HOURS))
"""How long after its submission an attempt is asked about, until it has succeeded."""


def next_poll(submitted_at: datetime, now: datetime, first: timedelta = LADDER[0]) -> datetime | None:
    """The first rung of the ladder after `now`, rungs before `first` left out; None when the day is over."""
    return next((submitted_at + rung for rung in LADDER if rung >= first and submitted_at + rung > now), None)


def obligation_status(
    *,
    fees: Money,
    remitted: Money,
    paid: Money,
    refund_due: Money,
    void: bool,
    refunded: Money | None = None,
) -> ObligationStatus:
    """What is still owed: `remitted` was waived, `paid` counts every success.

    `refund_due` is what of it must go back, `refunded` what has.
    """
    owed, kept = fees - remitted, paid - refund_due
    if not void and kept < owed:
        return ObligationStatus.PART_PAID if kept else ObligationStatus.NOT_PAID
    if paid and refunded == paid:
        return ObligationStatus.REFUNDED
    if void:
        return ObligationStatus.VOID
    if refund_due and refunded != refund_due:
        return ObligationStatus.OVERPAID
    return ObligationStatus.PAID if owed else ObligationStatus.WAIVED


def still_due(*, fees: Money, remitted: Money, paid: Money, refund_due: Money, void: bool) -> Money:
    """What remains to be paid: fees less what was waived less what was paid and is kept; never below zero."""
    owed, kept = fees - remitted, paid - refund_due
    if void or owed <= kept:
        return Money.zero(fees.currency)
    return owed - kept


def split(amount: Money, due: Money) -> tuple[Money, Money]:
    """How much of a payment is applied to what is due, and the surplus."""
    applied = amount if amount <= due else due
    return applied, amount - applied


_OPERATORS = {"mtn": "mtn_momo", "airtel": "airtel_money", "safaricom": "mpesa"}


def operator_of(msisdn: str | None) -> str | None:
    """The provider that a number seems to belong to; numbers move between operators, so this is only a suggestion."""
    if not msisdn:
        return None
    try:
        name = carrier.name_for_number(phonenumbers.parse(msisdn, "RW"), "en").lower()
    except phonenumbers.NumberParseException:
        return None
    return next((code for word, code in _OPERATORS.items() if word in name), None)
