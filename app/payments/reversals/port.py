"""Results that come by themselves, as an adapter sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable
from uuid import UUID

from app.payments.provider import ReportState


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of a refund: SUCCEEDED, FAILED, or PENDING for one that only waits. `raw` is redacted."""

    state: ReportState
    provider_reference: str | None = None
    raw: str = ""


class Reversals(Protocol):
    """Where a provider tells us of refunds, and what it has told so far; bound in wiring."""

    def addresses(self, reference_id: UUID) -> tuple[str, str]:
        """The addresses for the result, and for the word that it waits in a queue."""
        ...

    def results(self, reference_id: UUID) -> Sequence[Result]:
        """What came for a refund, oldest first."""
        ...


@runtime_checkable
class ReversingProvider(Protocol):
    """A provider that tells us of refunds."""

    @property
    def code(self) -> str:
        """The provider's name in our tables."""
        ...

    def read_result(self, body: bytes) -> Result:
        """Read what it tells; calls nobody. Raises MalformedReport."""
        ...
