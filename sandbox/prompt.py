"""What a telephone shows of a payment, whichever operator asks for it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class NoSuchPrompt(Exception):
    """The handset has no prompt of that reference that still waits."""


class Press(StrEnum):
    """What the person who holds the telephone can do."""

    APPROVE = "approve"
    WRONG_PIN = "wrong-pin"
    DECLINE = "decline"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """A payment as its payer sees it: `waiting` while the handset asks, `back` when money comes back by it.

    `asker` is the operator's name for people; `amount` is in minor units; `reference` is what the bill is called.
    """

    asker: str
    reference_id: str
    reference: str
    amount: int
    currency: str
    message: str | None
    status: str
    reason: str | None
    waiting: bool
    ignored: bool
    back: bool
    created_at: float
    due_at: float | None


class Asker(Protocol):
    """An operator that asks handsets."""

    def prompts(self, msisdn: str) -> list[Prompt]:
        """Payments and prompts of a number, newest first."""
        ...

    def waiting(self) -> dict[str, int]:
        """Every number that was ever asked, with how many prompts wait on it."""
        ...

    def press(self, msisdn: str, reference_id: str, press: Press) -> None:
        """The person pressed a button; raises NoSuchPrompt."""
        ...
