"""Signing in and out, through the pages."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.accounts.models import PersonRow
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from tests.builders.people import (
    PASSWORD,
    MadePerson,
    csrf_token,
    make_advocate,
    make_person,
    make_staff,
    post,
    signed_in_client,
)

PHONE = "+250788123456"


@pytest.fixture
def aline(app: Flask) -> MadePerson:
    """Somebody who has an account."""
    with app.extensions["database"].transaction(SYSTEM) as session:
        return make_person(session, phone=PHONE, email="aline@example.com")


def sign_in(client: FlaskClient, contact: str = "0788123456", password: str = PASSWORD, **more: str) -> int:
    return post(client, "/sign-in", {"contact": contact, "password": password, **more}).status_code


def signed_in(client: FlaskClient) -> bool:
    return client.get("/account").status_code == 200


@pytest.mark.parametrize(
    "typed",
    ["0788123456", "0788 123 456", "+250788123456", "+250 788 123 456", "aline@example.com", "Aline@EXAMPLE.com "],
)
def test_every_spelling_of_a_contact_opens_the_account(client: FlaskClient, aline: MadePerson, typed: str) -> None:
    assert sign_in(client, typed) == 303
    assert signed_in(client)


@pytest.mark.parametrize("password", ["not the password", PASSWORD.upper(), PASSWORD + " ", "", "x" * 5000])
def test_a_wrong_password_opens_nothing(client: FlaskClient, aline: MadePerson, password: str) -> None:
    assert sign_in(client, password=password) == 422
    assert not signed_in(client)


def test_unknown_wrong_and_closed_get_the_same_answer(app: Flask, client: FlaskClient, aline: MadePerson) -> None:
    with app.extensions["database"].transaction(SYSTEM) as session:
        closed = make_person(session, phone="+250788123457")
        session.get_one(PersonRow, closed.id).disabled_at = app.extensions["clock"].now()
    pages = []
    tries = ((aline.email, "wrong wrong wrong"), ("0788123457", PASSWORD), ("nobody@example.org", PASSWORD))
    for contact, password in tries:
        browser = app.test_client()
        token = csrf_token(browser)
        answer = browser.post("/sign-in", data={"csrf_token": token, "contact": contact, "password": password})
        assert answer.status_code == 422
        lines = [line for line in answer.text.splitlines() if "csrf_token" not in line]
        pages.append("\n".join(lines).replace(f'value="{contact}"', "CONTACT"))
    assert pages[0] == pages[1] == pages[2]


def test_the_session_is_new_at_every_sign_in_and_ends_the_one_before(client: FlaskClient, aline: MadePerson) -> None:
    client.set_cookie("sid", "chosen-by-somebody-else")
    sign_in(client)
    first = client.get_cookie("sid")
    sign_in(client)
    second = client.get_cookie("sid")
    assert first is not None
    assert second is not None
    assert len({"chosen-by-somebody-else", first.value, second.value}) == 3
    client.set_cookie("sid", first.value)
    assert not signed_in(client)


def test_the_form_token_from_before_is_worth_nothing_after(client: FlaskClient, aline: MadePerson) -> None:
    old = csrf_token(client)
    sign_in(client)
    answer = client.post("/account/sessions/end-others", data={"csrf_token": old})
    assert answer.status_code == 400


def test_the_cookie_is_closed_to_scripts_and_to_other_sites(client: FlaskClient, aline: MadePerson) -> None:
    answer = post(client, "/sign-in", {"contact": PHONE, "password": PASSWORD})
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if c.startswith("sid="))
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def test_signing_out_ends_the_session_and_not_only_the_cookie(client: FlaskClient, aline: MadePerson) -> None:
    sign_in(client)
    kept = client.get_cookie("sid")
    assert kept is not None
    assert post(client, "/sign-out").status_code == 303
    assert client.get_cookie("sid") is None
    client.set_cookie("sid", kept.value)
    assert not signed_in(client)


def test_a_get_does_not_sign_out_and_a_post_from_elsewhere_neither(client: FlaskClient, aline: MadePerson) -> None:
    sign_in(client)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").status_code == 400
    assert post(client, "/sign-out", headers={"Origin": "https://elsewhere.example"}).status_code == 400
    assert signed_in(client)


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "evil",
        "/sign-out",
        "/a b",
        "/\u202eevil",
    ],
)
def test_nobody_is_sent_off_this_site(client: FlaskClient, aline: MadePerson, path: str) -> None:
    answer = post(client, "/sign-in", {"contact": PHONE, "password": PASSWORD, "next": path})
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"


def test_a_page_that_needs_an_account_is_reached_after_signing_in(client: FlaskClient, aline: MadePerson) -> None:
    answer = client.get("/account/password?x=1")
    assert answer.headers["Location"] == "/sign-in?next=%2Faccount%2Fpassword%3Fx%3D1"
    page = client.get(answer.headers["Location"])
    assert 'value="/account/password?x=1"' in page.text
    answer = post(client, "/sign-in", {"contact": PHONE, "password": PASSWORD, "next": "/account/password?x=1"})
    assert answer.headers["Location"] == "/account/password?x=1"


@pytest.mark.parametrize(
    "query", ["?user=aline@example.com", "?sid=1", "?person_id=1", "?xyzldk=aline", "?admin=1", "?session_id=1"]
)
def test_no_address_signs_anybody_in(client: FlaskClient, aline: MadePerson, query: str) -> None:
    for path in ("/", "/sign-in", "/account", "/people"):
        client.get(path + query)
        assert client.get_cookie("sid") is None


def test_the_language_of_the_switch_is_kept_on_the_account(app: Flask, client: FlaskClient, aline: MadePerson) -> None:
    client.get("/sign-in?lang=fr")
    sign_in(client)
    with app.extensions["database"].reading(SYSTEM) as session:
        assert session.get_one(PersonRow, aline.id).locale == "fr"


def test_the_language_of_the_account_stays_when_none_was_chosen(
    app: Flask, client: FlaskClient, aline: MadePerson
) -> None:
    post(client, "/sign-in", {"contact": PHONE, "password": PASSWORD}, headers={"Accept-Language": "fr"})
    with app.extensions["database"].reading(SYSTEM) as session:
        assert session.get_one(PersonRow, aline.id).locale == "en"
    assert client.get("/account", headers={"Accept-Language": "fr"}).headers["Content-Language"] == "en"


def test_a_hash_of_old_strength_is_renewed_at_sign_in(app: Flask, client: FlaskClient, aline: MadePerson) -> None:
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with app.extensions["database"].transaction(SYSTEM) as session:
        session.get_one(PersonRow, aline.id).password_hash = weak
    assert sign_in(client) == 303
    with app.extensions["database"].reading(SYSTEM) as session:
        assert "m=19456,t=2,p=1" in session.get_one(PersonRow, aline.id).password_hash


def test_a_session_that_is_used_stays_open_and_an_idle_one_closes(
    client: FlaskClient, aline: MadePerson, clock: ManualClock
) -> None:
    sign_in(client)
    for _ in range(3):
        clock.advance(timedelta(minutes=110))
        assert signed_in(client)
    clock.advance(timedelta(minutes=121))
    assert not signed_in(client)


def test_a_closed_account_acts_no_more_on_the_next_request(app: Flask, client: FlaskClient, aline: MadePerson) -> None:
    sign_in(client)
    with app.extensions["database"].transaction(SYSTEM) as session:
        session.get_one(PersonRow, aline.id).disabled_at = app.extensions["clock"].now()
    assert not signed_in(client)


def test_made_people_are_signed_in_as_what_they_are(app: Flask) -> None:
    with app.extensions["database"].transaction(SYSTEM) as session:
        people = [make_person(session), make_advocate(session), make_staff(session)]
    for who in people:
        browser = signed_in_client(app, who)
        assert browser.get("/account").status_code == 200
    with app.extensions["database"].reading(SYSTEM) as session:
        with_factor = session.execute(text("select count(*) from web_session where second_factor_at is not null"))
        assert with_factor.scalar() == 1
