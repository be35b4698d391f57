"""All rails over their real wire in one process: the portal as it is wired, and a sandbox that moves when it is told.

What an operator calls back is delivered by hand, so that a test decides which, when, in what order and how often; and a
process dies at any call to a provider, or at any commit, as it would by kill -9: what was committed stays.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from flask import Flask
from sqlalchemy import Connection, event, text

from app import create_app, wiring
from app.config import load_settings
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.payments.till import Till
from app.wiring import House
from sandbox import calls, worker
from sandbox.calls import Call
from sandbox.config import from_environment
from sandbox.server import Sandbox
from supervisor.environment import complete
from supervisor.keys import fresh_keys
from supervisor.place import Place
from tests.builders.crash_city import free_ports
from tests.builders.money_look import Look, look
from tests.builders.operators_books import read_operators
from tests.builders.pages import keep_pages

CALLS = ("request_to_pay", "get_status", "refund", "get_refund_status")
"""What may be called at a provider."""

COMMIT = "commit"
_LONGEST = 300
_LASTING = ("settings", "mtn_users")


class Killed(BaseException):
    """The process is gone."""


@dataclass(slots=True, kw_only=True)
class Trap:
    """Where the next process dies: at the call or COMMIT named `where`, `before` or after it, when `skip` went well."""

    where: str = ""
    before: bool = True
    skip: int = 0
    sprung: int = 0

    def spring(self, where: str, *, before: bool) -> None:
        """Raises Killed when this is the place."""
        if (self.where, self.before) != (where, before):
            return
        if self.skip:
            self.skip -= 1
            return
        self.where = ""
        self.sprung += 1
        raise Killed


@dataclass(slots=True, kw_only=True)
class Market:
    """The portal's pieces, the sandbox, and everything that was ever called back."""

    environ: Mapping[str, str]
    box: Sandbox
    clock: ManualClock
    app: Flask
    house: House
    http: httpx.Client
    trap: Trap = field(default_factory=Trap)
    heard: list[Call] = field(default_factory=list)

    @property
    def till(self) -> Till:
        """The till of the portal that runs now."""
        till: Till = self.house.extensions["till"]
        return till

    def start_again(self) -> None:
        """A portal that remembers nothing but what is in the database."""
        self.house.database.dispose()
        self.house = wiring.build(load_settings(self.environ), self.clock)
        self.app.extensions.update(self.house.extensions, database=self.house.database, clock=self.clock)
        _lay(self.trap, self.house)

    def forget(self) -> None:
        """Nothing was ever asked of the sandbox."""
        with self.box.world.store.write() as db:
            # What refers to others was made after them.
            found = db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid DESC").fetchall()
            for table in (row["name"] for row in found if not row["name"].startswith("sqlite_")):
                if table not in _LASTING:
                    db.execute(f"DELETE FROM {table}")
        self.trap.where = ""
        self.heard.clear()

    def pass_time(self, seconds: float = 0.0) -> None:
        """At the operators', who do what is due, and here, where nothing moves by that."""
        self.box.world.clock.advance(seconds)
        worker.advance(self.box.world)
        self.clock.move_to(datetime.fromtimestamp(self.box.world.clock.now(), UTC))

    def due(self) -> list[Call]:
        """What the operators would call back now, oldest first."""
        return calls.due(self.box.world.store, self.box.world.clock.now())

    def deliver(self, call: Call) -> None:
        """One of them reaches the portal, which may die of it; then it is called again later."""
        world = self.box.world
        headers = world.signer.headers(call.headers, call.body, world.clock.now())
        answer = "ConnectError"
        with suppress(Killed):
            answer = str(self.post(call.url, call.body, headers=headers, method=call.method))
        if call.id not in {one.id for one in self.heard}:
            self.heard.append(call)
        calls.settle(world.store, call, answer, world.clock.now())

    def post(self, url: str, body: bytes, *, headers: Mapping[str, str], method: str = "POST") -> int:
        """Anybody posts to one of the portal's addresses; the status of its answer."""
        parts = urlsplit(url)
        base_url = f"{parts.scheme}://{parts.netloc}"
        browser = self.app.test_client()
        return browser.open(parts.path, base_url=base_url, method=method, data=body, headers=dict(headers)).status_code

    def work(self) -> None:
        """What workers do until all is quiet; one that dies is followed by another."""
        drains = list(wiring.drains(self.house).values())
        for _ in range(_LONGEST):
            done = 0
            for drain in drains:
                try:
                    done += drain()
                except Killed:
                    done += 1
            if not done:
                return
        raise AssertionError("the queues are never quiet")

    def rows(self, statement: str, **values: Any) -> Sequence[Any]:
        """Rows of the portal's database."""
        with self.house.database.reading(SYSTEM) as session:
            return session.execute(text(statement), values).all()

    def look(self) -> Look:
        """How all stands now, here and outside."""
        return look(self.house.database, read_operators(lambda path: self.http.get(path).json()))


@contextmanager
def open_market(database_url: str, folder: Path) -> Iterator[Market]:
    """A market on an empty database, everything else under `folder`."""
    place = Place(folder)
    place.make()
    settings = {"PORT": str(free_ports(3)), "LOG_LEVEL": "CRITICAL"}
    environ = complete(settings, place, fresh_keys(), {"DATABASE_URL": database_url})
    with Sandbox(from_environment(environ), busy=False) as box:
        clock = ManualClock(datetime.fromtimestamp(box.world.clock.now(), UTC))
        house = wiring.build(load_settings(environ), clock)
        app = keep_pages(create_app(house.settings, house=house))
        app.testing = True
        with httpx.Client(base_url=box.url, trust_env=False, timeout=20) as http:
            market = Market(environ=environ, box=box, clock=clock, app=app, house=house, http=http)
            yield market
        market.house.database.dispose()


def _lay(trap: Trap, house: House) -> None:
    for provider in house.extensions["till"].providers.values():
        for name in CALLS:
            if hasattr(provider, name):
                setattr(provider, name, _trapped(trap, name, getattr(provider, name)))
    event.listen(house.database.engine, COMMIT, lambda connection: _commit(trap, connection))


def _commit(trap: Trap, connection: Connection) -> None:
    if connection.get_execution_options().get("postgresql_readonly"):
        return
    try:
        trap.spring(COMMIT, before=True)
    except Killed:
        # The dead hold no connection; a pool that kept it would hand their open transaction to the living.
        connection.invalidate()
        raise


def _trapped(trap: Trap, name: str, call: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def called(asked: Any) -> Any:
        trap.spring(name, before=True)
        answer = call(asked)
        trap.spring(name, before=False)
        return answer

    return called
