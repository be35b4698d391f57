"""A statement of account as every parser gives it, and the check that no line is missing. Pure."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from app.core.errors import Invalid
from app.core.language import T
from app.core.money import EXPONENTS, Money

_AMOUNT = re.compile(r"[+-]?[0-9]{1,15}(\.[0-9]{1,5})?", re.ASCII)
_UNITS = re.compile(r"-?[0-9]{1,15}", re.ASCII)


class UnreadableStatement(Invalid):
    """The file isn't the statement that it should be."""

    text = T("This file could not be read as a statement. Download it again, and choose whose statement it is.")


class LineMissing(Invalid):
    """The balances in the file show that something is not in it."""

    def __init__(self, after: str, difference: Money) -> None:
        """`after`: the provider's number of the last line before the gap."""
        amount = str(difference)
        super().__init__(
            T("The statement is not whole: after line %(line)s, %(amount)s is missing.", line=after, amount=amount)
        )
        self.after, self.difference = after, difference


class LineKind(StrEnum):
    """What a line is about."""

    PAYMENT = "payment"
    REFUND = "refund"
    SETTLEMENT = "settlement"
    CHARGE = "charge"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    """One line. `ours` is our reference as they quote it, `theirs` their own number; money in is positive.

    `balance` is what they say stands after it; `at_once`: the charge has left it already. The bank's settlement names
    the provider and the day that it `settles`; a provider's own is what it paid out.
    """

    day: date
    at: datetime | None
    ours: str
    theirs: str
    kind: LineKind
    succeeded: bool
    amount: Money
    charge: Money
    text: str = ""
    balance: Money | None = None
    settles: tuple[str, date] | None = None
    at_once: bool = False

    @property
    def effect(self) -> Money:
        """What it does to the balance."""
        if not self.succeeded:
            return Money.zero(self.amount.currency)
        return self.amount - self.charge if self.at_once else self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """All lines of a file in its order, between the balances before and after them.

    It `covers` the days from one to another, also those without a line; None when the file doesn't say.
    """

    opening: Money
    closing: Money
    lines: tuple[StatementLine, ...]
    covers: tuple[date, date] | None = None

    def check(self) -> None:
        """Raise LineMissing at the first place where the balances don't follow from the lines."""
        stands, last = self.opening, "0"
        for line in self.lines:
            stands += line.effect
            if line.balance is not None and line.balance != stands:
                raise LineMissing(last, line.balance - stands)
            last = line.theirs or line.ours or last
        if stands != self.closing:
            raise LineMissing(last, self.closing - stands)

    def keys(self) -> Sequence[str]:
        """One key for each line, the same whenever the line is read again; equal lines are counted."""
        seen: dict[str, int] = {}
        keys = []
        for line in self.lines:
            words = (line.at, line.day, line.ours, line.theirs, line.kind, line.succeeded, line.amount, line.charge)
            digest = hashlib.sha256(repr((*map(str, words), line.text)).encode()).hexdigest()[:48]
            seen[digest] = seen.get(digest, 0) + 1
            keys.append(f"{digest}-{seen[digest]}")
        return keys


def read_money(text: str, currency: str) -> Money:
    """A decimal text in minor units; raises UnreadableStatement for parts of a minor unit and anything else."""
    exponent = EXPONENTS.get(currency)
    if exponent is None or not _AMOUNT.fullmatch(text):
        raise UnreadableStatement
    units = Decimal(text).scaleb(exponent)
    if units != units.to_integral_value():
        raise UnreadableStatement
    return Money(int(units), currency)


def read_units(text: str, currency: str) -> Money:
    """A whole number of minor units; raises UnreadableStatement."""
    if currency not in EXPONENTS or not _UNITS.fullmatch(text):
        raise UnreadableStatement
    return Money(int(text), currency)
