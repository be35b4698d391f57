"""Changing the language keeps the page and what was typed on it, with and without scripts."""

import re

import pytest
from flask import Flask

from app.accounts.roles import Role
from app.core.actor import SYSTEM
from app.filing.status import FilingStatus
from app.wiring import House
from tests.builders.filings import make_filing
from tests.builders.people import make_person, make_staff, post, signed_in_client

COURT = "TGI-NYGE"


def test_what_was_typed_stays_when_the_language_is_changed(app: Flask, house: House) -> None:
    with house.database.transaction(SYSTEM) as session:
        who = make_person(session, locale="en")
    client = signed_in_client(app, who)
    url = post(client, "/start/civil_claim").location.removesuffix("/tasks")
    page = client.get(f"{url}/issues/add")
    assert 'name="switch_language" value="fr"' in page.text
    hidden = dict(re.findall(r'name="(base|item)" value="([^"]*)"', page.text))
    half = {**hidden, "title": "", "facts": "Il m'a prêté de l'argent.", "wanted": "", "switch_language": "fr"}
    again = post(client, f"{url}/issues/add", half)
    assert again.status_code == 200
    assert '<html lang="fr">' in again.text
    assert "Il m&#39;a prêté de l&#39;argent." in again.text
    assert "govuk-error-message" not in again.text
    assert "govuk-error-summary" not in again.text
    assert "argent" not in client.get(f"{url}/issues").text, "nothing was saved by that"
    full = {**hidden, "facts": "Il m'a prêté de l'argent.", "wanted": "Qu'il rende."}
    assert post(client, f"{url}/issues/add", full).status_code == 303
    assert '<html lang="fr">' in client.get("/").text, "the language stays"


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/register", {"name": "Mukamana Aline", "contact": ""}),
        ("/account/contact", {"contact": "0788 000 1", "current": ""}),
        ("/account/profile", {"name": "Mukamana A", "locale": "en"}),
        ("/account/advocate", {"bar_number": "RBA/77"}),
    ],
)
def test_a_form_of_the_account_keeps_its_words(app: Flask, house: House, path: str, typed: dict[str, str]) -> None:
    with house.database.transaction(SYSTEM) as session:
        who = make_person(session, locale="en")
    client = app.test_client() if path == "/register" else signed_in_client(app, who)
    page = client.get(f"{path}?lang=en").text
    assert_switch_belongs_to_a_form(page)
    again = post(client, path, {**typed, "switch_language": "rw"})
    assert again.status_code == 200
    assert '<html lang="rw">' in again.text
    assert "govuk-error-summary" not in again.text
    assert all(f'value="{words}"' in again.text for words in typed.values() if words)


def test_the_number_to_pay_from_stays_and_nobody_is_asked_to_pay(app: Flask, house: House) -> None:
    with house.database.transaction(SYSTEM) as session:
        made = make_filing(session, status=FilingStatus.AWAITING_PAYMENT)
    client = signed_in_client(app, made.filer)
    shown = client.get(f"/filings/{made.id}").text
    bill = re.search(r'href="(/pay/[^"]+)"', shown)
    assert bill
    assert_switch_belongs_to_a_form(client.get(bill[1]).text)
    again = post(client, bill[1], {"phone": "0788 77", "shown": "20000", "switch_language": "fr"})
    assert again.status_code == 200
    assert 'value="0788 77"' in again.text
    assert client.get(f"{bill[1]}/status").status_code == 303, "nothing is under way"


@pytest.mark.parametrize("step", ["return", "reject", "transfer"])
def test_a_decision_half_written_is_not_taken_by_it(app: Flask, house: House, step: str) -> None:
    with house.database.transaction(SYSTEM) as session:
        registrar = make_staff(session, Role.REGISTRAR, COURT, locale="en")
        made = make_filing(session, status=FilingStatus.UNDER_REVIEW, court_code=COURT, registrar=registrar)
    client = signed_in_client(app, registrar)
    url = f"/desk/filings/{made.id}/{step}"
    page = client.get(f"{url}?lang=en").text
    assert_switch_belongs_to_a_form(page)
    chosen = re.search(r'<input[^>]*name="(code)"[^>]*value="([^"]+)"', page)
    name, value = (chosen[1], chosen[2]) if chosen else ("text", "The wall is at Huye.")
    words = {f"{value}-words": "The wall is at Huye."} if chosen else {}
    again = post(client, url, {name: value, **words, "switch_language": "fr"})
    assert again.status_code == 200
    assert "The wall is at Huye." in again.text
    assert "govuk-error-summary" not in again.text
    assert client.get(url).status_code == 200, "it is still in hand"


def test_the_counter_keeps_the_stamp(app: Flask, house: House) -> None:
    with house.database.transaction(SYSTEM) as session:
        registrar = make_staff(session, Role.REGISTRAR, COURT, locale="en")
    client = signed_in_client(app, registrar)
    assert_switch_belongs_to_a_form(client.get("/desk/counter").text)
    again = post(client, "/desk/counter", {"stamped_at": "14:05", "switch_language": "fr"})
    assert again.status_code == 200
    assert 'value="14:05"' in again.text


def test_a_private_note_stays_and_is_not_kept_yet(app: Flask, house: House) -> None:
    with house.database.transaction(SYSTEM) as session:
        made = make_filing(session, status=FilingStatus.ACCEPTED)
    client = signed_in_client(app, made.filer)
    url = f"/cases/{made.case_id}"
    assert_switch_belongs_to_a_form(client.get(url).text)
    again = post(
        client, f"{url}/note", {"label": "The wall", "note": "Ask Eric", "version": "0", "switch_language": "fr"}
    )
    assert again.status_code == 200
    assert "Ask Eric" in again.text
    assert "Ask Eric" not in client.get(url).text


def assert_switch_belongs_to_a_form(page: str) -> None:
    """The buttons that change the language send a form that is on the page, and no id is there twice."""
    form = re.search(r'form="([^"]+)" name="switch_language"', page)
    assert form, "the language is changed by a link, which loses what was typed"
    assert page.count(f'id="{form[1]}"') == 1
