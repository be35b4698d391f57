"""Paper filings that are handed in at the counter."""

from datetime import UTC, datetime, timedelta

import pytest

from app.core.clock import ManualClock
from app.filing.status import FilingStatus
from tests.builders.people import post
from tests.integration.office.conftest import Court

PAPER = {
    "court_code": "TGI-NYGE",
    "filing_type": "civil_claim",
    "stamped_on-day": "4",
    "stamped_on-month": "5",
    "stamped_on-year": "2026",
    "stamped_at": "11:45",
    "language": "rw",
}


def test_a_paper_filing_starts_with_its_stamp_in_the_courts_zone_and_goes_on_in_the_filing_pages(court: Court) -> None:
    client = court.client
    answer = post(client, "/desk/counter", PAPER)
    assert answer.status_code == 303
    assert client.get(answer.location).status_code == 200
    view = court.filing(answer.location.split("/")[2])
    assert view.paper_received_at == datetime(2026, 5, 4, 9, 45, tzinfo=UTC)
    assert (view.channel, view.filer_id, view.entered_by) == ("counter", None, court.registrar.id)
    assert (view.court_code, view.language, view.status) == ("TGI-NYGE", "rw", FilingStatus.DRAFT)


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("stamped_at", "12:01", "This time has not come yet"),
        ("stamped_on-day", "5", "This time has not come yet"),
        ("stamped_at", "25:00", "Enter the time as on the stamp"),
        ("stamped_at", "", "Enter the time stamped on the paper"),
        ("stamped_on-month", "13", "Enter a real date"),
        ("court_code", "TGI-GSBO", "Choose one of the answers"),
        ("filing_type", "nothing", "Choose one of the answers"),
        ("language", "sw", "Choose one of the answers"),
    ],
)
def test_what_cannot_be_right_is_said_and_the_rest_is_kept(court: Court, field: str, typed: str, says: str) -> None:
    answer = post(court.client, "/desk/counter", {**PAPER, field: typed})
    assert answer.status_code == 422
    assert says in answer.text
    assert 'value="2026"' in answer.text


def test_a_time_is_read_as_people_stamp_it(court: Court) -> None:
    for typed in ("9.05", "09h05", "9:05"):
        answer = post(court.client, "/desk/counter", {**PAPER, "stamped_at": typed})
        view = court.filing(answer.location.split("/")[2])
        assert view.paper_received_at == datetime(2026, 5, 4, 7, 5, tzinfo=UTC)


def test_a_filing_entered_at_the_counter_goes_to_the_queue_with_the_stamped_time(
    court: Court, clock: ManualClock
) -> None:
    clock.advance(timedelta(hours=4))
    answer = post(court.client, "/desk/counter", PAPER)
    view = court.filing(answer.location.split("/")[2])
    assert view.paper_received_at is not None
    assert view.paper_received_at < view.created_at
