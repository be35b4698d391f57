"""What goes wrong on the road: two windows, two taps, a reload, a wrong PIN. Nothing is lost, doubled or unsaid."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from app.core.actor import SYSTEM
from app.filing.status import FilingStatus
from app.web.access import session_cookie
from tests.builders.filings import MadeFiling, make_filing
from tests.builders.people import MadePerson, fresh_phone, make_person, signed_in_client
from tests.builders.road import Handset, Look, follow, heading, press, status_of, take_handset
from tests.builders.town import Town

pytestmark = pytest.mark.browser
OpenPhone = Callable[..., Page]


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """Somebody who is signed in on their phone, with a filing of theirs at `path`."""

    who: MadePerson
    filing: MadeFiling
    page: Page

    @property
    def path(self) -> str:
        return f"/filings/{self.filing.id}"


Begin = Callable[..., Begun]


@pytest.fixture
def begin(town: Town, open_phone: OpenPhone) -> Begin:
    """Begins with a filing in some state, every answer given."""

    def ready(status: FilingStatus = FilingStatus.DRAFT, *, scripts: bool = True) -> Begun:
        with town.house.database.transaction(SYSTEM) as session:
            who = make_person(session, name="Uwase Aline", phone=fresh_phone())
            filing = make_filing(session, status=status, filer=who, at=town.house.clock.now())
        page = open_phone(scripts=scripts)
        name = session_cookie(town.app)
        cookie = signed_in_client(town.app, who).get_cookie(name)
        assert cookie
        page.context.add_cookies([{"name": name, "value": cookie.value, "url": town.url}])
        return Begun(who=who, filing=filing, page=page)

    return ready


def test_two_windows_on_one_section_lose_nothing(begin: Begin, picture: Look) -> None:
    begun = begin()
    one, two = begun.page, begun.page.context.new_page()
    for page in (one, two):
        page.goto(f"{begun.path}/relief")
    one.get_by_label("What do you ask the court for?").fill("The money.")
    press(one, "Save and continue")
    one.wait_for_url("**/tasks")
    wish = two.get_by_label("What do you ask the court for?")
    wish.fill("The money and interest.")
    assert status_of(two, lambda: press(two, "Save and continue")) == 409
    picture(two, "both-versions")
    expect(two.get_by_text("The money.", exact=True)).to_be_visible()
    expect(wish).to_have_value("The money and interest.")
    press(two, "Save and continue")
    two.wait_for_url("**/tasks")
    two.goto(f"{begun.path}/relief")
    expect(wish).to_have_value("The money and interest.")


def test_two_windows_on_two_sections_are_both_saved(begin: Begin) -> None:
    begun = begin()
    one, two = begun.page, begun.page.context.new_page()
    one.goto(f"{begun.path}/relief")
    two.goto(f"{begun.path}/declaration")
    one.get_by_label("What do you ask the court for?").fill("The money and costs.")
    two.get_by_label("Your full name").fill("Uwase Aline Marie")
    press(one, "Save and continue")
    one.wait_for_url("**/tasks")
    press(two, "Save and continue")
    two.wait_for_url("**/check")
    expect(two.get_by_text("The money and costs.")).to_be_visible()
    expect(two.get_by_text("Uwase Aline Marie")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_pressing_send_again_and_again_files_once(town: Town, begin: Begin, *, scripts: bool) -> None:
    begun = begin(scripts=scripts)
    one, two = begun.page, begun.page.context.new_page()
    for page in (one, two):
        page.goto(f"{begun.path}/check")
    one.get_by_role("button", name="Send your claim").dblclick(no_wait_after=True)
    heading(one, "Your claim is sent, not yet filed")
    press(two, "Send your claim")
    heading(two, "Your claim is sent, not yet filed")
    one.reload()
    heading(one, "Your claim is sent, not yet filed")
    assert times_sent(town, begun) == 1


def times_sent(town: Town, begun: Begun) -> int:
    """How often the filing was sent, by the record of what happened."""
    statement = text("select count(*) from event where subject = :id and name = 'FilingSent'")
    with town.house.database.reading(SYSTEM) as session:
        return int(session.execute(statement, {"id": begun.filing.id}).scalar_one())


def test_a_reload_asks_once_and_each_refusal_is_explained_and_can_be_tried_again(
    town: Town, begin: Begin, picture: Look
) -> None:
    begun = begin(FilingStatus.AWAITING_PAYMENT)
    page, bill = begun.page, f"/pay/{begun.filing.obligation_id}"
    handset = take_handset(town, page, str(begun.who.phone))
    page.goto(bill)
    pay(page)
    page.reload()
    page.goto(bill)
    expect(page.get_by_role("heading", name="Look at your phone")).to_be_visible()
    refuse(page, handset, "Wrong PIN", picture)
    follow(page, "Try again")
    pay(page)
    refuse(page, handset, "Decline", picture)
    follow(page, "Try again")
    pay(page)
    handset.answer("Approve")
    expect(page.get_by_role("heading", level=1, name="Paid")).to_be_visible()
    page.goto(bill)
    expect(page.get_by_role("button", name="Pay RWF")).to_have_count(0)


def pay(page: Page) -> None:
    """Press the button that says how much."""
    page.get_by_role("button", name="Pay RWF").click()
    expect(page.get_by_role("heading", name="Look at your phone")).to_be_visible()


def refuse(page: Page, handset: Handset, button: str, look: Look) -> None:
    """One prompt only, answered so; the page comes to say what happened and what to do."""
    handset.page.get_by_label("PIN").first.wait_for()
    expect(handset.page.get_by_label("PIN")).to_have_count(1)
    handset.answer(button)
    heading(page, "This payment did not work")
    look(page, button)
