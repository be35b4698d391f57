"""Payments under a bill's number over Daraja's real wire and the portal's own addresses."""

import json
from collections.abc import Iterator
from datetime import timedelta
from threading import Thread
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text
from werkzeug.serving import make_server

from app import create_app, wiring
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from app.core.money import Money
from app.payments.paybill import service
from app.payments.refunds import queue
from app.payments.reversals.service import keep_result
from app.payments.status import AttemptState, ObligationStatus
from app.payments.till import Till
from app.payments.unidentified.placing import PlaceMoney, SendBack, place, send_back
from tests.builders.mpesa import FEE, PHONE, Mpesa, Portal
from tests.builders.refunds import CASHIER
from tests.builders.settings import make_settings
from tests.contracts.sandbox.callers import eventually


@pytest.fixture
def at_the_door(till: Till, portal: Portal, callback_root: str, fresh_database: Database) -> Iterator[Portal]:
    """The portal's own web addresses, served; its till is the test's."""
    settings = make_settings()
    app = create_app(settings, house=wiring.build(settings, till.clock, fresh_database))
    app.extensions["till"] = till
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    object.__setattr__(till, "callback_url", f"http://127.0.0.1:{server.server_port}")
    portal.register()
    yield portal
    server.shutdown()
    thread.join()
    server.server_close()


def rows(portal: Portal, sql: str) -> list[tuple[object, ...]]:
    with portal.till.database.reading(SYSTEM) as session:
        return [tuple(row) for row in session.execute(text(sql))]


def received(portal: Portal) -> int:
    return len(rows(portal, "select 1 from bill_payment"))


def balances(portal: Portal) -> dict[str, int]:
    found = rows(portal, "select account, sum(amount_minor)::bigint from posting group by account")
    return {str(account): int(str(sum_)) for account, sum_ in found}


def pay(portal: Portal, operator: Mpesa, account: str, amount: str, count: int) -> None:
    answer = operator.pay_bill(account, amount)
    assert answer.status_code == 200, answer.text
    eventually(lambda: received(portal) == count)
    portal.work(timedelta(seconds=1))


def test_parts_settle_a_bill_and_too_much_goes_back(at_the_door: Portal, operator: Mpesa) -> None:
    portal = at_the_door
    owed = portal.bill()
    number = portal.seen(owed).reference
    pay(portal, operator, number.lower(), "500", 1)
    view = portal.seen(owed)
    assert (view.status, view.due) == (ObligationStatus.PART_PAID, Money(100_000, "KES"))
    pay(portal, operator, number, "1200.50", 2)
    view = portal.seen(owed)
    assert (view.status, view.refund_due) == (ObligationStatus.OVERPAID, Money(20_050, "KES"))
    assert [a.state for a in view.attempts] == [AttemptState.SUCCEEDED, AttemptState.SUCCEEDED]
    assert {a.provider_reference for a in view.attempts} == {b["trans_id"] for b in operator.books("bills")}
    assert balances(portal)["clearing:mpesa"] == sum(b["amount"] for b in operator.books("bills"))


@pytest.mark.parametrize("case", ["unknown", "settled", "francs"])
def test_a_payment_for_no_open_bill_is_refused_before_the_money_moves(
    at_the_door: Portal, operator: Mpesa, case: str
) -> None:
    portal = at_the_door
    number = "B22222222X"
    if case != "unknown":
        owed = portal.bill(Money(20_000, "RWF") if case == "francs" else FEE)
        number = portal.seen(owed).reference
    if case == "settled":
        pay(portal, operator, number, "1500", 1)
    answer = operator.pay_bill(number, "10")
    assert (answer.status_code, answer.json()["problem"]) == (409, "Invalid account number")
    assert operator.books("bills")[-1]["result_code"] == "C2B00012"
    assert received(portal) == (1 if case == "settled" else 0)


def confirmed(portal: Portal, **changed: str) -> bytes:
    told = {
        "TransactionType": "Pay Bill",
        "TransID": "SABCDEF123",
        "TransTime": "20260504130000",
        "TransAmount": "10.00",
        "BusinessShortCode": "174379",
        "BillRefNumber": "B22222222X",
        "MSISDN": "2547 ***** 126",
        "FirstName": "PAYER",
        **changed,
    }
    return json.dumps(told).encode()


