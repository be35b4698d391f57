"""Rails whose payers pay on the provider's own page: the way there, the way back, and the word of the provider."""

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import stripe
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.ids import new_id
from app.payments import callbacks, polling, service
from app.payments.ids import ObligationId
from app.payments.provider import Answer, Capabilities, Flow, ReportState
from app.payments.rails.stripe_checkout import StripeAccount, StripeCheckout
from app.payments.service import OpenObligation
from app.payments.till import Till
from tests.builders.payments import FEE, ScriptedProvider, make_line, make_test_till
from tests.builders.people import MadePerson, make_person, post, signed_in_client

PAGE = "https://pay.example/c/1"
SECRET = "whsec_for_tests"


class PageProvider(ScriptedProvider):
    """One whose payers pay on a page of its own."""

    code = "stripe"
    title = "Card"
    capabilities = Capabilities(
        currencies=frozenset({"RWF"}),
        prompt_window=timedelta(hours=1),
        status_calls_a_second=10,
        signed_callbacks=True,
        client_reference_id=True,
        flow=Flow.REDIRECT,
        pay_origins=("https://pay.example",),
    )
    parse_callback = StripeCheckout(StripeAccount(secret_key="sk_test_none", webhook_secret=SECRET)).parse_callback

    def __init__(self) -> None:
        """Opens one page after the other."""
        super().__init__()
        self.answers(Answer.ACCEPTED, provider_id="cs_1", pay_url=PAGE)


@pytest.fixture
def provider() -> PageProvider:
    return PageProvider()


@pytest.fixture
def till(app: Flask, clock: ManualClock, provider: PageProvider) -> Till:
    till = make_test_till(app.extensions["database"], clock, provider)
    app.extensions["till"] = till
    return till


@pytest.fixture
def payer(till: Till) -> MadePerson:
    with till.database.transaction(SYSTEM) as session:
        return make_person(session, phone="+250788123456")


@pytest.fixture
def browser(app: Flask, payer: MadePerson) -> FlaskClient:
    return signed_in_client(app, payer)


@pytest.fixture
def owed(till: Till, payer: MadePerson, clock: ManualClock) -> ObligationId:
    command = OpenObligation(
        subject=new_id(),
        court_code="TGI-NYGE",
        owner=payer.id,
        lines=(make_line(FEE),),
        valid_until=clock.now() + timedelta(days=7),
    )
    with till.database.transaction(SYSTEM) as session:
        return service.open_obligation(session, SYSTEM, command, at=clock.now())


@pytest.fixture
def work(till: Till, clock: ManualClock) -> Callable[[], None]:
    def later() -> None:
        clock.advance(timedelta(seconds=10))
        while callbacks.drain(till) + polling.drain(till):
            pass

    return later


def press_pay(browser: FlaskClient, owed: ObligationId) -> tuple[int, str | None]:
    answer = post(browser, f"/pay/{owed}", {"rail": "stripe", "shown": "20000"})
    return answer.status_code, answer.location


def page(browser: FlaskClient, path: str) -> str:
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True).replace("\u00a0", " ")


def signed(reference: str, secret: str = SECRET) -> tuple[bytes, dict[str, str]]:
    session = {
        "id": "cs_1",
        "object": "checkout.session",
        "status": "complete",
        "payment_status": "paid",
        "amount_total": 20_000,
        "currency": "rwf",
        "client_reference_id": reference,
    }
    event = {"object": "event", "type": "checkout.session.completed", "data": {"object": session}}
    body = json.dumps(event)
    return body.encode(), {"Stripe-Signature": stripe.WebhookSignature.generate_signature_header(body, secret)}


def test_pressing_pay_leads_to_the_providers_page_each_time(
    browser: FlaskClient, owed: ObligationId, provider: PageProvider
) -> None:
    assert [press_pay(browser, owed) for _ in range(2)] == [(303, PAGE), (303, PAGE)]
    [request] = provider.requests
    assert (request.msisdn, request.return_url) == (None, f"http://localhost/pay/{owed}/status")


