"""The states of a fee waiver, and which may follow which: decided once, never changed afterwards."""

from enum import StrEnum

from app.core.transitions import Transitions


class RemissionStatus(StrEnum):
    """Where a request not to pay stands."""

    APPLIED = "applied"
    GRANTED = "granted"
    PART_GRANTED = "part_granted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


_S = RemissionStatus

LIVE = frozenset({_S.APPLIED})
"""While a request is in one of these, no second one may be made for the same obligation."""

GIVES = frozenset({_S.GRANTED, _S.PART_GRANTED})
"""Only these take something off what is owed."""

REMISSION_TRANSITIONS = Transitions(
    {
        _S.APPLIED: frozenset({_S.GRANTED, _S.PART_GRANTED, _S.REFUSED, _S.WITHDRAWN}),
        _S.GRANTED: frozenset(),
        _S.PART_GRANTED: frozenset(),
        _S.REFUSED: frozenset(),
        _S.WITHDRAWN: frozenset(),
    }
)
