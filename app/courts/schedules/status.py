"""A fee schedule's states and which may follow which."""

from enum import StrEnum

from app.core.transitions import Transitions


class ScheduleStatus(StrEnum):
    """How far a fee schedule is."""

    DRAFT = "draft"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


_S = ScheduleStatus
SCHEDULE_TRANSITIONS = Transitions(
    {
        _S.DRAFT: frozenset({_S.APPROVED, _S.WITHDRAWN}),
        # Only before its day of force: what people have been charged by is not taken back.
        _S.APPROVED: frozenset({_S.WITHDRAWN}),
        _S.WITHDRAWN: frozenset(),
    }
)
