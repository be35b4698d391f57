"""In a real browser: to the provider's page, back again, and paid only when the provider says so."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.payments import queries, service
from app.payments.ids import ObligationId
from app.payments.service import OpenObligation
from app.payments.status import ObligationStatus
from app.web.access import session_cookie
from tests.builders.browser import PATIENCE, scrolls_sideways, small_targets
from tests.builders.payments import FEE, make_line
from tests.builders.people import MadePerson, make_person, signed_in_client
from tests.builders.postgres import Urls
from tests.builders.town import Town, open_town

SIZES = ((360, 640), (1280, 800))


@pytest.fixture
def town(fresh_urls: Urls, tmp_path: Path) -> Iterator[Town]:
    with open_town(fresh_urls.app, tmp_path, page_rails=True) as running:
        yield running


@pytest.fixture
def payer(town: Town) -> MadePerson:
    with town.house.database.transaction(SYSTEM) as session:
        return make_person(session, phone="+250788123456")


@pytest.fixture
def owed(town: Town, payer: MadePerson) -> ObligationId:
    now = town.house.clock.now()
    command = OpenObligation(
        subject=new_id(),
        court_code="TGI-NYGE",
        owner=payer.id,
        lines=(make_line(FEE),),
        valid_until=now + timedelta(days=7),
    )
    with town.house.database.transaction(SYSTEM) as session:
        return service.open_obligation(session, SYSTEM, command, at=now)


@pytest.fixture(params=SIZES, ids=["phone", "desktop"])
def page(request: pytest.FixtureRequest, browser: Browser, town: Town, payer: MadePerson) -> Iterator[Page]:
    width, height = request.param
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en", java_script_enabled=True)
    name = session_cookie(town.app)
    cookie: Any = signed_in_client(town.app, payer).get_cookie(name)
    context.add_cookies([{"name": name, "value": cookie.value, "url": town.url}])
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    yield opened
    context.close()


def choose(page: Page, town: Town, owed: ObligationId, way: str) -> None:
    page.goto(f"{town.url}/pay/{owed}")
    assert not scrolls_sideways(page)
    page.get_by_label(way, exact=True).check()
    page.get_by_role("button", name="Pay RWF 20,000").click()


def is_paid(town: Town, owed: ObligationId) -> bool:
    with town.house.database.reading(SYSTEM) as session:
        return queries.obligation(session, owed).status is ObligationStatus.PAID


def test_by_card_with_a_refusal_first_and_a_look_back(page: Page, town: Town, owed: ObligationId) -> None:
    choose(page, town, owed, "Card")
    expect(page.get_by_role("heading", name="Stripe Checkout")).to_be_visible()
    assert not scrolls_sideways(page)
    page.get_by_role("button", name="Card refused").click()
    expect(page.get_by_role("alert")).to_contain_text("refused")
    page.get_by_role("link", name="Leave without paying").click()
    expect(page.get_by_text("Have you paid there?")).to_be_visible()
    assert not scrolls_sideways(page)
    assert small_targets(page) == []
    page.get_by_role("link", name="Go on to pay").click()
    page.get_by_role("button", name="Pay RWF 20,000").click()
    expect(page.get_by_text("Receipt number").first).to_be_visible()
    expect(page).to_have_url(f"{town.url}/pay/{owed}/status")
    assert is_paid(town, owed)


def test_by_irembopay_with_a_phone_that_is_typed_there(page: Page, town: Town, owed: ObligationId) -> None:
    choose(page, town, owed, "IremboPay")
    expect(page.get_by_role("heading", name="IremboPay invoice")).to_be_visible()
    assert not scrolls_sideways(page)
    page.get_by_label("Phone number").fill("0733 000 000")
    page.get_by_label("Network").select_option("AIRTEL")
    page.get_by_role("button", name="Ask this phone").click()
    page.get_by_role("button", name="Approve on the phone").click()
    expect(page.get_by_text("go back to the court's portal")).to_be_visible()
    page.goto(f"{town.url}/pay/{owed}/status")
    expect(page.get_by_text("Receipt number").first).to_be_visible()
    assert is_paid(town, owed)
