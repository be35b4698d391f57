"""How much can be waived; pure."""

from app.core.money import Money
from app.payments.remissions.status import RemissionStatus

MOST_REQUESTS = 3
"""So often can a waiver be asked for on one bill: each request puts off the payment, so it must end."""


def most(*, fees: Money, remitted: Money, due: Money) -> Money:
    """The most that can be waived now: all that is owed, paid or not, less what was waived before.

    After an earlier waiver only what is not paid yet: the money paid until then has been settled by that decision.
    """
    return due if remitted else fees - remitted


def outcome(amount: Money, owed: Money) -> RemissionStatus:
    """What waiving `amount` of `owed` is called."""
    if not amount:
        return RemissionStatus.REFUSED
    return RemissionStatus.GRANTED if amount == owed else RemissionStatus.PART_GRANTED


def too_much(*, owed: Money, kept: Money) -> Money:
    """How much of the money kept is no longer owed."""
    return kept - owed if owed < kept else Money.zero(kept.currency)
