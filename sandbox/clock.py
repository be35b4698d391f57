"""The sandbox's time: the machine's, moved forward by as much as a test asked for."""

import time
from datetime import UTC, datetime

from sandbox.store import Store

_NAME = "clock_offset"


class Clock:
    """Seconds since 1970. An offset set once stays, also over a restart, so that nothing that ended comes back."""

    def __init__(self, store: Store) -> None:
        self._store = store
        with store.read() as db:
            row = db.execute("SELECT value FROM settings WHERE name = ?", (_NAME,)).fetchone()
        self._offset = float(row["value"]) if row else 0.0

    def now(self) -> float:
        """The present moment, in seconds since 1970."""
        return time.time() + self._offset

    def advance(self, seconds: float) -> None:
        """Move the clock forward for good."""
        self._offset += seconds
        with self._store.write() as db:
            db.execute("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (_NAME, repr(self._offset)))


def iso(moment: float | None) -> str | None:
    """`moment` as ISO 8601 in UTC with milliseconds, or None for None."""
    if moment is None:
        return None
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds")
