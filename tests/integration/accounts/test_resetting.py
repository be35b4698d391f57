"""A forgotten password, through the pages."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.events import PasswordChanged, SessionsEnded
from app.core.actor import SYSTEM
from app.core.events import events_of
from tests.builders.people import PASSWORD, TOTP_SECRET, MadePerson, make_person, make_staff, post, signed_in_client
from tests.integration.accounts.conftest import Carrier

PHONE = "+250788123456"
NEW = "umunsi mwiza wo kugaruka"
Delivered = Callable[[], Carrier]


@pytest.fixture
def aline(app: Flask) -> MadePerson:
    """Somebody who forgets things."""
    with app.extensions["database"].transaction(SYSTEM) as session:
        return make_person(session, phone=PHONE, email="aline@example.com")


def reset(client: FlaskClient, delivered: Delivered, contact: str = PHONE) -> str:
    post(client, "/reset", {"contact": contact})
    post(client, "/reset/code", {"code": delivered().code_for(contact)})
    answer = post(client, "/reset/password", {"password": NEW, "again": NEW})
    assert answer.status_code == 303
    return answer.headers["Location"]


def can_sign_in(app: Flask, password: str) -> bool:
    return post(app.test_client(), "/sign-in", {"contact": PHONE, "password": password}).status_code == 303


def test_a_code_and_a_new_password_open_the_account(
    app: Flask, client: FlaskClient, aline: MadePerson, delivered: Delivered
) -> None:
    for path in ("/reset", "/sign-in"):
        assert client.get(path).status_code == 200
    assert reset(client, delivered) == "/"
    assert client.get("/account").status_code == 200
    assert can_sign_in(app, NEW)
    assert not can_sign_in(app, PASSWORD)


def test_every_other_session_ends_and_every_contact_is_told(
    app: Flask, client: FlaskClient, aline: MadePerson, delivered: Delivered
) -> None:
    elsewhere = signed_in_client(app, aline)
    reset(client, delivered)
    assert elsewhere.get("/account").status_code == 303
    carrier = delivered()
    assert "was changed" in carrier.to(PHONE)[-1]
    assert "was changed" in carrier.to("aline@example.com")[-1]
    with app.extensions["database"].reading(SYSTEM) as session:
        happened = [recorded.event for recorded in events_of(session, [aline.id])]
    assert PasswordChanged(person_id=aline.id, by_code=True) in happened
    assert SessionsEnded(person_id=aline.id, number=1) in happened


def test_an_unknown_contact_sees_the_same_pages_and_is_told_so(
    app: Flask, client: FlaskClient, aline: MadePerson, delivered: Delivered
) -> None:
    other = app.test_client()
    pages = []
    for browser, contact in ((client, PHONE), (other, "0788 999 456")):
        answer = post(browser, "/reset?lang=en", {"contact": contact})
        assert (answer.status_code, answer.headers["Location"]) == (303, "/reset/code")
        page = browser.get("/reset/code").text
        pages.append([line for line in page.splitlines() if "csrf_token" not in line])
    assert pages[0] == pages[1]
    assert "has no account" in delivered().to("+250788999456")[-1]
    assert post(other, "/reset/code", {"code": "123456"}).status_code == 422


@pytest.mark.parametrize("path", ["/reset/code", "/reset/password"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_step_without_the_one_before_leads_back_to_the_start(client: FlaskClient, path: str, method: str) -> None:
    data = {"code": "123456", "password": NEW, "again": NEW}
    answer = client.get(path) if method == "GET" else post(client, path, data)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/reset")


def test_the_password_cannot_be_set_before_the_code(
    app: Flask, client: FlaskClient, aline: MadePerson, delivered: Delivered
) -> None:
    post(client, "/reset", {"contact": PHONE})
    answer = post(client, "/reset/password", {"password": NEW, "again": NEW, "step": "proven"})
    assert answer.headers["Location"] == "/reset"
    assert can_sign_in(app, PASSWORD)


def test_a_proven_registration_resets_nobodys_password(
    app: Flask, client: FlaskClient, aline: MadePerson, delivered: Delivered
) -> None:
    post(client, "/register", {"name": "Thief", "contact": "0788 777 777", "locale": "en"})
    post(client, "/register/code", {"code": delivered().code_for("+250788777777")})
    with client.session_transaction() as kept:
        kept["flow.reset"] = kept["flow.register"]
    answer = post(client, "/reset/password", {"password": NEW, "again": NEW, "person_id": str(aline.id)})
    assert answer.headers["Location"] == "/reset"
    assert can_sign_in(app, PASSWORD)


def test_a_flow_resets_once(app: Flask, client: FlaskClient, aline: MadePerson, delivered: Delivered) -> None:
    post(client, "/reset", {"contact": PHONE})
    post(client, "/reset/code", {"code": delivered().code_for(PHONE)})
    with client.session_transaction() as kept:
        token = kept["flow.reset"]
    post(client, "/reset/password", {"password": NEW, "again": NEW})
    with client.session_transaction() as kept:
        kept["flow.reset"] = token
    answer = post(client, "/reset/password", {"password": PASSWORD, "again": PASSWORD})
    assert answer.headers["Location"] == "/reset"
    assert can_sign_in(app, NEW)


def test_a_second_road_that_was_open_ends_with_the_first_reset(
    app: Flask, client: FlaskClient, aline: MadePerson, delivered: Delivered
) -> None:
    thief = app.test_client()
    post(thief, "/reset", {"contact": PHONE})
    post(thief, "/reset/code", {"code": delivered().code_for(PHONE)})
    reset(client, delivered)
    answer = post(thief, "/reset/password", {"password": PASSWORD, "again": PASSWORD})
    assert answer.headers["Location"] == "/reset"


def test_two_different_passwords_are_asked_for_again(
    client: FlaskClient, aline: MadePerson, delivered: Delivered
) -> None:
    post(client, "/reset", {"contact": PHONE})
    post(client, "/reset/code", {"code": delivered().code_for(PHONE)})
    assert post(client, "/reset/password", {"password": NEW, "again": PASSWORD}).status_code == 422
    assert post(client, "/reset/password", {"password": NEW}).status_code == 422


def test_staff_still_need_their_second_factor_after_a_reset(
    app: Flask, client: FlaskClient, delivered: Delivered
) -> None:
    with app.extensions["database"].transaction(SYSTEM) as session:
        who = make_staff(session, phone=PHONE)
    assert reset(client, delivered) == "/sign-in/second-factor"
    assert client.get("/account").status_code == 303
    assert who.totp_secret == TOTP_SECRET
