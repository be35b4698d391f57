"""The sandbox speaks the parts of Stripe's API that Checkout needs; Stripe's own package can't tell the difference."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import stripe

from sandbox import config
from sandbox.server import Sandbox
from tests.contracts.sandbox.callers import Listener, eventually
from tests.contracts.sandbox.stripe_caller import KEY, WEBHOOK_SECRET, Shop


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sandbox"


@pytest.fixture
def box(folder: Path, listener: Listener) -> Iterator[Sandbox]:
    account = config.StripeAccount(webhook_url=listener.url)
    with Sandbox(config.Settings(data=folder, port=0, smtp_port=0, stripe=account)) as running:
        yield running


@pytest.fixture
def shop(box: Sandbox) -> Iterator[Shop]:
    with Shop(box.url) as client:
        yield client


@pytest.fixture
def sdk(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> stripe.StripeClient:
    """Stripe's own package, pointed here by its base address."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return stripe.StripeClient(KEY, base_addresses={"api": f"{box.url}/stripe"}, max_network_retries=0)


def test_the_official_package_sees_a_whole_payment_and_its_refund(
    sdk: stripe.StripeClient, shop: Shop, listener: Listener
) -> None:
    session = sdk.v1.checkout.sessions.create(
        {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 2,
                    "price_data": {"currency": "eur", "unit_amount": 1250, "product_data": {"name": "Fee"}},
                }
            ],
            "success_url": "http://127.0.0.1:1/back",
            "client_reference_id": "R-1",
            "metadata": {"bill": "B1"},
        },
        {"idempotency_key": "K-1"},
    )
    assert (session.amount_total, session.currency, session.status, session.payment_status) == (
        2500,
        "eur",
        "open",
        "unpaid",
    )
    shop.press(session.id)
    done = sdk.v1.checkout.sessions.retrieve(session.id)
    assert (done.status, done.payment_status, done.url) == ("complete", "paid", None)
    intent = sdk.v1.payment_intents.retrieve(str(done.payment_intent))
    assert (intent.status, intent.amount_received) == ("succeeded", 2500)
    [heard] = listener.wait_for(1)
    event = stripe.Webhook.construct_event(heard.body, heard.headers["stripe-signature"], WEBHOOK_SECRET)
    assert (event.type, event.data.object["client_reference_id"]) == ("checkout.session.completed", "R-1")
    refund = sdk.v1.refunds.create({"payment_intent": intent.id, "amount": 500}, {"idempotency_key": "K-2"})
    assert (refund.status, sdk.v1.refunds.retrieve(refund.id).amount) == ("succeeded", 500)
    assert [r.id for r in sdk.v1.refunds.list({"payment_intent": intent.id})] == [refund.id]
    with pytest.raises(stripe.InvalidRequestError):
        sdk.v1.checkout.sessions.expire(session.id)


@pytest.mark.parametrize(
    ("changed", "param"),
    [
        ({"mode": "setup"}, "mode"),
        ({"line_items[0][price_data][unit_amount]": ""}, "line_items[0][price_data][unit_amount]"),
        ({"line_items[0][price_data][unit_amount]": "0.5"}, "line_items[0][price_data][unit_amount]"),
        ({"line_items[0][price_data][unit_amount]": "0"}, "line_items[0][price_data][unit_amount]"),
        ({"line_items[0][price_data][currency]": "xyz"}, "line_items[0][price_data][currency]"),
        ({"success_url": ""}, "success_url"),
        ({"success_url": "javascript:alert(1)"}, "success_url"),
        ({"expires_at": "1"}, "expires_at"),
        ({"colour": "red"}, "colour"),
        ({"metadata[" + "k" * 41 + "]": "v"}, "metadata"),
    ],
)
def test_a_session_that_is_wrong_is_refused_and_its_key_is_free(
    shop: Shop, changed: dict[str, str], param: str
) -> None:
    answer = shop.create(key="K", **changed)
    assert (answer.status_code, answer.json()["error"]["param"]) == (400, param)
    assert shop.create(key="K").status_code == 200


@pytest.mark.parametrize("secret", ["nobody", "sk_test_guess"])
def test_a_call_needs_the_key(shop: Shop, secret: str) -> None:
    assert shop.post("checkout/sessions", {}, secret=secret).status_code == 401


def test_the_same_key_gives_the_first_answer_again(shop: Shop) -> None:
    first, second = (shop.create(key="K", client_reference_id="R") for _ in range(2))
    assert first.json() == second.json()
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert len(shop.books()["payments"]) == 1


def test_the_same_key_for_something_else_is_refused(shop: Shop) -> None:
    shop.create(key="K", client_reference_id="R")
    other = shop.create(key="K", client_reference_id="S")
    assert (other.status_code, other.json()["error"]["type"]) == (400, "idempotency_error")


