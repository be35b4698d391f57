"""The public pages of courts, fees and checks, asked as a browser without scripts asks."""

import re
from collections.abc import Iterator
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app import create_app, wiring
from app.core.clock import ManualClock
from app.courts import Pack
from app.courts.views import bp
from tests.builders.settings import make_settings
from tests.conftest import NOON


def portal_at(moment: datetime, pack: Pack) -> Flask:
    """A portal without a database, whose clock stands at `moment` and whose desk has approved no fee schedule."""
    portal = create_app(settings := make_settings(), house=wiring.build(settings, ManualClock(moment)))
    portal.extensions.setdefault("pack", pack)
    portal.extensions["approved_fees"] = tuple
    if "courts" not in portal.blueprints:
        portal.register_blueprint(bp)
    portal.testing = True
    return portal


@pytest.fixture(scope="module")
def app(pack: Pack) -> Iterator[Flask]:
    """A portal at noon in Kigali on Monday 4 May 2026."""
    portal = portal_at(NOON, pack)
    yield portal
    portal.extensions["database"].dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser, nobody signed in."""
    return app.test_client()


def words(client: FlaskClient, address: str, status: int = 200, language: str = "en") -> str:
    """The text of a page's main part, tags taken out."""
    mark = "&" if "?" in address else "?"
    answer = client.get(f"{address}{mark}lang={language}")
    assert answer.status_code == status, answer.get_data(as_text=True)
    main = re.search(r"<main.*?</main>", answer.get_data(as_text=True), re.DOTALL)
    assert main
    return " ".join(re.sub(r"<[^>]+>", " ", main[0]).replace("\u00a0", " ").replace("&nbsp;", " ").split())


ADDRESSES = [
    "/courts",
    "/courts?district=gasabo",
    "/courts/TGI-NYGE",
    "/courts/SC",
    "/fees",
    "/fees?on-day=1&on-month=3&on-year=2015",
    "/check",
    "/check/court",
    "/check/court?kind=civil",
    "/check/court?kind=administrative",
    "/check/court?kind=civil&land=none&traders=no&value=5000000&district=gasabo",
    "/check/time",
    "/check/time?limit=opposition&started-day=20&started-month=4&started-year=2026",
    "/check/cost",
    "/check/cost?filing=civil_claim",
    "/check/cost?filing=civil_claim&court=TGI-NYGE&exemption=indigent",
]


