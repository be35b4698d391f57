"""The states of a wish to say whose unidentified money is."""

from enum import StrEnum

from app.core.transitions import Transitions


class PlacementState(StrEnum):
    """ASKED: one person has named a bill, and a second one must agree. PLACED and RETURNED end it."""

    ASKED = "asked"
    PLACED = "placed"
    REFUSED = "refused"
    RETURNED = "returned"


_P = PlacementState

SETTLED = frozenset({_P.PLACED, _P.RETURNED})
"""The money is no longer in suspense."""

PLACEMENT_TRANSITIONS = Transitions(
    {
        _P.ASKED: frozenset({_P.PLACED, _P.REFUSED}),
        _P.PLACED: frozenset(),
        _P.REFUSED: frozenset(),
        _P.RETURNED: frozenset(),
    }
)
