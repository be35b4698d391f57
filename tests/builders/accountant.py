"""An accountant between the portal and the sandbox: payments are made, statements downloaded and taken in."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx
from sqlalchemy import text

from app.accounts.roles import Role
from app.core.actor import SYSTEM, Actor, Grant, person
from app.core.clock import ManualClock
from app.core.ids import PersonId
from app.core.money import Money
from app.payments import checkout, polling, queries
from app.payments.attempts import RequestPayment
from app.payments.books.balances import Balances, out_of_balance, trial_balance
from app.payments.ids import ObligationId
from app.payments.queries import ObligationView
from app.payments.reconciliation import service
from app.payments.reconciliation.days import Day
from app.payments.reconciliation.queries import BreakView, DayLine, breaks_of, day_line
from app.payments.reconciliation.reading import read_statement
from app.payments.reconciliation.service import ResolveBreak
from app.payments.reconciliation.status import BreakKind, Resolution
from app.payments.reconciliation.taking import Taken, TakeStatement, take_statement
from app.payments.till import Till
from sandbox.server import Sandbox
from sandbox.statements.account import day_of
from tests.builders import rails
from tests.builders.payments import PAYER, make_obligation
from tests.builders.rails import Rail

KIGALI = ZoneInfo("Africa/Kigali")
ACCOUNTANT = person(PersonId(UUID(int=71)), Grant(Role.ACCOUNTANT, "TGI-NYGE"))
COLLEAGUE = person(PersonId(UUID(int=72)), Grant(Role.CHIEF_REGISTRAR, "TGI-NYGE"))
MTN = "mtn_momo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What an accountant works with. Both clocks show the same time: mid-morning, so that no test meets midnight."""

    till: Till
    clock: ManualClock
    box: Sandbox
    rail: Rail = rails.MTN

    def begin(self) -> None:
        """Let the next morning come at ten, at the operator's and here."""
        now = datetime.fromtimestamp(self.box.world.clock.now(), UTC)
        ten = (now + timedelta(days=1)).replace(hour=8, minute=0, second=0)
        self.box.world.clock.advance((ten - now).total_seconds())
        self.clock.move_to(ten)

    def pass_time(self, **by: float) -> None:
        """At the operator's and here."""
        self.box.world.clock.advance(timedelta(**by).total_seconds())
        self.clock.advance(timedelta(**by))

    @property
    def today(self) -> date:
        """The day in Kigali."""
        return day_of(self.box.world.clock.now())

    def pay(self, phone: str | None = None, amount: Money | None = None) -> ObligationId:
        """A bill, and its payment as far as the payer goes; without a phone they pay at once."""
        fee = amount or self.rail.fee
        with self.till.database.transaction(SYSTEM) as session:
            owed = make_obligation(session, fee, at=self.clock.now())
        command = RequestPayment(
            obligation_id=owed, msisdn=phone or self.rail.phone, shown=fee, provider=self.rail.code
        )
        checkout.request_payment(self.till, PAYER, command)
        if self.rail.press is not None:
            url = self.bill(owed).attempts[0].pay_url
            assert url is not None
            self.rail.press(self.box, urlsplit(url).path.rsplit("/", 1)[1])
        return owed

    def ask(self, **after: float) -> None:
        """Let the time pass, then do what a worker does."""
        self.pass_time(**(after or {"seconds": self.rail.patience}))
        while polling.drain(self.till):
            pass

    def set_fault(self, kind: str, **changed: object) -> None:
        """Set one at the operator for the next time."""
        body = {"operator": self.rail.operator, "kind": kind, "times": 1, **changed}
        with httpx.Client(base_url=self.box.url, trust_env=False) as http:
            assert http.post("/faults", json=body).status_code == 201

    def bill(self, owed: ObligationId) -> ObligationView:
        """How a bill stands."""
        with self.till.database.reading(SYSTEM) as session:
            return queries.obligation(session, owed)

    def download(self, source: str, day: date) -> bytes:
        """A statement as the operator's or the bank's own site gives it."""
        path = f"{self.rail.bank}/{day}.xml" if source == "bank" else f"{self.rail.word}/{day}.csv"
        with httpx.Client(base_url=self.box.url, trust_env=False) as http:
            return http.get(f"/statements/{path}").content

    def take(self, source: str, content: bytes, who: Actor = ACCOUNTANT) -> Taken:
        """Upload a statement."""
        command = TakeStatement(
            source=source,
            name="statement",
            sha256=hashlib.sha256(content).hexdigest(),
            statement=read_statement(source, content, KIGALI),
            zone=KIGALI,
        )
        with self.till.database.transaction(who) as session:
            return take_statement(session, who, command, at=self.clock.now())

    def take_day(self, day: date) -> None:
        """Upload the operator's statement of a day."""
        self.take(self.rail.code, self.download(self.rail.code, day))

    def take_bank(self, day: date) -> None:
        """Upload the bank's statement of a day."""
        self.take("bank", self.download("bank", day))

    def day(self, day: date) -> Day:
        """The day of the operator's account."""
        return Day(source=self.rail.code, day=day, zone=KIGALI)

    def compare(self, day: date) -> None:
        """Look again."""
        with self.till.database.transaction(ACCOUNTANT) as session:
            service.compare_again(session, ACCOUNTANT, self.day(day), at=self.clock.now())

    def all_breaks(self, day: date) -> list[BreakView]:
        """What differed, settled or not."""
        with self.till.database.reading(ACCOUNTANT) as session:
            return breaks_of(session, ACCOUNTANT, self.day(day))

    def breaks(self, day: date) -> list[BreakView]:
        """What differs and isn't settled."""
        return [one for one in self.all_breaks(day) if one.resolution is None]

    def line(self, day: date) -> DayLine:
        """How the day stands on the accountant's page."""
        with self.till.database.reading(ACCOUNTANT) as session:
            found = day_line(session, ACCOUNTANT, self.day(day))
        assert found is not None
        return found

    def kinds(self, day: date) -> dict[BreakKind, int]:
        """The differences by kind, in minor units."""
        return {one.kind: one.difference.minor for one in self.breaks(day)}

    def resolve(self, found: BreakView, resolution: Resolution | None = None) -> Balances:
        """Settle it (in the usual way unless said); the balances after, which must be in order."""
        command = ResolveBreak(break_id=found.id, resolution=resolution or found.choices[0], note="Asked the operator")
        with self.till.database.transaction(ACCOUNTANT) as session:
            service.resolve_break(session, ACCOUNTANT, command, KIGALI, at=self.clock.now())
        return self.balances()

    def sign(self, day: date, who: Actor = ACCOUNTANT) -> None:
        """Sign the day off."""
        with self.till.database.transaction(who) as session:
            service.sign_off(session, who, self.day(day), at=self.clock.now())

    def reopen(self, day: date, who: Actor) -> None:
        """Reopen the day."""
        with self.till.database.transaction(who) as session:
            service.reopen(session, who, self.day(day), note="A line came late", at=self.clock.now())

    def balances(self) -> Balances:
        """Every account; the sum must be zero."""
        with self.till.database.reading(SYSTEM) as session:
            found = trial_balance(session)
        assert out_of_balance(found) == {}
        return found

    def stands(self, account: str) -> int:
        """An account's balance in the rail's currency."""
        found = self.balances().get((account, self.rail.fee.currency))
        return found.minor if found else 0

    def count(self, table: str) -> int:
        """How many rows a table has."""
        with self.till.database.reading(SYSTEM) as session:
            return int(session.execute(text(f"select count(*) from {table}")).scalar_one())
