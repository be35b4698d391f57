"""Commands of reconciliation: take in a statement, resolve what differs, sign a day off, reopen it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Absent, Conflict
from app.core.events import record
from app.core.ids import new_id
from app.core.language import T
from app.core.money import Money
from app.payments import ledger
from app.payments.policies import reconciles
from app.payments.reconciliation.comparing import compare, open_breaks
from app.payments.reconciliation.days import Day, lock_day, note_act, open_day
from app.payments.reconciliation.events import BreakResolved, StatementTaken
from app.payments.reconciliation.models import BreakRow, StatementFileRow, StatementLineRow
from app.payments.reconciliation.releasing import booked_after_all
from app.payments.reconciliation.sides import banked, takings
from app.payments.reconciliation.statement import Statement, StatementLine
from app.payments.reconciliation.status import (
    BANK_STATEMENT,
    RESOLUTIONS,
    SHARED_BOOK,
    Act,
    BreakKind,
    Resolution,
    resolution_sides,
)

_PORTION = 500
_B = BreakRow


class AlreadyResolved(Conflict):
    """Somebody was faster, or it was not found again."""

    text = T("This is settled already. Look at the day again.")


class NotForThis(Conflict):
    """The resolution doesn't fit this kind of break."""

    text = T("This cannot be settled in that way. Choose another.")


class StillOpen(Conflict):
    """A day with open breaks, or without all its statements, can't be signed off."""

    text = T("Settle every difference first. Then you can sign the day off.")


class StatementsMissing(Conflict):
    """The provider's or the bank's word on the day isn't there yet."""

    text = T("The operator's statement and the bank's statement of this day must both be here first.")


