"""An accountant between the portal and the sandbox: payments are made, statements downloaded and taken in."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
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
from app.payments.reconciliation.queries import BreakView, breaks_of
from app.payments.reconciliation.reading import read_statement
from app.payments.reconciliation.service import ResolveBreak, Taken, TakeStatement
from app.payments.reconciliation.status import BreakKind, Resolution
from app.payments.till import Till
from sandbox.server import Sandbox
from sandbox.statements.account import day_of
from tests.builders.payments import FEE, PAYER, make_obligation

KIGALI = ZoneInfo("Africa/Kigali")
AT_ONCE = "+250788000101"
ACCOUNTANT = person(PersonId(UUID(int=71)), Grant(Role.ACCOUNTANT, "TGI-NYGE"))
COLLEAGUE = person(PersonId(UUID(int=72)), Grant(Role.CHIEF_REGISTRAR, "TGI-NYGE"))
MTN = "mtn_momo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """What an accountant works with. Both clocks show the same time: mid-morning, so that no test meets midnight."""

    till: Till
    clock: ManualClock
    box: Sandbox

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

    def pay(self, phone: str = AT_ONCE, amount: Money = FEE) -> ObligationId:
        """A bill, and a request to pay it."""
        with self.till.database.transaction(SYSTEM) as session:
            owed = make_obligation(session, amount, at=self.clock.now())
        command = RequestPayment(obligation_id=owed, msisdn=phone, shown=amount, provider=MTN)
        checkout.request_payment(self.till, PAYER, command)
        return owed

    def ask(self, **after: float) -> None:
        """Let the time pass, then do what a worker does."""
        self.pass_time(**(after or {"seconds": 6}))
        while polling.drain(self.till):
            pass

    def bill(self, owed: ObligationId) -> ObligationView:
        """How a bill stands."""
        with self.till.database.reading(SYSTEM) as session:
            return queries.obligation(session, owed)

    def download(self, source: str, day: date) -> bytes:
        """A statement as the operator's or the bank's own site gives it."""
        path = f"bank/{day}.xml" if source == "bank" else f"mtn/{day}.csv"
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
            return service.take_statement(session, who, command, at=self.clock.now())

    def take_day(self, day: date) -> None:
        """Upload the operator's statement of a day."""
        self.take(MTN, self.download(MTN, day))

    def take_bank(self, day: date) -> None:
        """Upload the bank's statement of a day."""
        self.take("bank", self.download("bank", day))

    def day(self, day: date) -> Day:
        """The day of MTN's account."""
        return Day(source=MTN, day=day, zone=KIGALI)

    def compare(self, day: date) -> None:
        """Look again."""
        with self.till.database.transaction(ACCOUNTANT) as session:
            service.compare_again(session, ACCOUNTANT, self.day(day), at=self.clock.now())

    def breaks(self, day: date, source: str = MTN) -> list[BreakView]:
        """What differs and isn't settled."""
        asked = Day(source=source, day=day, zone=KIGALI)
        with self.till.database.reading(ACCOUNTANT) as session:
            return [one for one in breaks_of(session, ACCOUNTANT, asked) if one.resolution is None]

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
        """Sign MTN's day off."""
        with self.till.database.transaction(who) as session:
            service.sign_off(session, who, self.day(day), at=self.clock.now())

    def reopen(self, day: date, who: Actor) -> None:
        """Reopen MTN's day."""
        with self.till.database.transaction(who) as session:
            service.reopen(session, who, self.day(day), note="A line came late", at=self.clock.now())

    def balances(self) -> Balances:
        """Every account; the sum must be zero."""
        with self.till.database.reading(SYSTEM) as session:
            found = trial_balance(session)
        assert out_of_balance(found) == {}
        return found

    def stands(self, account: str) -> int:
        """An account's balance in francs."""
        found = self.balances().get((account, "RWF"))
        return found.minor if found else 0

    def count(self, table: str) -> int:
        """How many rows a table has."""
        with self.till.database.reading(SYSTEM) as session:
            return int(session.execute(text(f"select count(*) from {table}")).scalar_one())
