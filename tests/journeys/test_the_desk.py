"""The registrar's desk in a real browser: a clean filing decided by keys alone, and every page looked at."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.accounts.roles import Role
from app.core.actor import SYSTEM
from app.filing.queries import filing
from app.filing.status import FilingStatus
from tests.builders.browser import examine, scrolls_sideways
from tests.builders.fees import make_content, make_draft
from tests.builders.files import pdf
from tests.builders.filings import MadeFiling, make_filing
from tests.builders.people import MadePerson, make_person, make_staff, signed_in_client
from tests.builders.town import Town
from tests.builders.treasury import make_treasury
from tests.builders.waivers import make_asking
from tests.journeys.conftest import OpenPhone

pytestmark = pytest.mark.browser
COURT = "TGI-NYGE"


def hire(town: Town, role: Role = Role.REGISTRAR) -> MadePerson:
    with town.house.database.transaction(SYSTEM) as session:
        return make_staff(session, role, COURT)


def sit_down(page: Page, town: Town, who: MadePerson) -> Page:
    """Sign the registrar in, second factor and all, in this browser."""
    client = signed_in_client(town.app, who)
    cookie = client.get_cookie("sid")
    assert cookie is not None
    page.context.add_cookies([{"name": "sid", "value": cookie.value, "url": town.url}])
    return page


def receive(
    town: Town, status: FilingStatus = FilingStatus.SUBMITTED, *, hours: int = 3, **facts: object
) -> MadeFiling:
    at = town.house.clock.now() - timedelta(hours=hours)
    with town.house.database.transaction(SYSTEM) as session:
        return make_filing(
            session,
            status=status,
            at=at,
            intake=town.house.extensions["documents"],
            papers={"Loan agreement": pdf(2, words="Loan"), "Receipts": pdf(1, words="Receipt")},
            **facts,  # type: ignore[arg-type]
        )


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.textContent.trim()"))


def test_two_clean_filings_are_decided_by_keys_alone(
    town: Town, open_phone: OpenPhone, picture: Callable[[Page, str], None]
) -> None:
    first, second = receive(town, hours=9), receive(town, hours=8)
    page = sit_down(open_phone(width=1280, height=800), town, hire(town))
    page.goto("/desk")
    picture(page, "queue")
    page.keyboard.press("n")
    page.wait_for_url(f"**/desk/filings/{first.id}")
    expect(page.get_by_text("In your hands since")).to_be_visible()
    lead = page.get_by_alt_text("Page 1 of The claim")
    expect(lead).to_have_js_property("complete", True)
    assert lead.evaluate("image => image.naturalWidth") > 0
    picture(page, "filing")
    page.keyboard.press("a")
    page.wait_for_url("**/done")
    number = page.locator(".ik-panel__number").text_content()
    assert number is not None
    assert number.startswith("RC 0000")
    assert focused(page).startswith("Next filing")
    picture(page, "accepted")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/desk/filings/{second.id}")
    page.keyboard.press("a")
    page.wait_for_url("**/done")
    page.keyboard.press("n")
    page.wait_for_url("**/desk")
    expect(page.get_by_text("Nothing waits: every filing is decided")).to_be_visible()
    with town.house.database.reading(SYSTEM) as session:
        assert {filing(session, SYSTEM, made.id).status for made in (first, second)} == {FilingStatus.ACCEPTED}


def test_a_filing_is_returned_without_a_mouse_and_without_scripts(town: Town, open_phone: OpenPhone) -> None:
    who = hire(town)
    made = receive(town, FilingStatus.UNDER_REVIEW, registrar=who)
    page = sit_down(open_phone(scripts=False), town, who)
    page.goto(f"/desk/filings/{made.id}/return")
    words = page.get_by_label("Words for the filer")
    assert not any(area.is_visible() for area in words.all())
    box = page.get_by_label("What is asked isn't clear")
    box.focus()
    page.keyboard.press("Space")
    shown = [area for area in words.all() if area.is_visible()]
    assert len(shown) == 1
    shown[0].fill("Say how much you ask for.")
    shown[0].press("Tab")
    page.get_by_role("button", name="Return for correction").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/done")
    with town.house.database.reading(SYSTEM) as session:
        decision = filing(session, SYSTEM, made.id).last_decision
    assert decision is not None
    assert [(mark.target, mark.text) for mark in decision.marks] == [("relief", "Say how much you ask for.")]


@pytest.mark.parametrize("language", ["rw", "en", "fr"])
def test_every_page_of_the_desk_fits_and_can_be_used_by_everyone(
    town: Town, open_phone: OpenPhone, language: str
) -> None:
    who = hire(town, Role.CHIEF_REGISTRAR)
    held = receive(town, FilingStatus.UNDER_REVIEW, registrar=who)
    accepted = receive(town, FilingStatus.ACCEPTED, registrar=who)
    page = sit_down(open_phone(language=language), town, who)
    axe_at = (360,) if language == "en" else ()  # other words make it longer, not wrong
    for name, url in {
        "queue": "/desk",
        "filing": f"/desk/filings/{held.id}",
        "return": f"/desk/filings/{held.id}/return",
        "reject": f"/desk/filings/{held.id}/reject",
        "transfer": f"/desk/filings/{held.id}/transfer",
        "void": f"/desk/filings/{accepted.id}/void",
        "done": f"/desk/filings/{accepted.id}/done",
        "counter": "/desk/counter",
        "advocates": "/desk/advocates",
        "trouble": "/desk/trouble",
    }.items():
        page.goto(f"{url}?lang={language}")
        examine(page, f"desk-{name}-{language}", axe_at=axe_at)
        if name in ("return", "reject", "transfer", "void", "counter"):
            page.locator("main form[method=post][novalidate] button[type=submit]").last.click()
            expect(page.locator("#error-summary")).to_be_visible()
            examine(page, f"desk-{name}-{language}-wrong", axe_at=axe_at)


def test_every_page_of_the_courts_money_fits_and_can_be_used_by_everyone(town: Town, open_phone: OpenPhone) -> None:
    cashier, accountant = hire(town, Role.CASHIER), hire(town, Role.ACCOUNTANT)
    with town.house.database.transaction(SYSTEM) as session:
        owner = make_person(session)
        made = make_treasury(session, owner, (cashier, accountant), at=town.house.clock.now())
        make_asking(session, filer=owner, at=town.house.clock.now())
        order = make_content(town.house.clock.now().date() + timedelta(days=30), TGI=25_000, HC=35_000)
        drafted = make_draft(session, order, at=town.house.clock.now())
    room = "/desk/payments"
    days = f"{room}/reconciliation"
    chief = sit_down(open_phone(), town, hire(town, Role.CHIEF_REGISTRAR))
    for name, url in {
        "waivers": "/desk/waivers",
        "money": room,
        "refunds": f"{room}/refunds",
        "refund": f"{room}/refunds/{made.refund}",
        "unplaced": f"{room}/unplaced",
        "unplaced-payment": f"{room}/unplaced/{made.unplaced}?bill={made.open_bill.reference}",
        "days": days,
        "day": f"{days}/mtn_momo/{made.day}",
        "difference": f"{days}/breaks/{made.difference}",
        "fees": "/desk/fees",
        "fee schedule": f"/desk/fees/{drafted}",
    }.items():
        read_everywhere(chief, name, url)
    read_everywhere(sit_down(open_phone(), town, accountant), "fee draft", "/desk/fees/new")
    desk = sit_down(open_phone(), town, cashier)
    for name, url in {
        "take": f"{room}/new?bill={made.open_bill.reference}",
        "entry": f"{room}/{made.entry}",
        "close": f"{room}/close",
    }.items():
        read_everywhere(desk, name, url)


def read_everywhere(page: Page, name: str, url: str) -> None:
    """On the smallest screen in the other languages, and on every screen in English."""
    for language in ("rw", "fr", "en"):
        page.set_viewport_size({"width": 320, "height": 560})
        answer = page.goto(f"{url}{'&' if '?' in url else '?'}lang={language}")
        assert answer is not None
        assert answer.status == 200, url
        assert not scrolls_sideways(page), (name, language)
    examine(page, f"money-{name}")
