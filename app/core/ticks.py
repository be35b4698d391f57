"""The clock's ticks: any number of workers may run, each tick happens once.

A tick claims its slot by inserting a row; whoever is second skips. The claim and the work it inserts are one
transaction, so a worker that dies half way leaves the slot free.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import String, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.actor import SYSTEM
from app.core.clock import Clock
from app.core.db import Base, Database


class TickClaimRow(Base):
    """One slot of one job, taken."""

    __tablename__ = "tick_claim"

    job: Mapped[str] = mapped_column(String(60), primary_key=True)
    slot: Mapped[datetime] = mapped_column(primary_key=True)


class HeartbeatRow(Base):
    """When a kind of process was last heard from; `/readyz` asks for the worker's."""

    __tablename__ = "heartbeat"

    process: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Work that the clock starts: `run(session, at)` only inserts or updates rows; it calls nobody outside."""

    name: str
    every: timedelta
    run: Callable[[Session, datetime], None]


_CLAIM = text("insert into tick_claim (job, slot) values (:job, :slot) on conflict do nothing returning job")
_BEAT = text(
    "insert into heartbeat (process, at) values (:process, :at) on conflict (process) do update set at = excluded.at"
)


def slot_of(moment: datetime, every: timedelta) -> datetime:
    """The start of the slot that `moment` falls in, counted from the Unix epoch."""
    seconds = int(every.total_seconds())
    return datetime.fromtimestamp(int(moment.timestamp()) // seconds * seconds, UTC)


def claim_tick(session: Session, job: str, slot: datetime) -> bool:
    """Whether the slot is now ours."""
    return session.execute(_CLAIM, {"job": job, "slot": slot}).first() is not None


def tick(database: Database, clock: Clock, job: Job) -> bool:
    """Run the job for the present slot unless somebody has; whether it was run here."""
    now = clock.now()
    with database.transaction(SYSTEM) as session:
        if not claim_tick(session, job.name, slot_of(now, job.every)):
            return False
        job.run(session, now)
        session.info["wake"] = True
    return True


def beat(database: Database, process: str, at: datetime) -> None:
    """Say that `process` is alive."""
    with database.transaction(SYSTEM) as session:
        session.execute(_BEAT, {"process": process, "at": at})


def last_beat(session: Session, process: str) -> datetime | None:
    """When `process` was last heard from."""
    moment: datetime | None = session.execute(
        text("select at from heartbeat where process = :process"), {"process": process}
    ).scalar()
    return moment


def forget_old_ticks(session: Session, at: datetime) -> None:
    """Drop claims that are over a week old; a job of the clock."""
    session.execute(text("delete from tick_claim where slot < :before"), {"before": at - timedelta(days=7)})
