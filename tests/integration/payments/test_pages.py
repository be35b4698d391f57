"""The payer's pages: the bill, what is happening, the receipt; and the address for callbacks."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.accounts.roles import Role
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.ids import new_id
from app.core.money import Money
from app.payments import callbacks, polling, queries, service
from app.payments.ids import ObligationId
from app.payments.provider import Answer, ReportState
from app.payments.reasons import Reason, advice_on
from app.payments.service import OpenObligation
from app.payments.till import Till
from tests.builders.payments import FEE, ScriptedProvider, make_line, make_test_till, report, rwf
from tests.builders.people import MadePerson, make_person, make_staff, post, signed_in_client
from tests.builders.statements import counted

PHONE = "+250788123456"
NBSP = "\u00a0"


@pytest.fixture
def provider() -> ScriptedProvider:
    return ScriptedProvider()


@pytest.fixture
def till(app: Flask, clock: ManualClock, provider: ScriptedProvider) -> Till:
    """The portal's till, with a provider that says what it is told to."""
    till = make_test_till(app.extensions["database"], clock, provider)
    app.extensions["till"] = till
    return till


@pytest.fixture
def payer(till: Till) -> MadePerson:
    with till.database.transaction(SYSTEM) as session:
        return make_person(session, phone=PHONE)


@pytest.fixture
def browser(app: Flask, payer: MadePerson) -> FlaskClient:
    return signed_in_client(app, payer)


@pytest.fixture
def owe(till: Till, payer: MadePerson, clock: ManualClock) -> Callable[..., ObligationId]:
    """Opens a bill of the payer."""

    def open_one(amount: Money = FEE, term: timedelta = timedelta(days=7)) -> ObligationId:
        command = OpenObligation(
            subject=new_id(),
            court_code="TGI-NYGE",
            owner=payer.id,
            lines=(make_line(amount),),
            valid_until=clock.now() + term,
        )
        with till.database.transaction(SYSTEM) as session:
            return service.open_obligation(session, SYSTEM, command, at=clock.now())

    return open_one


@pytest.fixture
def work(till: Till, clock: ManualClock) -> Callable[[], None]:
    def pass_five_seconds() -> None:
        clock.advance(timedelta(seconds=5))
        while callbacks.drain(till) + polling.drain(till):
            pass

    return pass_five_seconds


def press_pay(browser: FlaskClient, owed: ObligationId, **changes: str) -> tuple[int, str]:
    form = {"phone": "0788 123 456", "shown": "20000", **changes}
    answer = post(browser, f"/pay/{owed}", form)
    return answer.status_code, answer.get_data(as_text=True)


def page(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address, follow_redirects=True)
    assert answer.status_code == 200
    return answer.get_data(as_text=True).replace(NBSP, " ")


def bare(html: str) -> str:
    """A page without the address it was asked for under, and without its token."""
    return re.sub(r"/pay/[0-9a-f-]{36}", "/pay/X", re.sub(r'name="csrf_token" value="[^"]*"', "", html))


def test_the_bill_says_what_for_how_much_and_by_which_law_before_anything_is_paid(
    browser: FlaskClient, owe: Callable[..., ObligationId]
) -> None:
    shown = page(browser, f"/pay/{owe()}")
    for words in ("Deposit fee", "Ministerial Order 17/2020", "Pay RWF 20,000", "sent, not filed", "11 May 2026"):
        assert words in shown
    assert 'value="0788 123 456"' in shown


def test_paying_leads_to_a_page_that_shows_what_is_happening(
    browser: FlaskClient, owe: Callable[..., ObligationId], provider: ScriptedProvider
) -> None:
    owed = owe()
    answer = post(browser, f"/pay/{owed}", {"phone": "0788 123 456", "shown": "20000"})
    assert (answer.status_code, answer.location) == (303, f"/pay/{owed}/status")
    shown = page(browser, f"/pay/{owed}/status")
    assert "Look at your phone" in shown
    assert "ends in 456" in shown
    assert PHONE[4:] not in shown
    assert f'data-poll="/pay/{owed}/status/fragment"' in shown
    assert '<noscript><meta http-equiv="refresh" content="5"></noscript>' in shown
    assert len(provider.requests) == 1