def test_the_form_may_lead_to_that_provider_and_nowhere_else(
    app: Flask, browser: FlaskClient, owed: ObligationId
) -> None:
    policy = browser.get(f"/pay/{owed}").headers["Content-Security-Policy"]
    assert "form-action 'self' https://pay.example;" in policy
    refused = post(browser, f"/pay/{owed}", {"rail": "stripe", "shown": "1"})
    assert (refused.status_code, refused.headers["Content-Security-Policy"]) == (409, policy)
    assert "form-action 'self';" in app.test_client().get("/").headers["Content-Security-Policy"]


def test_no_phone_is_asked_for(browser: FlaskClient, owed: ObligationId) -> None:
    shown = page(browser, f"/pay/{owed}")
    assert 'name="phone"' not in shown
    assert "Pay RWF 20,000" in shown


def test_coming_back_proves_nothing_and_offers_the_page_again(
    browser: FlaskClient, owed: ObligationId, provider: PageProvider, work: Callable[[], None]
) -> None:
    press_pay(browser, owed)
    for _ in range(2):
        shown = page(browser, f"/pay/{owed}/status?paid=yes")
        assert f'href="{PAGE}"' in shown
        assert "Go on to pay" in shown
        assert "Receipt number" not in shown
        work()
    provider.says(ReportState.SUCCEEDED)
    work()
    work()
    shown = page(browser, f"/pay/{owed}/status")
    assert "Receipt number" in shown
    assert PAGE not in shown


def test_a_page_that_has_closed_is_not_offered_any_more(
    browser: FlaskClient, owed: ObligationId, provider: PageProvider, work: Callable[[], None]
) -> None:
    press_pay(browser, owed)
    provider.says(ReportState.EXPIRED)
    work()
    shown = page(browser, f"/pay/{owed}/status")
    assert PAGE not in shown
    assert "Try again" in shown
    provider.answers(Answer.ACCEPTED, provider_id="cs_2", pay_url="https://pay.example/c/2")
    assert press_pay(browser, owed) == (303, "https://pay.example/c/2")


def test_a_page_that_did_not_open_is_opened_by_asking_again(
    browser: FlaskClient, owed: ObligationId, provider: PageProvider, work: Callable[[], None]
) -> None:
    provider.answers(Answer.UNKNOWN)
    assert press_pay(browser, owed) == (303, f"/pay/{owed}/status")
    assert "trying to open the page" in page(browser, f"/pay/{owed}/status")
    provider.says(ReportState.NOT_FOUND)
    provider.answers(Answer.ACCEPTED, provider_id="cs_1", pay_url=PAGE)
    work()
    assert f'href="{PAGE}"' in page(browser, f"/pay/{owed}/status")
    assert len({request.reference_id for request in provider.requests}) == 1
    assert len({request.pay_until for request in provider.requests}) == 1


def test_a_signed_event_is_kept_and_a_forged_one_is_nobodys(
    browser: FlaskClient, app: Flask, owed: ObligationId, provider: PageProvider, work: Callable[[], None]
) -> None:
    press_pay(browser, owed)
    reference = str(provider.requests[0].reference_id)
    outside = app.test_client()
    body, headers = signed(reference, "whsec_of_somebody_else")
    assert outside.post("/callbacks/stripe", data=body, headers=headers).status_code == 404
    assert outside.post("/callbacks/stripe", data=body).status_code == 404
    body, headers = signed(reference)
    assert [outside.post("/callbacks/stripe", data=body, headers=headers).status_code for _ in range(2)] == [200, 200]
    with app.extensions["database"].reading(SYSTEM) as session:
        assert session.execute(text("SELECT count(*) FROM callback_inbox")).scalar() == 1
    # Stripe itself still says that it is open: the event alone books nothing.
    work()
    assert "Receipt number" not in page(browser, f"/pay/{owed}/status")
