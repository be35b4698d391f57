"""The state machines of this room."""

from enum import StrEnum

from app.core.transitions import Transitions


class GrantState(StrEnum):
    """Of a role that somebody asked for or holds."""

    PENDING = "pending"
    ACTIVE = "active"
    ENDED = "ended"


GRANT_STEPS = Transitions(
    {
        GrantState.PENDING: frozenset({GrantState.ACTIVE, GrantState.ENDED}),
        GrantState.ACTIVE: frozenset({GrantState.ENDED}),
    }
)


class FlowPurpose(StrEnum):
    """What a flow of several pages is for."""

    REGISTER = "register"
    RESET = "reset"
    SIGN_IN = "sign_in"
    CONTACT = "contact"


class FlowStep(StrEnum):
    """How far a flow has come. A code proves the contact; a flow that is done opens nothing any more."""

    STARTED = "started"
    PROVEN = "proven"
    DONE = "done"


FLOW_STEPS = Transitions(
    {
        FlowStep.STARTED: frozenset({FlowStep.PROVEN, FlowStep.DONE}),
        FlowStep.PROVEN: frozenset({FlowStep.DONE}),
    }
)
