"""Everything that `make run` runs, as processes of their own that can be killed at any instant and start again."""

import os
import random
import signal
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from supervisor.children import Child, python_child, stop_all
from supervisor.database import OwnServer
from supervisor.environment import complete
from supervisor.keys import keys_in
from supervisor.place import Place
from supervisor.processes import members, standing_in, tell, tell_group
from supervisor.run import web_command
from tests.builders.crash_clock import SETTING, SharedClock
from tests.builders.postgres import ROOT, migrate

# How often each is struck. "A web process" leaves its sisters alive, "web" takes all of them at once.
_WEIGHTS = {"web": 3, "a web process": 5, "worker 1": 4, "worker 2": 4, "postgres": 6, "a backend": 3, "sandbox": 5}


@dataclass(slots=True, kw_only=True)
class City:
    """A running city. Only the thread that opened it may kill, look after and close it; anybody may read the rest."""

    environ: Mapping[str, str]
    place: Place
    clock: SharedClock
    server: OwnServer
    children: dict[str, Child]
    struck: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where the portal answers."""
        return self.environ["PUBLIC_URL"]

    @property
    def sandbox_url(self) -> str:
        """Where the world outside answers."""
        return self.environ["SANDBOX_URL"]

    def strike(self, chance: random.Random) -> str:
        """Kill somebody with SIGKILL, preferably somebody who lives; returns the name."""
        names = list(_WEIGHTS)
        for _ in range(5):
            name = chance.choices(names, list(_WEIGHTS.values()))[0]
            if self._kill(name, chance):
                break
        self.struck.append(name)
        self.look_after()
        return name

    def look_after(self) -> None:
        """Start again who is dead, as the supervisor does."""
        for child in self.children.values():
            child.look(lambda _line: None)
            # The supervisor waits longer each time, which is right for what dies by itself.
            child.pause = 0.05

    def answers(self) -> bool:
        """Whether portal and sandbox take connections."""
        ports = (int(self.url.rpartition(":")[2]), int(self.sandbox_url.rpartition(":")[2]))
        return all(_open(port) for port in ports)

    def log(self) -> str:
        """What the processes wrote, for whoever has to find out what went wrong."""
        return "\n".join(
            f"== {path.name}\n{path.read_text(encoding='utf-8', errors='replace')[-2000:]}"
            for path in sorted(self.place.log.glob("*.log"))
        )

    def _kill(self, name: str, chance: random.Random) -> bool:
        match name:
            case "web":
                return self._kill_group("web")
            case "a web process":
                master = self.children["web"].process
                # Not the programs that look at files for them: a file whose examiner dies is refused, as it must be.
                sisters = [pid for pid in members(master.pid) if _parent(pid) == master.pid] if master else []
                return _kill_one(sisters, chance)
            case "a backend":
                master = self.children["postgres"].process
                backends = [pid for pid in standing_in(self.place.postgres) if not master or pid != master.pid]
                return _kill_one(backends, chance)
        return self._kill_group(name)

    def _kill_group(self, name: str) -> bool:
        process = self.children[name].process
        if process is None or process.poll() is not None:
            return False
        tell_group(process.pid, signal.SIGKILL)
        process.wait()
        return True


@contextmanager
def open_city(folder: Path) -> Iterator[City]:
    """A city with a fresh, migrated database; everything it keeps is under `folder`. Call it from the main thread."""
    place = Place(folder)
    place.make()
    keys = keys_in(place.keys)
    server = OwnServer(place, keys)
    opened = server.open()
    trouble = migrate(opened.environ["DATABASE_URL"], opened.environ["MIGRATIONS_DATABASE_URL"])
    assert not trouble, trouble
    settings = {**_inherited(), "PORT": str(free_ports(3)), "LOG_LEVEL": "WARNING", "POOL_SIZE": "6"}
    environ = {**complete(settings, place, keys, opened.environ), SETTING: str(folder / "clock")}
    children = {"postgres": server.child, **_programs(place, environ)}
    city = City(environ=environ, place=place, clock=SharedClock(folder / "clock"), server=server, children=children)
    try:
        for name, child in children.items():
            if name != "postgres":
                child.run()
        yield city
    finally:
        stop_all([child for name, child in children.items() if name != "postgres"], hurry=lambda: True)
        server.stop()


def _programs(place: Place, environ: Mapping[str, str]) -> dict[str, Child]:
    worker = [sys.executable, "-m", "tests.builders.crash_worker"]
    commands = {
        "sandbox": [sys.executable, "-m", "sandbox"],
        "web": web_command(int(environ["PUBLIC_URL"].rpartition(":")[2]), "tests.builders.crash_web:app"),
        "worker 1": worker,
        "worker 2": worker,
    }
    return {
        name: python_child(name, command, log=place.log / f"{name}.log", cwd=ROOT, environ=environ)
        for name, command in commands.items()
    }


def _inherited() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR", "TZ")}


def _kill_one(pids: list[int], chance: random.Random) -> bool:
    if not pids:
        return False
    tell(chance.choice(pids), signal.SIGKILL)
    return True


def _parent(pid: int) -> int:
    try:
        return int(
            Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()[1]
        )
    except OSError:
        return 0


def _open(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=0.2).close()
    except OSError:
        return False
    return True


def free_ports(number: int) -> int:
    """The first of so many free ports in a row, below those that the system gives to whoever asks for any.

    A killed server must find its port free when it comes back.
    """
    chance = random.Random()
    while True:
        first = chance.randrange(20_000, 32_000)
        if not any(_open(first + place) for place in range(number)):
            return first
