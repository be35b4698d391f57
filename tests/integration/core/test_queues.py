"""The queues: handlers run exactly once for what they change, poison is parked, ticks happen once, counters hold."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core import counters
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from app.core.events import Event, Recorded, Subscriptions, events_of, record
from app.core.ids import new_id
from app.core.outbox import MAX_TRIES, drain, parked_deliveries, redrive
from app.core.ticks import Job, tick


@dataclass(frozen=True, slots=True, kw_only=True)
class ThingHappened(Event):
    subject_field: ClassVar[str] = "thing_id"

    thing_id: UUID
    poison: bool = False


def count(session: Session, recorded: Recorded, at: datetime) -> None:
    """A handler whose effect can be counted."""
    counters.hit(session, f"handled {recorded.event.subject}", timedelta(days=365), at)


def choke(session: Session, recorded: Recorded, at: datetime) -> None:
    """A handler that writes, then chokes on poison."""
    counters.hit(session, f"choked {recorded.event.subject}", timedelta(days=365), at)
    assert isinstance(recorded.event, ThingHappened)
    if recorded.event.poison:
        raise RuntimeError("poison")


@pytest.fixture
def subscriptions() -> Subscriptions:
    return Subscriptions({ThingHappened: [("test.count", count), ("test.choke", choke)]})


def happen(database: Database, at: datetime, *, poison: bool = False) -> UUID:
    thing = new_id()
    with database.transaction(SYSTEM) as session:
        record(session, ThingHappened(thing_id=thing, poison=poison), actor=SYSTEM, at=at)
    return thing


def handled(database: Database, word: str, thing: UUID, at: datetime) -> int:
    with database.reading(SYSTEM) as session:
        return counters.seen(session, f"{word} {thing}", timedelta(days=365), at)


def test_each_event_is_handled_once_however_many_workers_drain(database: Database, clock: ManualClock) -> None:
    things = [happen(database, clock.now()) for _ in range(60)]
    with ThreadPoolExecutor(6) as workers:
        list(workers.map(lambda _: drain(database, clock, limit=7), range(40)))
    assert [handled(database, "handled", thing, clock.now()) for thing in things] == [1] * 60
    assert drain(database, clock) == 0


def test_a_poison_event_holds_up_no_other_and_leaves_no_half_done_work(database: Database, clock: ManualClock) -> None:
    before, bad, after = (happen(database, clock.now(), poison=p) for p in (False, True, False))
    drain(database, clock)
    for thing in (before, after):
        assert handled(database, "handled", thing, clock.now()) == 1
        assert handled(database, "choked", thing, clock.now()) == 1
    assert handled(database, "handled", bad, clock.now()) == 1
    assert handled(database, "choked", bad, clock.now()) == 0


def test_poison_is_parked_after_its_tries_and_can_be_driven_again(database: Database, clock: ManualClock) -> None:
    happen(database, clock.now(), poison=True)
    for _ in range(MAX_TRIES + 3):
        drain(database, clock)
        clock.advance(timedelta(hours=2))
    with database.reading(SYSTEM) as session:
        (parked,) = parked_deliveries(session)
    assert parked.handler == "test.choke"
    assert "poison" in parked.error
    assert drain(database, clock) == 0
    with database.transaction(SYSTEM) as session:
        redrive(session, parked.id, at=clock.now())
    assert drain(database, clock) == 1


def test_nothing_is_queued_when_the_command_fails(database: Database, clock: ManualClock) -> None:
    thing = new_id()

    def fail() -> None:
        with database.transaction(SYSTEM) as session:
            record(session, ThingHappened(thing_id=thing), actor=SYSTEM, at=clock.now())
            raise RuntimeError("the command failed")

    with pytest.raises(RuntimeError):
        fail()
    with database.reading(SYSTEM) as session:
        assert events_of(session, [thing]) == []
    assert drain(database, clock) == 0


@pytest.mark.parametrize(
    "statement", ["update event set name = 'X'", "delete from event", "truncate event cascade", "drop table event"]
)
def test_the_apps_role_can_not_rewrite_what_happened(database: Database, clock: ManualClock, statement: str) -> None:
    happen(database, clock.now())
    with pytest.raises(DBAPIError), database.transaction(SYSTEM) as session:
        session.execute(text(statement))


def test_a_reading_transaction_writes_nothing(database: Database, clock: ManualClock) -> None:
    with pytest.raises(DBAPIError), database.reading(SYSTEM) as session:
        counters.hit(session, "x", timedelta(minutes=1), clock.now())


def test_postgresql_is_told_who_acts(database: Database) -> None:
    with database.transaction(SYSTEM) as session:
        assert session.execute(text("select current_setting('app.actor')")).scalar_one() == "system"


def test_each_tick_happens_once_however_many_workers_there_are(database: Database, clock: ManualClock) -> None:
    job = Job(name="test.tick", every=timedelta(minutes=5), run=_tick_count)
    ran: Callable[[int], bool] = lambda _: tick(database, clock, job)  # noqa: E731
    with ThreadPoolExecutor(5) as workers:
        assert sum(workers.map(ran, range(5))) == 1
        clock.advance(timedelta(minutes=5))
        assert sum(workers.map(ran, range(5))) == 1
    assert handled_ticks(database, clock) == 2


def _tick_count(session: Session, at: datetime) -> None:
    counters.hit(session, "ticks", timedelta(days=365), at)


def handled_ticks(database: Database, clock: ManualClock) -> int:
    with database.reading(SYSTEM) as session:
        return counters.seen(session, "ticks", timedelta(days=365), clock.now())


def test_a_tick_that_fails_leaves_its_slot_to_the_next_worker(database: Database, clock: ManualClock) -> None:
    def fail(_session: Session, _at: datetime) -> None:
        raise RuntimeError

    with pytest.raises(RuntimeError):
        tick(database, clock, Job(name="test.failing", every=timedelta(minutes=5), run=fail))
    assert tick(database, clock, Job(name="test.failing", every=timedelta(minutes=5), run=_tick_count))


def test_counters_hold_across_connections_and_start_anew_in_the_next_window(
    database: Database, clock: ManualClock
) -> None:
    def one(_n: int) -> int:
        with database.transaction(SYSTEM) as session:
            return counters.hit(session, "tries", timedelta(minutes=15), clock.now())

    with ThreadPoolExecutor(5) as workers:
        assert sorted(workers.map(one, range(20))) == list(range(1, 21))
    clock.advance(timedelta(minutes=15))
    assert one(0) == 1
    with database.reading(SYSTEM) as session:
        assert session.execute(text("select count(*) from counter where key = 'tries'")).scalar_one() == 0
