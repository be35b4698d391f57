"""The state machine of a filing is its table."""

from itertools import product

import pytest

from app.core.transitions import IllegalTransition
from app.filing.status import EDITABLE, ENDED, TRANSITIONS, FilingStatus

ALLOWED = """
draft -> awaiting_payment submitted cancelled
awaiting_payment -> submitted cancelled lapsed
submitted -> under_review cancelled awaiting_payment
under_review -> submitted accepted returned_for_correction rejected awaiting_payment
returned_for_correction -> submitted awaiting_payment lapsed
accepted -> submitted
lapsed -> submitted
rejected ->
cancelled ->
"""
STEPS = {
    (before, after)
    for line in ALLOWED.strip().splitlines()
    for before, _, afters in [line.partition(" ->")]
    for after in afters.split()
}


@pytest.mark.parametrize(("before", "after"), list(product(FilingStatus, FilingStatus)))
def test_only_the_steps_of_the_table_are_taken(before: FilingStatus, after: FilingStatus) -> None:
    if (before.value, after.value) in STEPS:
        TRANSITIONS.check(before, after)
    else:
        with pytest.raises(IllegalTransition):
            TRANSITIONS.check(before, after)


def test_what_is_over_can_not_be_edited() -> None:
    assert not EDITABLE & ENDED
