"""A case's states and which may follow which."""

from enum import StrEnum

from app.core.transitions import Transitions


class CaseStatus(StrEnum):
    """Where a case stands."""

    REGISTERED = "registered"
    ASSIGNED = "assigned"
    SUMMONS_ISSUED = "summons_issued"
    AWAITING_DEFENCE = "awaiting_defence"
    PRE_TRIAL = "pre_trial"
    READY_FOR_HEARING = "ready_for_hearing"
    HEARING_SCHEDULED = "hearing_scheduled"
    ADJOURNED = "adjourned"
    DELIBERATION = "deliberation"
    JUDGMENT_PRONOUNCED = "judgment_pronounced"
    APPEAL_WINDOW = "appeal_window"
    FINAL = "final"
    APPEALED = "appealed"
    STRUCK_OFF = "struck_off"
    WITHDRAWN = "withdrawn"
    SETTLED = "settled"
    TRANSFERRED = "transferred"
    CONSOLIDATED = "consolidated"
    STAYED = "stayed"
    INADMISSIBLE = "inadmissible"
    VOID = "void"


_S = CaseStatus
_MAIN_ROAD = (
    _S.REGISTERED,
    _S.ASSIGNED,
    _S.SUMMONS_ISSUED,
    _S.AWAITING_DEFENCE,
    _S.PRE_TRIAL,
    _S.READY_FOR_HEARING,
    _S.HEARING_SCHEDULED,
    _S.DELIBERATION,
    _S.JUDGMENT_PRONOUNCED,
    _S.APPEAL_WINDOW,
    _S.FINAL,
)
_SIDE_EXITS = frozenset(
    {_S.STRUCK_OFF, _S.WITHDRAWN, _S.SETTLED, _S.TRANSFERRED, _S.CONSOLIDATED, _S.STAYED, _S.INADMISSIBLE}
)
_AFTER_JUDGMENT = frozenset({_S.JUDGMENT_PRONOUNCED, _S.APPEAL_WINDOW, _S.FINAL})


def _next_on_the_road(status: CaseStatus) -> frozenset[CaseStatus]:
    place = _MAIN_ROAD.index(status)
    exits = frozenset() if status in _AFTER_JUDGMENT else _SIDE_EXITS
    return frozenset(_MAIN_ROAD[place + 1 : place + 2]) | exits


TRANSITIONS = Transitions(
    {
        **{status: _next_on_the_road(status) for status in _MAIN_ROAD},
        # An acceptance by mistake is voided before anything else has been done; the number is never used again.
        _S.REGISTERED: _next_on_the_road(_S.REGISTERED) | {_S.VOID},
        _S.HEARING_SCHEDULED: _next_on_the_road(_S.HEARING_SCHEDULED) | {_S.ADJOURNED},
        _S.ADJOURNED: frozenset({_S.HEARING_SCHEDULED}) | _SIDE_EXITS,
        _S.APPEAL_WINDOW: frozenset({_S.FINAL, _S.APPEALED}),
        _S.STAYED: frozenset({_S.PRE_TRIAL, _S.READY_FOR_HEARING, _S.WITHDRAWN, _S.SETTLED, _S.STRUCK_OFF}),
    }
)