def test_a_500_is_kept_under_its_key_and_a_lost_answer_is_not_lost(shop: Shop) -> None:
    shop.set_fault("error_after_accept")
    answers = [shop.create(key="K", client_reference_id="R") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [500, 500]
    assert answers[1].headers["Idempotent-Replayed"] == "true"
    shop.set_fault("error")
    statuses = [shop.create(key="L", client_reference_id="S").status_code for _ in range(2)]
    assert statuses == [500, 200]


def test_a_key_is_forgotten_after_a_day(shop: Shop) -> None:
    shop.create(key="K", client_reference_id="R")
    shop.advance(86_401)
    assert shop.create(key="K", client_reference_id="S").status_code == 200


def test_a_card_that_is_refused_leaves_the_session_open(shop: Shop) -> None:
    session_id = shop.created()["id"]
    shop.press(session_id, "insufficient_funds")
    session = shop.session(session_id)
    assert (session["status"], session["payment_status"]) == ("open", "unpaid")
    intent = shop.get(f"payment_intents/{session['payment_intent']}").json()
    assert (intent["status"], intent["last_payment_error"]["decline_code"]) == (
        "requires_payment_method",
        "insufficient_funds",
    )
    shop.press(session_id)
    assert shop.session(session_id)["payment_status"] == "paid"


def test_a_session_is_paid_once(shop: Shop) -> None:
    session_id = shop.created()["id"]
    assert [shop.press(session_id).status_code for _ in range(2)] == [200, 409]
    assert [line["amount"] for line in shop.books()["debits"]] == [20_000]


def test_a_session_is_expired_by_hand_or_by_time_and_not_paid_then(shop: Shop, listener: Listener) -> None:
    first, second = shop.created()["id"], shop.created()["id"]
    assert shop.post(f"checkout/sessions/{first}/expire", {}).json()["status"] == "expired"
    shop.advance(86_400)
    eventually(lambda: shop.session(second)["status"] == "expired")
    assert [shop.press(session_id).status_code for session_id in (first, second)] == [409, 409]
    kinds = {json.loads(heard.body)["type"] for heard in listener.wait_for(2)}
    assert kinds == {"checkout.session.expired"}


def test_money_that_comes_late_is_told_of_twice(shop: Shop, listener: Listener) -> None:
    shop.set_fault("paid_late", seconds=30)
    session_id = shop.created()["id"]
    shop.press(session_id)
    assert (shop.session(session_id)["status"], shop.session(session_id)["payment_status"]) == ("complete", "unpaid")
    shop.advance(31)
    kinds = [json.loads(heard.body)["type"] for heard in listener.wait_for(2)]
    assert kinds == ["checkout.session.completed", "checkout.session.async_payment_succeeded"]
    assert shop.session(session_id)["payment_status"] == "paid"


def test_no_more_goes_back_than_was_paid(shop: Shop) -> None:
    intent = shop.paid()
    first = shop.post("refunds", {"payment_intent": intent, "amount": "15000"})
    too_much = shop.post("refunds", {"payment_intent": intent, "amount": "5001"})
    rest = shop.post("refunds", {"payment_intent": intent})
    nothing = shop.post("refunds", {"payment_intent": intent})
    assert [first.json()["amount"], rest.json()["amount"]] == [15_000, 5_000]
    assert (too_much.status_code, nothing.json()["error"]["code"]) == (400, "charge_already_refunded")


def test_a_refund_can_wait_and_can_fail(shop: Shop, listener: Listener) -> None:
    intent = shop.paid()
    shop.set_fault("refund_pending", seconds=30)
    shop.set_fault("refund_failed")
    refund = shop.post("refunds", {"payment_intent": intent}).json()
    assert refund["status"] == "pending"
    shop.advance(31)
    eventually(lambda: shop.get(f"refunds/{refund['id']}").json()["status"] == "failed")
    assert shop.post("refunds", {"payment_intent": intent}).json()["status"] == "succeeded"


def test_a_forged_event_is_not_stripes(shop: Shop, listener: Listener) -> None:
    shop.set_fault("callback_forged")
    shop.press(shop.created()["id"])
    [heard] = listener.wait_for(1)
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(heard.body, heard.headers["stripe-signature"], WEBHOOK_SECRET)


def test_sessions_outlive_the_process(folder: Path, shop: Shop) -> None:
    session_id = shop.create(key="K", client_reference_id="R").json()["id"]
    shop.press(session_id)
    with (
        Sandbox(config.Settings(data=folder, port=0, smtp_port=0)) as again,
        Shop(again.url) as client,
    ):
        assert client.session(session_id)["payment_status"] == "paid"
        assert len(client.books()["debits"]) == 1


def test_the_hosted_page_says_that_no_money_moves_and_leads_back(shop: Shop) -> None:
    session = shop.created(**{"line_items[0][price_data][product_data][name]": "<b>Court</b> fee"})
    page = shop.http.get(session["url"])
    assert "SIMULATED: no money moves" in page.text
    assert "&lt;b&gt;Court" in page.text
    assert "RWF 20,000" in page.text
    assert "form-action 'self' http://127.0.0.1:1;" in page.headers["Content-Security-Policy"]
    paid = shop.http.post(session["url"], data={"action": "pay"})
    assert (paid.status_code, paid.headers["Location"]) == (303, f"http://127.0.0.1:1/back?session={session['id']}")
    assert "SIMULATED" in shop.http.get("/sessions").text
