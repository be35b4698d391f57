"""One run at a time in a checkout, and nothing left over from a run that ended uncleanly."""

import fcntl
import os
import signal
import socket
import time
from pathlib import Path

from supervisor.complaint import Complaint
from supervisor.processes import born, members, standing_in, tell_group, wait_until_gone

RUNNING = "running"
STOPPING = "stopping"


class Lock:
    """The right to run here. The kernel gives it back when the process ends, however it ends."""

    def __init__(self, folder: Path) -> None:
        """`folder` holds the lock and the list of children."""
        self._path = folder / "lock"
        self._list = folder / "children"
        self._file = self._path.open("a+", encoding="ascii")

    def take(self) -> None:
        """Take the lock, waiting for a run that is just stopping; raise Complaint when one is running."""
        began = time.monotonic()
        while True:
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                pid, _, state = self._path.read_text(encoding="ascii").strip().partition(" ")
                # One that was told to stop this moment needs a second to say so.
                if time.monotonic() - began > (2 if state == RUNNING else 40):
                    raise Complaint(
                        f"Ikirego runs already from this folder (process {pid}). Stop it with Ctrl-C first."
                    ) from None
            time.sleep(0.05)
        self.note(RUNNING)

    def note(self, state: str) -> None:
        """Tell a later run what this one is doing."""
        self._path.write_text(f"{os.getpid()} {state}\n", encoding="ascii")

    def remember(self, pids: list[int]) -> None:
        """Keep the children's names for a later run, in case this one can't stop them."""
        lines = [f"{pid} {born(pid)}\n" for pid in pids]
        staging = self._list.with_suffix(".new")
        staging.write_text("".join(lines), encoding="ascii")
        staging.replace(self._list)

    def stop_leftovers(self, root: Path) -> None:
        """Stop what an earlier run started in the checkout `root` and could not stop."""
        try:
            lines = self._list.read_text(encoding="ascii").splitlines()
        except FileNotFoundError:
            return
        ours = set(standing_in(root))
        for line in lines:
            group, _, birth = line.partition(" ")
            # Each child leads a group, which may outlive it. Numbers are used again: so look who it is before striking.
            if str(born(int(group))) == birth or ours.intersection(members(int(group))):
                stop_group(int(group), seconds=10)


def stop_group(group: int, *, seconds: float) -> None:
    """Stop a child with all that it started: politely, and after `seconds` for good."""
    tell_group(group, signal.SIGTERM)
    if wait_until_gone(members(group), seconds=seconds):
        tell_group(group, signal.SIGKILL)
        wait_until_gone(members(group), seconds=5)


def check_port(port: int, what: str, first: int) -> None:
    """Raise Complaint when `port` of this machine is taken."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except PermissionError:
            raise Complaint(f"Port {port} needs root. Pick another: PORT=8000 make run") from None
        except OSError:
            raise Complaint(f"Port {port} ({what}) is taken. Pick another: PORT={first + 100} make run") from None
