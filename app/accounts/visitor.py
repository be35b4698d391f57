"""The browser that a command came from, as far as it matters for guessing."""

from dataclasses import dataclass, field
from uuid import UUID

from app.accounts.vault import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """`network` is the part of the address that a household or an operator's gateway shares; `browser` is in words.

    `device` names a browser in which somebody has signed in before, and `known_to` holds a mark for each of them.
    """

    network: str
    browser: str
    device: str | None = None
    known_to: frozenset[str] = field(default_factory=frozenset)

    def is_known_to(self, mark: str | None) -> bool:
        """Whether the person with this mark has signed in from this browser before."""
        return self.device is not None and mark in self.known_to


def mark_of(vault: Vault, person_id: UUID) -> str:
    """What a browser remembers of a person who signed in: nothing that says who it was."""
    return vault.digest(str(person_id), "device").hex()[:24]
