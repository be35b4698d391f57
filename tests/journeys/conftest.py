"""Real browsers and a whole town for them to walk through."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.builders.browser import PATIENCE, keep_picture, open_browser
from tests.builders.examined import examined_once
from tests.builders.postgres import Template
from tests.builders.town import Town, open_town

HERE = Path(__file__).parent
OpenPhone = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Trace no journey for coverage: what it goes through is covered by others, and tracing costs as much again."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.no_cover)


@pytest.fixture(scope="session", autouse=True)
def examined() -> Iterator[None]:
    """The same few files are sent again and again."""
    with examined_once():
        yield


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all tests of this process."""
    with open_browser() as browser:
        yield browser


@pytest.fixture(scope="module")
def town(
    request: pytest.FixtureRequest, postgres: Template, worker_name: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Town]:
    """The portal, its worker and the sandbox, on a database of this module's own."""
    name = f"town_{worker_name}_{request.path.stem}"
    with open_town(postgres.copy(name).app, tmp_path_factory.mktemp("town")) as town:
        yield town
    postgres.drop(name)


@pytest.fixture
def open_phone(browser: Browser, town: Town) -> Iterator[OpenPhone]:
    """Opens a phone of 360 x 640 on the portal, each with its own cookies; `scripts=False` has no JavaScript.

    `width` and `height` make it another screen; `language` is what the browser asks for.
    """
    opened: list[BrowserContext] = []

    def open_one(*, scripts: bool = True, width: int = 360, height: int = 640, language: str = "en") -> Page:
        context = browser.new_context(
            base_url=town.url,
            viewport={"width": width, "height": height},
            java_script_enabled=scripts,
            locale=language,
            has_touch=width < 800,
        )
        context.set_default_timeout(PATIENCE)
        opened.append(context)
        return context.new_page()

    yield open_one
    for context in opened:
        context.close()


@pytest.fixture
def picture(request: pytest.FixtureRequest) -> Callable[[Page, str], None]:
    """Keeps a picture of the whole page when pictures are wanted, named for the test."""
    return lambda page, name: keep_picture(page, f"{request.node.name}-{name}")
