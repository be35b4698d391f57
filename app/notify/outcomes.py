"""What a try to send can come to. A final refusal, a certain delay and a doubt are different classes."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Handed:
    """The gateway or mail server has it. `reference` is its name for it, "" when it gives none."""

    reference: str = ""


@dataclass(frozen=True, slots=True)
class Refused:
    """It will never be taken, for instance because the number does not exist."""

    code: str


@dataclass(frozen=True, slots=True)
class TryLater:
    """It was certainly not taken, but may be later; `after` when the other side says how long to wait."""

    code: str
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class InDoubt:
    """It may have been taken: the answer was lost."""

    code: str


Outcome = Handed | Refused | TryLater | InDoubt