def post(portal: Portal, body: bytes, what: str = "confirmation") -> int:
    url = service.addresses(portal.till, portal.daraja)[0 if what == "confirmation" else 1]
    return httpx.post(url, content=body, trust_env=False, timeout=15).status_code


def test_money_for_an_unknown_bill_is_in_suspense_once_however_often_it_is_confirmed(at_the_door: Portal) -> None:
    portal = at_the_door
    for _ in range(20):
        assert post(portal, confirmed(portal)) == 200
    portal.work()
    assert post(portal, confirmed(portal)) == 200
    portal.work()
    assert rows(portal, "select provider_id, quoted, amount_minor, tail from unidentified_payment") == [
        ("SABCDEF123", "B22222222X", 1000, "126")
    ]
    assert balances(portal) == {"clearing:mpesa": 1000, "suspense": -1000}
    assert rows(portal, "select outcome from bill_payment") == [("unidentified",)]


def test_a_confirmation_for_a_settled_bill_is_due_back(at_the_door: Portal, operator: Mpesa) -> None:
    portal = at_the_door
    owed = portal.bill()
    pay(portal, operator, portal.seen(owed).reference, "1500", 1)
    assert post(portal, confirmed(portal, BillRefNumber=portal.seen(owed).reference)) == 200
    portal.work()
    assert portal.seen(owed).refund_due == Money(1000, "KES")


@pytest.mark.parametrize("what", ["confirmation", "validation"])
def test_without_the_secret_of_the_address_nothing_is_heard(at_the_door: Portal, what: str) -> None:
    portal = at_the_door
    right = service.addresses(portal.till, portal.daraja)[0 if what == "confirmation" else 1]
    secret = portal.till.vault.address_secret("paybill:mpesa")
    for wrong in ("guess", secret[:-1], secret.upper(), "é"):
        answer = httpx.post(right.replace(secret, wrong), content=confirmed(portal), trust_env=False, timeout=15)
        assert answer.status_code == 404
    assert received(portal) == 0


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"{", b'{"TransID": 1}', b'{"TransAmount":"1e9"}', b"\xff"])
def test_what_is_no_payment_is_refused_and_not_kept(at_the_door: Portal, body: bytes) -> None:
    assert post(at_the_door, body) == 400
    assert received(at_the_door) == 0


def test_money_to_another_shortcode_is_none_of_ours(at_the_door: Portal) -> None:
    assert post(at_the_door, confirmed(at_the_door, BusinessShortCode="600000")) == 404
    assert received(at_the_door) == 0


@pytest.mark.parametrize("callback", ["first", "lost"])
def test_a_prompt_that_is_confirmed_here_as_well_is_one_payment(
    at_the_door: Portal, operator: Mpesa, clock: ManualClock, callback: str
) -> None:
    portal = at_the_door
    operator.set_fault("confirmed_twice")
    if callback == "lost":
        operator.set_fault("callback_lost")
    owed = portal.bill()
    portal.pay(owed)
    operator.press("approve")
    eventually(lambda: received(portal) == 1)
    if callback == "first":
        eventually(lambda: rows(portal, "select hint from callback_inbox") == [("succeeded",)])
    for _ in range(3):
        portal.work(timedelta(minutes=5))
    view = portal.seen(owed)
    assert (view.status, [a.state for a in view.attempts]) == (ObligationStatus.PAID, [AttemptState.SUCCEEDED])
    assert view.attempts[0].provider_reference == operator.books("payments")[0]["receipt"]
    assert rows(portal, "select outcome from bill_payment") == [("known",)]
    assert balances(portal)["clearing:mpesa"] == FEE.minor


def test_who_declined_the_prompt_may_pay_under_the_bills_number_instead(at_the_door: Portal, operator: Mpesa) -> None:
    portal = at_the_door
    owed = portal.bill()
    portal.pay(owed)
    operator.press("decline")
    portal.work()
    pay(portal, operator, portal.seen(owed).reference, "1500", 1)
    assert portal.seen(owed).status is ObligationStatus.PAID
    assert [a.state for a in portal.seen(owed).attempts] == [AttemptState.FAILED, AttemptState.SUCCEEDED]
    assert [a.tail for a in portal.seen(owed).attempts] == [PHONE[-3:], PHONE[-3:]]


