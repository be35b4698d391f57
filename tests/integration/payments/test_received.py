"""Money that comes unasked is booked once, as much as came."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.money import Money
from app.payments import queries
from app.payments.history import Evidence
from app.payments.ids import AttemptId, ObligationId
from app.payments.received import ReceivePayment, UnknownBill, receive_payment
from app.payments.status import ObligationStatus
from tests.builders.payments import FEE, MAY, make_obligation, rwf

EVIDENCE = Evidence(kind="slip", said="received", raw="slip 17")


def receive(session: Session, owed: ObligationId, amount: Money, key: str = "slip-17") -> AttemptId:
    command = ReceivePayment(
        bill_reference=queries.obligation(session, owed).reference,
        provider="cash_desk",
        provider_id=key,
        amount=amount,
        completed_at=datetime(2026, 5, 4, 9, 30, tzinfo=UTC),
        evidence=EVIDENCE,
    )
    return receive_payment(session, SYSTEM, command, at=MAY)


@pytest.mark.parametrize(
    ("francs", "status", "back"),
    [
        (5_000, ObligationStatus.PART_PAID, 0),
        (20_000, ObligationStatus.PAID, 0),
        (26_000, ObligationStatus.OVERPAID, 6_000),
    ],
)
def test_what_comes_counts_and_what_is_too_much_goes_back(
    session: Session, francs: int, status: ObligationStatus, back: int
) -> None:
    owed = make_obligation(session)
    receive(session, owed, rwf(francs))
    bill = queries.obligation(session, owed)
    assert (bill.status, bill.paid, bill.refund_due) == (status, rwf(francs), rwf(back))


def test_parts_add_up(session: Session) -> None:
    owed = make_obligation(session)
    receive(session, owed, rwf(5_000), "slip-1")
    receive(session, owed, rwf(15_000), "slip-2")
    bill = queries.obligation(session, owed)
    assert bill.status is ObligationStatus.PAID
    assert [receipt.receipt_reference for receipt in bill.receipts] == [f"{bill.reference}-1", f"{bill.reference}-2"]


def test_the_same_payment_told_twice_is_booked_once(session: Session) -> None:
    owed = make_obligation(session)
    assert receive(session, owed, FEE) == receive(session, owed, FEE)
    assert queries.obligation(session, owed).paid == FEE


def test_the_books_say_where_the_money_is(session: Session) -> None:
    receive(session, make_obligation(session), FEE)
    rows = session.execute(text("select account, sum(amount_minor) from posting group by account order by 1")).all()
    assert {account: int(sum_) for account, sum_ in rows} == {
        "clearing:cash_desk": 20_000,
        "court_fees": -20_000,
        "receivable": 0,
    }


def test_a_bill_that_is_not_there_or_in_another_currency_takes_nothing(session: Session) -> None:
    owed = make_obligation(session)
    with pytest.raises(UnknownBill):
        receive(session, owed, Money(20_000, "KES"))
    command = ReceivePayment(
        bill_reference="BNOTTHERE",
        provider="cash_desk",
        provider_id="slip-17",
        amount=FEE,
        completed_at=MAY,
        evidence=EVIDENCE,
    )
    with pytest.raises(UnknownBill):
        receive_payment(session, SYSTEM, command, at=MAY)
    assert queries.obligation(session, owed).status is ObligationStatus.NOT_PAID
