"""What breaks on our side is told with a reference, loses no typed word, shows in the log without anybody's data, and
mends by itself."""

import errno
import html
import re
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
import structlog
from flask import Flask
from flask.testing import FlaskClient
from psycopg import sql
from sqlalchemy import text

from app.core.actor import SYSTEM
from app.documents import spool
from app.filing.status import FilingStatus
from app.web.kept_words import SECRET
from app.web.logs import what_happened
from app.web.transactions import reading
from app.wiring import House
from tests.builders.files import pdf
from tests.builders.hostile import Village
from tests.builders.people import csrf_token, post
from tests.builders.postgres import Template, Urls

WORDS = "Namugurije amafaranga mu kwezi kwa mbere,\nariko ntiyigeze ayanyishyura."


def breaking(**_ids: object) -> str:
    raise ValueError("Uwase Aline +250788000111 aline@example.org")


def in_a_broken_transaction(**_ids: object) -> str:
    reading().execute(text("select 1/0"))
    return ""


for _view in (breaking, in_a_broken_transaction):
    _view.__access__ = lambda _actor: True  # type: ignore[attr-defined]


def kept(page: str) -> list[str]:
    """The words that a page gives back to be copied."""
    return [html.unescape(words) for words in re.findall(r"<textarea[^>]*readonly[^>]*>\n?([^<]*)", page)]


@pytest.mark.parametrize("view", [breaking, in_a_broken_transaction])
def test_an_accident_is_a_page_with_the_reference_that_the_log_has(
    app: Flask, village: Village, monkeypatch: pytest.MonkeyPatch, view: Any
) -> None:
    monkeypatch.setitem(app.view_functions, "portal.cases", view)
    with structlog.testing.capture_logs() as lines:
        answer = village.clients["owner"].get("/cases")
    assert answer.status_code == 500
    (accident,) = (line for line in lines if line["event"] == "accident")
    assert accident["reference"] in answer.text
    assert "Traceback" not in answer.text
    assert "ValueError" not in answer.text
    assert "Uwase Aline +250" not in answer.text


