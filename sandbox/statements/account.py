"""One operator's account of the court: its movements, and a day of it with the balances around it. Pure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone

from sandbox.faults import Operator

KIGALI = timezone(timedelta(hours=2), "CAT")
# What an operator keeps of each payment, in hundredths of a percent.
CHARGE_RATE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One movement: `units` is positive for money in and negative for money back; one that failed moves nothing.

    `other` is one more number that belongs to it. `at_once`: the charge leaves the balance with it, not at the
    settlement. `is_charge`: it is nothing but the charge of the line before.
    """

    at: float
    reference: str
    external_id: str
    type: str
    status: str
    units: int
    payer: str
    succeeded: bool
    other: str = ""
    rate: int = CHARGE_RATE
    at_once: bool = False
    is_charge: bool = False

    @property
    def effect(self) -> int:
        """What it does to the balance, in minor units."""
        moved = self.units - self.charge if self.at_once else self.units
        return moved if self.succeeded else 0

    @property
    def charge(self) -> int:
        """What the operator keeps of it, in minor units."""
        return charge_of(self.units, self.rate) if self.succeeded and self.units > 0 else 0

    @property
    def charge_later(self) -> int:
        """What of it is kept at the settlement, in minor units."""
        return 0 if self.at_once else self.charge


def charge_of(units: int, rate: int = CHARGE_RATE) -> int:
    """What an operator keeps of a payment, in minor units."""
    return (units * rate + 5_000) // 10_000


Lines = Callable[[float, float], Sequence[Line]]
"""The movements from one moment until before another, in seconds since 1970, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A line as it goes on paper: with the balance after it, in the account's currency and zone."""

    line: Line
    balance: int
    currency: str
    zone: timezone


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The columns of an operator's CSV, each with what it says of a line.

    `standing`: those that a line has which says no more than how the balance stands; the others are empty in it.
    """

    columns: Mapping[str, Callable[[Printed], str]]
    standing: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The court's account at an operator. `word` stands in addresses, its first part in the bank's text.

    `lines` reads it; a day of it is one of `zone`.
    """

    word: str
    title: str
    operator: Operator
    sheet: Sheet
    lines: Lines
    currency: str = "RWF"
    zone: timezone = KIGALI


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line with the balance after it."""

    line: Line
    balance: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """A day of an account."""

    account: Account
    day: date
    opening: int
    rows: tuple[Row, ...]
    closing: int


def bounds(day: date, zone: timezone = KIGALI) -> tuple[float, float]:
    """The first moment of a day in that zone, and the first that is no longer in it."""
    begins = datetime.combine(day, time.min, zone)
    return begins.timestamp(), (begins + timedelta(days=1)).timestamp()


def day_of(moment: float, zone: timezone = KIGALI) -> date:
    """The day in that zone that a moment belongs to."""
    return datetime.fromtimestamp(moment, UTC).astimezone(zone).date()


def balance_before(account: Account, moment: float) -> int:
    """What had come in by then; what was paid out to the bank is told by the bank."""
    return sum(line.effect for line in account.lines(0.0, moment))


def with_balances(account: Account, day: date, opening: int, lines: Sequence[Line]) -> Statement:
    """The day's statement with these lines on it."""
    rows: list[Row] = []
    balance = opening
    for line in lines:
        balance += line.effect
        rows.append(Row(line=line, balance=balance))
    return Statement(account=account, day=day, opening=opening, rows=tuple(rows), closing=balance)


def with_hole(statement: Statement) -> Statement:
    """The same statement with one line torn out of its middle, and every balance as it was."""
    gone = len(statement.rows) // 2
    return replace(statement, rows=statement.rows[:gone] + statement.rows[gone + 1 :])
