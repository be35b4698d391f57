"""Statements that are wrong on purpose."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sandbox.faults import Kind, Moment, Taken
from sandbox.statements.account import Account, Line, Statement, balance_before, bounds, with_balances, with_hole
from sandbox.world import World


def statement(world: World, account: Account, day: date) -> Statement:
    """The day's statement, the way the faults that are set for it want it."""
    begins, ends = bounds(day, account.zone)
    taken = world.faults.take(account.operator, Moment.STATEMENT)
    lines = _told(account.lines(begins, ends), taken)
    made = with_balances(account, day, balance_before(account, begins), lines)
    return with_hole(made) if Kind.STATEMENT_HOLE in taken else made


def _told(lines: Sequence[Line], taken: Taken) -> list[Line]:
    told = list(lines)
    last = next(
        (number for number, line in reversed(list(enumerate(told))) if line.succeeded and not line.is_charge), None
    )
    if last is None:
        return told
    line = told[last]
    if Kind.STATEMENT_REPEATED in taken:
        told.insert(last + 1, replace(line, reference=f"{line.reference}2"))
    if Kind.STATEMENT_AMOUNT in taken:
        told[last] = replace(line, units=line.units - taken[Kind.STATEMENT_AMOUNT].count)
    if Kind.STATEMENT_UNNAMED in taken:
        told[last] = replace(line, external_id="", other="", reference=f"{line.reference}7")
    if Kind.STATEMENT_OMITS in taken:
        del told[last]
    return told
