"""What a stolen, old or made-up session opens: nothing, from the next request on."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.accounts.views.browser import safe_next
from app.core.actor import SYSTEM
from app.filing.status import FilingStatus
from app.wiring import House
from tests.builders.hostile import Village
from tests.builders.people import PASSWORD, csrf_token, post

OFF_SITE = (
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/\tevil.example",
    "/%0d%0aSet-Cookie:x",
    "\u2215\u2215evil.example",
    "///evil.example",
    "/x\r\nLocation: https://evil.example",
    "http://localhost@evil.example",
    ".evil.example",
    "@evil.example",
    "/sign-out",
)


def cookie(client: FlaskClient, name: str = "sid") -> str:
    found = client.get_cookie(name)
    assert found is not None
    return found.value


def opens(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


def replaying(app: Flask, token: str) -> FlaskClient:
    thief = app.test_client()
    thief.set_cookie("sid", token)
    return thief


def sign_out(client: FlaskClient) -> None:
    assert post(client, "/sign-out").status_code == 303


def change_password(client: FlaskClient) -> None:
    new = "umugezi utemba ujya epfo"
    answer = post(client, "/account/password", {"current": PASSWORD, "password": new, "again": new})
    assert answer.status_code == 303


@pytest.mark.parametrize("end", [sign_out, change_password])
def test_a_stolen_cookie_dies_with_its_session(
    app: Flask, village: Village, end: Callable[[FlaskClient], None]
) -> None:
    owner = village.clients["owner"]
    thief = replaying(app, cookie(owner))
    assert opens(thief), "a copied cookie opens nothing at all: this test could not fail"
    end(owner)
    assert not opens(thief)
    draft = village.filings[FilingStatus.DRAFT].id
    assert thief.get(f"/filings/{draft}/preview.pdf").status_code == 303
    assert post(thief, "/account/profile", {"name": "Thief", "locale": "en"}).status_code == 401
    assert opens(owner) is (end is change_password)


def test_a_role_that_ends_is_gone_with_the_next_request_and_so_is_the_session(house: House, village: Village) -> None:
    clerk, admin, who = village.clients["clerk"], village.clients["administrator"], village.people["clerk"]
    held = village.filings[FilingStatus.UNDER_REVIEW].id
    page = f"/desk/filings/{held}"
    token = csrf_token(clerk)
    assert clerk.get(page).status_code == 200
    with house.database.reading(SYSTEM) as session:
        grant = session.execute(text("select id from role_grant where person_id = :id"), {"id": who.id}).scalar_one()
    assert post(admin, f"/people/{who.id}/roles/{grant}/end").status_code == 303
    for address in (page, "/desk", f"{page}/return"):
        assert clerk.get(address).status_code in (303, 404)
    assert clerk.post(f"{page}/accept", data={"csrf_token": token}).status_code in (401, 404)
    with house.database.reading(SYSTEM) as session:
        status = session.execute(text("select status from filing where id = :id"), {"id": held}).scalar_one()
    assert status == FilingStatus.UNDER_REVIEW


@pytest.mark.parametrize("made_up", ["", "x", "null", "0" * 43, "\x7f", "' or 1=1 --", "x" * 4000])
def test_a_made_up_session_is_nobodys(app: Flask, village: Village, made_up: str) -> None:
    client = replaying(app, made_up)
    assert not opens(client)
    assert client.get("/courts").status_code == 200


def test_a_session_that_was_there_before_is_not_the_one_after_signing_in(app: Flask, village: Village) -> None:
    # Somebody who can set a cookie in the victim's browser must not know the session that opens.
    planted = cookie(village.clients["other"])
    victim = replaying(app, planted)
    data = {"contact": str(village.people["owner"].phone), "password": PASSWORD}
    assert post(victim, "/sign-in", data).status_code == 303
    assert cookie(victim) != planted
    assert "Uwase Aline" in victim.get("/account/profile").text
    assert "Uwase Aline" not in replaying(app, planted).get("/account/profile").text


@pytest.mark.parametrize("field", ["f", "device"])
def test_no_signed_cookie_can_be_rewritten(village: Village, field: str) -> None:
    owner = village.clients["owner"]
    for forged in ("e30.Zm9v.YmFy", "eyJmbG93LlNJR05fSU4iOiJ4In0.aaaaaa.bbbbbb", "." * 3000, "\x7f\x7f"):
        owner.set_cookie(field, forged)
        assert owner.get("/sign-in/second-factor").status_code == 303
        assert owner.get("/reset/password").status_code == 303
        assert opens(owner)


@pytest.mark.parametrize("path", OFF_SITE)
def test_nobody_is_led_off_the_site_after_signing_in(app: Flask, village: Village, path: str) -> None:
    assert safe_next(path) is None or safe_next(path) == "/%0d%0aSet-Cookie:x"
    client = app.test_client()
    data = {"contact": str(village.people["owner"].phone), "password": PASSWORD, "next": path}
    answer = post(client, "/sign-in", data)
    assert answer.status_code == 303
    assert answer.location in ("/", "/%0d%0aSet-Cookie:x")
    assert "Set-Cookie:x" not in str(answer.headers).replace("%0d%0aSet-Cookie:x", "")
