"""One operator's account of the court: its movements, and a day of it with the balances around it. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone

from sandbox.faults import Operator

KIGALI = timezone(timedelta(hours=2), "CAT")
# What the operator keeps of each payment, in hundredths of a percent; it is taken at the settlement.
CHARGE_RATE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One movement: `units` is positive for money in and negative for money back; one that failed moves nothing."""

    at: float
    reference: str
    external_id: str
    type: str
    status: str
    units: int
    payer: str
    succeeded: bool

    @property
    def effect(self) -> int:
        """What it does to the balance, in minor units."""
        return self.units if self.succeeded else 0

    @property
    def charge(self) -> int:
        """What the operator keeps of it at the settlement, in minor units."""
        return (self.units * CHARGE_RATE + 5_000) // 10_000 if self.succeeded and self.units > 0 else 0


Lines = Callable[[float, float], Sequence[Line]]
"""The movements from one moment until before another, in seconds since 1970, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The court's account at an operator. `word` stands in addresses and in the bank's text; `lines` reads it.

    `columns` are the headings of its CSV, for: moment, its own number, ours, type, status, amount, charge, currency,
    balance, payer.
    """

    word: str
    title: str
    operator: Operator
    columns: tuple[str, ...]
    lines: Lines
    currency: str = "RWF"


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


def bounds(day: date) -> tuple[float, float]:
    """The first moment of a day in Kigali, and the first that is no longer in it."""
    begins = datetime.combine(day, time.min, KIGALI)
    return begins.timestamp(), (begins + timedelta(days=1)).timestamp()


def day_of(moment: float) -> date:
    """The day in Kigali that a moment belongs to."""
    return datetime.fromtimestamp(moment, UTC).astimezone(KIGALI).date()


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
