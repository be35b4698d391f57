"""The cash desk: cash and slips against a bill's number, booked once, voided by two people."""

from collections.abc import Callable
from uuid import UUID

import psycopg
import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from werkzeug.test import TestResponse

from app.accounts.roles import Role
from app.core.actor import SYSTEM
from app.core.errors import Forbidden
from app.courts.current import current_pack
from app.payments.counter.voiding import AskVoid, DecideVoid, SamePerson, ask_void, decide_void
from app.payments.ids import AttemptId
from app.payments.queries import ObligationView
from app.payments.status import ObligationStatus
from tests.builders.payments import rwf
from tests.builders.people import MadePerson, post
from tests.integration.counter.conftest import Town

See = Callable[[FlaskClient, str], str]
DESK = "/desk/payments"


def form_number(page: str) -> str:
    return page.split('name="number" value="')[1].split('"')[0]


def take(town: Town, cashier: MadePerson, bill: ObligationView, see: See, **changes: str) -> TestResponse:
    """What a cashier does: finds the bill, enters what was handed over."""
    client = town.client(cashier)
    shown = see(client, f"{DESK}/new?bill={bill.reference.lower()}")
    assert "Due now" in shown
    form = {"number": form_number(shown), "bill": bill.reference, "way": "cash", "amount": "20,000", **changes}
    return post(client, f"{DESK}/new", form)


def taken(answer: TestResponse) -> AttemptId:
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return AttemptId(UUID(str(answer.location).rsplit("/", 1)[1]))


def test_cash_pays_the_bill_and_leaves_a_receipt(town: Town, see: See) -> None:
    bill, cashier = town.owe(), town.staff(Role.CASHIER)
    paid = taken(take(town, cashier, bill, see))
    assert town.bill(bill.id).status is ObligationStatus.PAID
    client = town.client(cashier)
    for words in (f"{bill.reference}-1", "RWF 20,000", "Cash", "Mugisha Jean", f"/receipts/{paid}/receipt.pdf"):
        assert words in see(client, f"{DESK}/{paid}")
    assert client.get(f"/receipts/{paid}/receipt.pdf").data[:5] == b"%PDF-"
    assert town.balance() == {"clearing:cash_desk": 20_000, "court_fees": -20_000}
    assert "Cash desk" in see(town.client(town.payer), f"/receipts/{paid}")


def test_the_same_form_sent_twice_books_once(town: Town, see: See) -> None:
    bill, other, cashier = town.owe(), town.owe(), town.staff(Role.CASHIER)
    first = take(town, cashier, bill, see, amount="5000", number="D" + "2" * 12)
    again = take(town, cashier, bill, see, amount="5000", number="D" + "2" * 12)
    assert taken(first) == taken(again)
    assert town.bill(bill.id).paid == rwf(5_000)
    assert take(town, cashier, other, see, number="D" + "2" * 12).status_code == 409
    assert town.bill(other.id).paid == rwf(0)


def test_a_part_leaves_the_rest_due_and_more_must_be_meant(town: Town, see: See) -> None:
    bill, cashier = town.owe(), town.staff(Role.CASHIER)
    taken(take(town, cashier, bill, see, amount="5,000"))
    assert town.bill(bill.id).status is ObligationStatus.PART_PAID
    refused = take(town, cashier, bill, see, amount="20,000")
    assert refused.status_code == 422
    assert "more than the RWF 15,000" in refused.get_data(as_text=True).replace("\u00a0", " ")
    taken(take(town, cashier, bill, see, amount="20,000", more="yes"))
    after = town.bill(bill.id)
    assert (after.status, after.refund_due) == (ObligationStatus.OVERPAID, rwf(5_000))
    assert take(town, cashier, bill, see, amount="1,000", more="yes").status_code == 409


def test_a_slip_needs_number_and_day_and_pays_once(town: Town, see: See) -> None:
    bill, other, cashier = town.owe(), town.owe(), town.staff(Role.CASHIER)
    slip = {
        "way": "bank_slip",
        "slip_number": "bk-77",
        "paid_on-day": "2",
        "paid_on-month": "5",
        "paid_on-year": "2026",
    }
    assert take(town, cashier, bill, see, way="bank_slip").status_code == 422
    assert take(town, cashier, bill, see, **{**slip, "paid_on-day": "5"}).status_code == 422
    paid = taken(take(town, cashier, bill, see, **slip))
    assert "2 May 2026" in see(town.client(town.payer), f"/receipts/{paid}")
    refused = take(town, town.staff(Role.CASHIER), other, see, **{**slip, "slip_number": "BK-77"})
    assert refused.status_code == 422
    assert f"recorded already, for bill {bill.reference}" in refused.get_data(as_text=True)


