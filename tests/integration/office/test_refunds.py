"""The desk's pages of refunds, and what the payer reads meanwhile."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.roles import Role
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.ids import new_id
from app.core.money import Money
from app.payments import checkout, polling, service
from app.payments.attempts import RequestPayment
from app.payments.ids import ObligationId
from app.payments.provider import Answer, Cause, RefundSupport, ReportState, StatusReport
from app.payments.service import OpenObligation
from tests.builders.payments import PHONE, make_line, make_test_till, rwf
from tests.builders.people import MadePerson, make_person, make_staff, post, signed_in_client
from tests.builders.refunds import COURT, Counter, RefundingScript

LARGE = rwf(80_000)


@pytest.fixture
def provider() -> RefundingScript:
    return RefundingScript()


@pytest.fixture
def counter(app: Flask, clock: ManualClock, provider: RefundingScript) -> Counter:
    till = make_test_till(app.extensions["database"], clock, provider)
    app.extensions["till"] = till
    return Counter(till, provider)


class Desk:
    """A court with its people, a payer, and money that must go back."""

    def __init__(self, app: Flask, counter: Counter) -> None:
        self.app, self.counter = app, counter
        with counter.till.database.transaction(SYSTEM) as session:
            self.payer = make_person(session)
            self.people = {
                "accountant": make_staff(session, Role.ACCOUNTANT, COURT, name="Uwase Aline"),
                "chief": make_staff(session, Role.CHIEF_REGISTRAR, COURT, name="Gasana Paul"),
                "cashier": make_staff(session, Role.CASHIER, COURT, name="Habimana Eric"),
                "registrar": make_staff(session, Role.REGISTRAR, COURT, name="Keza Diane"),
                "elsewhere": make_staff(session, Role.ACCOUNTANT, "TGI-GSBO", name="Ineza Marie"),
            }

    def client(self, who: str | MadePerson) -> FlaskClient:
        return signed_in_client(self.app, self.people[who] if isinstance(who, str) else who)

    def owed_back(self, amount: Money, owner: MadePerson | None = None) -> tuple[ObligationId, str]:
        """The bill, and the address of its refund at the desk."""
        payer = owner or self.payer
        till, now = self.counter.till, self.counter.till.clock.now
        with till.database.transaction(SYSTEM) as session:
            bill = OpenObligation(subject=new_id(), court_code=COURT, owner=payer.id, lines=(make_line(amount),))
            owed = service.open_obligation(session, SYSTEM, bill, at=now())
        command = RequestPayment(obligation_id=owed, msisdn=PHONE, shown=amount, provider="mtn_momo")
        checkout.request_payment(till, payer.actor, command)
        self.counter.provider.says(ReportState.SUCCEEDED, amount)
        self.counter.pass_time(seconds=5)
        polling.drain(till)
        with till.database.transaction(SYSTEM) as session:
            service.void_obligation(session, SYSTEM, owed, reason="lapsed", at=now())
        self.counter.work()
        return owed, f"/desk/payments/refunds/{self.counter.refund_of(owed)}"

    def reads(self, owed: ObligationId) -> str:
        """What the payer reads of it."""
        page = self.client(self.payer).get(f"/pay/{owed}/status").text
        return plain(page)


def plain(page: str) -> str:
    main = page[page.index("<main") :]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)).replace("\u00a0", " ").replace("&#39;", "'")


@pytest.fixture
def desk(app: Flask, counter: Counter) -> Desk:
    return Desk(app, counter)


def test_a_small_refund_goes_back_and_the_payer_reads_each_stage(desk: Desk) -> None:
    owed, address = desk.owed_back(rwf(20_000))
    assert "RWF 20,000 is on its way back to the number ending in 456" in desk.reads(owed)
    desk.counter.work(seconds=5)
    read = desk.reads(owed)
    assert "Your money has gone back to you" in read
    assert "RWF 20,000 went back to the number ending in 456 on" in read
    page = plain(desk.client("accountant").get(address).text)
    assert "Paid back by the operator" in page
    assert desk.client("accountant").get("/desk/payments/refunds?tab=done").text.count("/desk/payments/refunds/") >= 1


def test_a_large_one_waits_for_two_different_people(desk: Desk) -> None:
    owed, address = desk.owed_back(LARGE)
    assert "need the yes of two people" in desk.reads(owed)
    accountant, chief = desk.client("accountant"), desk.client("chief")
    assert address in accountant.get("/desk/payments/refunds").text
    assert post(accountant, f"{address}/approve").status_code == 303
    again = post(accountant, f"{address}/approve")
    assert again.status_code == 403
    assert "A second person must do this" in plain(again.text)
    desk.counter.work(seconds=5)
    assert desk.counter.state(owed) == "requested"
    page = chief.get(address).text
    assert "Uwase Aline" in page
    assert post(chief, f"{address}/approve").status_code == 303
    desk.counter.work()
    desk.counter.work(seconds=5)
    assert desk.counter.state(owed) == "refunded"
    assert "Gasana Paul" in chief.get(address).text


def test_a_refusal_needs_words_and_the_payer_reads_them(desk: Desk) -> None:
    owed, address = desk.owed_back(LARGE)
    chief = desk.client("chief")
    empty = post(chief, f"{address}/refuse", {"text": " "})
    assert (empty.status_code, "Write the reason" in empty.text) == (422, True)
    assert post(chief, f"{address}/refuse", {"text": "This was paid for another bill."}).status_code == 303
    assert "This was paid for another bill." in desk.reads(owed)
    assert post(chief, f"{address}/approve").status_code == 409
    assert post(chief, f"{address}/anew").status_code == 303
    assert desk.counter.state(owed) == "requested"


def test_what_the_rail_cannot_pay_is_noted_by_one_and_closed_by_another(desk: Desk, provider: RefundingScript) -> None:
    provider.can(refunds=RefundSupport.NONE)
    owed, address = desk.owed_back(rwf(20_000))
    assert "can't go back the way it came" in desk.reads(owed)
    cashier, accountant = desk.client("cashier"), desk.client("accountant")
    assert address in accountant.get("/desk/payments/refunds?tab=look").text
    wrong = post(cashier, f"{address}/record", {"means": "operator", "reference": "x"})
    assert wrong.status_code == 422
    half = post(cashier, f"{address}/record", {"means": "bank", "reference": ""})
    assert (half.status_code, "Enter the number." in half.text) == (422, True)
    assert post(cashier, f"{address}/record", {"means": "bank", "reference": "BK-2026-7"}).status_code == 303
    assert post(cashier, f"{address}/close").status_code == 404
    assert post(accountant, f"{address}/close").status_code == 303
    assert "was paid to you by bank transfer" in desk.reads(owed)
    assert "BK-2026-7" in desk.reads(owed)
    assert desk.counter.accounts() == {"clearing:mtn_momo": 20_000, "bank": -20_000}


def test_an_unknown_one_is_settled_by_the_operators_statement_only(desk: Desk, provider: RefundingScript) -> None:
    provider.can(refund_reference_id=False)
    provider.refund_word = StatusReport(state=ReportState.AMBIGUOUS, raw="no word")
    provider.answers_refunds(Answer.UNKNOWN, cause=Cause.TIMEOUT)
    owed, address = desk.owed_back(rwf(20_000))
    accountant, chief = desk.client("accountant"), desk.client("chief")
    assert "the operator has not confirmed it yet" in desk.reads(owed)
    assert post(accountant, f"{address}/record", {"means": "bank", "reference": "1"}).status_code == 422
    assert post(accountant, f"{address}/record", {"means": "operator", "reference": "ST-1"}).status_code == 303
    assert post(accountant, f"{address}/close").status_code == 403
    assert post(chief, f"{address}/send-back", {"text": "That line is another refund."}).status_code == 303
    assert desk.counter.state(owed) == "unknown"
    assert post(chief, f"{address}/unpaid", {"text": "No line of the day fits."}).status_code == 303
    assert desk.counter.state(owed) == "error"
    assert desk.counter.accounts() == {"clearing:mtn_momo": 20_000, "refunds_payable": -20_000}


def test_nobody_decides_on_their_own_money(desk: Desk) -> None:
    _, address = desk.owed_back(LARGE, owner=desk.people["chief"])
    chief = desk.client("chief")
    assert f"{address}/approve" not in chief.get(address).text
    for act in ("approve", "refuse"):
        answer = post(chief, f"{address}/{act}", {"text": "mine"})
        assert (answer.status_code, "your own money" in plain(answer.text)) == (403, True)


@pytest.mark.parametrize("who", ["registrar", "elsewhere", "payer"])
def test_who_does_not_keep_this_courts_money_sees_no_refund(desk: Desk, who: str) -> None:
    _, address = desk.owed_back(LARGE)
    client = desk.client(desk.payer if who == "payer" else who)
    assert client.get(address).status_code == 404
    listed = client.get("/desk/payments/refunds")
    assert address not in listed.text
    assert listed.status_code == (200 if who == "elsewhere" else 404)
    for act in ("approve", "refuse", "record", "close", "send-back", "unpaid", "look-again", "anew"):
        assert post(client, f"{address}/{act}", {"text": "x", "means": "bank", "reference": "1"}).status_code == 404


def test_a_cashier_pays_out_but_does_not_say_yes(desk: Desk) -> None:
    _, address = desk.owed_back(LARGE)
    cashier = desk.client("cashier")
    assert f"{address}/approve" not in cashier.get(address).text
    assert post(cashier, f"{address}/approve").status_code == 404


def test_a_page_costs_few_statements(desk: Desk, counting: Callable[[], Any]) -> None:
    addresses = [desk.owed_back(LARGE)[1] for _ in range(3)]
    accountant = desk.client("accountant")
    for url in ("/desk/payments/refunds", addresses[0]):
        accountant.get(url)
        with counting() as counted:
            assert accountant.get(url).status_code == 200
        selects = [s for s in counted.statements if s.lower().startswith("select")]
        assert len(selects) <= 6, selects