class OwnSignature(Conflict):
    """Who signed a day off can't reopen it."""

    text = T("You signed this day off. Another person must reopen it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeStatement:
    """A statement that was read from a file whose bytes have this hash; `zone` is the court's."""

    source: str
    name: str
    sha256: str
    statement: Statement
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """How many lines were new, and the days (account, day) that they are about; none for a file we had."""

    fresh: int
    days: tuple[tuple[str, date], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveBreak:
    """Settle a break in this way; `note` says why, for whoever reads it later."""

    break_id: UUID
    resolution: Resolution
    note: str


def take_statement(session: Session, actor: Actor, command: TakeStatement, *, at: datetime) -> Taken:
    """Keep the file and its new lines, and compare every day that they touch. The same file again changes nothing.

    Raises Absent, LineMissing when the balances show a gap, and DayIsSigned when a new line is of a signed day.
    """
    _check(actor)
    command.statement.check()
    file_id = _keep_file(session, actor, command, at=at)
    if file_id is None:
        return Taken(fresh=0, days=())
    fresh = _keep_lines(session, command, file_id)
    days = tuple(sorted({*_touched(command.source, fresh), *_covered(command)}))
    for source, day in days:
        compare(session, Day(source=source, day=day, zone=command.zone), at=at)
    told = StatementTaken(file_id=file_id, source=command.source, fresh=len(fresh))
    record(session, told, actor=actor, at=at)
    return Taken(fresh=len(fresh), days=days)


def _touched(source: str, lines: Iterable[StatementLine]) -> set[tuple[str, date]]:
    return {line.settles or (source, line.day) for line in lines}


def _covered(command: TakeStatement) -> Iterator[tuple[str, date]]:
    """The days of which the file says all, that a day without a line may be found to lack one."""
    first, last = command.statement.covers or (date.max, date.min)
    return ((command.source, first + timedelta(days=n)) for n in range((last - first).days + 1))


def _keep_file(session: Session, actor: Actor, command: TakeStatement, *, at: datetime) -> UUID | None:
    statement = command.statement
    first_day, last_day = statement.covers or (None, None)
    kept = session.execute(
        insert(StatementFileRow)
        .values(
            id=new_id(),
            source=command.source,
            sha256=command.sha256,
            name=command.name[:200],
            currency=statement.opening.currency,
            opening_minor=statement.opening.minor,
            closing_minor=statement.closing.minor,
            lines=len(statement.lines),
            first_day=first_day,
            last_day=last_day,
            uploaded_by=actor.person_id,
            uploaded_at=at,
        )
        .on_conflict_do_nothing(index_elements=["sha256"])
        .returning(StatementFileRow.id)
    )
    return kept.scalar()


def _keep_lines(session: Session, command: TakeStatement, file_id: UUID) -> list[StatementLine]:
    """Write the lines that we don't have; which those are."""
    keyed = dict(zip(command.statement.keys(), command.statement.lines, strict=True))
    rows = [_row(command.source, file_id, n, key, line) for n, (key, line) in enumerate(keyed.items(), 1)]
    fresh: list[StatementLine] = []
    for begin in range(0, len(rows), _PORTION):
        written = session.execute(
            insert(StatementLineRow)
            .values(rows[begin : begin + _PORTION])
            .on_conflict_do_nothing(index_elements=["source", "key"])
            .returning(StatementLineRow.key)
        )
        fresh += [keyed[key] for key in written.scalars()]
    return fresh


def _row(source: str, file_id: UUID, position: int, key: str, line: StatementLine) -> dict[str, object]:
    settles_source, settles_day = line.settles or (None, None)
    return {
        "id": new_id(),
        "file_id": file_id,
        "source": source,
        "key": key,
        "position": position,
        "day": line.day,
        "at": line.at,
        "ours": line.ours,
        "theirs": line.theirs,
        "kind": line.kind,
        "succeeded": line.succeeded,
        "amount_minor": line.amount.minor,
        "charge_minor": line.charge.minor,
        "currency": line.amount.currency,
        "text": line.text,
        "settles_source": settles_source,
        "settles_day": settles_day,
    }


def compare_again(session: Session, actor: Actor, day: Day, *, at: datetime) -> None:
    """Compare a day again, because our side has changed. Raises Absent, DayIsSigned."""
    _check(actor)
    compare(session, day, at=at)


def take_break(session: Session, actor: Actor, break_id: UUID) -> None:
    """Become the one who looks after it. Raises Absent, AlreadyResolved."""
    _check(actor)
    mine = update(_B).where(_B.id == break_id, _B.resolution.is_(None)).values(owner_id=actor.person_id)
    if session.execute(mine.returning(_B.id)).first() is None:
        raise AlreadyResolved


def resolve_break(session: Session, actor: Actor, command: ResolveBreak, zone: ZoneInfo, *, at: datetime) -> None:
    """Settle it, with its journal entry. Raises Absent, DayIsSigned, AlreadyResolved, NotForThis."""
    _check(actor)
    place = session.execute(select(_B.source, _B.day).where(_B.id == command.break_id)).first()
    if place is None:
        raise Absent
    open_day(session, Day(source=place.source, day=place.day, zone=zone))
    row = session.execute(select(_B).where(_B.id == command.break_id)).scalar_one()
    if row.resolution is not None or row.gone_at is not None:
        raise AlreadyResolved
    if booked_after_all(session, row):
        raise AlreadyResolved(T("What this is about has been booked meanwhile. Compare the day again."))
    if command.resolution not in RESOLUTIONS[BreakKind(row.kind)]:
        raise NotForThis
    sides = resolution_sides(command.resolution, row.source, Money(row.amount_minor, row.currency))
    entry_id = ledger.write_entry(session, "reconciliation", sides, of=(None, SHARED_BOOK, None), at=at)
    row.resolution, row.note = command.resolution, command.note
    row.owner_id, row.resolved_by = row.owner_id or actor.person_id, actor.person_id
    row.resolved_at, row.entry_id = at, entry_id
    session.flush()
    told = BreakResolved(
        break_id=row.id,
        source=row.source,
        day=row.day,
        kind=row.kind,
        resolution=command.resolution,
        entry_id=entry_id,
    )
    record(session, told, actor=actor, at=at)


def sign_off(session: Session, actor: Actor, day: Day, *, at: datetime) -> None:
    """Say that a day is right, after comparing it once more.

    Raises Absent, DayIsSigned, StatementsMissing, StillOpen.
    """
    _check(actor)
    compare(session, day, at=at)
    if day.source != BANK_STATEMENT and not _told_by_both(session, day):
        raise StatementsMissing
    if open_breaks(session, day):
        raise StillOpen
    note_act(session, actor, day, Act.SIGNED, note="", at=at)


def _told_by_both(session: Session, day: Day) -> bool:
    theirs = takings(session, day)
    return theirs is not None and (not theirs.due or bool(banked(session, day)))


def reopen(session: Session, actor: Actor, day: Day, *, note: str, at: datetime) -> None:
    """Let a signed day change again; another person than the one who signed.

    Raises Absent, AlreadyResolved, OwnSignature.
    """
    _check(actor)
    last = lock_day(session, day)
    if last is None or last.act is not Act.SIGNED:
        raise AlreadyResolved(T("This day is open already."))
    if last.by == actor.person_id:
        raise OwnSignature
    note_act(session, actor, day, Act.REOPENED, note=note, at=at)


def _check(actor: Actor) -> None:
    if not reconciles(actor):
        raise Absent