def test_pressing_twice_asks_the_phone_once(
    browser: FlaskClient, owe: Callable[..., ObligationId], provider: ScriptedProvider
) -> None:
    owed = owe()
    assert [press_pay(browser, owed)[0] for _ in range(2)] == [303, 303]
    assert len(provider.requests) == 1
    assert browser.get(f"/pay/{owed}").location == f"/pay/{owed}/status"


def test_the_fragment_changes_by_itself_and_leads_to_the_receipt(
    browser: FlaskClient, owe: Callable[..., ObligationId], provider: ScriptedProvider, work: Callable[[], None]
) -> None:
    owed = owe()
    press_pay(browser, owed)
    assert "data-done" not in page(browser, f"/pay/{owed}/status/fragment")
    provider.says(ReportState.SUCCEEDED)
    work()
    assert f'data-done="/pay/{owed}/status"' in page(browser, f"/pay/{owed}/status/fragment")
    shown = page(browser, f"/pay/{owed}/status")
    for words in ("Paid", "Receipt number", "-1", "RWF 20,000", "778899", "Go on to your filing"):
        assert words in shown
    assert "data-poll" not in shown
    assert "refresh" not in shown


@pytest.mark.parametrize("reason", Reason)
def test_every_failure_is_a_plain_sentence_with_a_next_step(
    browser: FlaskClient, owe: Callable[..., ObligationId], provider: ScriptedProvider, reason: Reason
) -> None:
    owed = owe()
    provider.answers(Answer.REJECTED, reason=reason)
    press_pay(browser, owed)
    shown = page(browser, f"/pay/{owed}/status").replace("&#39;", "'")
    advice = advice_on(reason, "MTN Mobile Money")
    assert str(advice.what) in shown
    assert str(advice.then) in shown
    assert "Try again" in shown
    assert "sent, not filed" in shown


def test_an_unclear_answer_says_not_to_pay_twice(
    browser: FlaskClient, owe: Callable[..., ObligationId], provider: ScriptedProvider
) -> None:
    owed = owe()
    provider.answers(Answer.UNKNOWN)
    press_pay(browser, owed)
    assert "has not answered yet" in page(browser, f"/pay/{owed}/status")


def test_a_payment_that_does_not_fit_says_that_staff_look_at_it_and_they_do(
    app: Flask,
    browser: FlaskClient,
    payer: MadePerson,
    owe: Callable[..., ObligationId],
    provider: ScriptedProvider,
    work: Callable[[], None],
) -> None:
    owed = owe()
    press_pay(browser, owed)
    provider.status = report(ReportState.SUCCEEDED, rwf(1))
    work()
    assert "does not fit your bill" in page(browser, f"/pay/{owed}/status").replace("&#39;", "'")
    with app.extensions["database"].transaction(SYSTEM) as session:
        here, elsewhere = make_staff(session), make_staff(session, Role.REGISTRAR, "TGI-GSBO")
        seen = [queries.for_staff(session, who.actor) for who in (here, elsewhere, payer)]
    assert [[item.attempt.reference_id for item in found] for found in seen] == [
        [provider.requests[0].reference_id],
        [],
        [],
    ]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"phone": ""}, "Enter the MTN Mobile Money number"),
        ({"phone": "12"}, "Enter a phone number"),
        ({"phone": "0728 123 456"}, "another operator"),
    ],
)
def test_a_wrong_number_is_kept_on_the_page_with_what_to_do(
    browser: FlaskClient,
    owe: Callable[..., ObligationId],
    provider: ScriptedProvider,
    typed: dict[str, str],
    words: str,
) -> None:
    status, shown = press_pay(browser, owe(), **typed)
    assert status == 422
    assert words in shown
    assert f'value="{typed["phone"]}"' in shown or not typed["phone"]
    assert provider.requests == []


def test_a_number_that_moved_to_mtn_can_be_used(
    browser: FlaskClient, owe: Callable[..., ObligationId], provider: ScriptedProvider
) -> None:
    assert press_pay(browser, owe(), phone="0728 123 456", moved="yes")[0] == 303
    assert [request.msisdn for request in provider.requests] == ["+250728123456"]


@pytest.mark.parametrize("shown", ["", "1", "2000000", "-20000", "twenty", "20000.0", "٢٠٠٠٠"])
def test_only_the_amount_that_is_due_is_paid(
    browser: FlaskClient, owe: Callable[..., ObligationId], provider: ScriptedProvider, shown: str
) -> None:
    status, answer = press_pay(browser, owe(), shown=shown)
    assert status == 409
    assert "The amount has changed" in answer
    assert provider.requests == []


