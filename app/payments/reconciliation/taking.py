"""Takes a statement in, whole in one transaction or part by part; what is there already is never there twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM, Actor
from app.core.db import Database
from app.core.errors import Absent
from app.core.events import record
from app.core.ids import new_id
from app.payments.policies import reconciles
from app.payments.reconciliation.comparing import compare
from app.payments.reconciliation.days import Day, DayIsSigned, lock_day
from app.payments.reconciliation.events import StatementTaken
from app.payments.reconciliation.models import StatementFileRow, StatementLineRow
from app.payments.reconciliation.statement import Statement, StatementLine
from app.payments.reconciliation.status import Act

_F, _L = StatementFileRow, StatementLineRow
Row = dict[str, object]


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


def take_statement(session: Session, actor: Actor, command: TakeStatement, *, at: datetime) -> Taken:
    """Keep the file and its new lines, and compare every day that they touch. The same file again changes nothing.

    Raises Absent, LineMissing when the balances show a gap, and DayIsSigned when a new line is of a signed day.
    """
    if not reconciles(actor) or actor.person_id is None:
        raise Absent
    command.statement.check()
    if session.execute(select(_F.id).where(_F.sha256 == command.sha256)).first() is not None:
        return Taken(fresh=0, days=())
    file_id = begin(session, actor.person_id, command, at=at)
    fresh = keep_rows(session, rows_of(command, file_id))
    days = _days_to_compare(session, command, file_id)
    for day in days:
        compare_if_open(session, day, at=at)
    tell(session, actor, command.source, file_id, fresh, at=at)
    return Taken(fresh=fresh, days=tuple((day.source, day.day) for day in days))


def begin(session: Session, by: UUID, command: TakeStatement, *, at: datetime) -> UUID:
    """Keep the file, or find it begun already; its id. Raises DayIsSigned when a new line is of a signed day."""
    _refuse_signed(session, command)
    statement = command.statement
    first_day, last_day = statement.covers or (None, None)
    session.execute(
        insert(_F)
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
            uploaded_by=by,
            uploaded_at=at,
        )
        .on_conflict_do_nothing(index_elements=["sha256"])
    )
    return session.execute(select(_F.id).where(_F.sha256 == command.sha256)).scalar_one()


def _refuse_signed(session: Session, command: TakeStatement) -> None:
    """Lock the days of the lines in their order; what is new on none of them may be of a signed one."""
    keyed = dict(zip(command.statement.keys(), command.statement.lines, strict=True))
    for source, day in sorted({_about(command.source, line) for line in keyed.values()}):
        last = lock_day(session, Day(source=source, day=day, zone=command.zone))
        if last is None or last.act is not Act.SIGNED:
            continue
        wanted = {key for key, line in keyed.items() if _about(command.source, line) == (source, day)}
        known = set(
            session.execute(select(_L.key).where(_L.source == command.source, _is_about(source, day))).scalars()
        )
        if wanted - known:
            raise DayIsSigned


def _about(source: str, line: StatementLine) -> tuple[str, date]:
    return line.settles or (source, line.day)


def _is_about(source: str, day: date) -> ColumnElement[bool]:
    return (func.coalesce(_L.settles_source, _L.source) == source) & (func.coalesce(_L.settles_day, _L.day) == day)


def rows_of(command: TakeStatement, file_id: UUID) -> list[Row]:
    """The lines as they are kept, in the order of the file."""
    keyed = zip(command.statement.keys(), command.statement.lines, strict=True)
    return [_row(command.source, file_id, n, key, line) for n, (key, line) in enumerate(keyed, 1)]


def _row(source: str, file_id: UUID, position: int, key: str, line: StatementLine) -> Row:
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


def keep_rows(session: Session, rows: Sequence[Row]) -> int:
    """Write the lines that we don't have, which follow each other in one file; how many those are."""
    if not rows:
        return 0
    unknown = insert(_L).on_conflict_do_nothing(index_elements=["source", "key"])
    session.connection().execute(unknown, rows)
    here = _L.position.between(rows[0]["position"], rows[-1]["position"])
    kept = select(func.count()).where(_L.file_id == rows[0]["file_id"], here)
    return int(session.execute(kept).scalar_one())


def days_to_compare(database: Database, command: TakeStatement, file_id: UUID) -> list[Day]:
    """The days that the file's new lines are about, and those that it covers, also without a line."""
    with database.reading(SYSTEM) as session:
        return _days_to_compare(session, command, file_id)


def _days_to_compare(session: Session, command: TakeStatement, file_id: UUID) -> list[Day]:
    source, day = func.coalesce(_L.settles_source, _L.source), func.coalesce(_L.settles_day, _L.day)
    touched = session.execute(select(source, day).where(_L.file_id == file_id).distinct()).all()
    found = {(str(row[0]), row[1]) for row in touched} | set(_covered(command))
    return [Day(source=account, day=when, zone=command.zone) for account, when in sorted(found)]


def _covered(command: TakeStatement) -> Iterator[tuple[str, date]]:
    first, last = command.statement.covers or (date.max, date.min)
    return ((command.source, first + timedelta(days=n)) for n in range((last - first).days + 1))


def compare_if_open(session: Session, day: Day, *, at: datetime) -> None:
    """Compare a day, unless it was signed off: then nothing of it is new."""
    last = lock_day(session, day)
    if last is None or last.act is not Act.SIGNED:
        compare(session, day, at=at)


def tell(session: Session, actor: Actor, source: str, file_id: UUID, fresh: int, *, at: datetime) -> None:
    """Tell that a statement is here."""
    record(session, StatementTaken(file_id=file_id, source=source, fresh=fresh), actor=actor, at=at)
