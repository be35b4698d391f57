"""The time of a city that is being killed: the machine's, moved forward for all of its processes at once."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

SETTING = "CRASH_CLOCK"
"""Names the file that holds by how many seconds the clock is ahead."""


class SharedClock:
    """A clock whose lead over the machine's stands in a file, so that nobody has to wait for leases to end."""

    def __init__(self, path: Path) -> None:
        """A file that isn't there yet means no lead."""
        self._path = path

    def now(self) -> datetime:
        """The present moment of the city, in UTC."""
        return datetime.now(UTC) + timedelta(seconds=self._lead())

    def advance(self, seconds: float) -> None:
        """Let time pass, for every process that has this file's clock."""
        fresh = self._path.with_suffix(".new")
        fresh.write_text(str(self._lead() + seconds), encoding="ascii")
        fresh.replace(self._path)

    def _lead(self) -> float:
        try:
            return float(self._path.read_text(encoding="ascii"))
        except FileNotFoundError:
            return 0.0


def clock_of(environ: Mapping[str, str] = os.environ) -> SharedClock:
    """The clock that a process of the city was given."""
    return SharedClock(Path(environ[SETTING]))
