"""The main job from end to end, as people walk it: on a phone, with and without scripts, to a case with a number."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import text

from app.accounts.roles import Role
from app.core.actor import SYSTEM
from tests.builders.people import fresh_phone, make_staff
from tests.builders.registrar import Registrar
from tests.builders.road import (
    Filer,
    Look,
    follow,
    heading,
    look_again_until,
    paper_text,
    press,
    speak,
    status_of,
    take_handset,
)
from tests.builders.town import Town

pytestmark = pytest.mark.browser


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One way of walking it. `filed` and `correct` are words of the text messages, in the language asked for them."""

    scripts: bool
    district: str
    phone_speaks: str
    messages: str
    filed: str
    correct: str


WITH_SCRIPTS = Way(
    scripts=True,
    district="Gasabo",
    phone_speaks="rw",
    messages="Français",
    filed="est payée et déposée",
    correct="corrigez",
)
WITHOUT_SCRIPTS = Way(
    scripts=False,
    district="Nyarugenge",
    phone_speaks="fr",
    messages="Ikinyarwanda",
    filed="cyishyuwe kandi cyatanzwe",
    correct="kosora",
)


@pytest.mark.parametrize("way", [WITH_SCRIPTS, WITHOUT_SCRIPTS], ids=["with scripts", "without scripts"])
def test_a_claim_goes_from_a_phone_to_a_case_with_a_number(
    town: Town, open_phone: Callable[..., Page], picture: Look, way: Way
) -> None:
    page = open_phone(scripts=way.scripts, language=way.phone_speaks)
    me = Filer(page=page, handset=take_handset(town, page, fresh_phone()), look=picture, name="Uwase Aline")
    me.register(way.messages)
    address = me.begin()
    court = me.choose_court(way.district)
    me.name_parties("Demo Traders Ltd")
    forget_something_and_lose_nothing(me, focus=way.scripts)
    me.ask("That Demo Traders Ltd pays me RWF 500,000.")
    me.upload()
    me.see_fee_and_declare()
    check_and_change(me)
    number = send(me, address)
    pay(me)
    look_again_until(page, page.get_by_role("heading", name="Your claim is filed"))
    me.look(page, "26-filed")
    assert number in me.handset.message(way.filed)
    me.add_email()
    registrar = at_the_desk(town, court, open_phone(width=1280, height=800), picture)
    registrar.give_back(number, "What you ask for", "What is asked isn't clear")
    assert number in me.handset.message(way.correct)
    correct(me, town, address)
    case_number = registrar.accept(number)
    assert re.fullmatch(r"RC \d{5}/20\d\d/TB/[A-Z]+", case_number)
    find_the_case(me, number, case_number)


def forget_something_and_lose_nothing(me: Filer, *, focus: bool) -> None:
    """A field left empty: the summary says which, takes the focus, leads to it; the other answers are kept."""
    page = me.page
    follow(page, "What the dispute is about")
    follow(page, "Add a point")
    assert status_of(page, lambda: me.tell("", "That the money is paid back.")) == 422
    me.look(page, "11-something-is-missing")
    assert page.title().startswith("Error:")
    expect(page.get_by_label("What do you want the court")).to_have_value("That the money is paid back.")
    if focus:
        assert page.evaluate("document.activeElement.id") == "error-summary"
    page.locator("#error-summary").get_by_role("link", name="Say what happened.").click()
    assert page.evaluate("document.activeElement.id") == "facts"
    page.get_by_label("What happened?").fill("I lent RWF 500,000")
    speak(page, "Français")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    assert "/issues/add" in page.url
    expect(page.locator("#facts")).to_have_value("I lent RWF 500,000")
    speak(page, "English")
    expect(page.locator("#facts")).to_have_value("I lent RWF 500,000")
    me.tell("I lent RWF 500,000 in January.", "That the money is paid back.")
    expect(page.get_by_role("heading", name="1. The loan")).to_be_visible()
    me.look(page, "12-points")
    press(page, "These are all the points")


def check_and_change(me: Filer) -> None:
    """Every answer on one page; a change comes back to it; the claim is seen as the court will read it."""
    page = me.page
    heading(page, "Check your answers")
    me.look(page, "20-check")
    follow(page, "Change What happened")
    page.get_by_label("What happened?").fill("I lent RWF 500,000 on 5 January 2026.")
    press(page, "Save and continue")
    heading(page, "Check your answers")
    expect(page.get_by_text("I lent RWF 500,000 on 5 January 2026.")).to_be_visible()
    words = paper_text(page, page.get_by_role("link", name="See the claim as the court"))
    assert "I lent RWF 500,000 on 5 January 2026." in words
    assert "Demo Traders Ltd" in words


