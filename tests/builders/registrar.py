"""A registrar at their desk, in a browser: what they press and read."""

import re
from collections.abc import Callable
from dataclasses import dataclass

import pyotp
from playwright.sync_api import Page, expect

from tests.builders.people import TOTP_SECRET, MadePerson
from tests.builders.road import follow, heading, press

Look = Callable[[Page, str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registrar:
    """Somebody of the court's staff. `look` keeps a picture of where they are."""

    page: Page
    person: MadePerson
    look: Look

    def sign_in(self) -> None:
        """Password, then the code of the authenticator app; ends at the queue."""
        page = self.page
        page.goto("/sign-in")
        page.get_by_label("Mobile number or e-mail").fill(str(self.person.phone))
        page.get_by_label("Password").fill(self.person.password)
        press(page, "Sign in")
        heading(page, "Enter the code of your app")
        page.get_by_label("Code", exact=True).fill(pyotp.TOTP(TOTP_SECRET).now())
        press(page, "Sign in")
        follow(page, "Desk")
        heading(page, "Filings that wait")
        self.look(page, "30-the-queue")

    def take_next(self, number: str) -> None:
        """One key, and the filing that waits longest is on the desk."""
        self.page.keyboard.press("n")
        heading(self.page, re.compile(re.escape(number)))
        expect(self.page.get_by_text("In your hands since")).to_be_visible()

    def give_back(self, number: str, section: str, reason: str) -> None:
        """Return it for correction with a mark on one section."""
        page = self.page
        self.take_next(number)
        page.locator("img.ik-page-image").first.wait_for()
        page.wait_for_function("() => document.querySelector('img.ik-page-image').naturalWidth > 0")
        self.look(page, "31-a-filing-on-the-desk")
        page.keyboard.press("r")
        page.wait_for_url("**/return")
        page.get_by_role("group", name=section, exact=True).get_by_label(reason).check()
        self.look(page, "32-what-must-be-corrected")
        press(page, "Return for correction")
        heading(page, "Returned for correction")
        self.look(page, "33-returned")

    def accept(self, number: str) -> str:
        """Accept with the keyboard alone; returns the case number."""
        page = self.page
        self.take_next(number)
        self.look(page, "38-sent-again")
        page.keyboard.press("a")
        heading(page, "The case is registered")
        self.look(page, "39-registered")
        return page.locator(".ik-panel__number").inner_text()
