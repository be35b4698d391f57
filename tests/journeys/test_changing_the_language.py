"""Changing the language keeps the page and what was typed on it, with and without scripts."""

import re

from flask import Flask

from app.core.actor import SYSTEM
from app.wiring import House
from tests.builders.people import make_person, post, signed_in_client


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
