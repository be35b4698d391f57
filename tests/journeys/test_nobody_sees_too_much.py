"""Routes x people x objects x tampered parameters, on a world with a canary in every private thing.

What each person may read is written down in `tests/builders/canaries.py` from the rules of the court, not from the
code. No canary may show to anybody else, in a page, a file, a header, a log line or a metric.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, product
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.core.actor import SYSTEM
from app.documents.delivery import intake
from app.wiring import House
from tests.builders.canaries import World, make_world
from tests.builders.people import csrf_token, signed_in_client

# What somebody might add to a request, having read about other courts' portals.
TAMPERED: dict[str, str] = {
    "user_id": "1",
    "person_id": "1",
    "filer_id": "1",
    "role": "registrar",
    "is_admin": "true",
    "admin": "1",
    "debug": "1",
    "sealed": "false",
    "visibility": "public",
    "token": "null",
    "q": "CANARY",
    "search": "%",
}
HEADERS = {"X-Forwarded-For": "127.0.0.1", "X-Original-URL": "/desk", "X-User-Id": "1", "X-Role": "chief_registrar"}
OWN_FLOWS = ("/account", "/sign", "/register", "/reset", "/uploads", "/callbacks")
MAY_ACT = ("owner", "clerk", "chief", "administrator", "cashier", "accountant")
MOST_OBJECTS = 10
MOST_PAIRS = 18
SHARES = 2


@dataclass(frozen=True, slots=True)
class Probe:
    """One request of one person."""

    who: str
    method: str
    url: str
    response: TestResponse

    def __str__(self) -> str:
        return f"{self.who}: {self.method} {self.url} -> {self.response.status_code}"


@pytest.fixture
def world(app: Flask, house: House) -> World:
    with app.app_context(), house.database.transaction(SYSTEM) as session:
        return make_world(session, intake())


@pytest.fixture
def clients(app: Flask, world: World) -> dict[str, FlaskClient]:
    return {name: signed_in_client(app, who) if who else app.test_client() for name, who in world.subjects.items()}


def _addresses(app: Flask, world: World, rule: Rule) -> Iterator[str]:
    """The rule's addresses with every object of the world, and of a pair of ids with enough of each."""
    adapter = app.url_map.bind("localhost")
    names = sorted(rule.arguments)
    choices = [world.ids.get(name, ("nothing",)) for name in names]
    pairs = product(*choices) if len(names) < 2 else _paired(choices)
    for values in islice(pairs, MOST_PAIRS):
        try:
            yield adapter.build(rule.endpoint, dict(zip(names, values, strict=True)))
        except Exception:
            continue


