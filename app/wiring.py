"""The composition root: which adapter stands behind which port, who hears which event, what the clock starts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint
from sqlalchemy.orm import Session

from app.accounts import queries as people
from app.config import Settings
from app.core import counters, outbox, ticks
from app.core.clock import Clock
from app.core.db import Database
from app.core.events import Subscriptions
from app.core.ticks import Job
from app.web.access import Person
from app.web.transactions import now

# Takes what is due from one queue and returns how much that was; any number of workers may call it at once.
Drain = Callable[[], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What a process is made of. `extensions` are what the rooms' views find in `app.extensions`."""

    settings: Settings
    database: Database
    clock: Clock
    extensions: dict[str, Any] = field(default_factory=dict)


def build(settings: Settings, clock: Clock, database: Database | None = None) -> House:
    """Put the house together; `database` is given by tests."""
    db = database or Database(settings.database_url, subscriptions=subscriptions(), pool_size=settings.pool_size)
    return House(
        settings=settings,
        database=db,
        clock=clock,
        extensions={"settings": settings, "probes": {}},
    )


def subscriptions() -> Subscriptions:
    """Who hears which event. The names are stored with each delivery, so they must not change."""
    return Subscriptions({})


def load_person(session: Session, token: str) -> Person | None:
    """The person of a session cookie, with the roles they hold at this moment."""
    return people.load_person(session, token, at=now())


def blueprints() -> Sequence[Blueprint]:
    """Every room's pages."""
    return ()


def drains(house: House) -> dict[str, Drain]:
    """The queues that a worker empties, by name; each runs in a thread of its own."""
    return {"events": lambda: outbox.drain(house.database, house.clock)}


def jobs() -> Sequence[Job]:
    """What the clock starts."""
    return (Job(name="core.sweep", every=timedelta(hours=1), run=_sweep),)


def _sweep(session: Session, at: datetime) -> None:
    counters.forget_expired(session, at)
    ticks.forget_old_ticks(session, at)
