"""Every page that a litigant comes to, as it is and after a mistake: nothing axe finds, sticks out or is too small."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from app import create_app, wiring
from app.core.clock import ManualClock
from app.web.access import session_cookie
from tests.builders.browser import examine, scrolls_sideways, serve
from tests.builders.pages import keep_pages
from tests.builders.people import signed_in_client
from tests.builders.postgres import Template
from tests.builders.settings import make_settings
from tests.builders.sights import OWN, PUBLIC, WRONG, Sights, make_sights, make_somebody
from tests.conftest import NOON

pytestmark = pytest.mark.browser
_FORM = "main form:has(input:not([type=hidden]), textarea, select)"
# Empties what a person fills in and sends the form, as somebody in a hurry does.
_SPOIL = """(form) => {
  for (const one of form.elements) {
    if (one.type === "radio" || one.type === "checkbox") one.checked = false;
    else if (one.name && one.type !== "hidden" && one.type !== "file") one.value = "";
  }
  const button = form.querySelector("[type=submit]");
  form.requestSubmit(button);
}"""


@dataclass(slots=True)
class Visit:
    """Somebody's browser on the portal."""

    page: Page
    sights: Sights | None = None

    def go(self, page: str, language: str = "en") -> None:
        """Open a page in a language."""
        url = self.sights.url(page) if self.sights else page
        self.page.goto(f"{url}{'&' if '?' in url else '?'}lang={language}")


@pytest.fixture(scope="module")
def portal(
    browser: Browser, postgres: Template, worker_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Visit, Visit]]:
    """A visitor and a litigant in their browsers, on a portal where the litigant has everything."""
    name, folder = f"sights_{worker_name}", tmp_path_factory.mktemp("sights")
    house = wiring.build(make_settings(environ(postgres.copy(name).app, folder)), ManualClock(NOON))
    app = keep_pages(create_app(house.settings, house=house))
    sights = make_sights(app, house, make_somebody(house))
    cookie = signed_in_client(app, sights.who).get_cookie(session_cookie(app))
    assert cookie
    with serve(app) as address:
        stranger, owner = (browser.new_context(base_url=address, locale="en") for _ in range(2))
        owner.add_cookies([{"name": session_cookie(app), "value": cookie.value, "url": address}])
        yield Visit(stranger.new_page()), Visit(owner.new_page(), sights)
        stranger.close()
        owner.close()
    house.database.dispose()
    postgres.drop(name)


def environ(database_url: str, folder: Path) -> dict[str, str]:
    """A demo with several ways to pay, so that its banner and the choice are looked at too."""
    return {
        "AIRTEL_BASE_URL": "http://127.0.0.1:9",
        "AIRTEL_CLIENT_ID": "client-for-tests",
        "AIRTEL_CLIENT_SECRET": "a-word-of-our-own",
        "AIRTEL_CALLBACK_KEY": "another-word-of-our-own",
        "IREMBOPAY_BASE_URL": "http://127.0.0.1:9",
        "IREMBOPAY_SECRET_KEY": "a-word-of-our-own",
        "IREMBOPAY_ACCOUNT": "TEST-RWF",
        "IREMBOPAY_PRODUCT_CODE": "PC-TEST",
        "DATABASE_URL": database_url,
        "IKIREGO_ENV": "demo",
        "SANDBOX_URL": "http://127.0.0.1:9",
        "STORAGE_URL": folder.absolute().as_uri(),
        "SCRATCH_DIR": str(folder / "scratch"),
    }


@pytest.mark.parametrize("what", PUBLIC)
def test_a_page_for_everybody_can_be_used_by_everybody(portal: tuple[Visit, Visit], what: str) -> None:
    look_at(portal[0], what)


@pytest.mark.parametrize("what", OWN)
def test_a_page_of_ones_own_can_be_used_by_everybody(portal: tuple[Visit, Visit], what: str) -> None:
    look_at(portal[1], what)


def look_at(visit: Visit, what: str) -> None:
    """As it is, in the other languages on small screens, and after a mistake."""
    for language in ("rw", "fr"):
        visit.page.set_viewport_size({"width": 320, "height": 560})
        visit.go(what, language)
        assert not scrolls_sideways(visit.page), language
    visit.go(what)
    examine(visit.page, what)
    if what in WRONG:
        visit.page.eval_on_selector(_FORM, _SPOIL)
        visit.page.wait_for_selector("#error-summary")
        assert visit.page.title().startswith("Error:")
        examine(visit.page, what)
