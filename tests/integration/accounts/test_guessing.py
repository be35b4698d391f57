"""Guessing is slow, and nobody locks another person out by it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.accounts import passwords, throttle
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from tests.builders.people import PASSWORD, MadePerson, csrf_token, make_person, post
from tests.integration.accounts.conftest import Carrier

PHONE = "+250788123456"
HOME, ELSEWHERE = {"REMOTE_ADDR": "41.186.1.10"}, {"REMOTE_ADDR": "105.178.9.9"}


@pytest.fixture
def aline(app: Flask) -> MadePerson:
    """Somebody whose password others would like to know."""
    with app.extensions["database"].transaction(SYSTEM) as session:
        return make_person(session, phone=PHONE)


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that reached the hasher, which here is quick."""
    seen: list[str] = []

    def matches(password_hash: str | None, password: str) -> bool:
        seen.append(password)
        return password_hash is not None and password == PASSWORD

    monkeypatch.setattr(passwords, "matches", matches)
    return seen


def guess(client: FlaskClient, password: str, where: dict[str, str], contact: str = PHONE) -> TestResponse:
    data = {"contact": contact, "password": password}
    return post(client, "/sign-in", data, environ_overrides=where)


def guess_often(app: Flask, where: dict[str, str], times: int = 15, contact: str = PHONE) -> list[int]:
    return [guess(app.test_client(), f"guess {n}", where, contact).status_code for n in range(times)]


def test_ten_wrong_passwords_are_looked_at_in_a_quarter_of_an_hour(
    app: Flask, aline: MadePerson, hashed: list[str], clock: ManualClock
) -> None:
    assert guess_often(app, ELSEWHERE) == [422] * 10 + [429] * 5
    assert len(hashed) == 10
    clock.advance(timedelta(minutes=15))
    assert guess(app.test_client(), "one more", ELSEWHERE).status_code == 422


def test_the_answer_says_how_long_to_wait_and_what_else_to_do(app: Flask, aline: MadePerson, hashed: list[str]) -> None:
    guess_often(app, ELSEWHERE, 10)
    answer = app.test_client().post(
        "/sign-in?lang=en", data={"contact": PHONE, "password": "x"}, environ_overrides=ELSEWHERE
    )
    assert answer.status_code == 400  # without a token, and not counted
    answer = guess(app.test_client(), "another", ELSEWHERE)
    assert 0 < int(answer.headers["Retry-After"]) <= 901


def test_a_contact_that_nobody_has_is_braked_just_the_same(app: Flask, aline: MadePerson, hashed: list[str]) -> None:
    assert guess_often(app, ELSEWHERE, contact="0788 000 111") == guess_often(app, ELSEWHERE)


def test_a_stranger_elsewhere_does_not_keep_the_owner_out(app: Flask, aline: MadePerson, hashed: list[str]) -> None:
    guess_often(app, ELSEWHERE)
    assert guess(app.test_client(), PASSWORD, HOME).status_code == 303


def test_many_networks_together_do_not_keep_out_a_browser_that_is_known(
    app: Flask, aline: MadePerson, hashed: list[str]
) -> None:
    known = app.test_client()
    assert guess(known, PASSWORD, HOME).status_code == 303
    post(known, "/sign-out")
    for n in range(11):
        guess_often(app, {"REMOTE_ADDR": f"10.1.{n}.1"}, 10)
    assert guess(app.test_client(), PASSWORD, {"REMOTE_ADDR": "10.2.1.1"}).status_code == 429
    assert guess(known, PASSWORD, HOME).status_code == 303


def test_many_networks_together_try_a_hundred_passwords_an_hour(
    app: Flask, aline: MadePerson, hashed: list[str]
) -> None:
    for n in range(15):
        guess_often(app, {"REMOTE_ADDR": f"10.1.{n}.1"}, 8)
    assert len(hashed) == throttle.WRONG_ACCOUNT.most


def test_a_code_opens_the_account_to_its_owner_while_others_guess(
    app: Flask, aline: MadePerson, hashed: list[str], delivered: Callable[[], Carrier]
) -> None:
    for n in range(11):
        guess_often(app, {"REMOTE_ADDR": f"10.1.{n}.1"}, 10)
    browser = app.test_client()
    post(browser, "/reset", {"contact": PHONE})
    post(browser, "/reset/code", {"code": delivered().code_for(PHONE)})
    new = "umunsi mwiza wo kugaruka"
    answer = post(browser, "/reset/password", {"password": new, "again": new})
    assert answer.status_code == 303
    assert browser.get("/account").status_code == 200


def test_somebody_elses_known_browser_is_a_stranger_here(app: Flask, aline: MadePerson, hashed: list[str]) -> None:
    with app.extensions["database"].transaction(SYSTEM) as session:
        other = make_person(session)
    browser = app.test_client()
    assert guess(browser, PASSWORD, HOME, other.phone or "").status_code == 303
    for n in range(11):
        guess_often(app, {"REMOTE_ADDR": f"10.1.{n}.1"}, 10)
    assert guess(browser, PASSWORD, HOME).status_code == 429


