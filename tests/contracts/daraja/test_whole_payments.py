"""Whole payments over Daraja's real wire: the portal's books and the operator's end the same."""

import json
from datetime import timedelta

import pytest

from app.core.actor import SYSTEM
from app.core.errors import Absent
from app.core.money import Money
from app.payments import callbacks, queries
from app.payments.attempts import CurrencyNotTaken
from app.payments.offers import offers
from app.payments.provider import RawCallback
from app.payments.reasons import Reason
from app.payments.status import AttemptState, ObligationStatus
from tests.builders.mpesa import FEE, PHONE, Mpesa, Portal
from tests.contracts.sandbox.callers import eventually

OVER = timedelta(minutes=8)
"""The prompt's five minutes are over, and the two after them."""


def booked(portal: Portal) -> list[int]:
    with portal.till.database.reading(SYSTEM) as session:
        return sorted(line.amount.minor for line in queries.books(session))


def same_books(portal: Portal, operator: Mpesa) -> bool:
    return booked(portal) == sorted(operator.debits())


def test_approved_on_the_phone_is_paid_by_the_callback_with_its_receipt(portal: Portal, operator: Mpesa) -> None:
    owed = portal.bill()
    portal.pay(owed)
    operator.press("approve")
    portal.await_calls(1)
    portal.work(timedelta(seconds=1))
    view = portal.seen(owed)
    assert view.status is ObligationStatus.PAID
    assert view.attempts[0].provider_reference == operator.books("payments")[0]["receipt"]
    assert same_books(portal, operator)


@pytest.mark.parametrize(
    "fault",
    [
        "callback_lost",
        "callback_repeated",
        "callback_contradictory",
        "callback_wrong_amount",
        "callback_malformed",
        "token_expired",
    ],
)
def test_whatever_goes_wrong_with_the_callback_it_is_paid_once_and_the_books_agree(
    portal: Portal, operator: Mpesa, fault: str
) -> None:
    operator.set_fault(fault)
    owed = portal.bill()
    portal.pay(owed)
    portal.work()
    operator.press("approve")
    portal.await_calls({"callback_lost": 0, "callback_repeated": 20, "callback_contradictory": 3}.get(fault, 1))
    for _ in range(4):
        portal.work(timedelta(seconds=30))
    assert portal.seen(owed).status is ObligationStatus.PAID
    assert [a.state for a in portal.seen(owed).attempts] == [AttemptState.SUCCEEDED]
    assert same_books(portal, operator)


@pytest.mark.parametrize(
    ("ending", "state", "reason"),
    [
        ("201", AttemptState.FAILED, Reason.INSUFFICIENT_FUNDS),
        ("202", AttemptState.FAILED, Reason.PAYER_DECLINED),
        ("203", AttemptState.FAILED, Reason.WRONG_PIN),
        ("204", AttemptState.EXPIRED, Reason.PAYER_TIMEOUT),
        ("206", AttemptState.FAILED, Reason.PAYER_LIMIT),
        ("207", AttemptState.FAILED, Reason.PAYEE_BLOCKED),
        ("209", AttemptState.FAILED, Reason.PROVIDER_UNAVAILABLE),
        ("211", AttemptState.FAILED, Reason.UNSPECIFIED),
        ("303", AttemptState.FAILED, Reason.MISCONFIGURED),
        ("304", AttemptState.FAILED, Reason.PROVIDER_UNAVAILABLE),
    ],
)
def test_every_failure_ends_the_attempt_with_its_reason_and_another_may_follow(
    portal: Portal, operator: Mpesa, ending: str, state: AttemptState, reason: Reason
) -> None:
    owed = portal.bill()
    portal.pay(owed, f"+254712345{ending}")
    portal.work()
    assert [(a.state, a.reason) for a in portal.seen(owed).attempts] == [(state, reason)]
    assert booked(portal) == []
    portal.pay(owed, "+254712345101")
    portal.work()
    assert portal.seen(owed).status is ObligationStatus.PAID
    assert same_books(portal, operator)


@pytest.mark.parametrize("fault", ["drop_answer", "error_after_accept"])
def test_a_lost_answer_is_never_posted_again_and_the_callback_names_it(
    portal: Portal, operator: Mpesa, fault: str
) -> None:
    operator.set_fault(fault, on="request")
    owed = portal.bill()
    portal.pay(owed)
    for _ in range(4):
        portal.work(timedelta(seconds=60))
        portal.pay(owed)  # The attempt that is under way is found; nobody is asked twice.
    assert len(operator.books("payments")) == 1
    assert [a.state for a in portal.seen(owed).attempts] == [AttemptState.UNKNOWN]
    operator.press("approve")
    portal.await_calls(1)
    portal.work()
    view = portal.seen(owed)
    assert [a.state for a in view.attempts] == [AttemptState.SUCCEEDED]
    assert view.attempts[0].provider_reference == operator.books("payments")[0]["receipt"]
    assert same_books(portal, operator)