def test_only_the_cashiers_of_the_bills_own_court_take_money(town: Town, see: See) -> None:
    bill, cashier = town.owe(), town.staff(Role.CASHIER)
    paid = taken(take(town, cashier, bill, see, amount="5000"))
    strangers = [town.payer, town.person(), town.staff(Role.JUDGE), town.staff(Role.REGISTRAR)]
    for who in strangers:
        client = town.client(who)
        seen = [client.get(a).status_code for a in (DESK, f"{DESK}/new", f"{DESK}/{paid}", f"{DESK}/close")]
        assert seen == [404] * 4
    assert town.client().get(DESK).status_code == 303
    elsewhere = town.client(town.staff(Role.CASHIER, "TGI-GSBO"))
    assert elsewhere.get(f"{DESK}/{paid}").status_code == 404
    assert elsewhere.get(f"{DESK}?court=TGI-NYGE").status_code == 404
    assert "No bill has this number" in see(elsewhere, f"{DESK}/new?bill={bill.reference}")
    form = {"number": "D" + "3" * 12, "bill": bill.reference, "way": "cash", "amount": "5000"}
    assert post(elsewhere, f"{DESK}/new", form).status_code == 422
    accountant = town.client(town.staff(Role.ACCOUNTANT))
    assert [accountant.get(f"{DESK}/{paid}").status_code, accountant.get(f"{DESK}/new").status_code] == [200, 404]
    assert town.bill(bill.id).paid == rwf(5_000)


@pytest.mark.parametrize("role", [Role.CASHIER, Role.ACCOUNTANT, Role.CHIEF_REGISTRAR])
def test_a_void_needs_a_second_person_and_is_a_reversal(town: Town, see: See, role: Role) -> None:
    bill, cashier = town.owe(), town.staff(Role.CASHIER)
    paid = taken(take(town, cashier, bill, see))
    client, second = town.client(cashier), town.client(town.staff(role))
    assert post(client, f"{DESK}/{paid}/void", {"reason": ""}).status_code == 422
    assert post(client, f"{DESK}/{paid}/void", {"reason": "Wrong bill"}).status_code == 303
    assert town.bill(bill.id).status is ObligationStatus.PAID
    assert post(client, f"{DESK}/{paid}/decide", {"do": "confirm"}).status_code == 403
    assert town.bill(bill.id).status is ObligationStatus.PAID
    assert "Void receipt" in see(second, DESK)
    assert "Wrong bill" in see(second, f"{DESK}/{paid}")
    assert post(second, f"{DESK}/{paid}/decide", {"do": "confirm"}).status_code == 303
    after = town.bill(bill.id)
    assert (after.status, after.due, after.paid) == (ObligationStatus.NOT_PAID, rwf(20_000), rwf(0))
    assert town.balance() == {"receivable": 20_000, "court_fees": -20_000}
    assert town.sql("select state from payment_attempt") == [("succeeded",)]
    assert "This receipt is void" in see(town.client(), f"/verify/{town.code(paid)}")
    assert "VOID since 4 May 2026" in see(town.client(town.payer), f"/receipts/{paid}")
    assert post(second, f"{DESK}/{paid}/decide", {"do": "confirm"}).status_code == 409
    taken(take(town, cashier, bill, see))
    assert town.bill(bill.id).status is ObligationStatus.PAID


def test_a_void_takes_back_what_was_to_be_refunded_and_leaves_the_books_level(town: Town, see: See) -> None:
    bill, cashier, second = town.owe(), town.staff(Role.CASHIER), town.staff(Role.ACCOUNTANT)
    paid = taken(take(town, cashier, bill, see, amount="50,000", more="yes"))
    assert town.bill(bill.id).refund_due == rwf(30_000)
    void(town, paid, cashier, second)
    after = town.bill(bill.id)
    assert (after.due, after.refund_due) == (rwf(20_000), rwf(0))
    assert town.balance() == {"receivable": 20_000, "court_fees": -20_000}


def test_a_refused_wish_may_be_made_again_and_the_asker_may_take_it_back(town: Town, see: See) -> None:
    bill, cashier, second = town.owe(), town.staff(Role.CASHIER), town.staff(Role.CASHIER)
    paid = taken(take(town, cashier, bill, see))
    void(town, paid, cashier, second, confirm=False)
    void(town, paid, cashier, cashier, confirm=False)
    assert town.bill(bill.id).status is ObligationStatus.PAID
    void(town, paid, second, cashier)
    assert town.bill(bill.id).status is ObligationStatus.NOT_PAID
    assert issubclass(SamePerson, Forbidden)


def test_the_database_itself_refuses_a_void_by_one_person_and_any_change(town: Town, see: See) -> None:
    paid = taken(take(town, town.staff(Role.CASHIER), town.owe(), see))
    alone = (
        "insert into payment_void (id, attempt_id, court_code, turn, state, reason, asked_by, decided_by, day, at) "
        "select gen_random_uuid(), :id, 'X', 9, 'confirmed', 'x', :id, :id, current_date, now()"
    )
    for statement in (alone, "update cash_entry set day = current_date", "delete from payment_receipt"):
        with pytest.raises(DBAPIError) as refused, town.till.database.transaction(SYSTEM) as session:
            session.execute(text(statement), {"id": paid} if ":id" in statement else {})
        assert isinstance(refused.value.orig, psycopg.errors.CheckViolation | psycopg.errors.InsufficientPrivilege)


def void(town: Town, paid: AttemptId, asker: MadePerson, decider: MadePerson, *, confirm: bool = True) -> None:
    """Asked for by one, decided on by the other."""
    with town.app.app_context():
        zone = current_pack().zone
    at = town.clock.now()
    with town.till.database.transaction(asker.actor) as session:
        ask_void(session, asker.actor, AskVoid(attempt_id=paid, reason="Wrong bill"), at=at)
    with town.till.database.transaction(decider.actor) as session:
        decide_void(session, decider.actor, DecideVoid(attempt_id=paid, confirm=confirm), zone=zone, at=at)