def test_a_known_browser_tries_ten_times_too(app: Flask, aline: MadePerson, hashed: list[str]) -> None:
    browser = app.test_client()
    guess(browser, PASSWORD, HOME)
    answers = [guess(browser, "wrong", {"REMOTE_ADDR": f"10.1.{n}.1"}).status_code for n in range(12)]
    assert answers == [422] * 10 + [429] * 2


@pytest.mark.parametrize("value", ["", "x", "eyJkIjoieCIsInAiOltdfQ.forged", "W10.x"])
def test_a_forged_device_cookie_is_no_known_browser(
    app: Flask, aline: MadePerson, hashed: list[str], value: str
) -> None:
    guess_often(app, ELSEWHERE, 10)
    browser = app.test_client()
    browser.set_cookie("device", value)
    assert guess(browser, PASSWORD, ELSEWHERE).status_code == 429


def test_a_right_password_starts_the_count_afresh(app: Flask, aline: MadePerson, hashed: list[str]) -> None:
    for _ in range(3):
        guess_often(app, HOME, 8)
        assert guess(app.test_client(), PASSWORD, HOME).status_code == 303


def test_guesses_at_the_same_moment_are_counted_one_by_one(app: Flask, aline: MadePerson, hashed: list[str]) -> None:
    browsers = [app.test_client() for _ in range(24)]
    tokens = [csrf_token(browser) for browser in browsers]

    def at_once(n: int) -> int:
        data = {"contact": PHONE, "password": f"guess {n}", "csrf_token": tokens[n]}
        return browsers[n].post("/sign-in", data=data, environ_overrides=ELSEWHERE).status_code

    with ThreadPoolExecutor(6) as pool:
        answers = sorted(pool.map(at_once, range(24)))
    assert answers == [422] * 10 + [429] * 14
    assert len(hashed) == 10


def test_a_code_allows_five_tries(app: Flask, client: FlaskClient, delivered: Callable[[], Carrier]) -> None:
    post(client, "/register", {"name": "Aline", "contact": PHONE, "locale": "en"})
    right = delivered().code_for(PHONE)
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"
    for _ in range(5):
        assert post(client, "/register/code", {"code": wrong}).status_code == 422
    answer = post(client, "/register/code?lang=en", {"code": right})
    assert answer.status_code == 422
    assert "no longer works" in answer.text


def test_tries_at_the_same_moment_are_five_too(
    app: Flask, client: FlaskClient, delivered: Callable[[], Carrier]
) -> None:
    post(client, "/register?lang=en", {"name": "Aline", "contact": PHONE, "locale": "en"})
    right = delivered().code_for(PHONE)
    token = csrf_token(client)
    cookie = client.get_cookie("f")
    assert cookie is not None

    def at_once(n: int) -> str:
        browser = app.test_client()
        browser.set_cookie("f", cookie.value)
        code = f"{(int(right) + 1 + n) % 1_000_000:06d}"
        return browser.post("/register/code?lang=en", data={"csrf_token": token, "code": code}).text

    with ThreadPoolExecutor(6) as pool:
        pages = list(pool.map(at_once, range(12)))
    assert sum("This code is not right" in page for page in pages) == 5
    assert sum("no longer works" in page for page in pages) == 7


def test_a_code_works_for_ten_minutes(
    client: FlaskClient, delivered: Callable[[], Carrier], clock: ManualClock
) -> None:
    post(client, "/register", {"name": "Aline", "contact": PHONE, "locale": "en"})
    code = delivered().code_for(PHONE)
    clock.advance(timedelta(minutes=10))
    assert post(client, "/register/code", {"code": code}).status_code == 422


def test_a_new_code_takes_the_place_of_the_old_one(client: FlaskClient, delivered: Callable[[], Carrier]) -> None:
    post(client, "/register", {"name": "Aline", "contact": PHONE, "locale": "en"})
    old = delivered().code_for(PHONE)
    assert post(client, "/register/code/again").status_code == 303
    new = delivered().code_for(PHONE)
    if new != old:
        assert post(client, "/register/code", {"code": old}).status_code == 422
    assert post(client, "/register/code", {"code": new}).status_code == 303


@pytest.mark.parametrize("contact", [PHONE, "0788 000 111"])
def test_codes_to_one_contact_are_few_whoever_asks_and_whoever_has_it(
    app: Flask, aline: MadePerson, contact: str
) -> None:
    answers = [post(app.test_client(), "/reset", {"contact": contact}).status_code for _ in range(7)]
    assert answers == [303] * 5 + [429] * 2


def test_a_stranger_who_asks_for_codes_does_not_keep_the_owners_browser_from_one(
    app: Flask, client: FlaskClient, aline: MadePerson, delivered: Callable[[], Carrier]
) -> None:
    guess(client, PASSWORD, HOME)
    for _ in range(6):
        post(app.test_client(), "/reset", {"contact": PHONE}, environ_overrides=ELSEWHERE)
    assert post(client, "/reset", {"contact": PHONE}).status_code == 303
    assert len(delivered().to(PHONE)) == 6
