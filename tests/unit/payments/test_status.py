"""The attempt's machine is its table: every pair of states, allowed or not."""

import pytest

from app.core.transitions import IllegalTransition
from app.payments.status import ATTEMPT_TRANSITIONS, CORRECTED, LIVE, AttemptState

S = AttemptState
EDGES = {
    (S.CREATED, S.SUBMITTED),
    (S.CREATED, S.CANCELLED),
    (S.CREATED, S.SUCCEEDED),
    (S.SUBMITTED, S.PENDING),
    (S.SUBMITTED, S.UNKNOWN),
    (S.PENDING, S.SUCCEEDED),
    (S.PENDING, S.FAILED),
    (S.PENDING, S.EXPIRED),
    (S.PENDING, S.CANCELLED),
    (S.PENDING, S.UNKNOWN),
    (S.UNKNOWN, S.PENDING),
    (S.UNKNOWN, S.SUCCEEDED),
    (S.UNKNOWN, S.FAILED),
    (S.UNKNOWN, S.EXPIRED),
    (S.FAILED, S.SUCCEEDED),
    (S.EXPIRED, S.SUCCEEDED),
    (S.CANCELLED, S.SUCCEEDED),
}


@pytest.mark.parametrize("before", S)
@pytest.mark.parametrize("after", S)
def test_each_step_is_allowed_exactly_when_the_design_has_it(before: AttemptState, after: AttemptState) -> None:
    if (before, after) in EDGES:
        ATTEMPT_TRANSITIONS.check(before, after)
    else:
        with pytest.raises(IllegalTransition):
            ATTEMPT_TRANSITIONS.check(before, after)


def test_a_success_is_never_left() -> None:
    assert ATTEMPT_TRANSITIONS.table[S.SUCCEEDED] == frozenset()


def test_every_state_but_a_new_and_a_successful_one_is_live_or_can_be_corrected() -> None:
    assert set(S) - {S.CREATED, S.SUCCEEDED} == LIVE | CORRECTED
    assert all(ATTEMPT_TRANSITIONS.allows(state, S.SUCCEEDED) for state in CORRECTED)
