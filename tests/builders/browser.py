"""A real browser, and a portal on a port of its own for it to look at."""

import os
import re
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

_QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# How long, in milliseconds, a page may take to show what it should: a busy machine must not look like a fault.
PATIENCE = 60_000
SIZES = ((320, 560), (360, 640), (768, 1024), (1280, 800))
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_AXE = """async (tags) => (await axe.run({runOnly: tags, resultTypes: ["violations"]}))
  .violations.map((one) => one.id + ": " + one.nodes.map((node) => node.html).join(" | "))"""
# Both for whole pages: what sticks out at the side, and what is too small for a finger (WCAG 2.2, 2.5.8).
_SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
_SMALL = """() => [...document.querySelectorAll("a, button, input, select, textarea, summary")]
  .filter((one) => one.type !== "hidden" && one.checkVisibility() && !one.matches(".govuk-skip-link"))
  .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 24 || box.height < 24)).map(([html]) => html)"""


def chromium_path() -> str:
    """Where Chromium is: $CHROMIUM, else the first on the path; raises FileNotFoundError that says what to install."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    if not found:
        raise FileNotFoundError(
            "the browser tests need Chromium: apt-get install chromium, or set CHROMIUM to its path"
        )
    return found


@contextmanager
def open_browser() -> Iterator[Browser]:
    """Chromium without a window, closed at the end. What is expected of a page is waited for with patience."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=_QUIET)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def serve(app: Flask) -> Iterator[str]:
    """`app` on a free port of this machine; gives its address without a slash at the end."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def keep_picture(page: Page, name: str) -> None:
    """With a folder in KEEP_PICTURES, a picture of the whole page goes there, to be looked at by people."""
    folder = os.environ.get("KEEP_PICTURES")
    if folder:
        name = re.sub(r"[^\w-]+", "-", name)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def violations(page: Page) -> list[str]:
    """The rules of WCAG 2.2 A and AA and of good practice that axe finds broken, with the elements that break them."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    found: list[str] = page.evaluate(_AXE, _RULES)
    return found


def examine(page: Page, what: str, *, axe_at: tuple[int, ...] = (360,)) -> None:
    """Nothing sticks out, is too small or shuts somebody out, on phones, a tablet and a desk.

    axe looks once: at every size it has seen each of our components on the page of all of them.
    """
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert not scrolls_sideways(page), (what, width)
        assert small_targets(page) == [], (what, width)
        if width in (360, 1280):
            keep_picture(page, f"{what}-{width}")
        if width in axe_at:
            assert violations(page) == [], (what, width)


def scrolls_sideways(page: Page) -> bool:
    """Whether something is wider than the screen."""
    return bool(page.evaluate(_SIDEWAYS))


def small_targets(page: Page) -> list[str]:
    """What can be tapped and is less than 24 px wide or high."""
    found: list[str] = page.evaluate(_SMALL)
    return found
