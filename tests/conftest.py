"""What every test can ask for.

- `session`: one transaction on a migrated database, rolled back afterwards (tests/integration).
- `fresh_database`: a database of the test's own, in which commits stay until the end of the test (journeys).
- `clock`, `settings`, `house`, `work`, `app`, `client`: a portal in this process, on a fresh database.

One throw-away PostgreSQL serves a whole run; it is started only when the first test asks for it.
"""

import gc
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.config import Settings
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from app.core.events import Subscriptions
from tests.builders.pages import keep_pages
from tests.builders.postgres import Template, ThrowAwayServer, Urls
from tests.builders.settings import make_settings

if TYPE_CHECKING:  # a unit test of one room must not load them all
    from app.wiring import House

NOON = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
"""Monday 4 May 2026, noon in Kigali: a working day for every court."""

# How long an example takes says how busy the machine is, and nothing about us.
hypothesis_settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("untimed")

_server = ThrowAwayServer()
_template: Template | None = None
_numbers = count(1)
_apps: dict[Settings, Flask] = {}
# Databases of this process that are as good as new, and the doors to them: a door knows its statements by heart.
_idle: list[str] = []
_doors: dict[tuple[str, str], Database] = {}


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Before a worker process of pytest-xdist starts: tell it of the one server that all of them share."""
    node.workerinput["postgres"] = _started().as_dict()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Trace the first of the tests that differ by their parameters only: the others go through the same lines."""
    seen = set[str]()
    for item in items:
        function = item.nodeid.partition("[")[0]
        if function in seen:
            item.add_marker(pytest.mark.no_cover)
        seen.add(function)


def pytest_collection_finish() -> None:
    """What is there by now stays to the end: to look through it for garbage again and again finds none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


def pytest_unconfigure() -> None:
    """After the last test, in the process that started the server: stop it."""
    _server.stop()


def _started() -> Template:
    global _template
    if _template is None:
        _template = _server.start()
    return _template


@pytest.fixture(scope="session")
def postgres(request: pytest.FixtureRequest) -> Template:
    """The server of this run and its template database."""
    workerinput = getattr(request.config, "workerinput", None)
    return Template(**workerinput["postgres"]) if workerinput else _started()


@pytest.fixture(scope="session")
def _urls(postgres: Template, worker_name: str) -> Urls:
    return postgres.copy(f"ikirego_{worker_name}")


@pytest.fixture(scope="session")
def worker_name(request: pytest.FixtureRequest) -> str:
    """This process's name among those that share the run, such as gw0."""
    workerinput = getattr(request.config, "workerinput", None)
    return str(workerinput["workerid"]) if workerinput else "alone"


@pytest.fixture(scope="session")
def database_url(_urls: Urls) -> str:
    """The shared database of this process, as the app's role. Nothing may be committed to it."""
    return _urls.app


@pytest.fixture(scope="session")
def owner_url(_urls: Urls) -> str:
    """The same database, as the owner's role."""
    return _urls.owner


@pytest.fixture(scope="session")
def shared_database(database_url: str) -> Iterator[Database]:
    """One pool on the shared database for all tests of this process."""
    database = Database(database_url, subscriptions=Subscriptions(), pool_size=4)
    yield database
    database.dispose()


@pytest.fixture
def subscriptions() -> Subscriptions:
    """Who hears which event in `session`: nobody, unless a test module says otherwise by its own fixture."""
    return Subscriptions()


@pytest.fixture
def session(shared_database: Database, subscriptions: Subscriptions) -> Iterator[Session]:
    """A session in a transaction that never commits: a commit or rollback in the test ends a savepoint only."""
    with shared_database.engine.connect() as connection:
        outer = connection.begin()
        connection.execute(text("select set_config('app.actor', :actor, true)"), {"actor": SYSTEM.label()})
        session = Session(bind=connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        session.info["subscriptions"] = subscriptions
        try:
            yield session
        finally:
            session.close()
            outer.rollback()


@pytest.fixture
def fresh_urls(postgres: Template, worker_name: str) -> Iterator[Urls]:
    """A database of this test's own, with all tables and no rows."""
    name = _idle.pop() if _idle else ""
    urls = postgres.urls(name) if name else postgres.copy(name := f"ikirego_{worker_name}_{next(_numbers)}")
    yield urls
    if postgres.emptied(name):
        _idle.append(name)
    else:
        postgres.drop(name)


@pytest.fixture
def fresh_database(fresh_urls: Urls, subscriptions: Subscriptions) -> Iterator[Database]:
    """The door to this test's own database: commits stay, several connections and processes may use it at once."""
    database = _door(fresh_urls.app, "bare", subscriptions)
    yield database
    database.dispose()


def _door(url: str, whose: str, subscriptions: Subscriptions) -> Database:
    """The door of this process to the database at `url`, one for each that may be open at a time; not yet opened."""
    door = _doors.get((url, whose))
    if door is None:
        door = _doors[url, whose] = Database(url, subscriptions=subscriptions, pool_size=10)
    door.subscriptions = subscriptions
    return door


@pytest.fixture
def database(fresh_database: Database) -> Database:
    """The same as `fresh_database`."""
    return fresh_database


@pytest.fixture
def clock() -> ManualClock:
    """A clock that stands at noon in Kigali on Monday 4 May 2026, until the test moves it."""
    return ManualClock(NOON)


@pytest.fixture
def settings(fresh_urls: Urls) -> Settings:
    """Settings of a portal on this test's own database."""
    return make_settings({"DATABASE_URL": fresh_urls.app})


@pytest.fixture
def house(settings: Settings, clock: ManualClock) -> "Iterator[House]":
    """The wired portal without its pages: real handlers, queues and adapters, on this test's own database."""
    from app import wiring

    database = _door(settings.database_url, "house", wiring.subscriptions())
    yield wiring.build(settings, clock, database)
    database.dispose()


@pytest.fixture
def work(house: "House") -> Callable[[], int]:
    """Does what a worker does: empties every queue until all are quiet; returns how much that was."""

    from app import wiring

    def until_quiet() -> int:
        done, more = 0, 1
        while more:
            more = sum(drain() for drain in wiring.drains(house).values())
            done += more
        return done

    return until_quiet


@pytest.fixture
def app(house: "House") -> "Iterator[Flask]":
    """The portal, on the same database and clock as `house`.

    To put all its pages together takes longer than most tests do, so tests of the same settings have the same one in
    turn; what is theirs alone is in its `extensions`.
    """
    from app import create_app

    like = replace(house.settings, database_url="")
    if like not in _apps:
        _apps[like] = keep_pages(create_app(house.settings, house=house))
    portal = _apps[like]
    portal.testing = True
    before = dict(portal.extensions)
    portal.extensions.update(house.extensions, database=house.database, clock=house.clock)
    yield portal
    portal.extensions.clear()
    portal.extensions.update(before)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser without scripts, nobody signed in."""
    return app.test_client()
