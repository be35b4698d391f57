"""What a fee schedule must be, and how it differs from the one before; pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from app.core.errors import Problem
from app.core.language import LANGUAGES, Localised, T
from app.core.money import Money
from app.courts.fee_book import FeeNotKnown, FeeSchedule
from app.courts.pack import Pack

Line = tuple[str, str]
"""A fee code and a level of court."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What somebody writes down: `amounts` in minor units; a line that the order doesn't give is absent."""

    version: str
    starts: date
    source: Localised
    amounts: Mapping[Line, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line beside what it is now; None where no amount is known. `by` is the difference between two known ones."""

    fee: Localised
    level: Localised
    before: Money | None
    after: Money | None

    @property
    def by(self) -> Money | None:
        """How much more is to be paid; below zero for less."""
        return self.after - self.before if self.before is not None and self.after is not None else None


def field_of(line: Line) -> str:
    """The name of a line's field."""
    return f"amount-{line[0]}-{line[1]}"


def lines_of(pack: Pack) -> tuple[Line, ...]:
    """Every line that a schedule can have, in the pack's order."""
    return tuple((fee, level) for fee in pack.fees.fees for level in pack.levels)


def needed_lines(pack: Pack) -> frozenset[Line]:
    """The lines without which something could not be filed."""
    return frozenset((one.fee_code, level) for one in pack.offered_filing_types() for level in one.levels)


def problems(pack: Pack, content: Content, *, today: date) -> Iterator[Problem]:
    """What keeps it from being kept."""
    if not content.version:
        yield Problem("version", T("Enter the number of the order."))
    elif content.version in {schedule.version for schedule in pack.fees.schedules}:
        yield Problem("version", T("There is a schedule with this number already."))
    if content.starts < today:
        yield Problem("starts", T("A fee never changes for days that have passed. Enter today or a day to come."))
    for code in LANGUAGES:
        if not content.source.said_in(code):
            yield Problem(f"source_{code}", T("Write the legal source in all three languages."))
    yield from _amount_problems(pack, content)


def _amount_problems(pack: Pack, content: Content) -> Iterator[Problem]:
    needed, known = needed_lines(pack), lines_of(pack)
    for line in known:
        if line in needed and line not in content.amounts:
            yield Problem(field_of(line), T("Enter the amount: people can file at this level."))
    if not set(content.amounts) <= set(known):
        yield Problem("", T("There is an amount for a fee or a court that is not known here."))


def changes(pack: Pack, content: Content) -> tuple[Change, ...]:
    """Line by line, what holds on the day before its day of force and what then; lines unknown in both are left out."""
    before = _before(pack, content.starts)
    found = []
    for fee, level in lines_of(pack):
        old = before.amount(fee, level) if before else None
        new = content.amounts.get((fee, level))
        if old is None and new is None:
            continue
        found.append(
            Change(
                fee=pack.fees.fees[fee].title,
                level=pack.levels[level].title,
                before=old,
                after=None if new is None else Money(new, pack.currency),
            )
        )
    return tuple(found)


def _before(pack: Pack, starts: date) -> FeeSchedule | None:
    try:
        return pack.fees.schedule(starts - timedelta(days=1))
    except FeeNotKnown:
        return None
