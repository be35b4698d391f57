"""How much can be waived, what a decision is called, and that what was decided stays decided."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.core.transitions import IllegalTransition
from app.payments.remissions import rules
from app.payments.remissions.service import new_reference
from app.payments.remissions.status import REMISSION_TRANSITIONS, RemissionStatus

francs = st.integers(0, 10**9).map(lambda minor: Money(minor, "RWF"))
_S = RemissionStatus


def rwf(minor: int) -> Money:
    return Money(minor, "RWF")


@pytest.mark.parametrize(("before", "after"), list(product(RemissionStatus, RemissionStatus)))
def test_a_request_is_decided_once(before: RemissionStatus, after: RemissionStatus) -> None:
    if before is _S.APPLIED and after is not _S.APPLIED:
        REMISSION_TRANSITIONS.check(before, after)
    else:
        with pytest.raises(IllegalTransition):
            REMISSION_TRANSITIONS.check(before, after)


@pytest.mark.parametrize(
    ("fees", "remitted", "due", "most"),
    [
        (20_000, 0, 20_000, 20_000),
        (20_000, 0, 0, 20_000),  # paid already: all of it can still be given back
        (30_000, 20_000, 10_000, 10_000),  # the fee rose after a first waiver
        (30_000, 5_000, 0, 0),
    ],
)
def test_never_more_than_is_owed_can_be_waived(fees: int, remitted: int, due: int, most: int) -> None:
    assert rules.most(fees=rwf(fees), remitted=rwf(remitted), due=rwf(due)) == rwf(most)


@given(francs, francs)
def test_a_decision_is_called_by_what_it_leaves(amount: Money, owed: Money) -> None:
    called = rules.outcome(amount, owed)
    assert (called is _S.REFUSED) == (not amount)
    assert called is not _S.GRANTED or amount == owed


@given(francs, francs)
def test_only_money_that_is_too_much_goes_back(owed: Money, kept: Money) -> None:
    back = rules.too_much(owed=owed, kept=kept)
    assert back.minor == max(kept.minor - owed.minor, 0)


def test_a_reference_can_be_said_over_the_telephone() -> None:
    reference = new_reference()
    assert reference.startswith("RM-")
    assert len(reference) == 12
    assert not set(reference[3:]) & set("01ILOU")
