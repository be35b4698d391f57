"""`make run`: everything that one machine needs, from nothing to the sign-in page, and back to nothing."""

import json
import signal
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

from supervisor.children import Child, python_child, stop_all
from supervisor.complaint import Complaint
from supervisor.database import Opened, OwnServer, given
from supervisor.environment import chosen, complete, is_demo, port
from supervisor.keys import keys_in
from supervisor.lock import STOPPING, Lock, check_port
from supervisor.once import Done, fingerprint
from supervisor.place import Place
from supervisor.processes import adopt_orphans, reap_orphans, spawn, tell_group
from supervisor.progress import say, step

_WAIT_READY = 90.0
_LARGEST_LOG = 20_000_000
_WEB_WORKER_DIED = "Unexpected exit from worker"


class StopAskedFor(Exception):
    """The person wants us to stop."""


class Run:
    """One run in a checkout."""

    def __init__(self, root: Path) -> None:
        """Nothing is started yet."""
        self.root = root
        self.place = Place(root)
        self.environ: Mapping[str, str] = chosen(root)
        self._asked = threading.Event()
        self._hurry = False
        self._children: list[Child] = []
        self._own: OwnServer | None = None
        self._remembered: list[int] = []

    def start_and_watch(self) -> None:
        """Start everything, keep it running until asked to stop, stop everything."""
        self._listen_to_signals()
        adopt_orphans()
        self.place.make()
        self._lock = Lock(self.place.state)
        self._lock.take()
        self._lock.stop_leftovers(self.root)
        try:
            self._start()
            while True:
                self._look_after(0.2)
        except StopAskedFor:
            say("\nStopping ...")
        finally:
            self._stop()

    def _start(self) -> None:
        first = port(self.environ)
        check_port(first, "the portal", first)
        if is_demo(self.environ):
            check_port(first + 1, "the sandbox", first)
            check_port(first + 2, "the sandbox's mail", first)
        database = self._open_database()
        self.environ = complete(self.environ, self.place, keys_in(self.place.keys), database.environ)
        self._write_environ()
        if is_demo(self.environ):
            self._add("The sandbox", "sandbox", ["nice", "-n", "15", sys.executable, "-m", "sandbox"])
        done = Done(self.place.state / "done.json", database.identity)
        if database.own and done.get("world") == "begun":
            # The last run was stopped half way, before anybody could sign in: begin again with an empty database.
            database.own.empty()
            done.forget()
        self._migrate(database, done)
        people = self._load_world(database, done)
        self._add("The web server", "web", web_command(first))
        self._add("The worker", "worker", [sys.executable, "-m", "app.worker"])
        self._wait_ready(first)
        self._welcome(people)

    def _open_database(self) -> Opened:
        opened = given(self.environ)
        if opened is None:
            self._own = OwnServer(self.place, keys_in(self.place.keys))
            self._children.append(self._own.child)
            opened = self._own.open()
        return opened

    def _migrate(self, database: Opened, done: Done) -> None:
        # Another's database may have been changed by others: there the migrations always look for themselves.
        wanted = fingerprint(self.root / "migrations")
        if database.own is None or done.get("migrations") != wanted:
            with step("Bringing the tables up to date"):
                self._call("migrations", [sys.executable, "-m", "alembic", "upgrade", "head"])
            done.note("migrations", wanted)

    def _load_world(self, database: Opened, done: Done) -> str:
        """Load the demo people and cases once; returns the table of sign-ins."""
        if not is_demo(self.environ) or not (self.root / "app" / "demo" / "__main__.py").exists():
            return ""
        if done.get("world") != "loaded":
            done.note("world", "begun")
            with step("Loading the demo people and cases"):
                self._call("world", [sys.executable, "-m", "app.demo", "load", str(self.place.world)])
            done.note("world", "loaded")
        wanted = fingerprint(self.place.world, self.root / "app" / "demo") + self.environ["SANDBOX_URL"]
        if done.get("people of") != wanted:
            done.note("people", self._call("people", [sys.executable, "-m", "app.demo", "signins"]))
            done.note("people of", wanted)
        return done.get("people") or ""

    def _add(self, name: str, log: str, command: list[str]) -> None:
        child = python_child(name, command, log=self._log(log), cwd=self.root, environ=self.environ)
        self._children.append(child)
        child.run()
        self._remember()

    def _call(self, name: str, command: Sequence[str]) -> str:
        """Run a program to its end, looking after the children meanwhile; returns what it wrote."""
        log = self.place.log / f"{name}.log"
        log.unlink(missing_ok=True)
        process = spawn(command, cwd=self.root, log=log, environ=self.environ)
        try:
            while process.poll() is None:
                self._look_after(0.05)
        finally:
            tell_group(process.pid, signal.SIGKILL)
            process.wait()
        written = log.read_text(encoding="utf-8", errors="replace")
        if process.returncode:
            raise Complaint(f"{' '.join(command[1:])} failed:\n{_tail(written)}\n{log} has the rest.")
        return written

    def _look_after(self, seconds: float) -> None:
        """Watch the children for a moment."""
        if self._asked.wait(seconds):
            raise StopAskedFor
        for child in self._children:
            child.look(say)
        reap_orphans({child.process.pid for child in self._children if child.process})
        self._remember()

    def _remember(self) -> None:
        pids = [child.process.pid for child in self._children if child.process]
        if pids != self._remembered:
            self._lock.remember(pids)
            self._remembered = pids

    def _wait_ready(self, http: int) -> None:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        answer = "no answer"
        for _ in range(int(_WAIT_READY / 0.1)):
            self._look_after(0.1)
            try:
                opener.open(f"http://127.0.0.1:{http}/readyz", timeout=5).close()
                return
            except urllib.error.HTTPError as error:
                answer = error.read(2000).decode(errors="replace").strip()
            except OSError:
                self._give_up_on_the_dying()
        raise Complaint(f"The portal isn't ready: {answer}\nThe logs are in {self.place.log}.")

    def _give_up_on_the_dying(self) -> None:
        for child in self._children:
            # granian replaces its worker processes itself, so the server lives on when none of them can start.
            if child.pause > 2 or child.written().count(_WEB_WORKER_DIED) > 2:
                raise Complaint(f"{child.name} does not start:\n{_tail(child.written())}\n{child.log} has the rest.")

    def _welcome(self, people: str) -> None:
        say(f"\nIkirego is ready: {self.environ['PUBLIC_URL']}")
        if is_demo(self.environ):
            say(f"The phones, the mailbox and the money operator of the demo: {self.environ['SANDBOX_URL']}")
        if people:
            say("\n" + people.rstrip())
        say(f"\nLogs: {self.place.log.relative_to(self.root)}/*.log   Stop: Ctrl-C")

    def _stop(self) -> None:
        self._lock.note(STOPPING)
        own = self._own.child if self._own else None
        stop_all([child for child in self._children if child is not own], hurry=lambda: self._hurry)
        if self._own:
            self._own.stop()
        reap_orphans(set())
        self._lock.remember([])

    def _listen_to_signals(self) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        # Asked twice, the person is in a hurry.
        self._hurry = self._asked.is_set()
        self._asked.set()

    def _write_environ(self) -> None:
        path = self.place.state / "environ.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps(dict(self.environ)), encoding="utf-8")

    def _log(self, name: str) -> Path:
        path = self.place.log / f"{name}.log"
        if path.exists() and path.stat().st_size > _LARGEST_LOG:
            path.replace(path.with_suffix(".log.1"))
        return path


def environ_of_run(root: Path) -> dict[str, str]:
    """The settings that the programs of the last run were given, for a command beside them; raises Complaint."""
    try:
        return dict(json.loads((Place(root).state / "environ.json").read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise Complaint("Nothing was run here yet: `make run` first, in another terminal.") from None


def web_command(http: int, target: str = "wsgi:app") -> list[str]:
    """How the web server is started on port `http`, with the application that `target` names (module:name)."""
    command = [sys.executable, "-m", "app.serving", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(http)]
    command += ["--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    # A worker process that dies is replaced by granian, one that hangs when stopped is ended by it.
    command += ["--respawn-failed-workers", "--respawn-interval", "0.5", "--workers-kill-timeout", "5"]
    return [*command, target]


def _tail(text: str) -> str:
    return "\n".join(text.splitlines()[-15:])
