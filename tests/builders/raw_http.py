"""The real web server, and bytes sent to it as no browser would."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from supervisor.processes import spawn, tell_group
from supervisor.run import web_command
from tests.builders.postgres import ROOT
from tests.builders.settings import ENVIRON

_PATIENCE = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RawServer:
    """A running web server; `log` is what it has written."""

    port: int
    log: Path

    def say(self, *pieces: bytes, cut: bool = False, wait: float = 10.0) -> bytes:
        """Send the pieces on one line and return all that is answered until its end; `cut` lets no more be expected."""
        with self.connect(wait) as line:
            try:
                for piece in pieces:
                    line.sendall(piece)
                if cut:
                    line.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # it may have heard enough
            return heard(line)

    def connect(self, wait: float = 10.0) -> socket.socket:
        """A line to the server."""
        return socket.create_connection(("127.0.0.1", self.port), timeout=wait)

    def get(self, path: str = "/healthz") -> bytes:
        """An ordinary request for a page."""
        return self.say(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nConnection: close\r\n\r\n".encode())

    def written(self) -> str:
        """Its log."""
        return self.log.read_text(encoding="utf-8", errors="replace")


def heard(line: socket.socket) -> bytes:
    """What comes until the other side ends or says nothing more for as long as the line waits."""
    parts = []
    try:
        while part := line.recv(65536):
            parts.append(part)
    except OSError:
        pass
    return b"".join(parts)


def statuses(answer: bytes) -> list[int]:
    """The status of every answer in what was heard on one line."""
    found = [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]]
    return [int(digits) for digits in found if digits.isdigit()]


@contextmanager
def open_raw_server(database_url: str, folder: Path) -> Iterator[RawServer]:
    """The web server that `make run` starts, on a migrated database."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environ = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR", "TZ")},
        **ENVIRON,
        "PYTHONPATH": str(ROOT),
        "DATABASE_URL": database_url,
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "SCRATCH_DIR": str(folder / "scratch"),
        "LOG_LEVEL": "INFO",
    }
    server = RawServer(port=port, log=folder / "web.log")
    command = web_command(port, "tests.builders.fragile_web:app")
    assert command[0] == sys.executable
    process = spawn(command, cwd=ROOT, log=server.log, environ=environ)
    try:
        _wait(server)
        yield server
    finally:
        tell_group(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=10)
        finally:
            tell_group(process.pid, signal.SIGKILL)


def _wait(server: RawServer) -> None:
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            if statuses(server.get()) == [200]:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"the web server does not answer:\n{server.written()}")
