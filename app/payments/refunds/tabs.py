"""How the staff's list of refunds is divided, and what somebody may do with one. Pure."""

from enum import StrEnum


class Tab(StrEnum):
    """A part of the list. LOOK: what doesn't go on by itself any more."""

    DECIDE = "decide"
    LOOK = "look"
    UNDER_WAY = "under_way"
    DONE = "done"


class Act(StrEnum):
    """What can be done with a refund."""

    APPROVE = "approve"
    REFUSE = "refuse"
    RECORD = "record"
    CLOSE = "close"
    UNPAID = "unpaid"
    LOOK_AGAIN = "look_again"
    ASK_ANEW = "ask_anew"