def test_an_accident_of_the_error_page_itself_is_a_page_with_a_reference_too(
    app: Flask, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.web.errors.render_template", lambda *_a, **_k: breaking())
    with structlog.testing.capture_logs() as lines:
        answer = village.clients["owner"].get("/nowhere")
    assert answer.status_code == 500
    references = [line["reference"] for line in lines if line["event"] == "accident"]
    assert references[-1] in answer.text
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "Uwase" not in answer.text


def test_the_log_says_what_happened_where_and_nothing_of_what_was_said() -> None:
    try:
        try:
            breaking()
        except ValueError as error:
            raise KeyError("Gasana Eric") from error
    except KeyError as error:
        told = what_happened((type(error), error, error.__traceback__))
    assert "builtins.KeyError" in told
    assert "builtins.ValueError" in told
    assert f"{__file__}:" in told
    assert not re.search(r"\bGasana Eric\b(?!\")", told)


def test_a_row_that_the_database_refuses_is_not_quoted_in_the_log(house: House, village: Village) -> None:
    twice = text(
        "insert into contact select gen_random_uuid(), person_id, kind, value, verified_at from contact limit 1"
    )
    with pytest.raises(Exception, match="contact") as caught, house.database.transaction(SYSTEM) as session:
        session.execute(twice)
    told = what_happened((caught.type, caught.value, caught.tb))
    assert "+25078" not in told
    assert "sqlalchemy.exc" in told


@pytest.mark.parametrize("status", ["accident", "session over", "token gone"])
def test_words_that_could_not_be_taken_stand_on_the_page_to_be_copied(
    app: Flask, village: Village, monkeypatch: pytest.MonkeyPatch, status: str
) -> None:
    owner = village.clients["owner"]
    address = f"/filings/{village.filings[FilingStatus.DRAFT].id}/relief"
    data = {"csrf_token": csrf_token(owner), "asked": WORDS, "password": WORDS}
    if status == "accident":
        monkeypatch.setitem(app.view_functions, "filing.relief_post", breaking)
    elif status == "session over":
        owner.set_cookie("sid", "of a session that has ended")
    else:
        data["csrf_token"] = "of another time"
    answer = owner.post(address, data=data)
    assert answer.status_code == {"accident": 500, "session over": 401, "token gone": 400}[status]
    assert kept(answer.text) == [WORDS]
    if status == "session over":
        assert f"/sign-in?next={address.replace('/', '%2F')}" in html.unescape(answer.text)


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_what_another_site_posts_is_never_shown_on_our_page(client: FlaskClient, headers: dict[str, str]) -> None:
    client.set_cookie("sid", "of a session that has ended")
    for address in ("/account/profile", "/sign-in", "/nowhere"):
        answer = client.post(address, data={"name": WORDS}, headers=headers)
        assert answer.status_code in (400, 401, 404)
        assert "Namugurije" not in answer.text


def test_no_password_or_code_is_among_the_words_that_are_shown_again(village: Village) -> None:
    hidden = {i.name for form in village.forms() for i in form.inputs if i.kind == "password"}
    assert hidden
    assert hidden | {"code", "csrf_token"} <= SECRET


def test_without_its_database_the_portal_says_so_and_comes_back_by_itself(
    village: Village, postgres: Template, fresh_urls: Urls
) -> None:
    owner, stranger = village.clients["owner"], village.clients["stranger"]
    name = urlsplit(fresh_urls.app).path.strip("/")
    token = csrf_token(owner)
    assert owner.get("/cases").status_code == 200
    _allow_connections(postgres, name, False)
    try:
        for _ in range(2):
            for answer in (owner.get("/cases"), owner.post("/account/profile", data={"csrf_token": token})):
                assert answer.status_code == 503
                assert int(answer.headers["Retry-After"]) > 0
                assert "OperationalError" not in answer.text
        assert stranger.get("/courts").status_code == 200, "what needs no database goes on"
        assert stranger.get("/healthz").status_code == 200
        ready = stranger.get("/readyz")
        assert ready.status_code == 503
        assert ready.json is not None
        assert ready.json["database"].startswith("no write possible")
        assert ready.json["storage"] == "ok"
    finally:
        _allow_connections(postgres, name, True)
    assert owner.get("/cases").status_code == 200


def _allow_connections(postgres: Template, name: str, allowed: bool) -> None:
    with psycopg.connect(postgres.superuser, autocommit=True) as connection:
        word = sql.SQL("true" if allowed else "false")
        connection.execute(sql.SQL("alter database {} allow_connections {}").format(sql.Identifier(name), word))
        connection.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = %s", [name])


def test_a_full_disk_is_said_and_leaves_no_document_behind(
    app: Flask, house: House, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    owner, draft = village.clients["owner"], f"/filings/{village.filings[FilingStatus.DRAFT].id}"
    paper = {"kind": "evidence", "title": "Paper", "do": "add"}
    monkeypatch.setattr(spool, "write_whole", full)
    files = {**paper, "files": (BytesIO(pdf()), "paper.pdf")}
    answer = post(owner, f"{draft}/documents", files, content_type="multipart/form-data")
    assert answer.status_code == 503
    assert "no room" in answer.text
    with house.database.reading(SYSTEM) as session:
        wanted = "select count(*) from filing_document d join filing f on f.id = d.filing_id where f.status = 'draft'"
        assert session.execute(text(wanted)).scalar_one() == 0
    monkeypatch.undo()
    files = {**paper, "files": (BytesIO(pdf()), "paper.pdf")}
    answer = post(owner, f"{draft}/documents", files, content_type="multipart/form-data")
    assert answer.status_code == 303


def test_readiness_names_the_storage_when_that_is_what_fails(app: Flask, client: FlaskClient) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    app.extensions["probes"]["storage"] = full
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.json is not None
    assert ready.json["storage"] == "OSError"
    assert ready.json["database"] == "ok"
