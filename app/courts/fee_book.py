"""Court fees as data: kinds of fee, who pays none, and schedules by date of force with their legal source."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.core.errors import Absent, Unavailable
from app.core.language import Localised, T
from app.core.money import Money
from app.courts.confidence import Source, read_source
from app.courts.nodes import Node


class FeeNotKnown(Unavailable):
    """No amount is known for this court on this day."""

    text = T("The fee of this court on this day is not known here. Ask the court's registry.")


class NoSuchExemption(Absent):
    """The pack has no exemption with this code."""

    text = T("This reason for paying no fee is not known.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Fee:
    """A kind of fee."""

    code: str
    title: Localised
    explanation: Localised


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """Who pays no fee; `proof` says what to show, `document_needed` whether a paper must come with the request.

    `decided_by_registrar`: no law says who belongs to this group, so the registrar weighs it; else the registrar only
    looks whether the proof shows it.
    """

    code: str
    title: Localised
    proof: Localised
    document_needed: bool
    decided_by_registrar: bool
    source: Source


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeSchedule:
    """The amounts in force from `starts` (None: since before anything known) to `ends` (None: still), both included.

    `amounts` maps (fee code, level code) to minor units; a level whose amount isn't known is absent.
    """

    version: str
    currency: str
    starts: date | None
    ends: date | None
    source: Source
    amounts: dict[tuple[str, str], int]

    def in_force(self, on: date) -> bool:
        """Whether it holds on that day."""
        return (self.starts is None or self.starts <= on) and (self.ends is None or on <= self.ends)

    def amount(self, fee: str, level: str) -> Money | None:
        """The amount of a fee at a level of court, or None when no source gives it."""
        minor = self.amounts.get((fee, level))
        return None if minor is None else Money(minor, self.currency)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeBook:
    """All that the pack knows of fees. Schedules stand oldest first and don't overlap."""

    fees: dict[str, Fee]
    schedules: tuple[FeeSchedule, ...]
    exemptions: dict[str, Exemption]
    joint_claimants_pay_once: bool

    def schedule(self, on: date) -> FeeSchedule:
        """The schedule in force on that day; raises FeeNotKnown."""
        for schedule in self.schedules:
            if schedule.in_force(on):
                return schedule
        raise FeeNotKnown

    def coming(self, on: date) -> FeeSchedule | None:
        """The next schedule to come into force after that day, if one is known."""
        return next((one for one in self.schedules if one.starts is not None and one.starts > on), None)

    def with_schedules(self, later: Iterable[FeeSchedule]) -> "FeeBook":
        """This book with others lying over it: from its first day each is in force until the next one begins."""
        by_start = {one.starts or date.min: one for one in (*self.schedules, *later)}
        ordered = [by_start[start] for start in sorted(by_start)]
        followed = zip(ordered, (*ordered[1:], None), strict=True)
        return replace(self, schedules=tuple(_until(one, after) for one, after in followed))

    def exemption(self, code: str) -> Exemption:
        """The exemption `code`; raises NoSuchExemption."""
        if code not in self.exemptions:
            raise NoSuchExemption
        return self.exemptions[code]


def _until(schedule: FeeSchedule, after: FeeSchedule | None) -> FeeSchedule:
    if after is None or after.starts is None:
        return schedule
    last = after.starts - timedelta(days=1)
    return replace(schedule, ends=last if schedule.ends is None else min(schedule.ends, last))


def read_fee_book(node: Node, *, currency: str, levels: frozenset[str]) -> FeeBook:
    """The whole of fees.yaml; amounts are whole minor units of `currency`, for courts of `levels`."""
    fields = node.mapping()
    fees = {fee.code: fee for fee in fields.need("fees").each(_read_fee)}
    schedules = fields.need("schedules")
    book = FeeBook(
        fees=fees,
        exemptions=fields.need("exemptions").by_code(_read_exemption),
        joint_claimants_pay_once=fields.need("joint_claimants_pay_once").flag(),
        schedules=schedules.each(lambda item: _read_schedule(item, currency, frozenset(fees), levels)),
    )
    fields.done()
    _check_order(schedules, book.schedules)
    return book


def _check_order(node: Node, schedules: tuple[FeeSchedule, ...]) -> None:
    items = tuple(node.items())
    for position in range(1, len(schedules)):
        before, after = schedules[position - 1], schedules[position]
        if before.ends is None or after.starts is None or before.ends >= after.starts:
            raise items[position].error(f"must start after version {before.version!r} has ended")


def _read_fee(node: Node) -> Fee:
    fields = node.mapping()
    fee = Fee(
        code=fields.need("code").text(),
        title=fields.need("title").localised(),
        explanation=fields.need("explanation").localised(),
    )
    fields.done()
    return fee


def _read_exemption(node: Node) -> Exemption:
    fields = node.mapping()
    exemption = Exemption(
        code=fields.need("code").text(),
        title=fields.need("title").localised(),
        proof=fields.need("proof").localised(),
        document_needed=fields.need("document_needed").flag(),
        decided_by_registrar=fields.need("decided_by_registrar").flag(),
        source=read_source(fields),
    )
    fields.done()
    return exemption


def _read_schedule(node: Node, currency: str, fees: frozenset[str], levels: frozenset[str]) -> FeeSchedule:
    fields = node.mapping()
    starts, ends = fields.maybe("starts"), fields.maybe("ends")
    amounts: dict[tuple[str, str], int] = {}
    for item in fields.need("amounts").items():
        key, amount = _read_amount(item, currency, fees, levels)
        if key in amounts:
            raise item.error(f"fee {key[0]!r} at level {key[1]!r} stands here twice")
        amounts[key] = amount
    schedule = FeeSchedule(
        version=fields.need("version").text(),
        currency=currency,
        starts=starts.day() if starts else None,
        ends=ends.day() if ends else None,
        source=read_source(fields),
        amounts=amounts,
    )
    fields.done()
    if schedule.starts and schedule.ends and schedule.ends < schedule.starts:
        raise node.error("must not end before it starts")
    return schedule


def _read_amount(
    node: Node, currency: str, fees: frozenset[str], levels: frozenset[str]
) -> tuple[tuple[str, str], int]:
    fields = node.mapping()
    fee, level = fields.need("fee"), fields.need("level")
    if fee.text() not in fees:
        raise fee.error(f"must be one of {', '.join(sorted(fees))}, not {fee.text()!r}")
    if level.text() not in levels:
        raise level.error(f"must be one of {', '.join(sorted(levels))}, not {level.text()!r}")
    amount = fields.need("amount").whole(what=f"a whole number of {currency}")
    fields.done()
    return (fee.text(), level.text()), amount
