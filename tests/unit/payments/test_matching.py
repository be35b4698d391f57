"""Both sides are split without remainder, whatever is on them and in whatever order; and books stay in balance."""

import random
from collections import Counter
from datetime import date
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.payments.reconciliation.matching import Matching, Ours, Theirs, breaks_in, match, settlement_breaks
from app.payments.reconciliation.status import (
    RESOLUTIONS,
    BreakKind,
    Resolution,
    resolution_sides,
    settlement_sides,
)

DAY, BEFORE = date(2026, 5, 4), date(2026, 5, 3)
bills = st.sampled_from(["B1", "B2", "B3"])
names = st.sampled_from(["u1", "u2", ""])
numbers = st.sampled_from(["n1", "n2", "n3", "n4"])
amounts = st.builds(Money, st.integers(1, 3).map(lambda n: n * 1_000), st.sampled_from(["RWF", "RWF", "KES"]))
ids = st.uuids()


@st.composite
def ours(draw: st.DrawFn) -> list[Ours]:
    made = []
    for own in draw(st.lists(ids, unique=True, max_size=6)):
        succeeded = draw(st.booleans())
        day = draw(st.sampled_from([DAY, BEFORE])) if succeeded else None
        number = draw(numbers | st.none()) if succeeded else None
        made.append(
            Ours(
                id=own,
                bill=draw(bills),
                theirs=number,
                amount=draw(amounts),
                succeeded=succeeded,
                day=day,
                refund=draw(st.booleans()),
                named=draw(names) if succeeded else "",
            )
        )
    return made


@st.composite
def theirs(draw: st.DrawFn) -> list[Theirs]:
    return [
        Theirs(
            id=own,
            bill=draw(bills | names),
            theirs=draw(numbers | st.just("")),
            amount=draw(amounts),
            succeeded=draw(st.booleans()),
            refund=draw(st.booleans()),
        )
        for own in draw(st.lists(ids, unique=True, max_size=6))
    ]


def split(found: Matching) -> tuple[Counter[UUID], Counter[UUID]]:
    mine = Counter([*(pair.ours.id for pair in found.pairs), *(one.id for one in found.only_ours)])
    alone = (*found.only_theirs, *found.repeated, *found.undone)
    lines = [*(pair.theirs.id for pair in found.pairs), *(one.id for one in alone)]
    return mine, Counter(lines)


@given(ours(), theirs())
def test_each_of_both_sides_is_in_one_place(mine: list[Ours], lines: list[Theirs]) -> None:
    assert split(match(mine, lines)) == (Counter(one.id for one in mine), Counter(one.id for one in lines))


@given(ours(), theirs(), st.randoms(use_true_random=False))
def test_order_changes_nothing_and_neither_does_doing_it_again(
    mine: list[Ours], lines: list[Theirs], chance: random.Random
) -> None:
    once = match(mine, lines)
    assert match(mine, lines) == once
    mixed_mine, mixed_lines = chance.sample(mine, len(mine)), chance.sample(lines, len(lines))
    again = match(mixed_mine, mixed_lines)
    assert {(pair.ours.id, pair.theirs.id) for pair in again.pairs} == {
        (pair.ours.id, pair.theirs.id) for pair in once.pairs
    }
    assert set(breaks_in(again, DAY)) == set(breaks_in(once, DAY))


@given(ours(), theirs())
def test_a_pair_shares_a_reference_and_never_contradicts_another(mine: list[Ours], lines: list[Theirs]) -> None:
    for pair in match(mine, lines).pairs:
        assert pair.ours.refund is pair.theirs.refund
        assert pair.ours.amount.currency == pair.theirs.amount.currency
        assert (
            pair.ours.theirs == pair.theirs.theirs
            or pair.ours.named == pair.theirs.bill != ""
            or (pair.ours.theirs is None and pair.ours.bill == pair.theirs.bill)
        )


@given(ours(), theirs())
def test_without_a_break_both_sides_come_to_the_same(mine: list[Ours], lines: list[Theirs]) -> None:
    """The differences account for everything that the two sides don't share."""
    found = breaks_in(match(mine, lines), DAY)
    for currency in ("RWF", "KES"):
        here = sum(one.amount.minor for one in mine if one.succeeded and one.amount.currency == currency)
        there = sum(one.amount.minor for one in lines if one.succeeded and one.amount.currency == currency)
        elsewhere = sum(
            one.amount.minor
            for one in match(mine, lines).only_ours
            if one.succeeded and one.day != DAY and one.amount.currency == currency
        )
        differ = sum(
            one.difference.minor
            for one in found
            if one.kind is not BreakKind.LATE and one.difference.currency == currency
        )
        assert there - here + elsewhere == differ


def one_of_ours(**facts: object) -> Ours:
    usual = {"id": UUID(int=1), "bill": "B1", "theirs": "n1", "amount": Money(1_000, "RWF"), "succeeded": True}
    return Ours(**{**usual, "day": DAY, **facts})  # type: ignore[arg-type]


def one_of_theirs(**facts: object) -> Theirs:
    usual = {"id": UUID(int=2), "bill": "B1", "theirs": "n1", "amount": Money(1_000, "RWF"), "succeeded": True}
    return Theirs(**{**usual, **facts})  # type: ignore[arg-type]


