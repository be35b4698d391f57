"""Voiding a payment of which something is to go back: the refund ends with it, unless money may have gone already."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient

from app.accounts.roles import Role
from app.payments.ids import AttemptId, RefundId
from app.payments.refunds import queue
from app.payments.status import ObligationStatus
from tests.builders.payments import rwf
from tests.builders.people import MadePerson, post
from tests.integration.counter.conftest import Town
from tests.integration.counter.test_cash_desk import DESK, take, taken

See = Callable[[FlaskClient, str], str]
BOOKS_OF_AN_UNPAID_BILL = {"receivable": 20_000, "court_fees": -20_000}


def overpaid(town: Town, cashier: MadePerson, see: See) -> AttemptId:
    """20,000 are due and 50,000 are entered, so that 30,000 must go back."""
    return taken(take(town, cashier, town.owe(), see, amount="50,000", more="yes"))


def worker(town: Town) -> None:
    while queue.drain(town.till, alone_up_to=50_000):
        pass


def void(town: Town, paid: AttemptId, asker: MadePerson, decider: MadePerson) -> tuple[int, str]:
    """Both people on their pages; what the second one is answered."""
    assert post(town.client(asker), f"{DESK}/{paid}/void", {"reason": "Wrong amount"}).status_code == 303
    answer = post(town.client(decider), f"{DESK}/{paid}/decide", {"do": "confirm"})
    return answer.status_code, answer.get_data(as_text=True)


def refund(town: Town) -> tuple[RefundId, str]:
    ((refund_id, state),) = town.sql("select id, state from refund")
    return RefundId(refund_id), str(state)  # type: ignore[arg-type]


@pytest.mark.parametrize(("looked_at", "before"), [(False, "requested"), (True, "error")])
def test_the_surplus_of_money_that_never_came_is_not_paid_back(
    town: Town, see: See, looked_at: bool, before: str
) -> None:
    cashier, second = town.staff(Role.CASHIER), town.staff(Role.ACCOUNTANT)
    paid = overpaid(town, cashier, see)
    if looked_at:
        worker(town)
    assert refund(town)[1] == before
    assert void(town, paid, cashier, second)[0] == 303
    assert refund(town)[1] == "withdrawn"
    assert town.balance() == BOOKS_OF_AN_UNPAID_BILL
    worker(town)
    assert (refund(town)[1], town.balance()) == ("withdrawn", BOOKS_OF_AN_UNPAID_BILL)
    ((bill_id,),) = town.sql("select id from obligation")
    after = town.bill(bill_id)  # type: ignore[arg-type]
    assert (after.status, after.due, after.refund_due) == (ObligationStatus.NOT_PAID, rwf(20_000), rwf(0))


@pytest.mark.parametrize("closed", [False, True])
def test_what_may_have_gone_back_keeps_the_entry_from_being_voided(town: Town, see: See, closed: bool) -> None:
    cashier, second = town.staff(Role.CASHIER), town.staff(Role.ACCOUNTANT)
    paid = overpaid(town, cashier, see)
    worker(town)
    refund_id, _ = refund(town)
    address = f"{DESK}/refunds/{refund_id}"
    noted = post(town.client(cashier), f"{address}/record", {"means": "cash", "reference": "K-17"})
    assert noted.status_code == 303, re.sub(r"\s+", " ", noted.get_data(as_text=True))
    if closed:
        assert post(town.client(second), f"{address}/close").status_code == 303
    state, books = refund(town)[1], town.balance()
    status, page = void(town, paid, cashier, second)
    assert (status, "A refund of this payment is on its way or paid." in page) == (409, True)
    assert (refund(town)[1], town.balance()) == (state, books)
    assert town.sql("select state from payment_void order by turn, at, decided_by is not null") == [("asked",)]
