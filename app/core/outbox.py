"""The two queues, both in PostgreSQL.

Event -> handler touches the database only, so the handler and its "done" mark are one transaction (`drain`).
A row that calls the outside world is claimed with a lease, the claim is committed, the call is made outside any
transaction, and the answer is written in a second one (`Queued`, `claim`).
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, bindparam, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.actor import SYSTEM
from app.core.clock import Clock
from app.core.db import Base, Database
from app.core.events import EventDeliveryRow, EventRow, recorded

MAX_TRIES = 12
_log = structlog.get_logger()


def back_off(tries: int, *, first: float = 1.0, longest: float = 3600.0) -> timedelta:
    """How long to wait after `tries` failures: full jitter below first * 2^tries, at most `longest` seconds."""
    ceiling = min(longest, first * 2 ** min(tries, 30))
    return timedelta(seconds=random.uniform(first / 2, max(first, ceiling)))


# -- event -> handler ----------------------------------------------------------------------------------------------

_DUE = (
    select(
        EventDeliveryRow.id,
        EventDeliveryRow.handler,
        EventDeliveryRow.tries,
        EventRow.id,
        EventRow.at,
        EventRow.actor,
        EventRow.name,
        EventRow.data,
    )
    .join(EventRow, EventRow.id == EventDeliveryRow.event_id)
    .where(EventDeliveryRow.done_at.is_(None), EventDeliveryRow.parked_at.is_(None))
    .where(EventDeliveryRow.next_at <= bindparam("now"))
    .order_by(EventDeliveryRow.id)
    .limit(bindparam("most"))
    .with_for_update(of=EventDeliveryRow, skip_locked=True)
)
_DONE = text("update event_delivery set done_at = :now, tries = tries + 1 where id = :id")
_FAILED = text(
    "update event_delivery set tries = tries + 1, next_at = :next_at, parked_at = :parked_at, last_error = :error "
    "where id = :id"
)


@dataclass(frozen=True, slots=True)
class _Due:
    delivery_id: int
    handler: str
    tries: int
    event: tuple[Any, ...]


def drain(database: Database, clock: Clock, *, limit: int = 100) -> int:
    """Hand due events to their handlers; the number handed over. Any number of workers may call it at once.

    A batch is one transaction. When a handler fails, the batch is rolled back and its members go one by one, so that
    one poison event never holds up the others.
    """
    try:
        return _run(database, clock, limit)
    except Exception:
        _log.warning("batch_failed", exc_info=True)
    done = 0
    for _ in range(limit):
        handed = _run_one(database, clock)
        if not handed:
            break
        done += handed
    return done


def _run(database: Database, clock: Clock, limit: int) -> int:
    with database.transaction(SYSTEM) as session:
        due = _claim_due(session, clock.now(), limit)
        for item in due:
            _hand_over(session, item, clock)
        return len(due)


def _run_one(database: Database, clock: Clock) -> int:
    item: _Due | None = None
    try:
        with database.transaction(SYSTEM) as session:
            due = _claim_due(session, clock.now(), 1)
            if not due:
                return 0
            item = due[0]
            _hand_over(session, item, clock)
    except Exception as error:
        if item is None:
            raise
        _put_back(database, clock, item, error)
    return 1


def _claim_due(session: Session, now: datetime, limit: int) -> list[_Due]:
    rows = session.execute(_DUE, {"now": now, "most": limit}).all()
    return [_Due(row[0], row[1], row[2], tuple(row[3:])) for row in rows]


def _hand_over(session: Session, item: _Due, clock: Clock) -> None:
    handler = session.info["subscriptions"].handler(item.handler)
    if handler is None:
        raise LookupError(f"no handler is called {item.handler}")
    handler(session, recorded(*item.event), clock.now())
    session.flush()
    session.execute(_DONE, {"now": clock.now(), "id": item.delivery_id})


def _put_back(database: Database, clock: Clock, item: _Due, error: Exception) -> None:
    now = clock.now()
    parked = now if item.tries + 1 >= MAX_TRIES else None
    _log.error("handler_failed", handler=item.handler, tries=item.tries + 1, parked=bool(parked), exc_info=error)
    with database.transaction(SYSTEM) as session:
        session.execute(
            _FAILED,
            {
                "next_at": now + back_off(item.tries + 1),
                "parked_at": parked,
                "error": f"{type(error).__name__}: {error}"[:500],
                "id": item.delivery_id,
            },
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ParkedDelivery:
    """An event that a handler could not take, for the staff's page."""

    id: int
    handler: str
    event: str
    subject: UUID
    parked_at: datetime
    error: str


def parked_deliveries(session: Session, *, limit: int = 50) -> list[ParkedDelivery]:
    """The parked ones, oldest first."""
    rows = session.execute(
        select(
            EventDeliveryRow.id,
            EventDeliveryRow.handler,
            EventRow.name,
            EventRow.subject,
            EventDeliveryRow.parked_at,
            EventDeliveryRow.last_error,
        )
        .join(EventRow, EventRow.id == EventDeliveryRow.event_id)
        .where(EventDeliveryRow.parked_at.is_not(None))
        .order_by(EventDeliveryRow.id)
        .limit(limit)
    ).all()
    return [
        ParkedDelivery(id=i, handler=h, event=n, subject=s, parked_at=p, error=e or "")
        for i, h, n, s, p, e in rows
        if p is not None
    ]


def redrive(session: Session, delivery_id: int, *, at: datetime) -> None:
    """Put a parked delivery back in the queue."""
    session.execute(
        update(EventDeliveryRow)
        .where(EventDeliveryRow.id == delivery_id, EventDeliveryRow.parked_at.is_not(None))
        .values(parked_at=None, tries=0, next_at=at)
    )
    session.info["wake"] = True


# -- rows that call the outside world ------------------------------------------------------------------------------


class Queued:
    """Columns of a row that waits for a call. `next_at` is null when there is nothing (more) to do."""

    next_at: Mapped[datetime | None] = mapped_column(index=True)
    leased_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    parked_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


def claim(
    session: Session,
    model: type[Base],
    *,
    now: datetime,
    lease: timedelta,
    limit: int,
    only: Sequence[ColumnElement[bool]] = (),
) -> list[UUID]:
    """Claim due rows of a `Queued` model and count the try; their ids. Commit, then call, then write the answer.

    A worker that dies loses the lease, and another one takes the row over.
    """
    table: Any = model
    due = (
        select(table.id)
        .where(table.next_at <= now, table.parked_at.is_(None), *only)
        .where((table.leased_until.is_(None)) | (table.leased_until < now))
        .order_by(table.next_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = session.execute(
        update(table)
        .where(table.id.in_(due))
        .values(leased_until=now + lease, tries=table.tries + 1)
        .returning(table.id)
        .execution_options(synchronize_session=False)
    )
    return list(claimed.scalars())
