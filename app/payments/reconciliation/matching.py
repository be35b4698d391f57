"""Which of our payments is which line of a statement, and what is left over; pure.

The id under which we asked comes first, then the bill, then their number. What would only be a guess (the same amount)
is never a match.
The result depends on what is on each side, never on its order.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from app.core.money import Money
from app.payments.reconciliation.status import BreakKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """A payment in our books, or a refund (negative). `day` is when it was made, in the court's zone; None before.

    `named` is the id under which we asked for it. `attempt` is the attempt that it is, or that a refund gives back;
    money that no bill explains has neither, and no bill.
    """

    id: UUID
    bill: str
    theirs: str | None
    amount: Money
    succeeded: bool
    day: date | None
    refund: bool = False
    attempt: UUID | None = None
    named: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """A line of a statement; `refund` is money that went back, with a negative amount.

    `bill` is what they quote of ours: a bill's number, or the id under which we asked.
    """

    id: UUID
    bill: str
    theirs: str
    amount: Money
    succeeded: bool
    refund: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The two sides of one payment."""

    ours: Ours
    theirs: Theirs


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """Every one of both sides, once: in a pair or alone.

    A line may also be a repetition of a payment that has its line, or one of two of which the second undoes the first.
    """

    pairs: tuple[Pair, ...]
    only_ours: tuple[Ours, ...]
    only_theirs: tuple[Theirs, ...]
    repeated: tuple[Theirs, ...]
    undone: tuple[Theirs, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A break. `key` names it among its kind on its day; `difference` is theirs less ours.

    `attempt` and `refund` are ours that it is about; of a refund, `attempt` is the payment that it gives back.
    """

    kind: BreakKind
    key: str
    difference: Money
    line: UUID | None = None
    attempt: UUID | None = None
    refund: UUID | None = None


def match(ours: Iterable[Ours], theirs: Iterable[Theirs]) -> Matching:
    """Put both sides together."""
    mine = sorted(ours, key=lambda one: (one.bill, one.theirs or "", one.id))
    lines = sorted(theirs, key=lambda one: (one.bill, one.theirs, one.amount.minor, one.id))
    undone = _undone(lines)
    gone = {one.id for one in undone}
    standing = [one for one in lines if one.id not in gone]
    pairs = _by_id(mine, standing)
    for pairing in (_by_bill, _numbered):
        pairs += pairing(*_without(mine, standing, pairs))
    left, rest = _without(mine, standing, pairs)
    known = {_name(one, word) for one in mine for word in (one.bill, one.named) if word}
    known |= {_name(pair.theirs, pair.theirs.theirs) for pair in pairs if pair.theirs.theirs}
    repeated = [one for one in rest if known & {_name(one, one.bill), _name(one, one.theirs)}]
    again = {one.id for one in repeated}
    return Matching(
        pairs=tuple(pairs),
        only_ours=tuple(left),
        only_theirs=tuple(one for one in rest if one.id not in again),
        repeated=tuple(repeated),
        undone=tuple(undone),
    )


def _undone(lines: Sequence[Theirs]) -> list[Theirs]:
    """Refunds that came back, with the lines on which they did: the same number, and as much the other way."""
    waiting: dict[object, list[Theirs]] = defaultdict(list)
    found = []
    for line in lines:
        if line.refund and line.succeeded and line.theirs and line.amount:
            against = waiting[line.theirs, Money.zero(line.amount.currency) - line.amount]
            if against:
                found += [against.pop(), line]
            else:
                waiting[line.theirs, line.amount].append(line)
    return found


def _by_id(mine: Sequence[Ours], lines: Sequence[Theirs]) -> list[Pair]:
    free = {_name(one, one.named): one for one in mine if one.named}

    def fitness(line: Theirs) -> tuple[bool, bool]:
        asked = free.get(_name(line, line.bill))
        return asked is None or asked.theirs != line.theirs, not line.succeeded

    pairs = []
    for line in sorted(lines, key=fitness) if free else []:
        found = free.pop(_name(line, line.bill), None)
        if found is not None:
            pairs.append(Pair(ours=found, theirs=line))
    return pairs


def _name(one: Ours | Theirs, word: str | None) -> tuple[str | None, str, bool]:
    """Payments and refunds, and each currency, are told apart though they name the same bill."""
    return word, one.amount.currency, one.refund


def _by_bill(mine: Sequence[Ours], lines: Sequence[Theirs]) -> list[Pair]:
    groups: defaultdict[object, tuple[list[Ours], list[Theirs]]] = defaultdict(lambda: ([], []))
    for one in mine:
        groups[_name(one, one.bill)][0].append(one)
    for line in lines:
        if line.bill:
            groups[_name(line, line.bill)][1].append(line)
    return [pair for group in groups.values() for pair in _in_group(*group)]


def _in_group(mine: list[Ours], lines: list[Theirs]) -> list[Pair]:
    """Of one bill: by their number where we know it; else by outcome, then whatever the outcome."""
    pairs = _numbered(mine, lines)
    for same_outcome in (True, False):
        left, rest = _without(mine, lines, pairs)
        unnumbered = [one for one in left if one.theirs is None]
        for line in sorted(rest, key=lambda one: not one.succeeded):
            fits = (one for one in unnumbered if one.succeeded == line.succeeded or not same_outcome)
            found = next(fits, None)
            if found is not None:
                unnumbered.remove(found)
                pairs.append(Pair(ours=found, theirs=line))
    return pairs


def _numbered(mine: Iterable[Ours], lines: Iterable[Theirs]) -> list[Pair]:
    free = {_name(one, one.theirs): one for one in mine if one.theirs}
    pairs = []
    for line in lines:
        found = free.pop(_name(line, line.theirs), None)
        if found is not None:
            pairs.append(Pair(ours=found, theirs=line))
    return pairs


def _without(mine: Iterable[Ours], lines: Iterable[Theirs], pairs: Iterable[Pair]) -> tuple[list[Ours], list[Theirs]]:
    taken = {one for pair in pairs for one in (pair.ours.id, pair.theirs.id)}
    return [one for one in mine if one.id not in taken], [one for one in lines if one.id not in taken]


def breaks_in(matching: Matching, day: date) -> list[Found]:
    """What of a day's matching a person must look at."""
    found = [one for pair in matching.pairs if (one := _of_pair(pair, day)) is not None]
    for ours in matching.only_ours:
        if ours.succeeded and ours.day == day:
            lost = Money.zero(ours.amount.currency) - ours.amount
            found.append(Found(kind=BreakKind.MISSING_THERE, key=str(ours.id), difference=lost, **_of(ours)))
    for line in (*matching.only_theirs, *matching.repeated):
        if line.succeeded:
            kind = BreakKind.DUPLICATE_THERE if line in matching.repeated else _alone(line)
            found.append(Found(kind=kind, key=str(line.id), difference=line.amount, line=line.id))
    return found


def _of_pair(pair: Pair, day: date) -> Found | None:
    ours, theirs = pair.ours, pair.theirs
    zero = Money.zero(ours.amount.currency)
    here, there = (ours.amount if ours.succeeded else zero), (theirs.amount if theirs.succeeded else zero)
    if ours.succeeded is not theirs.succeeded:
        kind, difference = BreakKind.STATUS_MISMATCH, there - here
    elif here != there:
        kind, difference = BreakKind.AMOUNT_MISMATCH, there - here
    elif ours.succeeded and ours.day != day:
        kind, difference = BreakKind.LATE, there
    else:
        return None
    return Found(kind=kind, key=str(theirs.id), difference=difference, line=theirs.id, **_of(ours))


def _of(ours: Ours) -> dict[str, UUID | None]:
    return {"attempt": ours.attempt, "refund": ours.id if ours.refund else None}


def _alone(line: Theirs) -> BreakKind:
    return BreakKind.MISSING_HERE if line.bill else BreakKind.UNIDENTIFIED


def settlement_breaks(*, taken: Money, charge: Money, net: Money, kept: Money) -> list[Found]:
    """What differs between what the provider took in (less its charge) and what the bank got (net, kept by it)."""
    found = []
    difference = net + kept - taken
    if difference:
        kind = BreakKind.SETTLEMENT_SHORT if difference.minor < 0 else BreakKind.UNIDENTIFIED
        found.append(Found(kind=kind, key="settlement", difference=difference))
    if kept != charge:
        found.append(Found(kind=BreakKind.CHARGE_VARIANCE, key="settlement", difference=kept - charge))
    return found
