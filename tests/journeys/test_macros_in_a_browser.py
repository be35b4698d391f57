"""Every macro, right and wrong, on a phone, a tablet and a desk: nothing that axe finds, sticks out or is too small."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.builders.browser import examine, scrolls_sideways, serve, small_targets, violations
from tests.builders.specimen import make_specimen_app

pytestmark = pytest.mark.browser
PAGES = ("fields", "fields with errors", "fields with an answer open", "pieces", "heading", "desk")


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the specimen pages are."""
    with serve(make_specimen_app()) as address:
        yield address


def show(page: Page, address: str, what: str) -> None:
    """Bring the page to the state that is to be looked at."""
    page.goto(f"{address}/{what.split()[0]}?lang=fr")
    if what.endswith("errors"):
        page.get_by_role("button", name="Save", exact=True).click()
        page.wait_for_selector("#error-summary")
    if what.endswith("open"):
        page.get_by_label("By e-mail").check()
        page.wait_for_selector("#code", state="visible")


@pytest.mark.parametrize("what", PAGES)
def test_no_page_breaks_a_rule_sticks_out_or_has_small_targets(browser: Browser, address: str, what: str) -> None:
    page = browser.new_page()
    show(page, address, what)
    examine(page, what, axe_at=(360, 768, 1280))
    page.close()


def test_the_checks_find_what_they_are_for(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 640})
    page.set_content(
        '<a href="/" style="display:inline-block;height:9px;width:9px"></a><div style="width:400px">x</div>'
    )
    assert scrolls_sideways(page)
    assert len(small_targets(page)) == 1
    assert violations(page) != []
    page.close()


def test_an_error_takes_the_focus_and_its_links_lead_to_the_inputs(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 640})
    show(page, address, "fields with errors")
    assert page.evaluate("document.activeElement.id") == "error-summary"
    page.get_by_role("link", name="Choose one way.").click()
    assert page.evaluate("document.activeElement.id") == "way"
    page.close()


def test_twice_the_text_size_still_fits(browser: Browser, address: str) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 640})
    for path in ("fields", "pieces", "desk"):
        page.goto(f"{address}/{path}")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert not scrolls_sideways(page)
    page.close()


def test_nothing_on_a_page_is_refused_by_its_own_policy(browser: Browser, address: str) -> None:
    page = browser.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for path in ("fields", "pieces", "heading", "desk"):
        page.goto(f"{address}/{path}", wait_until="networkidle")
    assert complaints == []
    page.close()