@pytest.mark.parametrize("language", ["rw", "en", "fr"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_page_is_there_in_each_language_without_a_query(app: Flask, address: str, language: str) -> None:
    asked: list[str] = []
    event.listen(app.extensions["database"].engine, "do_connect", lambda *_: asked.append("connected"))
    answer = app.test_client().get(address + ("&" if "?" in address else "?") + f"lang={language}")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f'<html lang="{language}">' in page
    assert len(re.findall(r"<h1", page)) == 1
    assert "%(" not in page
    assert asked == []


def test_a_district_shows_the_courts_that_serve_it_and_no_others(client: FlaskClient) -> None:
    page = words(client, "/courts?district=huye")
    assert "Huye Intermediate Court" in page
    assert "Rusatira Primary Court" in page
    assert "High Court, Nyanza Chamber" in page
    assert "Musanze" not in page.replace("Musanze </option>", "").split("Courts that serve Huye")[1]


def test_a_district_that_does_not_exist_is_a_message_on_the_page(client: FlaskClient) -> None:
    assert "Choose one of the answers." in words(client, "/courts?district=paris", 422)


def test_a_court_page_gives_place_hours_fee_and_number(client: FlaskClient) -> None:
    page = words(client, "/courts/TGI-NYGE")
    for part in ("Nyarugenge Intermediate Court", "09:00", "RWF 20,000", "TGI/NYGE", "rings nowhere", "open today"):
        assert part in page


def test_on_a_holiday_the_court_page_says_which_and_when_it_opens(pack: Pack) -> None:
    holiday = portal_at(NOON.replace(month=7, day=1), pack)
    page = words(holiday.test_client(), "/courts/TGI-NYGE")
    assert "closed today: Independence Day. It opens on Thursday 2 July 2026" in page


def test_a_court_that_is_not_there_is_not_found(client: FlaskClient) -> None:
    assert client.get("/courts/TGI-XXXX").status_code == 404


def test_the_fees_of_today_stand_in_a_table_with_their_source(client: FlaskClient) -> None:
    page = words(client, "/fees")
    assert "Primary Courts RWF 10,000" in page
    assert "Court of Appeal RWF 50,000" in page
    assert "17/2020" in page


def test_the_fees_of_an_earlier_day_are_those_of_its_schedule(client: FlaskClient) -> None:
    page = words(client, "/fees?on-day=1&on-month=3&on-year=2015")
    assert "1 March 2015" in page
    assert "Primary Courts RWF 25,000" in page
    assert "Commercial Courts Not known here" in page


def test_a_day_that_does_not_exist_is_a_message_and_the_page_stays(client: FlaskClient) -> None:
    page = words(client, "/fees?on-day=31&on-month=2&on-year=2026", 422)
    assert "Enter a real date" in page
    assert "Primary Courts RWF 10,000" in page


def test_plain_answers_lead_to_a_court_a_reason_and_the_cost(client: FlaskClient) -> None:
    page = words(client, "/check/court?kind=civil&land=none&traders=no&value=30,000,000&district=huye")
    for part in ("Your court", "Huye Intermediate Court", "above what a Primary Court may hear", "Civil claim"):
        assert part in page
    assert "Confirm with the registry" in page


def test_two_traders_are_told_to_file_a_commercial_claim(client: FlaskClient) -> None:
    page = words(client, "/check/court?kind=civil&land=none&traders=yes&district=huye")
    assert "Huye Commercial Court" in page
    assert "Commercial claim" in page


def test_unanswered_questions_are_named_and_what_was_answered_is_kept(client: FlaskClient) -> None:
    answer = client.get("/check/court?kind=civil&land=farm&traders=&value=abc&district=huye&lang=en")
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Say whether you both trade." in page
    assert 'value="abc"' in page
    assert re.search(r'value="farm" checked', page)
    assert re.search(r'<option value="huye" selected', page)


def test_the_first_question_left_empty_is_a_message(client: FlaskClient) -> None:
    assert "Choose what it is about." in words(client, "/check/court?kind=", 422)
    assert "Choose what you want to file." in words(client, "/check/cost?filing=", 422)


def test_the_time_check_names_the_last_day_and_the_days_left(client: FlaskClient) -> None:
    page = words(client, "/check/time?limit=opposition&started-day=22&started-month=4&started-year=2026")
    assert "Yes, but hurry" in page
    assert "Thursday 7 May 2026" in page
    assert "3 days are left." in page


def test_the_time_check_says_when_it_is_over_and_when_it_is_not_known(client: FlaskClient) -> None:
    late = words(client, "/check/time?limit=opposition&started-day=1&started-month=4&started-year=2026")
    assert "The time seems to be over" in late
    unknown = words(client, "/check/time?limit=labour_claim&started-day=1&started-month=4&started-year=2026")
    assert "Not known here" in unknown
    assert "labour inspector" in unknown


def test_a_day_that_has_not_come_is_refused(client: FlaskClient) -> None:
    page = words(client, "/check/time?limit=opposition&started-day=5&started-month=5&started-year=2026", 422)
    assert "This day has not come yet." in page


def test_the_cost_is_the_fee_and_lists_what_is_not_in_it(client: FlaskClient) -> None:
    page = words(client, "/check/cost?filing=civil_claim&court=TGI-NYGE&exemption=")
    assert "Known in all RWF 20,000" in page
    assert page.index("Not included") < page.index("Bailiff") < page.index("Advocate")


def test_an_exempt_person_sees_zero_and_what_to_show(client: FlaskClient) -> None:
    page = words(client, "/check/cost?filing=civil_claim&court=TGI-NYGE&exemption=indigent")
    assert "Known in all RWF 0" in page
    assert "certificate of indigence" in page


def test_a_court_that_does_not_take_the_filing_is_refused(client: FlaskClient) -> None:
    assert "Choose one of the answers." in words(client, "/check/cost?filing=civil_claim&court=TC-MUS", 422)


EXPECTED = (200, 400, 404, 422)
NONSENSE = ["%00", "a" * 5000, "%F0%9F%98%80", "'--", "<script>"]


@pytest.mark.parametrize("value", NONSENSE)
@pytest.mark.parametrize("address", [a for a in ADDRESSES if "=" in a])
def test_nonsense_in_an_address_is_never_an_accident(client: FlaskClient, address: str, value: str) -> None:
    for name in re.findall(r"[?&]([\w-]+)=", address):
        changed = re.sub(rf"([?&]{name}=)[^&]*", rf"\g<1>{value}", address)
        assert client.get(f"{changed}&{name}=twice").status_code in EXPECTED
        assert client.get(changed).status_code in EXPECTED
