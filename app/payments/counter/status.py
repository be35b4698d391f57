"""The states of a wish to void an entry of the cash desk."""

from enum import StrEnum

from app.core.transitions import Transitions


class VoidState(StrEnum):
    """Asked for by one person; confirmed or refused by another (whoever asked may also take it back)."""

    ASKED = "asked"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


VOID_TRANSITIONS = Transitions(
    {
        VoidState.ASKED: frozenset({VoidState.CONFIRMED, VoidState.REFUSED}),
        VoidState.CONFIRMED: frozenset(),
        VoidState.REFUSED: frozenset(),
    }
)


class Way(StrEnum):
    """How money came to the desk: over the counter, or as a bank's slip for money that lies at the bank already."""

    CASH = "cash"
    BANK_SLIP = "bank_slip"
