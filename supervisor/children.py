"""The processes that run for as long as we do: started, watched, started again when they die, stopped."""

import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from supervisor.complaint import Complaint
from supervisor.processes import members, spawn, tell_group, wait_until_gone

_SHORTEST, _LONGEST = 0.2, 10.0
_SETTLED = 30.0


@dataclass(slots=True, kw_only=True)
class Child:
    """One process. `start` starts it; `pause` is how long the next restart waits, growing while it keeps dying."""

    name: str
    log: Path
    start: Callable[[], subprocess.Popen[bytes]]
    farewell: signal.Signals = signal.SIGTERM
    patience: float = 15.0
    process: subprocess.Popen[bytes] | None = None
    pause: float = _SHORTEST
    began: float = 0.0
    due: float | None = None
    _logged_before: int = field(init=False)

    def __post_init__(self) -> None:
        """Remember where its log begins."""
        self._logged_before = self.log.stat().st_size if self.log.exists() else 0

    def written(self) -> str:
        """What it wrote to its log in this run."""
        with self.log.open("rb") as log:
            log.seek(self._logged_before)
            return log.read().decode(errors="replace")

    def run(self) -> None:
        """Start it."""
        self.process, self.began, self.due = self.start(), time.monotonic(), None

    def look(self, say: Callable[[str], None]) -> None:
        """Notice its death, clean up after it, and start it again when the pause is over."""
        if self.process is not None and self.process.poll() is not None:
            self._bury(self.process, say)
        if self.due is not None and time.monotonic() >= self.due:
            try:
                self.run()
            except Complaint as trouble:
                say(str(trouble))
                self._wait()

    def _bury(self, process: subprocess.Popen[bytes], say: Callable[[str], None]) -> None:
        # Grandchildren that outlive it would hold its port or go on with its work.
        tell_group(process.pid, signal.SIGKILL)
        if time.monotonic() - self.began > _SETTLED:
            self.pause = _SHORTEST
        say(f"{self.name} {_how_it_ended(process.returncode)}; starting it again. Its log: {self.log}")
        self.process = None
        self._wait()

    def _wait(self) -> None:
        self.due = time.monotonic() + self.pause
        self.pause = min(self.pause * 2, _LONGEST)


def python_child(name: str, command: list[str], *, log: Path, cwd: Path, environ: Mapping[str, str]) -> Child:
    """A child that is one of our programs; it never outlives us."""
    return Child(name=name, log=log, start=lambda: spawn(command, cwd=cwd, log=log, environ=environ))


def stop_all(children: list[Child], *, hurry: Callable[[], bool]) -> None:
    """Stop these children together and leave none of theirs; at once when `hurry` says so."""
    living = [child for child in children if child.process is not None]
    for child in living:
        assert child.process is not None
        child.due = None
        if child.process.poll() is None:
            child.process.send_signal(child.farewell)
    deadline = time.monotonic() + max((child.patience for child in living), default=0)
    while any(c.process and c.process.poll() is None for c in living) and time.monotonic() < deadline and not hurry():
        time.sleep(0.02)
    for child in living:
        assert child.process is not None
        tell_group(child.process.pid, signal.SIGKILL)
        child.process.wait()
        wait_until_gone(members(child.process.pid), seconds=5)


def _how_it_ended(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended by itself (status {code})"
