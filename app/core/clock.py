"""The clock is an argument: only the edge (request, worker, command line) reads it."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Something that tells the time."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that stands still until it is moved; for tests and for demo worlds."""

    def __init__(self, start: datetime) -> None:
        """Start at `start`, which must be aware."""
        if start.tzinfo is None:
            raise ValueError("a clock needs an aware start time")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """The moment the clock was last moved to."""
        return self._now

    def advance(self, by: timedelta) -> None:
        """Move forward by `by`."""
        self._now += by

    def move_to(self, moment: datetime) -> None:
        """Move to `moment` (aware)."""
        self._now = moment.astimezone(UTC)
