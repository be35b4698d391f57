"""What can differ, what is done about it, and which postings that means. Amounts are theirs less ours; pure."""

from collections.abc import Mapping
from enum import StrEnum

from app.core.money import Money
from app.payments.ledger import BANK, SUSPENSE, clearing

BANK_STATEMENT = "bank"
"""The source of the bank's own statements, beside the providers' codes."""

SHARED_BOOK = "ALL"
"""The court of entries about an account that all courts share."""


class BreakKind(StrEnum):
    """How our books and a statement differ."""

    MISSING_HERE = "missing_here"
    MISSING_THERE = "missing_there"
    AMOUNT_MISMATCH = "amount_mismatch"
    STATUS_MISMATCH = "status_mismatch"
    DUPLICATE_THERE = "duplicate_there"
    SETTLEMENT_SHORT = "settlement_short"
    CHARGE_VARIANCE = "charge_variance"
    LATE = "late"
    UNIDENTIFIED = "unidentified"


URGENT = frozenset({BreakKind.STATUS_MISMATCH})
"""Somebody's money may be taken and their bill still open."""


class Resolution(StrEnum):
    """What a person decided about a break."""

    SUSPENSE = "suspense"
    CHARGE = "charge"
    CLAIM = "claim"
    EXPLAINED = "explained"


class Act(StrEnum):
    """What was done with a whole day."""

    SIGNED = "signed"
    REOPENED = "reopened"


_R = Resolution
RESOLUTIONS: Mapping[BreakKind, tuple[Resolution, ...]] = {
    BreakKind.MISSING_HERE: (_R.SUSPENSE,),
    BreakKind.MISSING_THERE: (_R.SUSPENSE, _R.EXPLAINED),
    BreakKind.AMOUNT_MISMATCH: (_R.SUSPENSE, _R.CHARGE),
    BreakKind.STATUS_MISMATCH: (_R.SUSPENSE,),
    BreakKind.DUPLICATE_THERE: (_R.SUSPENSE,),
    BreakKind.SETTLEMENT_SHORT: (_R.SUSPENSE, _R.CHARGE),
    BreakKind.CHARGE_VARIANCE: (_R.CLAIM, _R.EXPLAINED),
    BreakKind.LATE: (_R.EXPLAINED, _R.SUSPENSE),
    BreakKind.UNIDENTIFIED: (_R.SUSPENSE,),
}
"""What may be decided about each kind, the usual first."""


def charges(provider: str) -> str:
    """The account of what a provider keeps for its work."""
    return f"provider_charges:{provider}"


def settlement_sides(provider: str, *, net: Money, charge: Money) -> dict[str, Money]:
    """A day's takings came to the bank, less the provider's charge."""
    gross = net + charge
    return {BANK: net, charges(provider): charge, clearing(provider): Money.zero(net.currency) - gross}


def charge_sides(provider: str, charge: Money) -> dict[str, Money]:
    """A provider took its charge from what it holds for us."""
    return {charges(provider): charge, clearing(provider): Money.zero(charge.currency) - charge}


def resolution_sides(resolution: Resolution, source: str, difference: Money) -> dict[str, Money]:
    """The postings of a resolution; none when it is only explained. `difference` is theirs less ours."""
    other = Money.zero(difference.currency) - difference
    held = BANK if source == BANK_STATEMENT else clearing(source)
    match resolution:
        case Resolution.SUSPENSE:
            return {held: difference, SUSPENSE: other}
        case Resolution.CHARGE:
            return {held: difference, charges(source): other}
        case Resolution.CLAIM:
            return {SUSPENSE: difference, charges(source): other}
        case Resolution.EXPLAINED:
            return {}
