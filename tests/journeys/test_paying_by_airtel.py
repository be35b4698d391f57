"""Somebody with an Airtel phone pays the court fee: the prompt, the callback at Airtel's one address, the receipt."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from app.core.actor import SYSTEM
from app.filing.status import FilingStatus
from app.web.access import session_cookie
from tests.builders.filings import make_filing
from tests.builders.people import fresh_phone, make_person, signed_in_client
from tests.builders.road import Look, take_handset
from tests.builders.town import Town

pytestmark = pytest.mark.browser
OpenPhone = Callable[..., Page]


@pytest.fixture
def bill(town: Town, open_phone: OpenPhone) -> tuple[Page, str]:
    """A page of somebody who is signed in, and the address of the bill that they owe. Their own number is Airtel's."""
    with town.house.database.transaction(SYSTEM) as session:
        who = make_person(session, name="Uwase Aline", phone=fresh_phone().replace("+25078", "+25072"))
        filing = make_filing(session, status=FilingStatus.AWAITING_PAYMENT, filer=who, at=town.house.clock.now())
    page = open_phone()
    name = session_cookie(town.app)
    cookie = signed_in_client(town.app, who).get_cookie(name)
    assert cookie
    page.context.add_cookies([{"name": name, "value": cookie.value, "url": town.url}])
    return page, f"/pay/{filing.obligation_id}"


def test_a_number_of_airtel_suggests_airtel_and_the_callback_brings_the_receipt(
    bill: tuple[Page, str], town: Town, picture: Look
) -> None:
    page, address = bill
    page.goto(address)
    expect(page.get_by_label("Airtel Money")).to_be_checked()
    picture(page, "bill")
    page.get_by_label("Mobile money number").fill("0722000000")
    page.get_by_role("button", name="Pay RWF").click()
    expect(page.get_by_role("heading", name="Look at your phone")).to_be_visible()
    picture(page, "look-at-your-phone")
    handset = take_handset(town, page, "+250722000000")
    expect(handset.page.get_by_text("Airtel Money asks you to pay")).to_be_visible()
    handset.answer("Approve")
    expect(page.get_by_role("heading", level=1, name="Paid")).to_be_visible()
    picture(page, "paid")
    with town.house.database.reading(SYSTEM) as session:
        heard = session.execute(text("select provider, hint, outcome from callback_inbox")).all()
        known = session.execute(text("select provider_reference from payment_attempt")).scalars().all()
    assert [tuple(row) for row in heard] == [("airtel_money", "succeeded", "confirmed")]
    assert [line["financial_transaction_id"] for line in town.sandbox.world.airtel.book_lines()] == known
