"""How sure the pack is of a fact of law, and where the fact stands."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.language import Localised
from app.courts.nodes import Fields


class Confidence(StrEnum):
    """H: read in a primary source. M: one or a secondary source. L: general knowledge, confirm with the registry."""

    H = "H"
    M = "M"
    L = "L"


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """The legal source of a fact, as it is shown to people, and how sure the pack is of it."""

    text: Localised
    confidence: Confidence

    @property
    def confirm(self) -> bool:
        """Whether a page must say "confirm with the registry"."""
        return self.confidence is Confidence.L


def read_source(fields: Fields) -> Source:
    """The `source` and `confidence` fields of a mapping."""
    return Source(text=fields.need("source").localised(), confidence=fields.need("confidence").choice(Confidence))
