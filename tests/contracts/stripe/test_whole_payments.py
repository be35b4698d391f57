"""Whole payments over Stripe's real wire: the portal's books and Stripe's end the same."""

from datetime import timedelta

import pytest

from app.core.errors import Absent
from app.core.money import Money
from app.payments.ids import ObligationId
from app.payments.provider import RawCallback
from app.payments.reasons import Reason
from app.payments.status import AttemptState, ObligationStatus
from tests.builders.payments import FEE
from tests.contracts.page_rails import PagePortal
from tests.contracts.sandbox.callers import Listener, eventually
from tests.contracts.sandbox.stripe_caller import Shop


def same_books(portal: PagePortal, shop: Shop) -> bool:
    return portal.books() == sorted((line["reference_id"], line["amount"]) for line in shop.books()["debits"])


def states(portal: PagePortal, owed: ObligationId) -> list[AttemptState]:
    return [attempt.state for attempt in portal.seen(owed).attempts]


def test_paid_on_the_page_is_paid_by_the_event(portal: PagePortal, shop: Shop, listener: Listener) -> None:
    owed = portal.bill()
    portal.pay(owed)
    shop.press(portal.named(owed))
    listener.wait_for(1)
    portal.work(timedelta(seconds=1))
    view = portal.seen(owed)
    assert view.status is ObligationStatus.PAID
    assert view.receipts[0].provider_reference == shop.session(portal.named(owed))["payment_intent"]
    assert same_books(portal, shop)


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
        "drop_answer",
        "error",
        "down",
        "refused",
        "rate_limited",
    ],
)
def test_whatever_goes_wrong_on_the_way_it_is_paid_once_and_the_books_agree(
    portal: PagePortal, shop: Shop, fault: str
) -> None:
    shop.set_fault(fault)
    owed = portal.bill()
    portal.pay(owed)
    portal.work()
    shop.press(portal.named(owed))
    for _ in range(4):
        portal.work(timedelta(seconds=30))
    assert portal.seen(owed).status is ObligationStatus.PAID
    assert states(portal, owed) == [AttemptState.SUCCEEDED]
    assert len(shop.books()["debits"]) == 1
    assert same_books(portal, shop)


def test_a_500_that_stripe_keeps_for_the_key_fails_and_the_next_try_is_paid(portal: PagePortal, shop: Shop) -> None:
    shop.set_fault("error_after_accept")
    owed = portal.bill()
    portal.pay(owed)
    portal.work()
    assert [(a.state, a.reason) for a in portal.seen(owed).attempts] == [
        (AttemptState.FAILED, Reason.PROVIDER_UNAVAILABLE)
    ]
    portal.pay(owed)
    shop.press(portal.named(owed))
    portal.work()
    assert portal.seen(owed).status is ObligationStatus.PAID
    assert same_books(portal, shop)


def test_complete_without_money_is_not_paid(portal: PagePortal, shop: Shop, listener: Listener) -> None:
    shop.set_fault("paid_late", seconds=60)
    owed = portal.bill()
    portal.pay(owed)
    shop.press(portal.named(owed))
    listener.wait_for(1)
    portal.work()
    assert (portal.seen(owed).status, portal.books()) == (ObligationStatus.NOT_PAID, [])
    shop.advance(61)
    listener.wait_for(2)
    portal.work()
    assert portal.seen(owed).status is ObligationStatus.PAID
    assert same_books(portal, shop)


def test_a_card_that_is_refused_may_be_followed_by_another(portal: PagePortal, shop: Shop) -> None:
    owed = portal.bill()
    portal.pay(owed)
    shop.press(portal.named(owed), "insufficient_funds")
    portal.work(timedelta(seconds=30))
    assert states(portal, owed) == [AttemptState.PENDING]
    shop.press(portal.named(owed))
    portal.work(timedelta(seconds=60))
    assert portal.seen(owed).status is ObligationStatus.PAID


def test_pressing_twice_opens_one_page(portal: PagePortal, shop: Shop) -> None:
    owed = portal.bill()
    portal.pay(owed)
    first = portal.latest(owed).pay_url
    portal.pay(owed)
    assert portal.latest(owed).pay_url == first
    assert len(shop.books()["payments"]) == 1


def test_who_leaves_without_paying_can_begin_again_when_the_page_has_closed(portal: PagePortal, shop: Shop) -> None:
    owed = portal.bill()
    portal.pay(owed)
    first = portal.named(owed)
    shop.advance(3_601)
    eventually(lambda: shop.session(first)["status"] == "expired")
    portal.work(timedelta(minutes=61))
    assert [(a.state, a.reason) for a in portal.seen(owed).attempts] == [(AttemptState.EXPIRED, Reason.PAGE_CLOSED)]
    assert shop.press(first).status_code == 409


def test_an_event_that_is_played_again_changes_nothing(portal: PagePortal, shop: Shop, listener: Listener) -> None:
    owed = portal.bill()
    portal.pay(owed)
    shop.press(portal.named(owed))
    [heard] = listener.wait_for(1)
    portal.work(timedelta(seconds=1))
    for _ in range(3):
        portal.hear(RawCallback(headers=heard.headers, body=heard.body))
        portal.work()
    assert portal.books() == [(str(portal.latest(owed).reference_id), FEE.minor)]


def test_a_forged_event_is_turned_away_at_the_door(portal: PagePortal, shop: Shop, listener: Listener) -> None:
    shop.set_fault("callback_forged")
    owed = portal.bill()
    portal.pay(owed)
    shop.press(portal.named(owed))
    [heard] = listener.wait_for(1)
    with pytest.raises(Absent):
        portal.hear(RawCallback(headers=heard.headers, body=heard.body))
    assert portal.seen(owed).status is ObligationStatus.NOT_PAID


def test_an_event_about_a_refund_is_let_pass_though_an_attempt_has_no_session_yet(
    portal: PagePortal, shop: Shop, listener: Listener
) -> None:
    shop.set_fault("refused")
    owed = portal.bill()
    portal.pay(owed)
    intent = shop.paid()
    shop.post("refunds", {"payment_intent": intent})
    heard = next(h for h in listener.wait_for(2) if b'"refund.updated"' in h.body)
    portal.hear(RawCallback(headers=heard.headers, body=heard.body))
    assert portal.latest(owed).state is AttemptState.UNKNOWN


def test_euros_stay_euros(portal: PagePortal, shop: Shop) -> None:
    fee = Money(1_250, "EUR")
    owed = portal.bill(fee)
    portal.pay(owed, fee)
    shop.press(portal.named(owed))
    portal.work()
    assert portal.seen(owed).status is ObligationStatus.PAID
    assert [line["amount"] for line in shop.books()["debits"]] == [1_250]