def lost(portal: Portal, operator: Mpesa) -> UUID:
    """A payer types a number that is none while our validation gives no answer: the money comes all the same."""
    confirmation, _ = service.addresses(portal.till, portal.daraja)
    assert portal.daraja.register_addresses(confirmation, "http://127.0.0.1:9/validation")
    pay(portal, operator, "B22222222X", "1500", 1)
    ((payment_id,),) = rows(portal, "select id from unidentified_payment")
    assert {"clearing:mpesa": 150_000, "suspense": -150_000}.items() <= balances(portal).items()
    return UUID(str(payment_id))


def test_money_under_a_wrong_number_is_put_on_its_bill_under_its_own_receipt(
    at_the_door: Portal, operator: Mpesa
) -> None:
    portal = at_the_door
    owed, payment = portal.bill(), lost(portal, operator)
    wish = PlaceMoney(payment_id=payment, bill_number=portal.seen(owed).reference, reason="The payer showed it.")
    with portal.till.database.transaction(CASHIER) as session:
        place(session, CASHIER, wish, alone_up_to=FEE.minor, at=portal.clock.now())
    view, (told,) = portal.seen(owed), operator.books("bills")
    assert (view.status, view.attempts[0].provider_reference) == (ObligationStatus.PAID, told["trans_id"])
    assert {account: left for account, left in balances(portal).items() if left} == {
        "clearing:mpesa": 150_000,
        "court_fees": -150_000,
    }
    assert post(portal, confirmed(portal, TransID=told["trans_id"])) == 200
    portal.work()
    assert (portal.seen(owed).paid, rows(portal, "select outcome from bill_payment")) == (FEE, [("unidentified",)])


def test_money_that_nobody_can_place_is_reversed_at_the_operator(at_the_door: Portal, operator: Mpesa) -> None:
    portal = at_the_door
    wish = SendBack(payment_id=lost(portal, operator), court_code="TGI-NYGE", reason="Nobody answers.")
    with portal.till.database.transaction(CASHIER) as session:
        can = portal.daraja.capabilities
        send_back(session, CASHIER, wish, capabilities=can, at=portal.clock.now())
    queue.drain(portal.till, alone_up_to=FEE.minor)
    (heard,) = portal.listener.wait_for(1)
    _, reference_id, _, what = heard.url.split("/callbacks/daraja/")[1].split("/")
    assert what == "result"
    with portal.till.database.transaction(SYSTEM) as session:
        result = portal.daraja.read_result(heard.body)
        keep_result(session, "mpesa", UUID(reference_id), result, heard.body, at=portal.clock.now())
    portal.clock.advance(timedelta(minutes=1))
    queue.drain(portal.till, alone_up_to=FEE.minor)
    assert rows(portal, "select state from refund") == [("refunded",)]
    assert [left for left in balances(portal).values() if left] == []
    assert [(r["amount"], r["result_code"]) for r in operator.books("reversals")] == [(FEE.minor, "0")]


def test_a_prompt_that_failed_and_turns_out_paid_is_one_payment_though_it_is_confirmed_here_first(
    at_the_door: Portal, operator: Mpesa
) -> None:
    portal = at_the_door
    for fault in ("confirmed_twice", "success_after_failure"):
        operator.set_fault(fault)
    operator.set_fault("callback_late", seconds=60)
    owed = portal.bill()
    portal.pay(owed)
    operator.press("decline")
    portal.work()
    assert [a.state for a in portal.seen(owed).attempts] == [AttemptState.FAILED]
    operator.advance(25)
    eventually(lambda: received(portal) == 1)
    portal.work()
    operator.advance(90)
    eventually(lambda: len(rows(portal, "select 1 from callback_inbox")) == 2)
    for _ in range(3):
        portal.work(timedelta(minutes=5))
    view = portal.seen(owed)
    assert (view.status, [a.state for a in view.attempts]) == (ObligationStatus.PAID, [AttemptState.SUCCEEDED])
    assert view.attempts[0].provider_reference == operator.books("payments")[0]["receipt"]
    assert balances(portal)["clearing:mpesa"] == FEE.minor
