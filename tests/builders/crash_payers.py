"""Payers on every rail of a city that is being killed: each has one bill, and goes on until its page says Paid."""

import html
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, repeat
from typing import Any
from uuid import UUID

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.roles import Role
from app.core.actor import SYSTEM
from app.core.ids import PersonId, new_id
from app.core.money import Money
from app.payments import service
from app.payments.models import ObligationRow
from app.payments.service import OpenObligation
from app.wiring import House
from tests.builders.crash_browser import Browser, Tap, hidden
from tests.builders.crash_city import City
from tests.builders.crash_crowd import COURT, signed_in
from tests.builders.payments import make_line
from tests.builders.people import make_person, make_staff

RAILS = ("mtn_momo", "airtel_money", "mpesa", "paybill", "irembopay", "stripe", "cash_desk")
"""Every way in which money comes; the paybill is M-Pesa's, under a bill's number."""

_TAPS, _OFTEN = (Tap.ONCE, Tap.TWICE, Tap.AND_GIVE_UP, Tap.HALF_SENT), (5, 4, 3, 1)
_PREFIXES = {"mtn_momo": "+25078", "airtel_money": "+25072", "mpesa": "+25471", "paybill": "+25471"}
# What the operator's number does first: wait for a button, pay at once, pay late, fail and turn out paid.
_FIRST = ("000", "101", "000", "102", "302")
_PAGE = re.compile(r'href="(http://127\.0\.0\.1:[0-9]+/[^"]+)"')
_PUSH = re.compile(r'action="([^"]*/prompt/[^"]*)"')
_JSON = {"Accept": "application/json"}
# Little enough for a refund to go without two people.
FEES = {"mpesa": Money(40_000, "KES"), "paybill": Money(40_000, "KES")}
FEE = Money(20_000, "RWF")


@dataclass(slots=True, kw_only=True)
class Payer:
    """Somebody with a bill. `wallet` is their number without its last three digits, which `endings` gives."""

    browser: Browser
    chance: random.Random
    sandbox: httpx.Client
    bill_id: UUID
    bill: str
    rail: str
    wallet: str
    endings: Iterator[str]
    done: bool = False

    def step(self) -> None:
        """Look how the bill stands, and do the next thing."""
        home = f"/pay/{self.bill_id}"
        page = self.browser.get(home)
        if page is None:
            return
        if page.status_code == 200:
            self._pay(home, page)
            return
        status = self.browser.get(f"{home}/status")
        if status is None or status.status_code != 200:
            return
        self.done = "Open the receipt" in status.text
        if not self.done:
            try:
                self._go_on(status.text)
            except httpx.TransportError:
                return

    def _pay(self, home: str, page: httpx.Response) -> None:
        if self.rail == "paybill":
            self._pay_bill()
            return
        data = {"rail": self.rail, "shown": hidden(page, "shown")}
        if self.rail in _PREFIXES:
            data["phone"] = f"{self.wallet}{next(self.endings)}"
        self.browser.press(home, page, self.chance.choices(_TAPS, _OFTEN)[0], data)

    def _pay_bill(self) -> None:
        """At M-Pesa's own menu; who saw no answer looks whether it was paid."""
        phone = f"/handset/{self.wallet[1:]}000"
        try:
            if not self.sandbox.get(f"{phone}.json").json()["payments"]:
                shillings = str(FEES["paybill"].minor // 100)
                self.sandbox.post(f"{phone}/bills", data={"account": self.bill, "amount": shillings}, headers=_JSON)
        except httpx.TransportError:
            return

    def _go_on(self, page: str) -> None:
        """Press what there is to press: on the telephone, or on the provider's page."""
        if self.rail in _PREFIXES:
            phone = f"/handset/{self.wallet[1:]}000"
            for prompt in self.sandbox.get(f"{phone}.json").json()["prompts"]:
                form = {"action": "approve", "pin": "1234"}
                self.sandbox.post(f"{phone}/prompts/{prompt['reference_id']}", data=form, headers=_JSON)
            return
        found = _PAGE.search(page)
        if found is None:
            return
        where = html.unescape(found[1])
        if self.rail == "stripe":
            self.sandbox.post(where, data={"action": "pay"}, headers=_JSON)
            return
        self.sandbox.post(where, data={"phone": "0788000000", "provider": "MTN"}, headers=_JSON)
        for push in _PUSH.findall(self.sandbox.get(where).text):
            self.sandbox.post(html.unescape(push), data={"action": "approve"}, headers=_JSON)


@dataclass(slots=True, kw_only=True)
class AtTheDesk:
    """Somebody who hands cash to a cashier, once."""

    browser: Browser
    chance: random.Random
    bill: str
    done: bool = False

    def step(self) -> None:
        """The cashier finds the bill and takes what is due; when nothing is due any more it was taken."""
        page = self.browser.get(f"/desk/payments/new?bill={self.bill}")
        if page is None or page.status_code != 200:
            return
        if "Nothing is due on this bill" in page.text:
            self.done = True
            return
        data = {"number": hidden(page, "number"), "bill": self.bill, "way": "cash", "amount": str(FEE.minor)}
        self.browser.press("/desk/payments/new", page, self.chance.choices(_TAPS, _OFTEN)[0], data)


def make_payers(city: City, house: House, each: int, chance: random.Random) -> list[Payer | AtTheDesk]:
    """So many for each rail, one rail after the other in turn."""
    sandbox = httpx.Client(base_url=city.sandbox_url, trust_env=False, timeout=5)
    with house.database.transaction(SYSTEM) as session:
        cashier = signed_in(session, city, make_staff(session, Role.CASHIER, COURT, locale="en", phone=None))
    made: list[Payer | AtTheDesk] = []
    for place in range(each):
        for rail in RAILS:
            with house.database.transaction(SYSTEM) as session:
                made.append(_payer(session, city, (rail, place), (cashier, sandbox), chance))
    return made


def _payer(
    session: Session, city: City, which: tuple[str, int], at: tuple[Browser, httpx.Client], chance: random.Random
) -> Payer | AtTheDesk:
    rail, place = which
    cashier, sandbox = at
    who = make_person(session, locale="en", phone=None, email=f"{rail}{place}@example.org")
    bill_id = _bill(session, city, who.id, FEES.get(rail, FEE))
    bill = str(session.execute(select(ObligationRow.reference).where(ObligationRow.id == bill_id)).scalar_one())
    mine = random.Random(chance.random())
    if rail == "cash_desk":
        return AtTheDesk(browser=cashier, chance=mine, bill=bill)
    # The two rails of one operator have different wallets.
    wallet = f"{_PREFIXES.get(rail, '')}{place + (5_000 if rail == 'paybill' else 0):04d}"
    return Payer(
        browser=signed_in(session, city, who),
        chance=mine,
        sandbox=sandbox,
        bill_id=bill_id,
        bill=bill,
        rail=rail,
        wallet=wallet,
        endings=chain([_FIRST[place % len(_FIRST)]], repeat("101")),
    )


def _bill(session: Session, city: City, owner: PersonId, fee: Money) -> Any:
    command = OpenObligation(subject=new_id(), court_code=COURT, owner=owner, lines=(make_line(fee),), valid_until=None)
    return service.open_obligation(session, SYSTEM, command, at=city.clock.now())
