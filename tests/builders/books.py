"""Beancount itself, as the outside judge of our books."""

from decimal import Decimal

from beancount import loader
from beancount.core import data


def judged(text: str) -> list[data.Directive]:
    """What beancount reads in a file; fails with its errors when it finds any (as `bean-check` does)."""
    directives, errors, _ = loader.load_string(text)
    assert not errors, [error.message for error in errors]
    return list(directives)


def balances_of(directives: list[data.Directive]) -> dict[str, Decimal]:
    """By account, what beancount itself adds up from the transactions."""
    sums: dict[str, Decimal] = {}
    for one in directives:
        for posting in one.postings if isinstance(one, data.Transaction) else ():
            units = posting.units
            assert units is not None
            assert isinstance(units.number, Decimal)
            sums[posting.account] = sums.get(posting.account, Decimal()) + units.number
    return sums