def send(me: Filer, address: str) -> str:
    """Send; returns the filing number, which the receipt has too."""
    page = me.page
    press(page, "Send your claim")
    heading(page, re.compile("sent, not yet filed"))
    assert page.url == address
    me.look(page, "21-sent")
    number = page.locator(".ik-panel__number").inner_text()
    receipt = paper_text(page, page.get_by_role("link", name="Download the receipt"))
    assert number in receipt
    assert me.name in receipt
    return number


def pay(me: Filer) -> None:
    """The number is there already; the page that waits says by itself that it is paid."""
    page = me.page
    page.get_by_role("link", name=re.compile("^Pay RWF")).click()
    heading(page, "Pay the court fee")
    typed = page.get_by_label("Mobile money number").input_value()
    assert typed.replace(" ", "") == me.handset.number.replace("+250", "0")
    me.look(page, "22-bill")
    page.get_by_role("button", name=re.compile("^Pay RWF")).click()
    expect(page.get_by_role("heading", name="Look at your phone")).to_be_visible()
    me.look(page, "23-look-at-your-phone")
    me.handset.prompt()
    me.look(me.handset.page, "24-handset")
    me.handset.answer("Approve")
    expect(page.get_by_role("heading", level=1, name="Paid")).to_be_visible()
    me.look(page, "25-paid")
    follow(page, "Go on to your filing")


def at_the_desk(town: Town, court: str, page: Page, look: Look) -> Registrar:
    """A registrar of the court, signed in."""
    with town.house.database.transaction(SYSTEM) as session:
        person = make_staff(session, Role.REGISTRAR, court)
    registrar = Registrar(page=page, person=person, look=look)
    registrar.sign_in()
    return registrar


def correct(me: Filer, town: Town, address: str) -> None:
    """The mark is seen where it applies; corrected and sent again, the filing keeps its first time."""
    page, mark = me.page, "Say exactly what you ask the court to decide"
    first = received_and_sent(town, address)
    follow(page, "My cases")
    me.look(page, "34-my-cases-to-correct")
    page.locator(f"a[href$='{address.rsplit('/', 1)[-1]}']").click()
    me.look(page, "35-returned-to-me")
    follow(page, "Correct it now")
    me.look(page, "36-what-to-correct")
    follow(page, "What you ask for")
    expect(page.locator(".ik-notice").filter(has_text=mark)).to_be_visible()
    me.look(page, "37-the-mark-in-its-place")
    page.get_by_label("What do you ask the court for?").fill("That Demo Traders Ltd pays me RWF 500,000 by 1 March.")
    press(page, "Save and continue")
    follow(page, "Check your answers and send")
    press(page, "Send your claim")
    heading(page, "Your claim is filed")
    again = received_and_sent(town, address)
    assert again[0] == first[0]
    assert again[1] > first[1]


def received_and_sent(town: Town, address: str) -> tuple[datetime, datetime]:
    """When the filing counts as received, and when it was last sent."""
    statement = text("select received_at, sent_at from filing where id = :id")
    with town.house.database.reading(SYSTEM) as session:
        row = session.execute(statement, {"id": address.rsplit("/", 1)[-1]}).one()
    return row.received_at, row.sent_at


def find_the_case(me: Filer, number: str, case_number: str) -> None:
    """The number by SMS, by e-mail and in the portal; the case in one's list; and the case itself."""
    page = me.page
    assert number in me.handset.message(re.escape(case_number))
    assert number in me.email(case_number)
    page.get_by_role("link", name=re.compile(r"^Messages \d+ new")).click()
    me.look(page, "40-messages")
    follow(page, f"{number} is accepted: case {case_number}")
    me.look(page, "41-a-message")
    follow(page, "My cases")
    expect(page.get_by_text(case_number)).to_be_visible()
    me.look(page, "42-my-cases")
    follow(page, "Uwase Aline v. Demo Traders Ltd")
    heading(page, "Uwase Aline v. Demo Traders Ltd")
    expect(page.get_by_text(case_number).first).to_be_visible()
    expect(page.get_by_role("heading", name="What comes next")).to_be_visible()
    me.look(page, "43-the-case")
