"""What a page costs: bytes on the wire for whoever comes for the first time, and questions to the database."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, CDPSession, Page

from app import wiring
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.filing.status import FilingStatus
from app.wiring import House
from tests.builders.browser import serve
from tests.builders.files import pdf
from tests.builders.filings import make_answers, make_filing
from tests.builders.people import post, signed_in_client
from tests.builders.sights import OWN, PUBLIC, Sights, make_sights, make_somebody
from tests.builders.statements import counted

MOST_BYTES, MOST_REQUESTS = 14_000, 3
MOST_CSS, MOST_JS = 7_000, 2_500
MOST_QUERIES = 6
BUILT = Path(__file__).resolve().parents[2] / "static"


class Wire:
    """Counts what comes over the wire to a page, headers included, until it is asked."""

    def __init__(self, page: Page) -> None:
        """Listen from now on."""
        self.bytes, self.urls = 0, list[str]()
        session: CDPSession = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", lambda sent: self.urls.append(sent["request"]["url"]))
        session.on("Network.loadingFinished", self._arrived)

    def _arrived(self, event: dict[str, float]) -> None:
        self.bytes += int(event["encodedDataLength"])

    def fetched(self) -> list[str]:
        """What was asked for; the icon is part of the page."""
        return [url for url in self.urls if not url.startswith("data:")]


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the portal is."""
    with serve(app) as address:
        yield address


@pytest.mark.browser
def test_a_first_visit_to_any_public_page_is_light(browser: Browser, address: str) -> None:
    heavy = {}
    for path in PUBLIC:
        context = browser.new_context(viewport={"width": 360, "height": 640}, locale="rw")
        page = context.new_page()
        wire = Wire(page)
        page.goto(f"{address}{path}", wait_until="load")
        fetched = wire.fetched()
        assert all(url.startswith(address) for url in fetched), fetched
        if wire.bytes > MOST_BYTES or len(fetched) > MOST_REQUESTS:
            heavy[path] = (wire.bytes, fetched)
        assert wire.bytes > 5_000, "nothing was counted"
        context.close()
    assert heavy == {}


def test_a_form_that_comes_back_and_a_page_that_is_not_there_go_compressed_too(app: Flask) -> None:
    client = app.test_client()
    reading = {"Accept-Encoding": "br, gzip"}
    returned = post(client, "/register", {"name": ""}, headers=reading)
    assert (returned.status_code, returned.headers.get("Content-Encoding")) == (422, "br")
    absent = client.get("/nowhere", headers=reading)
    assert (absent.status_code, absent.headers.get("Content-Encoding")) == (404, "br")
    assert client.get("/nowhere").headers.get("Content-Encoding") is None


@pytest.mark.parametrize(("ending", "most"), [(".css", MOST_CSS), (".js", MOST_JS)])
def test_what_all_pages_share_is_small_and_fetches_nothing_more(ending: str, most: int) -> None:
    (file,) = BUILT.glob(f"app.*{ending}")
    assert len(file.with_name(f"{file.name}.br").read_bytes()) <= most
    text = file.read_text(encoding="utf-8")
    assert "@font-face" not in text
    assert "@import" not in text
    assert re.findall(r"url\((?!['\"]?data:)[^)]*\)", text) == []


@pytest.fixture
def sights(app: Flask, house: House) -> Sights:
    """A litigant who has one of everything."""
    return make_sights(app, house, make_somebody(house))


def questions(app: Flask, house: House, sights: Sights) -> dict[str, int]:
    """How many statements each page of one's own needs."""
    client, asked = signed_in_client(app, sights.who), {}
    for page in OWN:
        with counted(house.database) as statements:
            answer = client.get(sights.url(page))
        assert answer.status_code == 200, page
        asked[page] = len(statements)
    return asked


def test_no_page_asks_the_database_more_than_six_times_whatever_there_is(
    app: Flask, house: House, sights: Sights
) -> None:
    few = questions(app, house, sights)
    assert {page: count for page, count in few.items() if count > MOST_QUERIES} == {}
    many = questions(app, house, with_much_more(house, sights))
    assert {page: count for page, count in many.items() if count > MOST_QUERIES} == {}


def with_much_more(house: House, sights: Sights) -> Sights:
    """The same litigant with dozens of filings, cases and messages, and a draft with ten of everything."""
    plain = make_answers()
    parties = tuple(replace(party, id=str(new_id()), is_filer=False) for party in plain.parties * 5)
    issues = tuple(replace(issue, id=str(new_id())) for issue in plain.issues * 10)
    answers = replace(plain, parties=(*plain.parties, *parties), issues=issues)
    papers = {f"Paper {number}": pdf() for number in range(10)}
    with house.database.transaction(SYSTEM) as session:
        for status in (FilingStatus.DRAFT, FilingStatus.SUBMITTED, FilingStatus.ACCEPTED) * 12:
            make_filing(session, status=status, filer=sights.who, at=house.clock.now())
        drawn = make_filing(session, status=FilingStatus.DRAFT, filer=sights.who, answers=answers, papers=papers)
        big = make_filing(session, status=FilingStatus.ACCEPTED, filer=sights.who, answers=answers, papers=papers)
    assert wiring.drains(house)["events"]() > 0
    there = {"draft": f"/filings/{drawn.id}", "accepted": f"/filings/{big.id}", "case": f"/cases/{big.case_id}"}
    return replace(sights, places={**sights.places, **there})