def test_a_lost_answer_without_a_callback_expires_and_a_late_callback_corrects_it(
    portal: Portal, operator: Mpesa
) -> None:
    operator.set_fault("drop_answer", on="request")
    operator.set_fault("callback_late", seconds=3600)
    owed = portal.bill()
    portal.pay(owed)
    operator.press("approve")
    portal.work(timedelta(minutes=6))
    assert [a.state for a in portal.seen(owed).attempts] == [AttemptState.UNKNOWN]
    portal.work(OVER)
    (attempt,) = portal.seen(owed).attempts
    assert (attempt.state, attempt.reason) == (AttemptState.EXPIRED, Reason.PROVIDER_UNAVAILABLE)
    assert not portal.till.breaker("mpesa").is_open(portal.clock.now())
    portal.pay(owed, "+254712345101")
    portal.work()
    assert portal.seen(owed).status is ObligationStatus.PAID
    operator.advance(3601)
    portal.await_calls(2)
    portal.work()
    view = portal.seen(owed)
    assert [a.state for a in view.attempts] == [AttemptState.SUCCEEDED, AttemptState.SUCCEEDED]
    assert (view.status, view.refund_due) == (ObligationStatus.OVERPAID, FEE)
    assert same_books(portal, operator)
    assert len(operator.books("payments")) == 2


def test_a_prompt_that_nobody_answers_ends_by_the_operators_word(portal: Portal, operator: Mpesa) -> None:
    owed = portal.bill()
    portal.pay(owed)
    operator.press("ignore")
    portal.work()
    assert [a.state for a in portal.seen(owed).attempts] == [AttemptState.PENDING]
    operator.advance(301)
    eventually(lambda: operator.books("payments")[0]["result_code"] == "1037")
    portal.work(timedelta(minutes=5))
    assert [a.state for a in portal.seen(owed).attempts] == [AttemptState.EXPIRED]


def test_a_failure_that_turns_out_paid_is_corrected(portal: Portal, operator: Mpesa) -> None:
    owed = portal.bill()
    portal.pay(owed, "+254712345302")
    portal.work()
    assert [a.state for a in portal.seen(owed).attempts] == [AttemptState.EXPIRED]
    operator.advance(20)
    eventually(lambda: len(operator.debits()) == 1)
    portal.await_calls(2)
    for _ in range(3):
        portal.work(timedelta(seconds=30))
    assert portal.seen(owed).status is ObligationStatus.PAID
    assert same_books(portal, operator)


def forged(portal: Portal, secret: str, checkout_id: str, amount: float) -> None:
    items = [{"Name": "Amount", "Value": amount}, {"Name": "MpesaReceiptNumber", "Value": "SFORGED000"}]
    told = {"CheckoutRequestID": checkout_id, "ResultCode": 0, "CallbackMetadata": {"Item": items}}
    body = json.dumps({"Body": {"stkCallback": told}}).encode()
    with portal.till.database.transaction(SYSTEM) as session:
        callback = RawCallback(headers={}, body=body)
        callbacks.receive(session, portal.till, "daraja", secret, callback, at=portal.clock.now())


def test_a_forged_callback_to_a_guessed_address_is_absent(portal: Portal) -> None:
    portal.pay(portal.bill())
    with pytest.raises(Absent):
        forged(portal, "guess", "ws_CO_1", 1500.0)


def test_a_forged_success_at_the_right_address_pays_nothing(portal: Portal, operator: Mpesa) -> None:
    owed = portal.bill()
    portal.pay(owed)
    latest = portal.seen(owed).latest
    assert latest is not None
    forged(portal, portal.till.vault.callback_secret(latest.reference_id), operator.prompt(), 1500.0)
    portal.work()
    assert [a.state for a in portal.seen(owed).attempts] == [AttemptState.PENDING]
    operator.press("decline")
    for _ in range(3):
        portal.work(timedelta(seconds=30))
    assert [a.state for a in portal.seen(owed).attempts] == [AttemptState.FAILED]
    assert booked(portal) == []


@pytest.mark.parametrize("amount", [1.0, 1500.0])
def test_a_nameless_attempt_does_not_take_the_name_of_another_payment(
    portal: Portal, operator: Mpesa, amount: float
) -> None:
    paid = portal.bill()
    portal.pay(paid, "+254712345101")
    portal.work()
    operator.set_fault("drop_answer", on="request")
    owed = portal.bill()
    portal.pay(owed, PHONE)
    latest = portal.seen(owed).latest
    assert latest is not None
    named = operator.books("payments")[0]["checkout_id"]
    forged(portal, portal.till.vault.callback_secret(latest.reference_id), named, amount)
    portal.work()
    assert [a.state for a in portal.seen(owed).attempts] == [AttemptState.UNKNOWN]
    assert same_books(portal, operator)


@pytest.mark.parametrize("amount", [Money(150_050, "KES"), Money(20_000, "RWF")])
def test_a_bill_that_mpesa_cannot_carry_is_neither_offered_nor_begun(portal: Portal, amount: Money) -> None:
    owed = portal.bill(amount)
    assert offers(portal.till, amount, portal.clock.now()) == ()
    assert [o.code for o in offers(portal.till, FEE, portal.clock.now())] == ["mpesa"]
    with pytest.raises(CurrencyNotTaken):
        portal.pay(owed, shown=amount)
    assert portal.seen(owed).attempts == ()
