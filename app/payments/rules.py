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


def obligation_status(*, fees: Money, paid: Money, refund_due: Money, void: bool) -> ObligationStatus:
    """What is still owed: `paid` counts every success, `refund_due` what of it must go back."""
    kept = paid - refund_due
    if void:
        return ObligationStatus.VOID
    if kept < fees:
        return ObligationStatus.PART_PAID if kept else ObligationStatus.NOT_PAID
    if refund_due:
        return ObligationStatus.OVERPAID
    return ObligationStatus.PAID if fees else ObligationStatus.WAIVED


def still_due(*, fees: Money, paid: Money, refund_due: Money, void: bool) -> Money:
    """What remains to be paid, never below zero."""
    kept = paid - refund_due
    if void or fees <= kept:
        return Money.zero(fees.currency)
    return fees - kept


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
