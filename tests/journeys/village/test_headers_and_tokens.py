"""Every answer carries our headers, and nothing is changed by a request that none of our pages made."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from itertools import islice, product

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import create_app, wiring
from app.core.actor import SYSTEM
from app.filing.status import FilingStatus
from app.web.kept_words import is_foreign
from app.web.security import csrf
from app.wiring import House
from tests.builders.files import pdf
from tests.builders.hostile import Village, books
from tests.builders.people import PASSWORD, csrf_token, make_person

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
FOREIGN: tuple[dict[str, str], ...] = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://localhost.evil.example"},
    {"Origin": "http://localhost:81"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "none"},
)


def unsafe_addresses(app: Flask, village: Village) -> Iterator[tuple[str, str]]:
    """(method, address) of every route that changes something, with things that exist in its place."""
    adapter = app.url_map.bind("localhost")
    held = village.filings[FilingStatus.UNDER_REVIEW]
    known = {
        "filing_id": village.filings[FilingStatus.DRAFT].id,
        "obligation_id": village.filings[FilingStatus.AWAITING_PAYMENT].obligation_id,
        "case_id": village.filings[FilingStatus.ACCEPTED].case_id,
        "person_id": village.people["other"].id,
        "filing_type": "civil_claim",
        "side_code": "claimant",
        "delivery_id": 1,
        "refund_id": village.money.refund,
        "break_id": village.money.difference,
        "payment_id": village.money.unplaced,
        "attempt_id": village.money.entry,
        "token": village.money.bill_token,
        "source": "mtn_momo",
        "day": village.money.day.isoformat(),
    }
    for rule in app.url_map.iter_rules():
        names = dict(known, filing_id=held.id) if rule.rule.startswith("/desk") else known
        if "delivery_id" in rule.arguments and "callbacks" in rule.rule:
            continue
        for method in sorted((rule.methods or set()) & UNSAFE):
            if getattr(app.view_functions[rule.endpoint], "__callback__", False):
                continue
            yield method, adapter.build(rule.endpoint, {n: names.get(n, held.id) for n in rule.arguments}, method)


def test_the_only_doors_without_a_token_are_those_of_the_operators(app: Flask) -> None:
    exempt = {name for name, view in app.view_functions.items() if getattr(view, "__callback__", False)}
    assert exempt == {
        *("payments.receive_callback", "payments.receive_at_one_address", "notify.sms_receipt"),
        *("paybill.validate", "paybill.confirm", "reversals.receive_result", "reversals.receive_delay"),
    }
    by_name = {f"{v.__module__}.{v.__name__}" for n, v in app.view_functions.items() if n in exempt}
    assert set(csrf._exempt_views) == by_name
    assert csrf._exempt_blueprints == set()


def test_nothing_changes_without_a_token_or_with_somebody_elses(app: Flask, house: House, village: Village) -> None:
    addresses = list(unsafe_addresses(app, village))
    before, stopped = books(house.database), set()
    theirs = csrf_token(village.clients["other"])
    tokens: tuple[dict[str, str], ...] = ({}, {"csrf_token": "x"}, {"csrf_token": theirs})
    for (method, address), (who, client), token in product(addresses, village.clients.items(), tokens):
        if token and who in ("other", "chief", "accountant"):
            continue
        answer = client.open(address, method=method, data=token)
        assert answer.status_code in (400, 404), f"{who}: {method} {address} -> {answer.status_code}"
        if answer.status_code == 400:
            stopped.add((method, address))
    assert books(house.database) == before
    assert stopped == set(addresses), f"nobody of the village may ask these at all: {set(addresses) - stopped}"


@pytest.mark.parametrize("headers", FOREIGN, ids=str)
def test_nothing_changes_for_another_site_even_with_a_good_token(
    app: Flask, house: House, village: Village, headers: dict[str, str]
) -> None:
    before = books(house.database)
    for method, address in islice(unsafe_addresses(app, village), None, None, 3):
        for who in ("owner", "clerk", "administrator"):
            client = village.clients[who]
            answer = client.open(address, method=method, data={"csrf_token": csrf_token(client)}, headers=headers)
            assert answer.status_code in (400, 404), f"{who}: {method} {address} -> {answer.status_code}"
    assert books(house.database) == before


@pytest.mark.parametrize("headers", [{}, *FOREIGN], ids=str)
def test_nobody_is_signed_in_or_out_by_another_site(village: Village, headers: dict[str, str]) -> None:
    owner, stranger = village.clients["owner"], village.clients["stranger"]
    token = {"csrf_token": csrf_token(stranger)} if headers else {}
    mine = {"contact": str(village.people["other"].phone), "password": PASSWORD}
    answer = stranger.post("/sign-in", data={**mine, **token}, headers=headers)
    assert answer.status_code == 400
    assert stranger.get_cookie("sid") is None
    token = {"csrf_token": csrf_token(owner)} if headers else {}
    assert owner.post("/sign-out", data=token, headers=headers).status_code == 400
    assert owner.get("/account").status_code == 200


def test_our_own_pages_may_post_by_either_name_of_this_machine(village: Village) -> None:
    owner = village.clients["owner"]
    for headers in ({"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}):
        answer = owner.post("/account/profile", data={"csrf_token": csrf_token(owner)}, headers=headers)
        assert answer.status_code == 422


def _paper_of(owner: FlaskClient, draft: str) -> str:
    """The address of a document that the owner has just added to the draft."""
    data = {"kind": "evidence", "title": "Paper", "do": "add", "files": (BytesIO(pdf()), 'a"b\u202e.pdf')}
    data["csrf_token"] = csrf_token(owner)
    owner.post(f"{draft}/documents", data=data, content_type="multipart/form-data")
    listed = re.search(rf"{draft}/documents/[0-9a-f-]{{36}}", owner.get(f"{draft}/documents").text)
    assert listed
    return listed[0]


def every_kind_of_answer(app: Flask, village: Village) -> Iterator[tuple[str, TestResponse]]:
    owner, clerk, stranger = (village.clients[who] for who in ("owner", "clerk", "stranger"))
    draft = f"/filings/{village.filings[FilingStatus.DRAFT].id}"
    sheet = re.search(r'href="(/static/[^"]+\.css)"', stranger.get("/").text)
    assert sheet
    paper = _paper_of(owner, draft)
    start = {"Tus-Resumable": "1.0.0", "X-CSRFToken": csrf_token(owner)}
    yield "page", stranger.get("/")
    yield "private page", owner.get("/cases")
    yield "redirect", stranger.get("/cases")
    yield "bad request", stranger.get("/?q=%00")
    yield "no token", stranger.post("/sign-in")
    yield "signed out", signed_out(app).post("/account/profile", data={"name": "x"})
    yield "not found", stranger.get("/nowhere")
    yield "method", stranger.post("/cases/")
    yield "method of a page", stranger.put("/account")
    yield "too large", stranger.post("/sign-in", data=b"x" * 3_100_000, content_type="application/json")
    yield "invalid", owner.post("/account/profile", data={"csrf_token": csrf_token(owner)})
    yield "options", stranger.options("/account")
    yield "style sheet", stranger.get(sheet[1])
    yield "packed style sheet", stranger.get(sheet[1], headers={"Accept-Encoding": "br"})
    yield "part of a file", stranger.get(sheet[1], headers={"Range": "bytes=0-9"})
    yield "part of a file beyond its end", stranger.get(sheet[1], headers={"Range": "bytes=99999999-"})
    yield "post to a file", stranger.post(sheet[1])
    yield "no file", stranger.get("/static/../wsgi.py")
    yield "download", owner.get(paper)
    yield "part beyond the end of a download", owner.get(paper, headers={"Range": "bytes=99999999-"})
    yield "preview", owner.get(f"{draft}/preview.pdf")
    yield "upload", owner.post("/uploads", headers={**start, "Upload-Length": "5"})
    yield "upload refused", owner.post("/uploads", headers={**start, "Upload-Length": "x"})
    yield "upload version", owner.post("/uploads", headers={"X-CSRFToken": csrf_token(owner)})
    yield "callback of nobody", stranger.put("/callbacks/mtn/x", data=b"{}")
    yield "receipt of nobody", stranger.post("/callbacks/sms/00000000-0000-7000-8000-000000000000")
    yield "health", stranger.get("/healthz")
    yield "readiness", stranger.get("/readyz")
    yield "numbers", stranger.get("/metrics")
    yield "desk", clerk.get("/desk")


def signed_out(app: Flask) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("sid", "of a session that has ended")
    return client


def test_every_kind_of_answer_has_every_header(app: Flask, village: Village) -> None:
    seen = set()
    for name, answer in every_kind_of_answer(app, village):
        missing = {k: answer.headers.getlist(k) for k, v in HEADERS.items() if answer.headers.getlist(k) != [v]}
        assert missing == {}, f"{name} ({answer.status_code}): {missing}"
        (policy,) = answer.headers.getlist("Content-Security-Policy")
        assert "default-src 'none'" in policy, name
        loose = "unsafe" in policy and answer.mimetype != "application/pdf"
        assert not loose, f"{name}: {policy}"
        assert "Strict-Transport-Security" not in answer.headers, "over http it means nothing, and browsers ignore it"
        seen.add(answer.status_code)
    assert {200, 201, 206, 303, 400, 401, 404, 405, 412, 413, 416, 422, 503} <= seen


def test_accidents_and_brakes_have_them_too(app: Flask, village: Village, monkeypatch: pytest.MonkeyPatch) -> None:
    client = app.test_client()
    for _ in range(11):
        data = {"contact": "0788999999", "password": "wrong", "csrf_token": csrf_token(client)}
        braked = client.post("/sign-in", data=data)
    monkeypatch.setitem(app.view_functions, "portal.home", public_accident)
    broken = client.get("/")
    for answer, status in ((braked, 429), (broken, 500)):
        assert answer.status_code == status
        assert all(answer.headers.getlist(name) == [value] for name, value in HEADERS.items())
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert int(braked.headers["Retry-After"]) > 0


def public_accident() -> str:
    raise ValueError("an accident")


public_accident.__access__ = lambda _actor: True  # type: ignore[attr-defined]


def test_what_is_private_is_kept_by_nobody_and_what_never_changes_for_good(app: Flask, village: Village) -> None:
    for name, answer in every_kind_of_answer(app, village):
        kept = answer.headers["Cache-Control"]
        if name in ("style sheet", "packed style sheet", "part of a file"):
            assert "immutable" in kept
            assert "Set-Cookie" not in answer.headers
        else:
            assert kept == "no-store", name


def test_no_page_carries_a_script_or_style_or_handler_of_its_own(village: Village) -> None:
    pages = {(form.who, form.page) for form in village.forms()}
    assert len(pages) > 20
    for who, page in pages:
        tags = re.findall(r"<[a-z][^>]*>", html.unescape(village.clients[who].get(page).text), re.I)
        assert not [t for t in tags if re.match(r"<style|<script(?![^>]*\bsrc=\"/static/)", t, re.I)], page
        assert not [t for t in tags if re.search(r"\s(on\w+|style)\s*=|javascript:", t, re.I)], page


def test_over_https_every_cookie_is_the_hosts_own_and_every_answer_says_https(house: House) -> None:
    settings = replace(house.settings, public_url="https://court.example")
    app = create_app(settings, house=wiring.build(settings, house.clock, house.database))
    with house.database.transaction(SYSTEM) as session:
        who = make_person(session)
    client = app.test_client()
    page = client.get("/sign-in?lang=en", base_url="https://court.example")
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', page.text)
    assert token
    data = {"csrf_token": token[1], "contact": str(who.phone), "password": PASSWORD}
    answer = client.post("/sign-in", data=data, base_url="https://court.example")
    assert answer.status_code == 303
    cookies = [*page.headers.getlist("Set-Cookie"), *answer.headers.getlist("Set-Cookie")]
    assert {"__Host-sid", "__Host-f", "__Host-device", "lang"} == {cookie.split("=")[0] for cookie in cookies}
    for cookie in cookies:
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; ")), cookie
        assert "domain" not in cookie.lower()
    for path in ("/", "/nowhere", "/healthz", "/static/manifest.json", "/static/nothing.css"):
        assert "max-age=31536000" in client.get(path).headers["Strict-Transport-Security"], path


@pytest.mark.parametrize("origin", ["https://evil.example", "http://court.example", "https://court.example:444"])
def test_over_https_no_name_but_our_own_is_an_origin_of_ours(house: House, origin: str) -> None:
    settings = replace(house.settings, public_url="https://court.example")
    app = create_app(settings, house=wiring.build(settings, house.clock, house.database))
    # Whoever makes a browser believe that their name is our address sends that name as Host as well.
    with app.test_request_context("/sign-out", method="POST", base_url=origin, headers={"Origin": origin}):
        assert is_foreign()
    ours = "https://court.example"
    with app.test_request_context("/sign-out", method="POST", base_url=ours, headers={"Origin": ours}):
        assert not is_foreign()