def test_after_the_last_day_there_is_no_button_and_no_way_round_it(
    browser: FlaskClient, owe: Callable[..., ObligationId], clock: ManualClock, provider: ScriptedProvider
) -> None:
    owed = owe(term=timedelta(minutes=10))
    clock.advance(timedelta(minutes=11))
    shown = page(browser, f"/pay/{owed}")
    assert "The time for paying is over" in shown
    assert "Pay RWF" not in shown
    assert press_pay(browser, owed)[0] == 409
    assert provider.requests == []


def test_a_zero_fee_asks_for_nothing(browser: FlaskClient, owe: Callable[..., ObligationId]) -> None:
    assert "There is no fee to pay" in page(browser, f"/pay/{owe(rwf(0))}")


def test_a_bill_that_was_made_void_says_so(
    browser: FlaskClient, owe: Callable[..., ObligationId], till: Till, clock: ManualClock
) -> None:
    owed = owe()
    with till.database.transaction(SYSTEM) as session:
        service.void_obligation(session, SYSTEM, owed, reason="cancelled", at=clock.now())
    assert "This bill has been cancelled" in page(browser, f"/pay/{owed}")


@pytest.mark.parametrize("path", ["", "/status", "/status/fragment"])
def test_somebody_elses_bill_looks_like_one_that_was_never_made(
    app: Flask, till: Till, owe: Callable[..., ObligationId], path: str
) -> None:
    with till.database.transaction(SYSTEM) as session:
        stranger, registrar = make_person(session), make_staff(session)
    for who in (stranger, registrar):
        client = signed_in_client(app, who)
        theirs, nobodys = (client.get(f"/pay/{bill}{path}") for bill in (owe(), uuid4()))
        assert (theirs.status_code, nobodys.status_code) == (404, 404)
        assert bare(theirs.text) == bare(nobodys.text)
        assert post(client, f"/pay/{owe()}", {"phone": "0788123456", "shown": "20000"}).status_code == 404


def test_the_status_page_costs_few_statements_however_many_attempts_there_were(
    app: Flask, browser: FlaskClient, owe: Callable[..., ObligationId], provider: ScriptedProvider
) -> None:
    owed = owe()
    provider.answers(Answer.REJECTED, reason=Reason.PAYER_DECLINED)
    for _ in range(6):
        press_pay(browser, owed)
    for address in (f"/pay/{owed}", f"/pay/{owed}/status", f"/pay/{owed}/status/fragment"):
        with counted(app.extensions["database"]) as statements:
            assert browser.get(address).status_code == 200
        assert len(statements) <= 6


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_the_operator_may_call_back_by_either_method_without_a_token_or_origin(
    app: Flask,
    browser: FlaskClient,
    owe: Callable[..., ObligationId],
    provider: ScriptedProvider,
    work: Callable[[], None],
    method: str,
) -> None:
    owed, client = owe(), app.test_client()
    press_pay(browser, owed)
    address = str(provider.requests[0].callback_url).removeprefix("http://localhost")
    provider.says(ReportState.SUCCEEDED)
    for _ in range(3):
        answer = client.open(address, method=method, data=b"succeeded", headers={"Origin": "https://mtn.example"})
        assert (answer.status_code, answer.data) == (200, b"")
    work()
    assert "Receipt number" in page(browser, f"/pay/{owed}/status")
    with app.extensions["database"].reading(SYSTEM) as session:
        assert session.execute(text("select count(*) from callback_inbox")).scalar_one() == 1


@pytest.mark.parametrize("address", ["/callbacks/mtn/guess", "/callbacks/airtel/guess", "/callbacks/mtn/"])
def test_a_guessed_callback_address_is_not_found(client: FlaskClient, till: Till, address: str) -> None:
    assert client.put(address, data=b"{}").status_code == 404


def test_a_callback_that_is_too_long_is_refused(
    client: FlaskClient, browser: FlaskClient, owe: Callable[..., ObligationId], provider: ScriptedProvider
) -> None:
    press_pay(browser, owe())
    address = str(provider.requests[0].callback_url).removeprefix("http://localhost")
    assert client.put(address, data=b"x" * (callbacks.MOST_BYTES + 1)).status_code == 413
