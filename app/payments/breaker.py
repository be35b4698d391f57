"""Notices when a provider is down, so that nobody is sent to a phone that will not ring.

It only keeps new attempts from being begun; one that is under way is asked about all the same and never failed by it.
"""

from datetime import datetime, timedelta
from threading import Lock

FAILURES = 5
REST = timedelta(seconds=30)


class Breaker:
    """Opens after several failures in a row, for half a minute; then the next call is a trial."""

    def __init__(self, *, failures: int = FAILURES, rest: timedelta = REST) -> None:
        """`failures` in a row open it for `rest`."""
        self._most, self._rest = failures, rest
        self._lock = Lock()
        self._failed = 0
        self._open_until: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Whether new calls had better wait."""
        with self._lock:
            return self._open_until is not None and now < self._open_until

    def note(self, *, answered: bool, now: datetime) -> None:
        """Remember how a call went: `answered` is true for any answer of the provider, a refusal too."""
        with self._lock:
            if answered:
                self._failed, self._open_until = 0, None
                return
            self._failed += 1
            if self._failed >= self._most:
                self._open_until = now + self._rest
