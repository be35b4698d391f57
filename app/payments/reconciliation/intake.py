"""The queue of statements: each is read in slices, so that a long one holds nobody up and its progress can be seen.

The balances are checked before the first line is kept. A worker that dies loses its lease; the next one goes on where
the last whole slice ended, and lines that are there already are not new.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM, person
from app.core.clock import Clock
from app.core.db import Database
from app.core.ids import PersonId
from app.core.outbox import claim
from app.payments.reconciliation import taking
from app.payments.reconciliation.days import DayIsSigned
from app.payments.reconciliation.models import StatementUploadRow
from app.payments.reconciliation.reading import read_statement
from app.payments.reconciliation.statement import LineMissing, UnreadableStatement
from app.payments.reconciliation.taking import TakeStatement
from app.payments.reconciliation.uploads import Problem

LEASE = timedelta(minutes=3)
COMPARING = timedelta(minutes=30)
"""How long the comparison of the days may take after the last line; it may be one of very many lines."""

SLICE = 2_000
MOST_TRIES = 3
_U = StatementUploadRow
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """One upload, taken up."""

    id: UUID
    by: UUID
    tries: int
    read: int
    command: TakeStatement


def drain(database: Database, clock: Clock, *, slice_lines: int = SLICE) -> int:
    """Read the statement that has waited longest, if any; how many. Any number of workers may call it at once."""
    with database.transaction(SYSTEM) as session:
        claimed = claim(session, _U, now=clock.now(), lease=LEASE, limit=1)
    for upload_id in claimed:
        # A statement that killed its workers outright left nobody to count that try as failed.
        if _given_up(database, clock, upload_id, after=MOST_TRIES + 1):
            continue
        try:
            read_through(database, clock, upload_id, slice_lines=slice_lines)
        except Exception:
            _log.exception("statement_failed", upload=str(upload_id))
            _given_up(database, clock, upload_id, after=MOST_TRIES)
    return len(claimed)


def read_through(database: Database, clock: Clock, upload_id: UUID, *, slice_lines: int) -> None:
    """Take the statement in from where it stands, or note why not."""
    try:
        job = _taken_up(database, upload_id)
        job.command.statement.check()
        with database.transaction(SYSTEM) as session:
            file_id = taking.begin(session, job.by, job.command, at=clock.now())
            _note(session, upload_id, lines=len(job.command.statement.lines))
    except LineMissing as gap:
        facts = {"after": gap.after[:200], "minor": gap.difference.minor, "currency": gap.difference.currency}
        _refuse(database, clock, upload_id, Problem.LINE_MISSING, **facts)
    except UnreadableStatement:
        _refuse(database, clock, upload_id, Problem.UNREADABLE)
    except DayIsSigned:
        _refuse(database, clock, upload_id, Problem.DAY_SIGNED)
    else:
        _keep(database, clock, job, file_id, slice_lines)


def _taken_up(database: Database, upload_id: UUID) -> _Job:
    facts = (_U.uploaded_by, _U.tries, _U.read, _U.source, _U.name, _U.sha256, _U.content, _U.zone)
    with database.reading(SYSTEM) as session:
        row = session.execute(select(*facts).where(_U.id == upload_id)).one()
    zone = ZoneInfo(row.zone)
    command = TakeStatement(
        source=row.source,
        name=row.name,
        sha256=row.sha256,
        statement=read_statement(row.source, row.content or b"", zone),
        zone=zone,
    )
    return _Job(id=upload_id, by=row.uploaded_by, tries=row.tries, read=row.read, command=command)


def _keep(database: Database, clock: Clock, job: _Job, file_id: UUID, slice_lines: int) -> None:
    rows = taking.rows_of(job.command, file_id)
    for begin in range(job.read, len(rows), slice_lines):
        part = rows[begin : begin + slice_lines]
        with database.transaction(SYSTEM) as session:
            fresh = taking.keep_rows(session, part)
            lease = clock.now() + LEASE
            _note(session, job.id, read=begin + len(part), fresh=_U.fresh + fresh, leased_until=lease)
    with database.transaction(SYSTEM) as session:
        _note(session, job.id, leased_until=clock.now() + COMPARING)
    for day in taking.days_to_compare(database, job.command, file_id):
        with database.transaction(SYSTEM) as session:
            taking.compare_if_open(session, day, at=clock.now())
    with database.transaction(SYSTEM) as session:
        fresh = session.execute(select(_U.fresh).where(_U.id == job.id)).scalar_one()
        taking.tell(session, person(PersonId(job.by)), job.command.source, file_id, fresh, at=clock.now())
        _end(session, job.id, clock.now())


def _refuse(database: Database, clock: Clock, upload_id: UUID, problem: Problem, **facts: Any) -> None:
    named = {f"problem_{name}": value for name, value in facts.items()}
    with database.transaction(SYSTEM) as session:
        _end(session, upload_id, clock.now(), problem=problem, **named)


def _given_up(database: Database, clock: Clock, upload_id: UUID, *, after: int) -> bool:
    """Another try in a while, but not for ever: whether this was the try number `after`, with which it ends."""
    with database.transaction(SYSTEM) as session:
        tries = session.execute(select(_U.tries).where(_U.id == upload_id)).scalar_one()
        if tries >= after:
            _end(session, upload_id, clock.now(), problem=Problem.FAILED)
        return tries >= after


def _end(session: Session, upload_id: UUID, at: datetime, **values: Any) -> None:
    _note(session, upload_id, ended_at=at, content=None, next_at=None, leased_until=None, **values)


def _note(session: Session, upload_id: UUID, **values: Any) -> None:
    session.execute(update(_U).where(_U.id == upload_id).values(**values))
