"""The home page, my cases, and what the service says of itself."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update

from app.cases.models import CaseAccessRow
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.filing.models import FilingRow
from app.filing.status import FilingStatus
from app.wiring import House
from tests.builders.filings import SENT_AT, MadeFiling, make_filing
from tests.builders.people import MadePerson, make_person, post, signed_in_client
from tests.builders.statements import counted


@pytest.fixture
def aline(app: Flask, house: House) -> MadePerson:
    """Somebody who files."""
    with house.database.transaction(SYSTEM) as session:
        return make_person(session, name="Uwase Aline", locale="en")


def filed(house: House, who: MadePerson, status: FilingStatus, defendant: str = "Demo Ltd") -> MadeFiling:
    with house.database.transaction(SYSTEM) as session:
        return make_filing(session, status=status, filer=who, defendant=defendant)


def test_anybody_sees_what_can_be_done_here_in_three_languages(client: FlaskClient) -> None:
    pages = [client.get(f"/?lang={code}") for code in ("rw", "en", "fr")]
    for page in pages:
        assert page.status_code == 200
        for url in ("/start", "/cases", "/fees", "/courts", "/check"):
            assert f'href="{url}"' in page.text
    assert [page.headers["Content-Language"] for page in pages] == ["rw", "en", "fr"]


def test_a_first_visit_costs_at_most_fourteen_thousand_bytes_and_three_requests(client: FlaskClient) -> None:
    packed = {"Accept-Encoding": "br"}
    page = client.get("/", headers=packed)
    assert page.headers["Content-Encoding"] == "br"
    links = re.findall(r'(?:href|src)="(/static/[^"]+)"', client.get("/").text)
    assert len(links) == 2
    answers = [page, *(client.get(link, headers=packed) for link in links)]
    sizes = [len(answer.data) + len(str(answer.headers)) + 17 for answer in answers]
    assert sum(sizes) <= 14_000, sizes


def test_who_is_signed_in_can_go_on_with_what_they_began(app: Flask, house: House, aline: MadePerson) -> None:
    draft = filed(house, aline, FilingStatus.DRAFT)
    sent = filed(house, aline, FilingStatus.AWAITING_PAYMENT)
    page = signed_in_client(app, aline).get("/").text
    assert f"/filings/{draft.id}/tasks" in page
    assert f"/filings/{sent.id}" not in page


def test_an_empty_list_says_what_will_appear(app: Flask, aline: MadePerson) -> None:
    page = signed_in_client(app, aline).get("/cases").text
    assert "What you begin, send and follow will appear here." in page
    assert 'href="/start"' in page


def test_filings_on_their_way_and_cases_are_listed_with_their_state(
    app: Flask, house: House, aline: MadePerson
) -> None:
    unpaid = filed(house, aline, FilingStatus.AWAITING_PAYMENT)
    case = filed(house, aline, FilingStatus.ACCEPTED)
    page = signed_in_client(app, aline).get("/cases").text
    assert f'href="/filings/{unpaid.id}"' in page
    assert "NOT filed until paid" in page
    assert f'href="/cases/{case.case_id}"' in page
    assert case.case_number in page
    assert f"/filings/{case.id}" not in page


def test_nobody_elses_filings_or_cases_are_there(app: Flask, house: House, aline: MadePerson) -> None:
    filed(house, aline, FilingStatus.ACCEPTED)
    filed(house, aline, FilingStatus.SUBMITTED)
    with house.database.transaction(SYSTEM) as session:
        other = make_person(session, locale="en")
    page = signed_in_client(app, other).get("/cases?q=Demo").text
    assert "Nothing of yours matches" in page
    assert "Demo Ltd" not in page


def test_a_case_that_was_left_and_joined_again_is_there_once_and_one_that_was_left_says_so(
    app: Flask, house: House, aline: MadePerson
) -> None:
    case = filed(house, aline, FilingStatus.ACCEPTED)
    with house.database.transaction(SYSTEM) as session:
        session.execute(update(CaseAccessRow).values(ends_at=SENT_AT + timedelta(days=1)))
    browser = signed_in_client(app, aline)
    page = browser.get("/cases").text
    assert "Your part has ended" in page
    again = make_access_again(house, case)
    page = browser.get("/cases").text
    assert again
    assert page.count(f"/cases/{case.case_id}") == 1
    assert "Your part has ended" not in page


def make_access_again(house: House, case: MadeFiling) -> bool:
    from sqlalchemy import insert

    from app.core.ids import new_id

    with house.database.transaction(SYSTEM) as session:
        values = {
            "id": new_id(),
            "case_id": case.case_id,
            "court_code": case.court_code,
            "person_id": case.filer.id,
            "capacity": "party",
            "side": "claimant",
            "basis": "filer",
            "starts_at": SENT_AT + timedelta(days=2),
        }
        return bool(session.execute(insert(CaseAccessRow).values(**values)))


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("kariza", True),
        ("RC00001/2026", True),
        ("rc 00001", True),
        ("the loan", True),
        ("%", False),
        ("_", False),
        ("\\", False),
        ("' or 1=1 --", False),
    ],
)
def test_a_case_is_found_by_number_name_or_own_label_and_wildcards_are_plain_characters(
    app: Flask, house: House, aline: MadePerson, words: str, found: bool
) -> None:
    case = filed(house, aline, FilingStatus.ACCEPTED, defendant="Kariza Marie")
    browser = signed_in_client(app, aline)
    post(browser, f"/cases/{case.case_id}/note", {"label": "The loan", "note": "", "version": "0"})
    page = browser.get("/cases", query_string={"q": words}).text
    assert (f"/cases/{case.case_id}" in page) is found


def test_a_filing_is_found_by_its_number(app: Flask, house: House, aline: MadePerson) -> None:
    one, other = (filed(house, aline, FilingStatus.SUBMITTED) for _ in range(2))
    page = signed_in_client(app, aline).get("/cases", query_string={"q": one.number}).text
    assert f"/filings/{one.id}" in page
    assert f"/filings/{other.id}" not in page


def test_every_filing_is_on_exactly_one_page_even_when_all_were_touched_at_once(
    app: Flask, house: House, aline: MadePerson
) -> None:
    with house.database.transaction(SYSTEM) as session:
        made = [make_filing(session, status=FilingStatus.DRAFT, filer=aline) for _ in range(65)]
        session.execute(update(FilingRow).values(updated_at=SENT_AT))
    browser = signed_in_client(app, aline)
    url, seen = "/cases?q=", []
    while url:
        page = browser.get(url).text
        seen += re.findall(r'href="/filings/([0-9a-f-]{36})"', page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        url = older[1].replace("&amp;", "&") if older else ""
    assert sorted(seen) == sorted(str(filing.id) for filing in made)


@pytest.mark.parametrize("key", ["x", "1-2", "9" * 17 + "-" + "0" * 32, "-1-" + "0" * 32, "1-" + "g" * 32])
def test_a_made_up_key_shows_a_page_and_no_accident(app: Flask, aline: MadePerson, key: str) -> None:
    browser = signed_in_client(app, aline)
    assert browser.get("/cases", query_string={"cases": key, "filings": key}).status_code == 200


@pytest.mark.parametrize("query", ["q=a&q=b", "q=" + "x" * 101])
def test_words_that_cannot_be_searched_for_come_back_with_a_message(app: Flask, aline: MadePerson, query: str) -> None:
    page = signed_in_client(app, aline).get(f"/cases?{query}")
    assert page.status_code == 422
    assert 'href="#q"' in page.text


def test_the_list_takes_four_statements(app: Flask, house: House, aline: MadePerson) -> None:
    filed(house, aline, FilingStatus.ACCEPTED)
    filed(house, aline, FilingStatus.SUBMITTED)
    browser = signed_in_client(app, aline)
    for url in ("/cases", "/"):
        with counted(house.database) as statements:
            assert browser.get(url).status_code == 200
        assert len(statements) <= 4, "\n".join(statements)


def test_the_status_page_says_in_plain_words_that_nobody_does_the_work(client: FlaskClient, clock: ManualClock) -> None:
    page = client.get("/status?lang=en")
    assert page.status_code == 200
    assert "Not everything works just now" in page.text
    assert page.text.count("Does not work now") == len(
        [line for line in page.text.splitlines() if "ik-tag--stop" in line]
    )
    assert re.search(r"Does not work now</strong> Taking payments", page.text)


def test_the_accessibility_page_says_whom_to_call(client: FlaskClient) -> None:
    page = client.get("/accessibility?lang=en")
    assert page.status_code == 200
    assert "Call 3670" in page.text
