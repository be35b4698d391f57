"""Bills, payers, faults, forgeries, deaths and decisions in any order on every rail: no franc is lost or doubled.

The portal is the real one as it is wired, on PostgreSQL; the operators are the sandbox on its real wire. After each
step the invariants of every moment are checked; at the end all comes to rest, and both sides' books are compared.
`EXAMPLES=500 pytest tests/contracts/money/test_machine.py` tells more stories, `STEPS=60` longer ones; with `SHRINK=1`
one that ends badly is told again and again until it is short.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from structlog.testing import capture_logs

from app.core.money import Money
from app.payments.ids import AttemptId
from app.payments.queries import ObligationView
from sandbox.fault_catalogue import CATALOGUE
from sandbox.faults import Kind, Operator
from sandbox.prompt import Press
from tests.builders import money_invariants as true
from tests.builders.accountant import Office
from tests.builders.market import CALLS, COMMIT, Market, open_market
from tests.builders.money_look import CASH, Look
from tests.builders.postgres import Template
from tests.contracts.money.people import FORGEABLE, PHONES, People
from tests.contracts.money.rest import come_to_rest, complaints_at_rest, take_in

EXAMPLES = int(os.environ.get("EXAMPLES", "5"))
STEPS = int(os.environ.get("STEPS", "25"))
# What one of them does is done slowly; it is met in the journeys.
FAULTS = [
    (operator, kind)
    for kind, offer in CATALOGUE.items()
    for operator in offer.operators
    if operator not in (Operator.SMS, Operator.MAIL) and kind is not Kind.SLOW
]
ENDINGS = ("000", "000", "000", "101", "102", "103", "202", "211", "301", "302", "304")
which = st.integers(0, 9)
amounts = st.sampled_from([Money(20_000, "RWF"), Money(80_000, "RWF"), Money(40_000, "KES"), Money(150_000, "KES")])
PLACES = (None, None, None, "status", "token", "other")
decisions = st.sampled_from(["yes", "second yes", "second yes", "no", "anew", "bank", "cash", "close", "send back"])


class Payments(RuleBasedStateMachine):
    """One story. `now` is how all stood after the last step."""

    market: ClassVar[Market]

    def __init__(self) -> None:
        super().__init__()
        self.people = People(market=self.market)
        self.office = Office(till=self.market.till, clock=self.market.clock, box=self.market.box)
        self.files: list[tuple[str, bytes]] = []
        self.now: Look = self.market.look()
        self.log = capture_logs()
        self.lines = self.log.__enter__()

    @initialize(first=amounts, second=amounts)
    def open(self, first: Money, second: Money) -> None:
        self.market.pass_time()
        self.market.work()
        self.people.owe(first)
        self.people.owe(second)
        self.now = self.market.look()

    @rule(
        which=which,
        rail=st.sampled_from(sorted(PHONES)),
        ending=st.sampled_from(ENDINGS),
        stranger=st.booleans(),
        then=st.sampled_from(["wait", "forge", "forge", Press.APPROVE, Press.APPROVE, Press.DECLINE]),
    )
    def ask_a_phone(self, which: int, rail: str, ending: str, stranger: bool, then: str) -> None:
        for bill in self.bill(which, "KES" if rail == "mpesa" else "RWF"):
            self.people.pay(bill, rail, ending, stranger=stranger)
            if then == "forge":
                self.tell_lies(rail, leaked=True)
            elif then != "wait":
                self.people.press(0, Press(then))

    @rule(which=which, rail=st.sampled_from(["irembopay", "stripe"]), stranger=st.booleans())
    def go_to_a_page(self, which: int, rail: str, stranger: bool) -> None:
        for bill in self.bill(which, "RWF"):
            self.people.pay(bill, rail, "", stranger=stranger)

    @rule(which=which, press=st.sampled_from([Press.APPROVE, Press.APPROVE, *Press]))
    def press(self, which: int, press: Press) -> None:
        self.people.press(which, press)

    @rule(which=which, pays=st.sampled_from([True, True, False]))
    def visit(self, which: int, pays: bool) -> None:
        self.people.visit(which, pays=pays)

    @rule(which=which, shillings=st.integers(1, 2_000), known=st.sampled_from([True, True, False]))
    def pay_bill(self, which: int, shillings: int, known: bool) -> None:
        for bill in self.bill(which, "KES"):
            self.people.pay_bill(bill.reference if known else "SOMEBODY", shillings)

    @rule(faults=st.lists(st.sampled_from(FAULTS), min_size=1, max_size=3), on=st.sampled_from(PLACES))
    def arm(self, faults: list[tuple[Operator, Kind]], on: str | None) -> None:
        for operator, kind in faults:
            asked = {"operator": operator, "kind": kind, "times": 1, "on": on}
            assert self.market.http.post("/faults", json=asked).status_code == 201

    @rule(where=st.sampled_from([*CALLS[:2], *CALLS, COMMIT, COMMIT]), before=st.booleans(), skip=st.integers(0, 2))
    def die(self, where: str, before: bool, skip: int) -> None:
        trap = self.market.trap
        trap.where, trap.before, trap.skip = where, before or where == COMMIT, skip

    @rule(backwards=st.booleans(), most=st.integers(1, 5), again=st.booleans())
    def call_back(self, backwards: bool, most: int, again: bool) -> None:
        due = self.market.due()
        chosen = (due[::-1] if backwards else due)[:most]
        for call in (*chosen, *(self.market.heard[-most:] if again else ())):
            self.market.deliver(call)

    @rule(rail=st.sampled_from(FORGEABLE), leaked=st.booleans())
    def forge(self, rail: str, leaked: bool) -> None:
        self.tell_lies(rail, leaked=leaked)

    @rule(seconds=st.sampled_from([0, 6, 6, 45, 200, 400, 1_000, 4_000, 90_000]), anew=st.booleans())
    def wait_and_work(self, seconds: int, anew: bool) -> None:
        """19. By itself, time moves nothing here."""
        before = [(one.id, one.state) for one in self.now.attempts]
        self.market.pass_time(seconds)
        assert [(one.id, one.state) for one in self.market.look().attempts] == before
        if anew:
            self.market.start_again()
        self.market.work()

    @rule(which=which, amount=amounts, act=st.sampled_from(["owe", "owe", "waive", "waive", "part", "more", "cancel"]))
    def decide_on_a_fee(self, which: int, amount: Money, act: str) -> None:
        if act == "owe":
            self.people.owe(amount)
        for bill in self.bill(which) if act != "owe" else ():
            match act:
                case "waive" | "part":
                    self.people.waive(bill, 2 if act == "waive" else 1)
                case "more":
                    self.people.add_fee(bill)
                case _:
                    self.people.cancel(bill)

    @rule(which=which, minor=st.sampled_from([100, 20_000, 90_000]), act=st.sampled_from(["take", "void", "let be"]))
    def be_cashier(self, which: int, minor: int, act: str) -> None:
        for bill in self.bill(which) if act == "take" else ():
            self.people.take_cash(bill, minor)
        entries = [one for one in self.now.attempts if one.provider == CASH]
        if act != "take" and entries:
            self.people.void_cash(AttemptId(entries[which % len(entries)].id), confirm=act == "void")

    @rule(which=which, what=decisions, file=st.sampled_from(["", "", "bank", "mtn_momo"]))
    def be_accountant(self, which: int, what: str, file: str) -> None:
        if file:
            content = self.office.download(file, self.office.today)
            self.files.append((file, content))
            take_in(self.office, file, content)
        elif self.now.refunds:
            self.people.decide(self.now.refunds[which % len(self.now.refunds)], what)

    @invariant()
    def at_every_moment(self) -> None:
        before, self.now = self.now, self.market.look()
        assert not true.complaints(true.ALWAYS, self.now)
        assert not true.complaints(true.SINCE, before, self.now)

    def teardown(self) -> None:
        try:
            come_to_rest(self.market, self.people)
            self.at_every_moment()
            assert not complaints_at_rest(self.market, self.office, self.files, self.lines)
        finally:
            self.log.__exit__(None, None, None)

    def tell_lies(self, rail: str, *, leaked: bool) -> None:
        """Say of each attempt on the rail that it is paid; its own address is believed to ask, and no more."""
        for attempt in [one for one in self.market.look().attempts if one.provider == rail]:
            named = attempt.provider_id is not None or rail != "mpesa"
            answer = self.people.forge(attempt, leaked=leaked and named)
            assert (answer == 404) == (not (leaked and named) or rail not in ("mtn_momo", "mpesa"))

    def bill(self, which: int, currency: str | None = None) -> list[ObligationView]:
        """One of the bills, in that currency, if there is any."""
        found = sorted(self.now.bills.values(), key=lambda bill: bill.id)
        wanted = [bill for bill in found if currency in (None, bill.fees.currency)]
        return wanted[which % len(wanted) :][:1] if wanted else []


@pytest.fixture
def market(postgres: Template, worker_name: str, tmp_path: Path) -> Iterator[Market]:
    """One for all stories of the test, made empty before each."""
    name = f"market_{worker_name}"
    with open_market(postgres.copy(name).app, tmp_path) as market:
        yield market
    postgres.drop(name)


@pytest.mark.slow
@pytest.mark.no_cover
def test_no_franc_is_lost_or_doubled_whatever_happens(market: Market, postgres: Template, worker_name: str) -> None:
    class Story(Payments):
        def __init__(self) -> None:
            market.house.database.dispose()
            assert postgres.emptied(f"market_{worker_name}")
            market.forget()
            market.start_again()
            super().__init__()

    Payments.market = market
    phases = [Phase.generate, *([Phase.shrink] if "SHRINK" in os.environ else [])]
    run_state_machine_as_test(
        Story,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            # The whole suite tells the same stories each time; who asks for more is told new ones.
            derandomize="EXAMPLES" not in os.environ,
            deadline=None,
            phases=phases,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert market.trap.sprung or EXAMPLES < 50
