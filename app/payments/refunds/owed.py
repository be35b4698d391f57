"""What must go back, and why."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.money import Money
from app.payments.ids import AttemptId


class RefundCause(StrEnum):
    """Why money must go back: it was more than was owed, what it paid for became void, or the fee was waived after.

    UNIDENTIFIED: nobody could say what it was for.
    """

    SURPLUS = "surplus"
    VOID = "void"
    WAIVER = "waiver"
    UNIDENTIFIED = "unidentified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """How much of which successful attempt goes back, and why."""

    attempt_id: AttemptId
    amount: Money
    cause: RefundCause
