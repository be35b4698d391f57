"""Making an account, through the pages."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.core.actor import SYSTEM
from app.core.db import Database
from tests.builders.people import PASSWORD, make_person, post
from tests.integration.accounts.conftest import Carrier

PHONE = "+250788123456"
Delivered = Callable[[], Carrier]


def begin(client: FlaskClient, contact: str = "0788 123 456", **more: str) -> None:
    answer = post(client, "/register", {"name": "Uwase Aline", "contact": contact, "locale": "en", **more})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/register/code")


def register(client: FlaskClient, delivered: Delivered, contact: str = PHONE, **more: str) -> None:
    begin(client, contact, **more)
    post(client, "/register/code", {"code": delivered().code_for(contact)})
    answer = post(client, "/register/password", {"password": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 303


def without_token(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrf_token" not in line]


def count(database: Database, table: str) -> int:
    with database.reading(SYSTEM) as session:
        return int(session.execute(text(f"select count(*) from {table}")).scalar_one())


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0788123456", PHONE),
        ("+250 788 123 456", PHONE),
        ("250788123456", PHONE),
        ("Aline@Example.COM", "aline@example.com"),
    ],
)
def test_a_person_registers_with_a_code_and_a_password_and_is_signed_in(
    client: FlaskClient, delivered: Delivered, typed: str, kept: str
) -> None:
    begin(client, typed)
    answer = post(client, "/register/code", {"code": delivered().code_for(kept)})
    assert answer.headers["Location"] == "/register/password"
    answer = post(client, "/register/password", {"password": PASSWORD, "again": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert "Uwase Aline" in client.get("/account").text


def test_the_pages_of_registering_show_their_forms(client: FlaskClient, delivered: Delivered) -> None:
    assert "Create an account" in client.get("/register?lang=en").text
    begin(client)
    page = client.get("/register/code")
    assert page.status_code == 200
    assert "•••• 456" in page.text
    assert PHONE not in page.text
    post(client, "/register/code", {"code": delivered().code_for(PHONE)})
    assert client.get("/register/password").status_code == 200


def test_wrong_answers_come_back_with_what_was_typed(client: FlaskClient) -> None:
    answer = post(client, "/register?lang=en", {"name": "Uwase <Aline>", "contact": "12", "locale": "fr"})
    assert answer.status_code == 422
    assert 'value="Uwase &lt;Aline&gt;"' in answer.text
    assert 'value="12"' in answer.text
    assert "Enter a mobile number" in answer.text


def test_a_known_contact_sees_the_same_pages_and_its_owner_is_told(
    app: Flask, client: FlaskClient, delivered: Delivered, database: Database
) -> None:
    with app.extensions["database"].transaction(SYSTEM) as session:
        make_person(session, phone=PHONE)
    begin(client)
    known = client.get("/register/code").text
    other = app.test_client()
    begin(other, "0788 999 456")
    assert without_token(known) == without_token(other.get("/register/code").text)
    assert delivered().to(PHONE) == [
        "You already have an Ikirego account. Sign in with your password, or reset it. If you did not ask, do nothing."
    ]


def test_no_code_ever_fits_the_flow_of_a_known_contact(app: Flask, client: FlaskClient, delivered: Delivered) -> None:
    with app.extensions["database"].transaction(SYSTEM) as session:
        make_person(session, phone=PHONE)
    begin(client)
    with app.extensions["database"].transaction(SYSTEM) as session:
        # Even its own code, which was never sent.
        flow = session.execute(text("select id from account_flow")).scalar_one()
        digest = app.extensions["vault"].digest("123456", f"code:{flow}")
        session.execute(text("update one_time_code set digest = :digest"), {"digest": digest})
    answer = post(client, "/register/code", {"code": "123456"})
    assert answer.status_code == 422


def test_posting_a_role_or_an_id_does_nothing(client: FlaskClient, delivered: Delivered, app: Flask) -> None:
    more = {
        "role": "administrator",
        "is_admin": "1",
        "person_id": "0",
        "grants": "judge",
        "step": "proven",
        "decoy": "0",
    }
    register(client, delivered, **more)
    database = app.extensions["database"]
    assert count(database, "person") == 1
    assert count(database, "role_grant") == 0
    assert client.get("/people").status_code == 404


@pytest.mark.parametrize("path", ["/register/code", "/register/password"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_step_without_the_one_before_leads_back_to_the_start(client: FlaskClient, path: str, method: str) -> None:
    data = {"code": "123456", "password": PASSWORD, "again": PASSWORD}
    answer = client.get(path) if method == "GET" else post(client, path, data)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/register")


def test_the_password_step_needs_the_code_first(client: FlaskClient, app: Flask) -> None:
    begin(client)
    answer = post(client, "/register/password", {"password": PASSWORD, "again": PASSWORD})
    assert answer.headers["Location"] == "/register"
    assert count(app.extensions["database"], "person") == 0


def test_another_browser_cannot_use_the_code(app: Flask, client: FlaskClient, delivered: Delivered) -> None:
    begin(client)
    thief = app.test_client()
    begin(thief, "0788 777 777")
    answer = post(thief, "/register/code", {"code": delivered().code_for(PHONE)})
    assert answer.status_code == 422


def test_a_finished_flow_makes_no_second_account(client: FlaskClient, delivered: Delivered, app: Flask) -> None:
    begin(client)
    post(client, "/register/code", {"code": delivered().code_for(PHONE)})
    with client.session_transaction() as kept:
        token = kept["flow.register"]
    post(client, "/register/password", {"password": PASSWORD, "again": PASSWORD})
    with client.session_transaction() as kept:
        assert "flow.register" not in kept
        kept["flow.register"] = token
    answer = post(client, "/register/password", {"password": PASSWORD, "again": PASSWORD})
    assert answer.headers["Location"] == "/register"
    assert count(app.extensions["database"], "person") == 1


def test_two_flows_for_one_contact_make_one_account(app: Flask, client: FlaskClient, delivered: Delivered) -> None:
    second = app.test_client()
    for browser in (client, second):
        begin(browser)
        post(browser, "/register/code", {"code": delivered().code_for(PHONE)})
    data = {"password": PASSWORD, "again": PASSWORD}
    assert post(client, "/register/password", data).status_code == 303
    answer = post(second, "/register/password", data)
    assert answer.status_code == 409
    assert count(app.extensions["database"], "person") == 1


def test_the_code_stands_nowhere_in_the_database(client: FlaskClient, delivered: Delivered, app: Flask) -> None:
    begin(client)
    with app.extensions["database"].reading(SYSTEM) as session:
        rows = [
            session.execute(
                text(f"select coalesce(string_agg(to_jsonb(t)::text, ' '), '') from {table} t")
            ).scalar_one()
            for table in ("one_time_code", "outgoing_code", "event", "account_flow")
        ]
    code = delivered().code_for(PHONE)
    assert all(f'"{code}"' not in row and f" {code} " not in row for row in rows)
    assert count(app.extensions["database"], "outgoing_code") == 0


def test_the_code_comes_in_the_language_that_was_chosen(client: FlaskClient, delivered: Delivered) -> None:
    begin(client, locale="fr")
    assert [message.language for message in delivered().sent] == ["fr"]


def test_an_easy_password_is_refused_and_the_flow_goes_on(client: FlaskClient, delivered: Delivered) -> None:
    begin(client)
    post(client, "/register/code", {"code": delivered().code_for(PHONE)})
    for easy in ("short", "1234567890", "uwasealine12", "password123"):
        answer = post(client, "/register/password", {"password": easy, "again": easy})
        assert answer.status_code == 422, easy
        assert easy not in answer.text
    answer = post(client, "/register/password", {"password": PASSWORD, "again": PASSWORD})
    assert answer.status_code == 303


def test_where_the_person_came_from_is_where_they_go_on(client: FlaskClient, delivered: Delivered) -> None:
    begin(client, next="/file/start?type=civil")
    post(client, "/register/code", {"code": delivered().code_for(PHONE)})
    answer = post(client, "/register/password", {"password": PASSWORD, "again": PASSWORD})
    assert answer.headers["Location"] == "/file/start?type=civil"