def _paired(choices: list[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Some first ids with some of the second: enough to try one person's document at another's filing."""
    yield from product(*(c[:2] for c in choices))
    yield from islice(zip(*(c * MOST_OBJECTS for c in choices), strict=False), 2, MOST_OBJECTS)


def _probes(app: Flask, world: World, clients: dict[str, FlaskClient]) -> Iterator[Probe]:
    rules = [r for r in app.url_map.iter_rules() if r.endpoint != "static"]
    tokens: dict[FlaskClient, str] = {}
    for turn, rule in enumerate(rules):
        for (number, url), (who, client) in product(enumerate(_addresses(app, world, rule)), clients.items()):
            for method in sorted((rule.methods or set()) & {"GET", "POST", "PUT", "PATCH", "DELETE"}):
                if method != "GET" and (who in MAY_ACT or rule.rule.startswith(OWN_FLOWS)):
                    continue
                if method != "GET":
                    yield Probe(who, method, url, _sent(client, method, url, tokens))
                    continue
                yield Probe(who, method, url, client.get(url))
                if number in (0, turn % MOST_OBJECTS):  # with the first, and with another one for each rule
                    yield Probe(who, method, url, client.get(url, query_string=TAMPERED, headers=HEADERS))


def _sent(client: FlaskClient, method: str, url: str, tokens: dict[FlaskClient, str]) -> TestResponse:
    """A token is made once a browser, and again when something came of a request."""
    token = tokens.get(client) or csrf_token(client)
    data = {**TAMPERED, "csrf_token": token, "do": "done", "status": "accepted"}
    answer = client.open(url, method=method, data=data)
    tokens[client] = token if answer.status_code == 404 else ""
    return answer


def _shown(response: TestResponse) -> str:
    return response.get_data().decode("utf-8", "replace") + str(response.headers)


_OWNERS = {
    "filing": "filer_id = :owner",
    "filing_document": "filing_id in (select id from filing where filer_id = :owner)",
    "filing_decision": "filing_id in (select id from filing where filer_id = :owner)",
    "court_case": "true",
    "case_note": "person_id = :owner",
    "obligation": "owner_id = :owner",
    **dict.fromkeys(
        ("payment_attempt", "obligation_line", "refund", "remission"),
        "obligation_id in (select id from obligation where owner_id = :owner)",
    ),
    "payment_void": "true",
    "role_grant": "true",
}


def _state(house: House, world: World) -> list[Any]:
    """Everything of the owner that nobody without a right to it may change. Others may start filings of their own."""
    owner = world.subjects["owner"]
    assert owner is not None
    with house.database.reading(SYSTEM) as session:
        return [
            session.execute(text(f"select t::text from {table} t where {mine} order by 1"), {"owner": owner.id})
            .scalars()
            .all()
            for table, mine in _OWNERS.items()
        ]


@pytest.mark.parametrize("share", range(SHARES))
def test_no_canary_shows_to_anybody_who_may_not_read_it(
    app: Flask,
    house: House,
    world: World,
    clients: dict[str, FlaskClient],
    capsys: pytest.CaptureFixture[str],
    share: int,
) -> None:
    """Everybody walks everywhere, a part of them at a time, so that the parts can be walked at the same time."""
    some = dict(islice(clients.items(), share, None, SHARES))
    app.testing = False  # an accident must become a page, as it does for people
    before = _state(house, world)
    leaks, broken, tried = [], [], 0
    for probe in _probes(app, world, some):
        tried += 1
        shown = _shown(probe.response)
        leaks += [f"{probe} shows {s.word}" for s in world.secrets if s.word in shown and probe.who not in s.readers]
        if probe.response.status_code >= 500 and not probe.url.startswith("/readyz"):
            broken.append(str(probe))
    assert tried > 3000 / SHARES, f"only {tried} probes: the walk has holes"
    assert leaks == []
    assert broken == []
    assert _state(house, world) == before, "somebody without a right to it changed something"
    logged = capsys.readouterr()
    assert "CANARY" not in logged.out + logged.err


def test_the_canaries_do_show_to_those_who_may_read_them(
    app: Flask, world: World, clients: dict[str, FlaskClient]
) -> None:
    for name, made in world.filings.items():
        word = f"CANARY{name.replace('_', '')}"
        page = clients["owner"].get(f"/filings/{made.id}/check" if name == "DRAFT" else f"/filings/{made.id}")
        assert word in page.text, f"the owner does not see {name}"
    accepted = world.filings["ACCEPTED"]
    assert "CANARYNOTE" in clients["owner"].get(f"/cases/{accepted.case_id}").text
    assert "CANARYACCEPTED" in clients["clerk"].get(f"/cases/{accepted.case_id}").text
    assert "CANARYNOTE" not in clients["clerk"].get(f"/cases/{accepted.case_id}").text
    assert "CANARYWAIVER" in clients["clerk"].get(f"/desk/filings/{world.asking.id}").text


def test_the_canaries_among_the_money_do_show_to_the_court_that_looks_after_it(
    world: World, clients: dict[str, FlaskClient]
) -> None:
    money, desk = world.money, "/desk/payments"
    day = f"{desk}/reconciliation/mtn_momo/{money.day}"
    places = {
        f"{desk}/{money.entry}": ("CANARYVOID", {"chief", "cashier", "accountant"}),
        f"{desk}/refunds/{money.refund}": ("CANARYREFUSAL", {"chief", "cashier", "accountant"}),
        f"{desk}/reconciliation/breaks/{money.difference}": (
            "CANARYLINE",
            {"chief", "accountant", "accountant_elsewhere"},
        ),
        f"{desk}/unplaced/{money.unplaced}": (
            "CANARYQUOTED",
            {"chief", "cashier", "accountant", "accountant_elsewhere"},
        ),
        day: ("CANARYLINE", {"chief", "accountant", "accountant_elsewhere"}),
    }
    for place, (word, readers) in places.items():
        shown = {who for who, client in clients.items() if word in client.get(place).text}
        assert shown == readers, place


def test_links_and_codes_open_without_an_account_and_name_nobody(world: World, clients: dict[str, FlaskClient]) -> None:
    money = world.money
    for place in (f"/pay/for/{money.bill_token}", f"/pay/made/{money.made_token}", f"/verify/{money.code}"):
        answer = clients["stranger"].get(place)
        assert answer.status_code == 200, place
        assert "CANARY" not in answer.text, place


def test_what_one_may_not_see_looks_exactly_like_what_is_not_there(
    app: Flask, world: World, clients: dict[str, FlaskClient]
) -> None:
    nowhere = "00000000-0000-7000-8000-000000000000"
    for place in ("/filings/{}", "/filings/{}/tasks", "/cases/{}", "/pay/{}", "/filings/{}/receipt.pdf"):
        key = {"/cases/{}": "case_id", "/pay/{}": "obligation_id"}.get(place, "filing_id")
        hidden = clients["litigant"].get(place.format(world.ids[key][0]))
        absent = clients["litigant"].get(place.format(nowhere))
        assert hidden.status_code == absent.status_code == 404
        # The address stands in the language links, so it is taken out before comparing.
        assert _without(str(world.ids[key][0]), hidden.text) == _without(nowhere, absent.text)


def _without(address: str, page: str) -> str:
    """The page without what differs between any two requests: the address asked for, and the token of its forms."""
    return re.sub(r'(name="csrf_token" value=)"[^"]*"', r"\1", page.replace(address, ""))


def test_a_session_that_has_ended_opens_nothing(app: Flask, house: House, world: World) -> None:
    owner = world.subjects["owner"]
    assert owner is not None
    client = signed_in_client(app, owner)
    address = f"/filings/{world.filings['SUBMITTED'].id}"
    assert client.get(address).status_code == 200
    cookie = client.get_cookie("sid")
    assert cookie is not None
    client.post("/sign-out", data={"csrf_token": csrf_token(client)})
    client.set_cookie("sid", cookie.value)
    assert client.get(address).status_code == 303
