"""One's own account, through the pages."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, text

from app.accounts.models import PersonRow
from app.accounts.queries import contact_points
from app.core.actor import SYSTEM
from tests.builders.people import PASSWORD, MadePerson, make_person, post, signed_in_client
from tests.integration.accounts.conftest import Carrier

PHONE, NEW_PHONE = "+250788123456", "+250733000111"
NEW = "umunsi mwiza wo kugaruka"
Delivered = Callable[[], Carrier]


@pytest.fixture
def aline(app: Flask) -> MadePerson:
    """The person whose account it is."""
    with app.extensions["database"].transaction(SYSTEM) as session:
        return make_person(session, phone=PHONE)


@pytest.fixture
def browser(app: Flask, aline: MadePerson) -> FlaskClient:
    """A browser in which she is signed in."""
    return signed_in_client(app, aline)


def version(app: Flask, who: MadePerson) -> int:
    with app.extensions["database"].reading(SYSTEM) as session:
        row: PersonRow = session.get_one(PersonRow, who.id)
        return row.version


@pytest.mark.parametrize("path", ["", "/profile", "/password", "/contact", "/advocate"])
def test_every_page_of_the_account_opens_and_asks_strangers_to_sign_in(
    client: FlaskClient, browser: FlaskClient, path: str
) -> None:
    assert browser.get("/account" + path).status_code == 200
    assert client.get("/account" + path).status_code == 303


def test_name_and_language_are_saved_and_the_page_speaks_it(
    app: Flask, browser: FlaskClient, aline: MadePerson
) -> None:
    data = {"name": "Uwase M. Aline", "locale": "fr", "version": "1"}
    assert post(browser, "/account/profile", data).status_code == 303
    page = browser.get("/account")
    assert "Uwase M. Aline" in page.text
    assert page.headers["Content-Language"] == "fr"
    assert version(app, aline) == 2


def test_a_save_from_an_old_tab_loses_nothing(app: Flask, browser: FlaskClient, aline: MadePerson) -> None:
    post(browser, "/account/profile", {"name": "First", "locale": "en", "version": "1"})
    answer = post(browser, "/account/profile", {"name": "Second", "locale": "en", "version": "1"})
    assert answer.status_code == 409
    assert "First" in browser.get("/account").text


@pytest.mark.parametrize(
    "field", ["role", "is_admin", "disabled_at", "password_hash", "totp_secret", "person_id", "id"]
)
def test_other_columns_cannot_be_posted(app: Flask, browser: FlaskClient, aline: MadePerson, field: str) -> None:
    with app.extensions["database"].reading(SYSTEM) as session:
        before = session.execute(text("select to_jsonb(p) - 'version' from person p")).all()
    post(browser, "/account/profile", {"name": aline.name, "locale": "en", "version": "1", field: "1"})
    with app.extensions["database"].reading(SYSTEM) as session:
        assert session.execute(text("select to_jsonb(p) - 'version' from person p")).all() == before
        assert session.execute(text("select count(*) from role_grant")).scalar() == 0


def test_a_new_password_ends_other_sessions_and_tells_the_person(
    app: Flask, browser: FlaskClient, aline: MadePerson, delivered: Delivered
) -> None:
    other = signed_in_client(app, aline)
    before = browser.get_cookie("sid")
    answer = post(browser, "/account/password", {"current": PASSWORD, "password": NEW, "again": NEW})
    assert answer.status_code == 303
    after = browser.get_cookie("sid")
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert browser.get("/account").status_code == 200
    assert other.get("/account").status_code == 303
    assert "was changed" in delivered().to(PHONE)[-1]


@pytest.mark.parametrize(
    "data",
    [
        {"current": "wrong", "password": NEW, "again": NEW},
        {"current": PASSWORD, "password": NEW, "again": "other"},
        {"current": PASSWORD, "password": "password123", "again": "password123"},
        {"password": NEW, "again": NEW},
        {},
    ],
)
def test_the_password_stays_when_anything_is_wrong(app: Flask, browser: FlaskClient, data: dict[str, str]) -> None:
    assert post(browser, "/account/password", data).status_code == 422
    answer = post(app.test_client(), "/sign-in", {"contact": PHONE, "password": PASSWORD})
    assert answer.status_code == 303


def test_guessing_the_password_on_the_account_page_is_braked_too(browser: FlaskClient) -> None:
    data = {"current": "wrong", "password": NEW, "again": NEW}
    answers = [post(browser, "/account/password", data).status_code for _ in range(12)]
    assert answers == [422] * 10 + [429] * 2


def test_a_new_contact_takes_the_place_of_the_old_one_which_is_told(
    app: Flask, browser: FlaskClient, aline: MadePerson, delivered: Delivered
) -> None:
    answer = post(browser, "/account/contact", {"contact": NEW_PHONE, "current": PASSWORD})
    assert answer.headers["Location"] == "/account/contact/code"
    assert browser.get("/account/contact/code").status_code == 200
    assert post(browser, "/account/contact/code", {"code": delivered().code_for(NEW_PHONE)}).status_code == 303
    assert "was changed" in delivered().to(PHONE)[-1]
    with app.extensions["database"].reading(SYSTEM) as session:
        assert contact_points(session, [aline.id])[aline.id].phone == NEW_PHONE
    assert post(app.test_client(), "/sign-in", {"contact": PHONE, "password": PASSWORD}).status_code == 422
    assert post(app.test_client(), "/sign-in", {"contact": NEW_PHONE, "password": PASSWORD}).status_code == 303


def test_an_address_stands_beside_the_number(
    app: Flask, browser: FlaskClient, aline: MadePerson, delivered: Delivered
) -> None:
    post(browser, "/account/contact", {"contact": "Aline@example.com", "current": PASSWORD})
    post(browser, "/account/contact/code", {"code": delivered().code_for("aline@example.com")})
    with app.extensions["database"].reading(SYSTEM) as session:
        points = contact_points(session, [aline.id])[aline.id]
    assert (points.phone, points.email) == (PHONE, "aline@example.com")


def test_a_contact_counts_only_once_its_code_was_entered(
    app: Flask, browser: FlaskClient, aline: MadePerson, delivered: Delivered
) -> None:
    post(browser, "/account/contact", {"contact": NEW_PHONE, "current": PASSWORD})
    assert post(browser, "/account/contact/code", {"code": "000000"}).status_code in (422, 303)
    assert post(app.test_client(), "/sign-in", {"contact": NEW_PHONE, "password": PASSWORD}).status_code == 422


def test_a_new_contact_needs_the_password(browser: FlaskClient, delivered: Delivered) -> None:
    answer = post(browser, "/account/contact", {"contact": NEW_PHONE, "current": "wrong"})
    assert answer.status_code == 422
    assert delivered().to(NEW_PHONE) == []


def test_somebody_elses_contact_cannot_be_taken_and_says_nothing_of_them(
    app: Flask, browser: FlaskClient, aline: MadePerson, delivered: Delivered
) -> None:
    with app.extensions["database"].transaction(SYSTEM) as session:
        make_person(session, phone=NEW_PHONE)
    answer = post(browser, "/account/contact", {"contact": NEW_PHONE, "current": PASSWORD})
    assert answer.headers["Location"] == "/account/contact/code"
    assert "already have" in delivered().to(NEW_PHONE)[-1]
    assert post(browser, "/account/contact/code", {"code": "123456"}).status_code == 422


def test_a_code_for_ones_own_flow_does_not_fit_anothers(
    app: Flask, browser: FlaskClient, aline: MadePerson, delivered: Delivered
) -> None:
    with app.extensions["database"].transaction(SYSTEM) as session:
        thief = make_person(session)
    theirs = signed_in_client(app, thief)
    post(browser, "/account/contact", {"contact": NEW_PHONE, "current": PASSWORD})
    with browser.session_transaction() as kept:
        token = kept["flow.contact"]
    with theirs.session_transaction() as kept:
        kept["flow.contact"] = token
    answer = post(theirs, "/account/contact/code", {"code": delivered().code_for(NEW_PHONE)})
    assert answer.headers["Location"] == "/account"
    with app.extensions["database"].reading(SYSTEM) as session:
        assert contact_points(session, [thief.id])[thief.id].phone == thief.phone


def test_other_browsers_are_listed_and_can_be_signed_out(app: Flask, browser: FlaskClient, aline: MadePerson) -> None:
    other = signed_in_client(app, aline)
    with app.extensions["database"].reading(SYSTEM) as session:
        newest = session.execute(text("select id from web_session order by id desc limit 1")).scalar_one()
    assert f"/account/sessions/{newest}/end" in browser.get("/account").text
    post(browser, f"/account/sessions/{newest}/end")
    assert other.get("/account").status_code == 303
    assert browser.get("/account").status_code == 200


def test_all_others_can_be_signed_out_at_once(app: Flask, browser: FlaskClient, aline: MadePerson) -> None:
    others = [signed_in_client(app, aline) for _ in range(2)]
    post(browser, "/account/sessions/end-others")
    assert [other.get("/account").status_code for other in others] == [303, 303]
    assert browser.get("/account").status_code == 200


def test_a_strangers_session_cannot_be_ended(app: Flask, browser: FlaskClient, aline: MadePerson) -> None:
    with app.extensions["database"].transaction(SYSTEM) as session:
        other = make_person(session)
    theirs = signed_in_client(app, other)
    with app.extensions["database"].reading(SYSTEM) as session:
        newest = session.execute(text("select id from web_session order by id desc limit 1")).scalar_one()
    post(browser, f"/account/sessions/{newest}/end")
    assert theirs.get("/account").status_code == 200


def test_an_advocate_applies_once_and_waits(app: Flask, browser: FlaskClient, aline: MadePerson) -> None:
    assert post(browser, "/account/advocate", {"bar_number": "RBA/123", "state": "active"}).status_code == 303
    page = browser.get("/account?lang=en").text
    assert "Waiting for approval" in page
    assert post(browser, "/account/advocate", {"bar_number": "RBA/124"}).status_code == 422


def test_the_account_page_asks_the_database_five_times_however_many_sessions_there_are(
    app: Flask, browser: FlaskClient, aline: MadePerson
) -> None:
    for _ in range(5):
        signed_in_client(app, aline)
    statements: list[str] = []
    engine = app.extensions["database"].engine
    event.listen(engine, "before_cursor_execute", lambda *a: statements.append(a[2]))
    assert browser.get("/account").status_code == 200
    assert len(statements) <= 6
