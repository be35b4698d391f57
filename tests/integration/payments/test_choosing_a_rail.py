"""Where there is more than one way to pay, the payer chooses; the number's operator is only a suggestion."""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.ids import new_id
from app.payments import service
from app.payments.breaker import FAILURES
from app.payments.ids import ObligationId
from app.payments.provider import Answer, Flow
from app.payments.service import OpenObligation
from app.payments.till import Addresses, Till, make_till
from tests.builders.payments import ScriptedProvider, make_line
from tests.builders.people import MadePerson, make_person, post, signed_in_client


class Airtel(ScriptedProvider):
    code = "airtel_money"
    title = "Airtel Money"


class Card(ScriptedProvider):
    code = "stripe"
    title = "Card"
    capabilities = replace(ScriptedProvider.capabilities, flow=Flow.REDIRECT)


@pytest.fixture
def rails() -> tuple[ScriptedProvider, Airtel, Card]:
    return ScriptedProvider(), Airtel(), Card()


@pytest.fixture
def till(app: Flask, clock: ManualClock, rails: tuple[ScriptedProvider, ...]) -> Till:
    here = Addresses(public="http://localhost", callback="http://localhost")
    key = "a-key-for-tests-only-of-enough-length"
    till = make_till(app.extensions["database"], clock, secret_key=key, addresses=here, providers=rails)
    app.extensions["till"] = till
    return till


@pytest.fixture
def payer(till: Till) -> MadePerson:
    with till.database.transaction(SYSTEM) as session:
        return make_person(session, phone="+250728123456", locale="en")


@pytest.fixture
def browser(app: Flask, payer: MadePerson) -> FlaskClient:
    return signed_in_client(app, payer)


@pytest.fixture
def owed(till: Till, payer: MadePerson, clock: ManualClock) -> ObligationId:
    bill = OpenObligation(subject=new_id(), court_code="TGI-NYGE", owner=payer.id, lines=(make_line(),))
    with till.database.transaction(SYSTEM) as session:
        return service.open_obligation(session, SYSTEM, bill, at=clock.now())


def pay(browser: FlaskClient, owed: ObligationId, **form: str) -> tuple[int, str]:
    answer = post(browser, f"/pay/{owed}", {"shown": "20000", **form})
    return answer.status_code, answer.get_data(as_text=True)


def test_every_rail_is_offered_and_the_payers_own_number_suggests_one(browser: FlaskClient, owed: ObligationId) -> None:
    page = browser.get(f"/pay/{owed}").text
    for title in ("MTN Mobile Money", "Airtel Money", "Card"):
        assert title in page
    assert 'value="airtel_money" checked' in page
    assert 'value="mtn_momo" checked' not in page


def test_without_a_choice_the_page_asks_for_one_and_keeps_the_number(browser: FlaskClient, owed: ObligationId) -> None:
    status, page = pay(browser, owed, phone="0728 123 456")
    assert status == 422
    assert "Choose how you want to pay." in page
    assert "0728 123 456" in page


def test_the_chosen_rail_asks_and_no_other(
    browser: FlaskClient, owed: ObligationId, rails: tuple[ScriptedProvider, Airtel, Card]
) -> None:
    assert pay(browser, owed, rail="airtel_money", phone="0728 123 456")[0] == 303
    assert [len(rail.requests) for rail in rails] == [0, 1, 0]
    assert "Airtel Money asks the phone that ends in 456" in browser.get(f"/pay/{owed}/status").text


def test_a_number_of_another_operator_must_be_confirmed(browser: FlaskClient, owed: ObligationId) -> None:
    status, page = pay(browser, owed, rail="mtn_momo", phone="0728 123 456")
    assert status == 422
    assert "looks like a number of another operator" in page
    assert pay(browser, owed, rail="mtn_momo", phone="0728 123 456", moved="yes")[0] == 303


def test_a_card_asks_no_phone_and_leads_to_the_page_to_pay_on(
    browser: FlaskClient, owed: ObligationId, rails: tuple[ScriptedProvider, Airtel, Card]
) -> None:
    card = rails[2]
    card.answers(Answer.ACCEPTED, provider_id="session-1", pay_url="https://cards.example/session-1")
    assert pay(browser, owed, rail="stripe", phone="")[0] == 303
    assert card.requests[0].msisdn is None
    assert card.requests[0].return_url == f"http://localhost/pay/{owed}/status"
    page = browser.get(f"/pay/{owed}/status").text
    assert 'href="https://cards.example/session-1"' in page


def test_a_rail_that_does_not_answer_says_so_and_the_others_stay(
    browser: FlaskClient, owed: ObligationId, till: Till, clock: ManualClock
) -> None:
    for _ in range(FAILURES):
        till.breaker("airtel_money").note(answered=False, now=clock.now())
    assert "Does not answer just now" in browser.get(f"/pay/{owed}").text
    status, page = pay(browser, owed, rail="airtel_money", phone="0728 123 456")
    assert status == 503
    assert "Choose another way to pay" in page
    assert pay(browser, owed, rail="mtn_momo", phone="0788 123 456")[0] == 303
