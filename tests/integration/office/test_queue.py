"""The queue: whose filings, in which order, and the key for the next one."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from app.accounts.roles import Role
from app.core.clock import ManualClock
from app.filing.status import FilingStatus
from tests.builders.filings import SENT_AT
from tests.builders.people import make_person, post, signed_in_client
from tests.integration.office.conftest import Court


def numbers(text: str) -> list[str]:
    return re.findall(r"F-\d{4}-\d{6}-\d", text)


def test_the_longest_waiting_stands_first_and_other_courts_filings_are_not_there(court: Court) -> None:
    second = court.receive(at=SENT_AT)
    first = court.receive(at=SENT_AT - timedelta(hours=5))
    elsewhere = court.receive(court_code="TGI-GSBO")
    unpaid = court.receive(FilingStatus.AWAITING_PAYMENT)
    page = court.client.get("/desk").text
    assert numbers(page) == [first.number, second.number]
    assert "2 filings wait" in page
    assert elsewhere.number not in page
    assert unpaid.number not in page


def test_ages_are_told_in_hours_and_then_in_days(court: Court, clock: ManualClock) -> None:
    court.receive(at=SENT_AT)
    assert "1 h" in court.client.get("/desk").text
    clock.advance(timedelta(days=3))
    assert "3 days" in court.client.get("/desk").text


def test_what_is_in_hand_stands_apart_and_a_colleague_sees_that_it_is_held(court: Court) -> None:
    held = court.receive(FilingStatus.UNDER_REVIEW)
    mine = court.client.get("/desk").text
    assert mine.index("In your hands") < mine.index(held.number)
    assert numbers(mine) == [held.number]
    assert "In another hand" in court.colleague_client.get("/desk").text


def test_a_filing_is_found_by_number_and_by_name(court: Court) -> None:
    loan = court.receive(claimant="Mukamana Alice", defendant="Kigali Bricks Ltd")
    other = court.receive(claimant="Habimana Eric", defendant="Mutoni Rose")
    client = court.client
    for wanted, found in (("bricks", loan), (other.number, other), ("mukamana", loan)):
        assert numbers(client.get("/desk", query_string={"q": wanted}).text)[-1:] == [found.number]
    for nothing in ("%", "_", "nobody"):
        assert "No filing that waits has this number or name" in client.get("/desk", query_string={"q": nothing}).text


def test_the_next_page_goes_on_where_the_first_one_ended(court: Court) -> None:
    made = [court.receive(at=SENT_AT + timedelta(minutes=n)).number for n in range(32)]
    client = court.client
    first = client.get("/desk").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following
    second = client.get(following[1].replace("&amp;", "&")).text
    assert numbers(first) + numbers(second) == made
    assert 'rel="next"' not in second


def test_a_place_that_nobody_gave_out_shows_the_start(court: Court) -> None:
    made = court.receive()
    for place in ("x", "1_2026_x", "1_2026-05-04T10:00:00_" + str(made.id), "___"):
        answer = court.client.get("/desk", query_string={"after": place})
        assert answer.status_code == 200
        assert numbers(answer.text) == [made.number]


def test_the_next_key_takes_the_oldest_in_hand_once(court: Court) -> None:
    old = court.receive(at=SENT_AT - timedelta(hours=3))
    court.receive(at=SENT_AT)
    answer = post(court.client, "/desk/next")
    assert answer.location == f"/desk/filings/{old.id}"
    view = court.filing(old.id)
    assert (view.status, view.claimed_by) == (FilingStatus.UNDER_REVIEW, court.registrar.id)
    assert post(court.colleague_client, "/desk/next").location != answer.location


def test_the_next_key_on_an_empty_queue_says_so(court: Court) -> None:
    client = court.client
    answer = post(client, "/desk/next")
    assert answer.location == "/desk"
    assert "Nothing waits: every filing is decided" in client.get("/desk").text


def test_the_queue_asks_the_database_at_most_six_times(court: Court, counting: Callable[[], Any]) -> None:
    for _ in range(3):
        court.receive()
    court.receive(FilingStatus.UNDER_REVIEW)
    client = court.client
    with counting() as counted:
        assert client.get("/desk").status_code == 200
    assert len(counted.statements) <= 6, counted.statements


def test_nobody_but_registrars_finds_the_desk(court: Court) -> None:
    court.receive()
    with court.house.database.transaction(court.registrar.actor) as session:
        litigant = make_person(session)
    strangers = [
        signed_in_client(court.app, litigant),
        court.staff(Role.JUDGE, "TGI-NYGE"),
        court.staff(Role.ADMINISTRATOR, None),
    ]
    for client in strangers:
        assert client.get("/desk").status_code == 404
        assert post(client, "/desk/next").status_code == 404
    assert court.app.test_client().get("/desk").location == "/sign-in?next=%2Fdesk"
