"""The builder of filings walks the real road, so what it makes is what the portal itself would have made."""

import pytest
from sqlalchemy.orm import Session

from app.filing.queries import filing
from app.filing.status import FilingStatus
from app.payments.queries import obligation
from app.payments.status import ObligationStatus
from tests.builders.filings import make_filing

PAID = frozenset(
    {
        FilingStatus.SUBMITTED,
        FilingStatus.UNDER_REVIEW,
        FilingStatus.ACCEPTED,
        FilingStatus.RETURNED,
        FilingStatus.REJECTED,
    }
)


@pytest.mark.parametrize("status", list(FilingStatus))
def test_a_filing_can_be_made_in_every_state_and_is_paid_where_the_road_asks_for_it(
    session: Session, status: FilingStatus
) -> None:
    made = make_filing(session, status=status)
    view = filing(session, made.filer.actor, made.id)
    assert view.status is status
    assert view.number == made.number
    assert bool(made.case_number) is (status is FilingStatus.ACCEPTED)
    if status in PAID:
        assert made.obligation_id is not None
        assert obligation(session, made.obligation_id).status is ObligationStatus.PAID
