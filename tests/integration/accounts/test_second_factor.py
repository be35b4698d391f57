"""The second factor of the court's staff, through the pages."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pyotp
import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.events import SecondFactorEnrolled
from app.accounts.models import PersonRow
from app.accounts.roles import Role
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.events import events_of
from tests.builders.people import PASSWORD, TOTP_SECRET, MadePerson, csrf_token, make_staff, post

PHONE, FRESH = "+250788123456", "+250788123457"


@pytest.fixture
def admin(app: Flask) -> MadePerson:
    """An administrator with an authenticator."""
    with app.extensions["database"].transaction(SYSTEM) as session:
        return make_staff(session, Role.ADMINISTRATOR, phone=PHONE)


@pytest.fixture
def fresh(app: Flask) -> MadePerson:
    """An administrator who has none yet."""
    with app.extensions["database"].transaction(SYSTEM) as session:
        return make_staff(session, Role.ADMINISTRATOR, phone=FRESH, totp_secret=None)


def code(clock: ManualClock, secret: str = TOTP_SECRET) -> str:
    return pyotp.TOTP(secret).at(clock.now())


def enter_password(client: FlaskClient, contact: str = PHONE) -> str:
    answer = post(client, "/sign-in", {"contact": contact, "password": PASSWORD, "next": "/people"})
    return answer.headers["Location"]


def offered_secret(client: FlaskClient) -> str:
    found = re.search(r"((?:[A-Z2-7]{4} ){7}[A-Z2-7]{4})", client.get("/sign-in/enrol").text)
    assert found
    return found.group().replace(" ", "")


def test_the_password_and_a_code_open_the_staffs_pages(
    client: FlaskClient, admin: MadePerson, clock: ManualClock
) -> None:
    assert enter_password(client) == "/sign-in/second-factor"
    assert client.get("/sign-in/second-factor").status_code == 200
    answer = post(client, "/sign-in/second-factor", {"code": code(clock)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/people")
    assert client.get("/people").status_code == 200


def test_the_password_alone_opens_nothing(client: FlaskClient, admin: MadePerson) -> None:
    enter_password(client)
    assert client.get_cookie("sid") is None
    for path in ("/people", "/account"):
        assert client.get(path).status_code == 303, path


def test_a_code_works_once_whatever_spaces_it_has(app: Flask, admin: MadePerson, clock: ManualClock) -> None:
    digits = code(clock)
    first, second, third = app.test_client(), app.test_client(), app.test_client()
    for browser in (first, second, third):
        enter_password(browser)
    assert post(first, "/sign-in/second-factor", {"code": digits}).status_code == 303
    assert post(second, "/sign-in/second-factor", {"code": digits}).status_code == 422
    assert post(third, "/sign-in/second-factor", {"code": f" {digits[:3]} {digits[3:]} "}).status_code == 422
    clock.advance(timedelta(seconds=30))
    assert post(second, "/sign-in/second-factor", {"code": code(clock)}).status_code == 303


def test_a_code_works_once_for_browsers_at_the_same_moment(app: Flask, admin: MadePerson, clock: ManualClock) -> None:
    browsers = [app.test_client() for _ in range(6)]
    for browser in browsers:
        enter_password(browser)
    tokens = [csrf_token(browser) for browser in browsers]
    digits = code(clock)

    def at_once(n: int) -> int:
        return browsers[n].post("/sign-in/second-factor", data={"csrf_token": tokens[n], "code": digits}).status_code

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(at_once, range(6))) == [303] + [422] * 5


def test_five_wrong_codes_end_the_sign_in(client: FlaskClient, admin: MadePerson, clock: ManualClock) -> None:
    enter_password(client)
    wrong = f"{(int(code(clock)) + 500_000) % 1_000_000:06d}"
    answers = [post(client, "/sign-in/second-factor", {"code": wrong}).status_code for _ in range(4)]
    assert answers == [422] * 4
    answer = post(client, "/sign-in/second-factor", {"code": wrong})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")
    answer = post(client, "/sign-in/second-factor", {"code": code(clock)})
    assert answer.headers["Location"] == "/sign-in"


def test_somebody_with_the_password_tries_twenty_codes_an_hour(
    app: Flask, admin: MadePerson, clock: ManualClock
) -> None:
    wrong = f"{(int(code(clock)) + 500_000) % 1_000_000:06d}"
    answers = []
    for _ in range(5):
        browser = app.test_client()
        enter_password(browser)
        answers += [post(browser, "/sign-in/second-factor", {"code": wrong}).status_code for _ in range(5)]
    assert answers == ([422] * 4 + [303]) * 4 + [429] * 5


def test_staff_without_a_factor_can_do_nothing_but_enrol(client: FlaskClient, fresh: MadePerson) -> None:
    assert enter_password(client, FRESH) == "/sign-in/enrol"
    page = client.get("/sign-in/enrol")
    assert page.status_code == 200
    assert "data:image/svg+xml" in page.text
    assert client.get("/people").status_code == 303
    assert client.get("/account").status_code == 303


def test_the_first_code_enrols_the_app_and_is_burnt(
    app: Flask, client: FlaskClient, fresh: MadePerson, clock: ManualClock
) -> None:
    enter_password(client, FRESH)
    secret = offered_secret(client)
    assert offered_secret(client) == secret
    digits = code(clock, secret)
    assert post(client, "/sign-in/enrol", {"code": digits}).headers["Location"] == "/people"
    assert client.get("/people").status_code == 200
    again = app.test_client()
    assert enter_password(again, FRESH) == "/sign-in/second-factor"
    assert post(again, "/sign-in/second-factor", {"code": digits}).status_code == 422
    with app.extensions["database"].reading(SYSTEM) as session:
        assert SecondFactorEnrolled(person_id=fresh.id) in [r.event for r in events_of(session, [fresh.id])]
        kept = session.get_one(PersonRow, fresh.id).totp_secret
    assert kept is not None
    assert secret.encode() not in kept


def test_a_second_enrolment_that_was_open_does_not_replace_the_first(
    app: Flask, client: FlaskClient, fresh: MadePerson, clock: ManualClock
) -> None:
    thief = app.test_client()
    enter_password(thief, FRESH)
    enter_password(client, FRESH)
    theirs = offered_secret(thief)
    post(client, "/sign-in/enrol", {"code": code(clock, offered_secret(client))})
    answer = post(thief, "/sign-in/enrol", {"code": code(clock, theirs)})
    assert answer.headers["Location"] == "/sign-in"


def test_nobody_enrols_for_an_account_that_has_a_factor(
    client: FlaskClient, admin: MadePerson, fresh: MadePerson, clock: ManualClock
) -> None:
    enter_password(client)
    for answer in (client.get("/sign-in/enrol"), post(client, "/sign-in/enrol", {"code": code(clock)})):
        assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")


def test_naming_another_person_enrols_nobody_else(
    app: Flask, client: FlaskClient, admin: MadePerson, fresh: MadePerson, clock: ManualClock
) -> None:
    enter_password(client, FRESH)
    secret = offered_secret(client)
    more = {"person_id": str(admin.id), "user": PHONE, "totp_secret": secret}
    post(client, "/sign-in/enrol", {"code": code(clock, secret), **more})
    other = app.test_client()
    enter_password(other)
    assert post(other, "/sign-in/second-factor", {"code": code(clock)}).status_code == 303


@pytest.mark.parametrize("path", ["/sign-in/second-factor", "/sign-in/enrol"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_without_a_password_there_is_no_second_step(
    client: FlaskClient, admin: MadePerson, clock: ManualClock, path: str, method: str
) -> None:
    answer = client.get(path) if method == "GET" else post(client, path, {"code": code(clock)})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/sign-in")


def test_a_half_sign_in_runs_out(client: FlaskClient, admin: MadePerson, clock: ManualClock) -> None:
    enter_password(client)
    clock.advance(timedelta(minutes=30))
    answer = post(client, "/sign-in/second-factor", {"code": code(clock)})
    assert answer.headers["Location"] == "/sign-in"