FAILED = one_of_ours(succeeded=False, theirs=None, day=None)
FAILED_UNDER_ID = one_of_ours(succeeded=False, theirs=None, day=None, named="u1")
BACK = Money(-1_000, "RWF")
LOST_AND_FOUND = [BreakKind.MISSING_THERE, BreakKind.UNIDENTIFIED]


@pytest.mark.parametrize(
    ("mine", "lines", "kinds"),
    [
        ([one_of_ours()], [one_of_theirs()], []),
        ([one_of_ours()], [one_of_theirs(bill="")], []),
        ([], [one_of_theirs()], [BreakKind.MISSING_HERE]),
        ([], [one_of_theirs(bill="")], [BreakKind.UNIDENTIFIED]),
        ([], [one_of_theirs(succeeded=False)], []),
        ([one_of_ours()], [], [BreakKind.MISSING_THERE]),
        ([one_of_ours(day=BEFORE)], [], []),
        ([one_of_ours(day=BEFORE)], [one_of_theirs()], [BreakKind.LATE]),
        ([one_of_ours()], [one_of_theirs(amount=Money(900, "RWF"))], [BreakKind.AMOUNT_MISMATCH]),
        ([one_of_ours()], [one_of_theirs(succeeded=False)], [BreakKind.STATUS_MISMATCH]),
        ([FAILED], [one_of_theirs()], [BreakKind.STATUS_MISMATCH]),
        ([FAILED], [one_of_theirs(succeeded=False, theirs="")], []),
        ([one_of_ours()], [one_of_theirs(), one_of_theirs(id=UUID(int=3), theirs="n2")], [BreakKind.DUPLICATE_THERE]),
        ([one_of_ours(theirs=None, named="u1")], [one_of_theirs(bill="u1")], []),
        ([FAILED_UNDER_ID], [one_of_theirs(bill="u1")], [BreakKind.STATUS_MISMATCH]),
        ([one_of_ours(named="u1", theirs="n2")], [one_of_theirs(bill="u1", theirs="n9")], []),
        (
            [one_of_ours(named="u1")],
            [one_of_theirs(bill="u1"), one_of_theirs(id=UUID(int=3), bill="u1", theirs="n2")],
            [BreakKind.DUPLICATE_THERE],
        ),
        ([one_of_ours(bill="", attempt=None)], [one_of_theirs(bill="RENT")], []),
        ([one_of_ours(bill="", attempt=None)], [one_of_theirs(bill="", theirs="n2")], LOST_AND_FOUND),
        ([], [one_of_theirs(refund=True, amount=BACK), one_of_theirs(id=UUID(int=3), refund=True)], []),
        ([one_of_ours()], [one_of_theirs(refund=True)], [BreakKind.MISSING_THERE, BreakKind.MISSING_HERE]),
        ([one_of_ours()], [one_of_theirs(bill="B2", theirs="n2")], [BreakKind.MISSING_THERE, BreakKind.MISSING_HERE]),
    ],
)
def test_each_difference_has_its_name(mine: list[Ours], lines: list[Theirs], kinds: list[BreakKind]) -> None:
    assert [one.kind for one in breaks_in(match(mine, lines), DAY)] == kinds


def test_a_failed_try_and_the_one_that_worked_find_their_own_lines() -> None:
    worked = one_of_ours(id=UUID(int=9), theirs="n2")
    lines = [one_of_theirs(theirs="n2"), one_of_theirs(id=UUID(int=3), theirs="", succeeded=False)]
    assert breaks_in(match([FAILED, worked], lines), DAY) == []


francs = st.integers(-(10**9), 10**9).filter(bool).map(lambda minor: Money(minor, "RWF"))


@given(francs, st.sampled_from(BreakKind), st.sampled_from(["mtn_momo", "bank"]))
def test_every_resolution_is_a_balanced_entry(difference: Money, kind: BreakKind, source: str) -> None:
    for resolution in RESOLUTIONS[kind]:
        sides = resolution_sides(resolution, source, difference)
        assert sum(amount.minor for amount in sides.values()) == 0
        assert bool(sides) is (resolution is not Resolution.EXPLAINED)


@given(st.integers(0, 10**9), st.integers(0, 10**6))
def test_a_settlement_is_a_balanced_entry(net: int, charge: int) -> None:
    sides = settlement_sides("mtn_momo", net=Money(net, "RWF"), charge=Money(charge, "RWF"))
    assert sum(amount.minor for amount in sides.values()) == 0
    assert sides["clearing:mtn_momo"].minor == -(net + charge)


@pytest.mark.parametrize(
    ("net", "kept", "kinds"),
    [
        (990, 10, []),
        (890, 10, [BreakKind.SETTLEMENT_SHORT]),
        (985, 15, [BreakKind.CHARGE_VARIANCE]),
        (1_090, 10, [BreakKind.UNIDENTIFIED]),
        (880, 20, [BreakKind.SETTLEMENT_SHORT, BreakKind.CHARGE_VARIANCE]),
    ],
)
def test_a_settlement_is_compared_in_both_its_parts(net: int, kept: int, kinds: list[BreakKind]) -> None:
    taken, charge = Money(1_000, "RWF"), Money(10, "RWF")
    found = settlement_breaks(taken=taken, charge=charge, net=Money(net, "RWF"), kept=Money(kept, "RWF"))
    assert [one.kind for one in found] == kinds
