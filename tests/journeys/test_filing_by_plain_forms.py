"""The road of a filing through plain HTTP forms, as a browser without scripts walks it."""

import re
from collections.abc import Callable
from io import BytesIO

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.wiring import House
from tests.builders.files import pdf
from tests.builders.people import csrf_token, make_person, post, signed_in_client
from tests.builders.statements import counted


def _hidden(page: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, f"no hidden {name} on the page"
    return found[1]


def _fill(client: FlaskClient, url: str, data: dict[str, object]) -> TestResponse:
    page = client.get(url)
    assert page.status_code == 200, page.text
    extra = {n: _hidden(page, n) for n in ("base", "item") if f'name="{n}"' in page.text}
    answer = post(client, url, {**extra, **data})
    assert answer.status_code == 303, re.findall(r"govuk-error-message.*", answer.text)
    return answer


def _finished_draft(client: FlaskClient) -> str:
    """A civil claim, every section answered; its address."""
    started = post(client, "/start/civil_claim")
    url = started.location.removesuffix("/tasks")
    _fill(
        client,
        f"{url}/court",
        {"acting_as": "self", "district": "gasabo", "value_known": "yes", "value": "500,000", "land": "none"},
    )
    choice = client.get(f"{url}/court/choose")
    court = re.search(r'name="court_code" type="radio" value="([^"]+)"', choice.text)
    assert court
    _fill(client, f"{url}/court/choose", {"court_code": court[1]})
    _fill(
        client,
        f"{url}/parties/add/claimant",
        {"kind": "person", "name": "Demo Claimant", "is_filer": "yes", "phone": "0788000111", "identity_kind": "none"},
    )
    _fill(client, f"{url}/parties/add/defendant", {"kind": "person", "name": "Demo Defendant"})
    _fill(client, f"{url}/issues/add", {"facts": "I lent money.", "wanted": "That it is paid back."})
    _fill(client, f"{url}/relief", {"asked": "RWF 500,000", "value_known": "yes", "value": "500000"})
    page = client.get(f"{url}/documents")
    data = {"kind": "evidence", "title": "Loan paper", "do": "add", "files": (BytesIO(pdf()), "loan.pdf")}
    added = post(client, f"{url}/documents", data, content_type="multipart/form-data")
    assert added.status_code == 303, re.findall(r"govuk-error.*", added.text)
    page = client.get(f"{url}/documents")
    done = post(client, f"{url}/documents", {"do": "done", "base": _hidden(page, "base"), "pleading": "answers"})
    assert done.status_code == 303
    _fill(client, f"{url}/fee", {})
    _fill(client, f"{url}/declaration", {"agreed": "yes", "declared_name": "Demo Claimant"})
    return str(url)


def _send(client: FlaskClient, url: str) -> TestResponse:
    page = client.get(f"{url}/check")
    assert "Send your claim" in page.text, re.findall(r"error-summary.*?</ul>", page.text, re.S)
    return post(client, f"{url}/send", {"version": _hidden(page, "version")})


def test_a_claim_is_sent_and_waits_for_payment_and_sending_twice_files_once(
    app: Flask, house: House, clock: ManualClock, work: Callable[[], int]
) -> None:
    with house.database.transaction(SYSTEM) as session:
        who = make_person(session, locale="en")
    client = signed_in_client(app, who)
    url = _finished_draft(client)
    sent = _send(client, url)
    assert sent.status_code == 303
    assert sent.location == url
    page = client.get(url)
    assert "NOT filed until paid" in page.text
    assert "RWF\u00a010,000" in page.text
    again = post(client, f"{url}/send", {"version": "1"})
    assert again.status_code == 303
    assert again.location == url
    receipt = client.get(f"{url}/receipt.pdf")
    assert receipt.data.startswith(b"%PDF-")
    assert client.get(f"{url}/tasks").location == url


def test_send_takes_at_most_fourteen_statements(app: Flask, house: House) -> None:
    with house.database.transaction(SYSTEM) as session:
        who = make_person(session, locale="en")
    client = signed_in_client(app, who)
    url = _finished_draft(client)
    version = _hidden(client.get(f"{url}/check"), "version")
    token = csrf_token(client)
    with counted(house.database) as statements:
        sent = client.post(f"{url}/send", data={"version": version, "csrf_token": token})
    assert sent.status_code == 303
    assert len(statements) <= 14, "\n".join(statements)
