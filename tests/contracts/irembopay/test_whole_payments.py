"""Whole payments over IremboPay's real wire: the portal's books and IremboPay's end the same."""

from datetime import timedelta

import pytest

from app.core.errors import Absent
from app.payments.ids import ObligationId
from app.payments.provider import RawCallback
from app.payments.reasons import Reason
from app.payments.status import AttemptState, ObligationStatus
from tests.builders.payments import FEE
from tests.contracts.page_rails import PagePortal
from tests.contracts.sandbox.callers import Listener, eventually
from tests.contracts.sandbox.irembopay_caller import Merchant


def same_books(portal: PagePortal, merchant: Merchant) -> bool:
    theirs = sorted((line["reference_id"], line["amount"]) for line in merchant.books()["debits"])
    return portal.books() == theirs


def states(portal: PagePortal, owed: ObligationId) -> list[AttemptState]:
    return [attempt.state for attempt in portal.seen(owed).attempts]


def test_paid_on_the_page_is_paid_by_the_notification(
    portal: PagePortal, merchant: Merchant, listener: Listener
) -> None:
    owed = portal.bill()
    portal.pay(owed)
    merchant.press(portal.named(owed), "approve")
    listener.wait_for(1)
    portal.work(timedelta(seconds=1))
    view = portal.seen(owed)
    assert view.status is ObligationStatus.PAID
    assert [receipt.tail for receipt in view.receipts] == [None]
    assert same_books(portal, merchant)


@pytest.mark.parametrize(
    "fault",
    [
        "callback_lost",
        "callback_repeated",
        "callback_reordered",
        "callback_contradictory",
        "callback_wrong_amount",
        "callback_malformed",
        "callback_forged",
        "status_missing",
        "drop_answer",
        "error_after_accept",
        "error",
        "down",
        "refused",
        "rate_limited",
    ],
)
def test_whatever_goes_wrong_on_the_way_it_is_paid_once_and_the_books_agree(
    portal: PagePortal, merchant: Merchant, fault: str
) -> None:
    merchant.set_fault(fault)
    owed = portal.bill()
    portal.pay(owed)
    portal.work()
    merchant.advance(20)
    portal.work(timedelta(seconds=20))
    merchant.press(portal.named(owed), "approve")
    for _ in range(4):
        portal.work(timedelta(seconds=30))
    assert portal.seen(owed).status is ObligationStatus.PAID
    assert states(portal, owed) == [AttemptState.SUCCEEDED]
    assert len(merchant.books()["debits"]) == 1
    assert same_books(portal, merchant)


def test_a_forged_notification_is_turned_away_at_the_door(
    portal: PagePortal, merchant: Merchant, listener: Listener
) -> None:
    merchant.set_fault("callback_forged")
    owed = portal.bill()
    portal.pay(owed)
    merchant.press(portal.named(owed), "approve")
    listener.wait_for(1)
    portal.work(timedelta(seconds=1))
    assert (portal.turned_away, portal.seen(owed).status) == (1, ObligationStatus.NOT_PAID)


def test_a_notification_that_is_played_again_changes_nothing(
    portal: PagePortal, merchant: Merchant, listener: Listener
) -> None:
    owed = portal.bill()
    portal.pay(owed)
    merchant.press(portal.named(owed), "approve")
    [heard] = listener.wait_for(1)
    portal.work(timedelta(seconds=1))
    kept = RawCallback(headers=heard.headers, body=heard.body)
    portal.hear(kept)
    portal.work(timedelta(minutes=6))
    with pytest.raises(Absent):
        portal.hear(kept)
    assert portal.books() == [(str(portal.latest(owed).reference_id), FEE.minor)]


def test_who_declines_may_try_again_on_the_same_page(portal: PagePortal, merchant: Merchant) -> None:
    owed = portal.bill()
    portal.pay(owed)
    merchant.press(portal.named(owed), "decline")
    portal.work(timedelta(seconds=30))
    assert states(portal, owed) == [AttemptState.PENDING]
    merchant.press(portal.named(owed), "approve", "0733000000")
    portal.work(timedelta(seconds=60))
    assert portal.seen(owed).status is ObligationStatus.PAID


def test_a_page_that_nobody_paid_on_closes_and_another_way_is_open(portal: PagePortal, merchant: Merchant) -> None:
    owed = portal.bill()
    portal.pay(owed)
    first = portal.named(owed)
    merchant.advance(1801)
    for _ in range(3):
        portal.work(timedelta(minutes=31))
    assert [(a.state, a.reason) for a in portal.seen(owed).attempts] == [(AttemptState.EXPIRED, Reason.PAGE_CLOSED)]
    assert merchant.initiate(first).json()["errors"][0]["code"] == "INVOICE_EXPIRED"


def test_an_expired_invoice_that_turns_out_paid_is_corrected(portal: PagePortal, merchant: Merchant) -> None:
    merchant.set_fault("success_after_failure", seconds=3600)
    owed = portal.bill()
    portal.pay(owed)
    number = portal.named(owed)
    merchant.advance(1801)
    portal.work(timedelta(minutes=31))
    portal.work(timedelta(minutes=31))
    assert states(portal, owed) == [AttemptState.EXPIRED]
    merchant.advance(3600)
    eventually(lambda: merchant.status(number) == "PAID")
    portal.work(timedelta(hours=1))
    portal.work(timedelta(hours=1))
    assert portal.seen(owed).status is ObligationStatus.PAID
    assert same_books(portal, merchant)
