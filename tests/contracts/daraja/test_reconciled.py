"""Payments to the paybill on M-Pesa's statement: those of a bill, those of nobody, and one that we hear of too late."""

from collections.abc import Callable

import pytest
from sqlalchemy import text

from app.core.actor import SYSTEM
from app.core.money import Money
from app.payments.paybill import service
from app.payments.paybill.port import BillPayment
from app.payments.reconciliation.status import BreakKind, Resolution
from app.payments.status import ObligationStatus
from app.payments.unidentified.placing import PlaceMoney, place
from sandbox.server import Sandbox
from tests.builders.accountant import Office
from tests.builders.mpesa import FEE, Mpesa, Portal
from tests.builders.rails import MPESA
from tests.builders.refunds import CASHIER


@pytest.fixture
def office(portal: Portal, box: Sandbox) -> Office:
    made = Office(till=portal.till, clock=portal.clock, box=box, rail=MPESA)
    made.begin()
    portal.register()
    return made


@pytest.fixture
def pay(portal: Portal, operator: Mpesa) -> Callable[[str, str], None]:
    """Pay to the paybill; the listener is asked to validate it and told of it."""

    def paid(account: str, amount: str) -> None:
        heard = len(portal.listener.heard)
        assert operator.pay_bill(account, amount).status_code == 200
        portal.await_calls(heard + 2)
        portal.work()

    return paid


def test_what_no_bill_explains_is_in_the_books_and_on_the_statement_once(
    office: Office, portal: Portal, pay: Callable[[str, str], None]
) -> None:
    owed = portal.bill()
    pay(portal.seen(owed).reference.lower(), "1500")
    pay("RENT 7", "250.50")
    assert portal.seen(owed).status is ObligationStatus.PAID
    assert office.stands("suspense") == -25_050
    office.take_day(office.today)
    assert office.breaks(office.today) == []
    line = office.line(office.today)
    assert (line.booked, line.taken) == (Money(175_050, "KES"), Money(175_050, "KES"))
    assert office.stands("suspense") == -25_050


def test_money_that_was_put_on_its_bill_is_on_our_side_once(
    office: Office, portal: Portal, pay: Callable[[str, str], None]
) -> None:
    owed = portal.bill()
    pay("RENT 7", "1500")
    with portal.till.database.transaction(CASHIER) as session:
        payment_id = session.execute(text("select id from unidentified_payment")).scalar_one()
        number = portal.seen(owed).reference
        wish = PlaceMoney(payment_id=payment_id, bill_number=number, reason="The payer showed it.")
        place(session, CASHIER, wish, alone_up_to=FEE.minor, at=office.clock.now())
    assert portal.seen(owed).status is ObligationStatus.PAID
    office.take_day(office.today)
    assert office.breaks(office.today) == []
    line = office.line(office.today)
    assert (line.booked, line.taken, office.stands("suspense")) == (FEE, FEE, 0)


@pytest.mark.parametrize("bill", ["of ours", "of nobody"])
def test_a_payment_in_suspense_leaves_it_when_its_confirmation_comes_at_last(
    office: Office, portal: Portal, operator: Mpesa, bill: str
) -> None:
    number = portal.seen(portal.bill()).reference if bill == "of ours" else "RENT7"
    operator.set_fault("callback_lost")
    assert operator.pay_bill(number, "1500").status_code == 200
    office.take_day(office.today)
    (found,) = office.breaks(office.today)
    assert (found.kind, found.difference) == (BreakKind.MISSING_HERE, FEE)
    office.resolve(found, Resolution.SUSPENSE)
    assert office.stands("suspense") == -FEE.minor
    (told,) = operator.books("bills")
    payment = BillPayment(
        transaction_id=told["trans_id"],
        payee=portal.daraja.payee,
        bill_reference=number,
        amount=FEE,
        completed_at=office.clock.now(),
        tail="000",
        raw="test",
    )
    with portal.till.database.transaction(SYSTEM) as session:
        service.keep(session, portal.daraja, payment, at=office.clock.now())
    portal.work()
    waits = 0 if bill == "of ours" else -FEE.minor
    assert (office.stands("suspense"), office.stands("clearing:mpesa")) == (waits, FEE.minor - MPESA.kept)
    (settled,) = office.all_breaks(office.today)
    assert settled.released_at is not None
    office.compare(office.today)
    assert office.breaks(office.today) == []
