"""The machine of a delivery is its table."""

import pytest

from app.core.transitions import IllegalTransition
from app.notify.models import DeliveryRow
from app.notify.status import TRANSITIONS, DeliveryStatus

S = DeliveryStatus
ALLOWED = {
    (S.QUEUED, S.SENDING),
    (S.QUEUED, S.FAILED),
    (S.SENDING, S.SENT),
    (S.SENDING, S.RETRYING),
    (S.SENDING, S.FAILED),
    (S.RETRYING, S.SENDING),
    (S.RETRYING, S.SENT),
    (S.RETRYING, S.FAILED),
    (S.SENT, S.DELIVERED),
    (S.SENT, S.RETRYING),
    (S.SENT, S.FAILED),
    (S.FAILED, S.QUEUED),
}


@pytest.mark.parametrize("before", S)
@pytest.mark.parametrize("after", S)
def test_a_delivery_moves_only_as_the_table_says(before: DeliveryStatus, after: DeliveryStatus) -> None:
    row = DeliveryRow(status=before)
    if (before, after) in ALLOWED:
        row.move_to(after)
        assert row.status == after
    else:
        with pytest.raises(IllegalTransition):
            row.move_to(after)
        assert row.status == before


def test_every_state_is_in_the_table() -> None:
    assert set(TRANSITIONS.table) == set(S)
