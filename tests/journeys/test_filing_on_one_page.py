"""An advocate files on one page, with a pasted pleading."""

import re

from flask import Flask

from app.core.actor import SYSTEM
from app.wiring import House
from tests.builders.people import make_advocate, post, signed_in_client


def test_an_advocate_fills_in_everything_on_one_page_and_the_pleading_becomes_points(app: Flask, house: House) -> None:
    with house.database.transaction(SYSTEM) as session:
        who = make_advocate(session, locale="en")
    client = signed_in_client(app, who)
    url = post(client, "/start/civil_claim").location.removesuffix("/tasks")
    page = client.get(f"{url}/page").text
    hidden = dict(re.findall(r'name="((?:base|[pi]\d+-item))" value="([^"]*)"', page))
    court = re.search(r'<option value="(TB-[^"]+)"', page)
    assert court
    data = {
        **hidden,
        "f-acting_as": "advocate",
        "f-court_code": court[1],
        "p0-name": "Demo Client",
        "p0-kind": "person",
        "p1-name": "Demo Ltd",
        "p1-kind": "organisation",
        "p1-number": "100200300",
        "f-pasted": "I. THE LOAN\nHe borrowed.\nHe signed.\nII. THE DELAY\nHe never paid.",
        "f-asked": "RWF 900,000",
        "f-value": "900 000",
        "f-agreed": "yes",
        "f-declared_name": "Demo Advocate",
        "do": "check",
    }
    saved = post(client, f"{url}/page", data)
    assert saved.status_code == 303, re.findall(r"govuk-error-message.*", saved.text)
    check = client.get(f"{url}/check").text
    assert "THE LOAN" in check
    assert "THE DELAY" in check
    assert "RWF 900,000" in check
    assert "Demo Ltd" in check
    again = post(client, f"{url}/page", data)
    assert again.status_code == 409, "a second window must not overwrite"
    assert "He borrowed." in again.text, "not a word may be lost"
