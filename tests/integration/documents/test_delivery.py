"""Files go out as they came in, and no browser runs them."""

import io
from typing import cast

import pytest
from werkzeug.test import TestResponse

from app.documents.delivery import disposition
from app.documents.intake import Intake
from tests.builders import files
from tests.integration.documents.conftest import Browser

CONTENT = files.pdf(4)


@pytest.fixture
def paper(browser: Browser) -> dict[str, str]:
    """A document handed in by the plain form."""
    sent = {"papers": (io.BytesIO(CONTENT), "ikirego cy'ûrukiko \u202e€.pdf")}
    answer = browser("aline").post("/papers", data=sent, content_type="multipart/form-data")
    return cast("dict[str, str]", answer.get_json())


def get(browser: Browser, url: str, **headers: str) -> TestResponse:
    return browser("aline").get(url, headers=headers)


def test_the_download_is_the_same_bytes_under_guard(browser: Browser, paper: dict[str, str]) -> None:
    answer = get(browser, f"/papers/{paper['id']}")
    assert answer.data == CONTENT
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert int(answer.headers["Content-Length"]) == len(CONTENT)


@pytest.mark.parametrize(
    ("wanted", "start", "end"), [("bytes=0-9", 0, 10), ("bytes=100-", 100, None), ("bytes=-7", -7, None)]
)
def test_a_part_can_be_asked_for(
    browser: Browser, paper: dict[str, str], wanted: str, start: int, end: int | None
) -> None:
    answer = get(browser, f"/papers/{paper['id']}", Range=wanted)
    assert answer.status_code == 206
    assert answer.data == CONTENT[start:end]
    assert answer.headers["Content-Range"].endswith(f"/{len(CONTENT)}")


def test_a_part_beyond_the_end_is_refused_and_nonsense_is_the_whole(browser: Browser, paper: dict[str, str]) -> None:
    assert get(browser, f"/papers/{paper['id']}", Range="bytes=999999-").status_code == 416
    for wanted in ("bytes=0-1,4-5", "lines=1-2", "bytes=x", "bytes=9-1"):
        assert get(browser, f"/papers/{paper['id']}", Range=wanted).data in (CONTENT, b"")


def test_a_page_is_shown_as_a_picture_and_drawn_once(
    browser: Browser, paper: dict[str, str], intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = get(browser, f"/papers/{paper['sha256']}/2")
    assert first.mimetype == "image/webp"
    assert first.data[8:12] == b"WEBP"
    monkeypatch.setattr("app.documents.renditions.run_job", None)
    assert get(browser, f"/papers/{paper['sha256']}/2").data == first.data
    assert not list(intake.spool.iterdir())


def test_pages_that_are_not_there_are_not_found(browser: Browser, paper: dict[str, str]) -> None:
    for page in (0, 5, 10**9):
        answer = get(browser, f"/papers/{paper['sha256']}/{page}", Accept="text/plain")
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("name", "plain", "true"),
    [
        ("a.pdf", "a.pdf", "a.pdf"),
        ('a"b\\c.pdf', "a_b_c.pdf", "a%22b%5Cc.pdf"),
        ("é€.pdf", "e.pdf", "%C3%A9%E2%82%AC.pdf"),
        ("日本", "document", "%E6%97%A5%E6%9C%AC"),
        ("a;b\r\nX: y", "a_b__X_ y", "a%3Bb%0D%0AX%3A%20y"),
    ],
)
def test_the_name_is_said_twice_and_breaks_no_header(name: str, plain: str, true: str) -> None:
    assert disposition(name, inline=False) == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{true}"
    assert disposition(name, inline=True).startswith("inline;")
