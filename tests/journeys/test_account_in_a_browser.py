"""Making, opening and keeping an account on a phone, with and without scripts; every page looked at by axe."""

from collections.abc import Iterator

import pyotp
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from app.accounts import outgoing
from app.accounts.code_sender import OutgoingCode
from app.accounts.roles import Role
from app.core.actor import SYSTEM
from tests.builders.browser import PATIENCE, examine, serve
from tests.builders.people import PASSWORD, MadePerson, make_person, make_staff

pytestmark = pytest.mark.browser


class Letterbox:
    """Takes what the portal sends."""

    def __init__(self, app: Flask) -> None:
        self.app, self.last = app, ""

    def send(self, message: OutgoingCode) -> None:
        self.last = message.text

    def code(self) -> str:
        kept = self.app.extensions
        outgoing.drain(kept["database"], kept["clock"], kept["vault"], self)
        return self.last[:6]


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """Where the portal is."""
    with serve(app) as address:
        yield address


@pytest.fixture(params=[True, False], ids=["with scripts", "without scripts"])
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A phone of 360 x 640."""
    context = browser.new_context(
        viewport={"width": 360, "height": 640}, java_script_enabled=request.param, locale="en"
    )
    context.set_default_timeout(PATIENCE)
    yield context.new_page()
    context.close()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def fill(page: Page, **answers: str) -> None:
    for field, answer in answers.items():
        page.locator(f"#{field}").fill(answer)


def look(page: Page, name: str) -> None:
    """Nothing that axe finds, nothing that sticks out or is too small."""
    examine(page, f"account-{name}")
    page.set_viewport_size({"width": 360, "height": 640})


def signed_in_at(page: Page, address: str, who: MadePerson, path: str) -> None:
    page.goto(f"{address}{path}")
    fill(page, contact=who.phone or "", password=who.password)
    press(page, "Sign in")


def test_somebody_makes_an_account_leaves_and_comes_back(app: Flask, address: str, phone: Page) -> None:
    phone.goto(f"{address}/sign-in?next=/account&lang=en")
    phone.get_by_role("link", name="Create an account").click()
    fill(phone, name="Uwase Aline", contact="0788 123 456")
    press(phone, "Send me a code")
    fill(phone, code=Letterbox(app).code())
    press(phone, "Continue")
    fill(phone, password=PASSWORD, again=PASSWORD)
    press(phone, "Save the password")
    assert phone.url == f"{address}/account"
    press(phone, "Sign out")
    phone.goto(f"{address}/account")
    assert "/sign-in?next=%2Faccount" in phone.url
    fill(phone, contact="+250 788 123 456", password="not this one")
    press(phone, "Sign in")
    assert phone.locator("#contact").input_value() == "+250 788 123 456"
    fill(phone, password=PASSWORD)
    press(phone, "Sign in")
    assert phone.url == f"{address}/account"
    assert "Uwase Aline" in phone.content()


def test_a_member_of_staff_sets_up_an_app_and_signs_in(app: Flask, address: str, phone: Page) -> None:
    with app.extensions["database"].transaction(SYSTEM) as session:
        who = make_staff(session, Role.ADMINISTRATOR, totp_secret=None)
    signed_in_at(phone, address, who, "/people?lang=en")
    letters = phone.locator("strong.ik-wrap").inner_text()
    fill(phone, code=pyotp.TOTP(letters.replace(" ", "")).at(app.extensions["clock"].now()))
    press(phone, "Set up and sign in")
    assert "/people" in phone.url
    assert "People of the courts" in phone.content()


def test_every_page_before_signing_in_is_sound(app: Flask, address: str, browser: Browser) -> None:
    page = browser.new_context(viewport={"width": 360, "height": 640}, locale="en").new_page()
    letters = Letterbox(app)
    for path, button in (("sign-in", "Sign in"), ("register", "Send me a code"), ("reset", "Send me a code")):
        page.goto(f"{address}/{path}?lang=en")
        look(page, path)
        press(page, button)
        page.wait_for_selector("#error-summary")
        look(page, f"{path}-wrong")
    page.goto(f"{address}/register")
    fill(page, name="Uwase Aline", contact="aline@example.com")
    press(page, "Send me a code")
    fill(page, code="12")
    press(page, "Continue")
    page.wait_for_selector("#error-summary")
    look(page, "code-wrong")
    fill(page, code=letters.code())
    press(page, "Continue")
    fill(page, password="easy", again="easy")
    press(page, "Save the password")
    page.wait_for_selector("#error-summary")
    look(page, "password-wrong")
    page.context.close()


def test_every_page_of_an_account_is_sound(app: Flask, address: str, browser: Browser) -> None:
    with app.extensions["database"].transaction(SYSTEM) as session:
        who = make_person(session, email="a.rather.long.address.of.somebody@department.example.com")
    page = browser.new_context(viewport={"width": 360, "height": 640}, locale="en").new_page()
    signed_in_at(page, address, who, "/account/advocate?lang=en")
    fill(page, bar_number="RBA/1234")
    press(page, "Send the request")
    look(page, "account")
    for path, button in (
        ("profile", "Save"),
        ("password", "Change the password"),
        ("contact", "Send a code to it"),
        ("advocate", "Send the request"),
    ):
        page.goto(f"{address}/account/{path}")
        look(page, f"account-{path}")
        if path == "profile":
            fill(page, name="")
        press(page, button)
        page.wait_for_selector("#error-summary")
        look(page, f"account-{path}-wrong")
    page.context.close()


def test_every_page_of_an_administrator_is_sound(app: Flask, address: str, browser: Browser) -> None:
    with app.extensions["database"].transaction(SYSTEM) as session:
        who = make_staff(session, Role.ADMINISTRATOR, totp_secret=None)
        other = make_staff(session, Role.JUDGE)
    page = browser.new_context(viewport={"width": 360, "height": 640}, locale="en").new_page()
    signed_in_at(page, address, who, "/people?lang=en")
    look(page, "enrol")
    letters = page.locator("strong.ik-wrap").inner_text()
    fill(page, code=pyotp.TOTP(letters.replace(" ", "")).at(app.extensions["clock"].now()))
    press(page, "Set up and sign in")
    look(page, "people")
    press(page, "Find")
    page.wait_for_selector("#error-summary")
    look(page, "people-wrong")
    for person in (other, who):
        page.goto(f"{address}/people/{person.id}")
        look(page, f"person-{person is who}")
    page.context.close()
    page = browser.new_context(locale="en").new_page()
    signed_in_at(page, address, other, "/account?lang=en")
    page.wait_for_selector("#code")
    look(page, "second-factor")
    page.context.close()
