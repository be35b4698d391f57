"""Where a page about money leads back to: the room of the thing that is paid for says so."""

from typing import Protocol
from uuid import UUID


class SubjectLink(Protocol):
    """Bound in wiring to the room whose things are paid for."""

    def __call__(self, subject: UUID) -> str:
        """The address of the subject's own page."""
        ...
