"""A small checkout with stand-in programs, to run the supervisor on: the same commands, none of the portal."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from supervisor.processes import standing_in

ROOT = Path(__file__).resolve().parents[2]
_WAITS = "import signal, threading\nsignal.signal(signal.SIGTERM, lambda *_: exit(0))\nthreading.Event().wait()\n"
_ANSWERS = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok"]
"""
_FILES = {
    "wsgi.py": _ANSWERS,
    "app/__init__.py": "",
    "app/serving.py": "from granian.cli import entrypoint\nentrypoint()\n",
    "app/worker.py": _WAITS,
    "sandbox/__init__.py": "",
    "sandbox/__main__.py": _WAITS,
    "alembic.ini": "[alembic]\nscript_location = %(here)s/migrations\npath_separator = os\n",
    "migrations/env.py": "",
    "migrations/versions/.keep": "",
}


class Checkout:
    """A folder that the supervisor can run."""

    def __init__(self, root: Path) -> None:
        """Write the stand-in programs under `root`."""
        self.root = root
        self.port = free_ports(3)
        self.output = root / "output"
        for name, text in _FILES.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        (root / "supervisor").symlink_to(ROOT / "supervisor")

    def start(self) -> subprocess.Popen[bytes]:
        """Start the supervisor, as make does."""
        # `-c` keeps the checkout's own folder first on the path, and its root is the folder we are in.
        program = (
            "import sys; from pathlib import Path; from supervisor import __main__ as m; m.ROOT = Path.cwd(); "
            "sys.exit(m.main(['run', '--with-parent']))"
        )
        self.output.write_text("", encoding="utf-8")
        environ = {k: v for k, v in os.environ.items() if k not in ("DATABASE_URL", "MIGRATIONS_DATABASE_URL")}
        with self.output.open("a", encoding="utf-8") as output:
            return subprocess.Popen(
                [sys.executable, "-c", program],
                cwd=self.root,
                env={**environ, "PORT": str(self.port)},
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    def start_ready(self) -> subprocess.Popen[bytes]:
        """Start the supervisor and wait until it says that the portal is ready."""
        run = self.start()
        until(lambda: "is ready" in self.written() or run.poll() is not None, "the portal is ready")
        assert run.poll() is None, self.written()
        return run

    def written(self) -> str:
        """What the latest supervisor wrote."""
        return self.output.read_text(encoding="utf-8")

    def answers(self) -> bool:
        """Whether the portal's port answers."""
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            opener.open(f"http://127.0.0.1:{self.port}/readyz", timeout=2).close()
        except (OSError, urllib.error.URLError):
            return False
        return True

    def processes(self) -> list[int]:
        """Every process that works in the checkout, PostgreSQL's among them."""
        return standing_in(self.root) + standing_in(self.root / "var" / "postgres")

    def children(self) -> dict[str, int]:
        """The supervisor's children by what they run."""
        lines = (self.root / "var" / "run" / "children").read_text(encoding="ascii").split("\n")
        pids = [int(line.split()[0]) for line in lines if line]
        return {_name(pid): pid for pid in pids if Path(f"/proc/{pid}").exists()}

    def database_url(self) -> str:
        """The database, as the programs see it."""
        environ = json.loads((self.root / "var" / "run" / "environ.json").read_text(encoding="utf-8"))
        return str(environ["MIGRATIONS_DATABASE_URL"])


def until(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait for `condition`; fail when it doesn't come true in a time that only a fault can take."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"never: {what}")
        time.sleep(0.05)


def end(process: subprocess.Popen[bytes], sent: signal.Signals = signal.SIGTERM) -> int:
    """Send the signal, wait for the end, return the status."""
    process.send_signal(sent)
    return process.wait(timeout=60)


def free_ports(count: int) -> int:
    """The first of `count` free ports in a row."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            first = int(probe.getsockname()[1])
        if first + count < 65000 and all(_free(first + n) for n in range(count)):
            return first


def _free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _name(pid: int) -> str:
    command = Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    for word in ("app.serving", "app.worker", "sandbox"):
        if word in command:
            return word
    return Path(command[0]).name
