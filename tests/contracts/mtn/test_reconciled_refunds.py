"""Money that went back stands on the operator's statement too: it agrees with our refund, or somebody must look."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import text

from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from app.payments import service
from app.payments.ids import ObligationId
from app.payments.rails.mtn import MtnAccount, MtnCollections
from app.payments.reconciliation.queries import day_line
from app.payments.reconciliation.status import BreakKind
from app.payments.refunds import queue
from app.payments.till import Addresses, make_till
from sandbox.server import Sandbox
from tests.builders.accountant import ACCOUNTANT, Office
from tests.builders.payments import rwf
from tests.contracts.sandbox.callers import Mtn

K = BreakKind


@pytest.fixture
def office(fresh_database: Database, clock: ManualClock, account: MtnAccount, box: Sandbox) -> Iterator[Office]:
    refunding = replace(account, disbursement_key="sandbox-disbursement-key")
    client = httpx.Client(timeout=5, trust_env=False)
    till = make_till(
        fresh_database,
        clock,
        secret_key="a-key-for-tests-only-of-enough-length",
        addresses=Addresses(public="http://localhost", callback="http://127.0.0.1:9"),
        providers=(MtnCollections(refunding, clock=clock, client=client),),
    )
    made = Office(till=till, clock=clock, box=box)
    made.begin()
    yield made
    client.close()


def paid_twice(office: Office) -> ObligationId:
    """Two bills that are paid, of which the second is void then: its money must go back."""
    office.pay()
    owed = office.pay()
    office.ask()
    with office.till.database.transaction(SYSTEM) as session:
        service.void_obligation(session, SYSTEM, owed, reason="lapsed", at=office.clock.now())
    return owed


def work(office: Office, **later: float) -> None:
    office.pass_time(**later)
    while queue.drain(office.till, alone_up_to=50_000):
        pass


def state(office: Office, owed: ObligationId) -> str:
    return office.bill(owed).refunds[-1].state.value


def test_a_refund_and_its_line_agree(office: Office) -> None:
    owed = paid_twice(office)
    work(office)
    work(office, seconds=10)
    assert state(office, owed) == "refunded"
    day = office.today
    assert b"REFUND" in office.download("mtn_momo", day)
    office.take_day(day)
    assert office.kinds(day) == {}
    with office.till.database.reading(ACCOUNTANT) as session:
        found = day_line(session, ACCOUNTANT, office.day(day))
    assert found is not None
    assert (found.lines, found.booked, found.taken) == (3, rwf(20_000), rwf(20_000))
    office.pass_time(days=1)
    office.take_bank(day + timedelta(days=1))
    office.compare(day)
    assert office.kinds(day) == {}
    office.sign(day)


def test_a_refund_that_the_statement_does_not_show_is_found(office: Office, operator: Mtn) -> None:
    owed = paid_twice(office)
    work(office)
    work(office, seconds=10)
    operator.set_fault("statement_omits")  # its last line, which is the refund
    office.take_day(office.today)
    (found,) = office.breaks(office.today)
    assert (found.kind, found.difference, found.bill) == (K.MISSING_THERE, rwf(20_000), office.bill(owed).reference)
    office.resolve(found)
    assert (office.stands("clearing:mtn_momo"), office.stands("suspense")) == (40_000, -20_000)


def test_a_refund_that_went_and_of_which_nobody_told_us_is_asked_about(office: Office) -> None:
    owed = paid_twice(office)
    work(office)
    assert state(office, owed) == "submitted"
    with office.till.database.transaction(SYSTEM) as session:
        session.execute(text("update refund set next_at = null"))  # nobody would ask any more
    work(office, seconds=10)
    assert state(office, owed) == "submitted"
    day = office.today
    office.take_day(day)
    (found,) = office.breaks(day)
    assert (found.kind, found.difference, found.bill) == (K.STATUS_MISMATCH, rwf(-20_000), office.bill(owed).reference)
    assert office.stands("refunds_payable") == -20_000, "a file books nothing"
    work(office)
    assert state(office, owed) == "refunded"
    office.compare(day)
    assert office.kinds(day) == {}
