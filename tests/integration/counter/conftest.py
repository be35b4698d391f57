"""A court with a cash desk, somebody with bills to pay, and a provider that says what it is told to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.accounts.roles import Role
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.ids import new_id
from app.core.money import Money
from app.payments import callbacks, checkout, polling, queries, service
from app.payments.attempts import RequestPayment
from app.payments.ids import AttemptId, ObligationId
from app.payments.provider import ReportState
from app.payments.queries import ObligationView
from app.payments.service import OpenObligation
from app.payments.till import Till
from tests.builders.payments import FEE, PHONE, ScriptedProvider, make_line, make_test_till
from tests.builders.people import MadePerson, make_person, make_staff, signed_in_client

COURT = "TGI-NYGE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    """Everything that the tests of money at a court walk through. `payer` owes what `owe` opens."""

    app: Flask
    till: Till
    clock: ManualClock
    provider: ScriptedProvider
    payer: MadePerson

    def client(self, who: MadePerson | None = None) -> FlaskClient:
        """The browser of this person; without one, of somebody who has no account."""
        if who:
            return signed_in_client(self.app, who)
        stranger = self.app.test_client()
        stranger.set_cookie("lang", "en")
        return stranger

    def person(self) -> MadePerson:
        """Somebody else with an account."""
        with self.till.database.transaction(SYSTEM) as session:
            return make_person(session, name="Kamana Eric")

    def staff(self, role: Role, court: str = COURT) -> MadePerson:
        """One of a court's staff."""
        with self.till.database.transaction(SYSTEM) as session:
            return make_staff(session, role, court)

    def owe(self, amount: Money = FEE, court: str = COURT) -> ObligationView:
        """A bill of the payer."""
        command = OpenObligation(
            subject=new_id(),
            court_code=court,
            owner=self.payer.id,
            lines=(make_line(amount),),
            valid_until=self.clock.now() + timedelta(days=7),
        )
        with self.till.database.transaction(SYSTEM) as session:
            opened = service.open_obligation(session, SYSTEM, command, at=self.clock.now())
        return self.bill(opened)

    def bill(self, obligation_id: ObligationId) -> ObligationView:
        """How it stands now."""
        with self.till.database.reading(SYSTEM) as session:
            return queries.obligation(session, obligation_id)

    def pay(self, bill: ObligationView) -> AttemptId:
        """Pay what is due by mobile money, as its owner."""
        wish = RequestPayment(obligation_id=bill.id, msisdn=PHONE, shown=bill.due, provider="mtn_momo")
        attempt_id = checkout.request_payment(self.till, self.payer.actor, wish)
        self.provider.says(ReportState.SUCCEEDED, bill.due)
        self.work()
        return attempt_id

    def work(self) -> None:
        """Five seconds later, what a worker does with payments."""
        self.clock.advance(timedelta(seconds=5))
        while callbacks.drain(self.till) + polling.drain(self.till):
            pass

    def sql(self, statement: str, **values: object) -> list[tuple[object, ...]]:
        """What stands in the database."""
        with self.till.database.reading(SYSTEM) as session:
            return [tuple(row) for row in session.execute(text(statement), values).all()]

    def code(self, attempt_id: AttemptId) -> str:
        """The code on the receipt of this payment."""
        ((code,),) = self.sql("select code from payment_receipt where attempt_id = :id", id=attempt_id)
        return str(code)

    def balance(self) -> dict[str, int]:
        """The accounts that are not empty."""
        rows = self.sql("select account, sum(amount_minor)::bigint from posting group by account")
        return {str(account): int(str(minor)) for account, minor in rows if minor}


@pytest.fixture
def town(app: Flask, clock: ManualClock) -> Town:
    provider = ScriptedProvider()
    till = make_test_till(app.extensions["database"], clock, provider)
    app.extensions["till"] = till
    with till.database.transaction(SYSTEM) as session:
        payer = make_person(session, name="Uwase Aline", phone=PHONE)
    return Town(app=app, till=till, clock=clock, provider=provider, payer=payer)


@pytest.fixture
def see(town: Town) -> Callable[[FlaskClient, str], str]:
    """A page that opens, its no-break spaces made plain."""

    def look(client: FlaskClient, address: str) -> str:
        answer = client.get(address, follow_redirects=True)
        assert answer.status_code == 200, (address, answer.status_code)
        return answer.get_data(as_text=True).replace("\u00a0", " ")

    return look
