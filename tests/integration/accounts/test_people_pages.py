"""The administrator's pages."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.roles import Role
from app.core.actor import SYSTEM
from tests.builders.people import MadePerson, make_advocate, make_person, make_staff, post, signed_in_client

PHONE = "+250788123456"


@pytest.fixture
def aline(app: Flask) -> MadePerson:
    """Somebody who will work for a court."""
    with app.extensions["database"].transaction(SYSTEM) as session:
        return make_person(session, phone=PHONE)


@pytest.fixture
def admin(app: Flask) -> MadePerson:
    """Who gives roles."""
    with app.extensions["database"].transaction(SYSTEM) as session:
        return make_staff(session, Role.ADMINISTRATOR, name="Kayitesi Rose")


@pytest.fixture
def browser(app: Flask, admin: MadePerson) -> FlaskClient:
    """The administrator's."""
    return signed_in_client(app, admin)


def test_a_role_is_given_acts_and_is_taken_back(app: Flask, browser: FlaskClient, aline: MadePerson) -> None:
    before = signed_in_client(app, aline)
    answer = post(browser, f"/people/{aline.id}", {"role": "registrar", "court": "TGI-NYGE"})
    assert answer.status_code == 303
    assert before.get("/account").status_code == 303  # signed out: the role acts from the next sign-in
    page = browser.get(f"/people/{aline.id}?lang=en").text
    assert "Registrar" in page
    end = page.split('action="')[-1]
    ending = next(part for part in page.split('action="') if "/roles/" in part).split('"')[0]
    assert end
    assert post(browser, ending).status_code == 303
    assert "No role yet" in browser.get(f"/people/{aline.id}?lang=en").text


@pytest.mark.parametrize(
    "data",
    [
        {"role": "registrar"},
        {"role": "registrar", "court": ""},
        {"role": "registrar", "court": "NOWHERE"},
        {"role": "administrator", "court": "TGI-NYGE"},
        {"role": "advocate"},
        {"role": "litigant"},
        {"role": "king"},
        {},
    ],
)
def test_a_role_that_makes_no_sense_is_refused_on_the_page(
    browser: FlaskClient, aline: MadePerson, data: dict[str, str]
) -> None:
    assert post(browser, f"/people/{aline.id}", data).status_code == 422


def test_the_same_role_twice_is_refused(browser: FlaskClient, aline: MadePerson) -> None:
    data = {"role": "judge", "court": "TGI-NYGE"}
    assert post(browser, f"/people/{aline.id}", data).status_code == 303
    assert post(browser, f"/people/{aline.id}", data).status_code == 422


def test_nobody_gives_themselves_a_role_or_closes_their_own_account(browser: FlaskClient, admin: MadePerson) -> None:
    assert post(browser, f"/people/{admin.id}", {"role": "judge", "court": "TGI-NYGE"}).status_code == 403
    assert post(browser, f"/people/{admin.id}/close").status_code == 403
    assert browser.get(f"/people/{admin.id}").status_code == 200


def test_a_person_is_found_by_the_whole_contact_and_never_by_a_part(browser: FlaskClient, aline: MadePerson) -> None:
    answer = post(browser, "/people", {"contact": "0788 123 456"})
    assert answer.headers["Location"] == f"/people/{aline.id}"
    for part in ("%", "%%%", "_", "*", "\\", "0788", "Uwase", "07881234%6", "a%@example.com"):
        answer = post(browser, "/people", {"contact": part})
        assert answer.status_code == 422, part
        assert str(aline.id) not in answer.text


def test_the_list_names_the_staff_and_no_litigant(browser: FlaskClient, aline: MadePerson) -> None:
    page = browser.get("/people").text
    assert "Kayitesi Rose" in page
    assert aline.name not in page


def test_the_list_goes_on_to_older_roles(app: Flask, browser: FlaskClient) -> None:
    with app.extensions["database"].transaction(SYSTEM) as session:
        for n in range(55):
            make_staff(session, name=f"Registrar {n:03d}")
    first = browser.get("/people").text
    older = next(part for part in first.split('href="') if part.startswith("/people?before=")).split('"')[0]
    second = browser.get(older).text
    assert "Registrar 054" in first
    assert "Registrar 054" not in second
    assert "Registrar 000" in second
    assert "Kayitesi Rose" in second


def test_closing_an_account_signs_it_out_and_opening_lets_it_in(
    app: Flask, browser: FlaskClient, aline: MadePerson
) -> None:
    theirs = signed_in_client(app, aline)
    post(browser, f"/people/{aline.id}/close")
    assert theirs.get("/account").status_code == 303
    data = {"contact": PHONE, "password": aline.password}
    assert post(app.test_client(), "/sign-in", data).status_code == 422
    post(browser, f"/people/{aline.id}/open")
    assert post(app.test_client(), "/sign-in", data).status_code == 303


def test_a_lost_authenticator_is_taken_off_and_enrolled_anew(app: Flask, browser: FlaskClient) -> None:
    with app.extensions["database"].transaction(SYSTEM) as session:
        judge = make_staff(session, Role.JUDGE)
    theirs = signed_in_client(app, judge)
    post(browser, f"/people/{judge.id}/second-factor/remove")
    assert theirs.get("/account").status_code == 303
    answer = post(app.test_client(), "/sign-in", {"contact": judge.phone, "password": judge.password})
    assert answer.headers["Location"] == "/sign-in/enrol"


@pytest.mark.parametrize("role", ["litigant", "advocate", "registrar", "chief_registrar", "judge", "anonymous"])
def test_nobody_else_sees_or_does_any_of_it(app: Flask, aline: MadePerson, role: str) -> None:
    with app.extensions["database"].transaction(SYSTEM) as session:
        match role:
            case "litigant" | "anonymous":
                who = make_person(session)
            case "advocate":
                who = make_advocate(session)
            case _:
                who = make_staff(session, Role(role))
    theirs = app.test_client() if role == "anonymous" else signed_in_client(app, who)
    expected = 303 if role == "anonymous" else 404
    for path in ("/people", f"/people/{aline.id}", f"/people/{who.id}"):
        assert theirs.get(path).status_code == expected, path
    for path in ("", f"/{aline.id}", f"/{aline.id}/close", f"/{aline.id}/open", f"/{aline.id}/second-factor/remove"):
        data = {"role": "administrator", "contact": PHONE}
        assert post(theirs, "/people" + path, data).status_code == 404, path


def test_an_id_that_is_nobodys_is_not_found(browser: FlaskClient, aline: MadePerson) -> None:
    nobody = "01900000-0000-7000-8000-000000000000"
    assert browser.get(f"/people/{nobody}").status_code == 404
    assert post(browser, f"/people/{nobody}", {"role": "administrator"}).status_code == 404
    assert post(browser, f"/people/{aline.id}/roles/{nobody}/end").status_code == 404
