"""The sandbox speaks IremboPay's API v2 as its documentation has it."""

import hmac
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from sandbox.config import IremboPayAccount, Settings
from sandbox.server import Sandbox
from tests.contracts.sandbox.callers import Heard, Listener, eventually
from tests.contracts.sandbox.irembopay_caller import KEY, PRODUCT, Merchant


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "sandbox"


@pytest.fixture
def box(folder: Path, listener: Listener) -> Iterator[Sandbox]:
    account = IremboPayAccount(webhook_url=listener.url)
    with Sandbox(Settings(data=folder, port=0, smtp_port=0, irembopay=account)) as running:
        yield running


@pytest.fixture
def merchant(box: Sandbox) -> Iterator[Merchant]:
    with Merchant(box.url) as client:
        yield client


def signed_with(heard: Heard, key: str) -> bool:
    parts = dict(part.split("=", 1) for part in heard.headers["irembopay-signature"].split(","))
    signed = f"{parts['t']}#".encode() + heard.body
    return parts["s"] == hmac.new(key.encode(), signed, sha256).hexdigest() and len(parts["t"]) == 13


def test_an_invoice_is_made_new_with_its_number_and_a_link(merchant: Merchant, box: Sandbox) -> None:
    made = merchant.created(transactionId="T-1", paymentItems=[{"code": PRODUCT, "quantity": 2, "unitAmount": 10000.0}])
    assert (made["amount"], made["currency"], made["paymentStatus"], made["type"]) == (20000, "RWF", "NEW", "SINGLE")
    assert made["paymentLinkUrl"] == f"{box.url}/irembopay/pay/{made['invoiceNumber']}"
    assert "RWF 20,000" in merchant.http.get(made["paymentLinkUrl"]).text


def test_an_invoice_is_found_by_its_number_and_by_our_id(merchant: Merchant) -> None:
    made = merchant.created(transactionId="T-1")
    assert merchant.get("T-1").json()["data"] == merchant.get(made["invoiceNumber"]).json()["data"]
    missing = merchant.get("T-2")
    assert (missing.status_code, missing.json()["errors"][0]["code"]) == (404, "INVOICE_NOT_FOUND")


def test_the_same_transaction_is_not_taken_twice(merchant: Merchant) -> None:
    merchant.created(transactionId="T-1")
    again = merchant.create(transactionId="T-1")
    assert (again.status_code, again.json()["success"]) == (400, False)
    assert [line["posts"] for line in merchant.books()["payments"]] == [2]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"transactionId": ""}, 400, "BAD_DATA"),
        ({"transactionId": 7}, 400, "BAD_DATA"),
        ({"paymentAccountIdentifier": "OTHER"}, 404, "PAYMENT_ACCOUNT_NOT_FOUND"),
        ({"paymentItems": []}, 400, "BAD_DATA"),
        ({"paymentItems": [{"code": "PC-other", "quantity": 1, "unitAmount": 1}]}, 404, "PRODUCT_NOT_FOUND"),
        ({"paymentItems": [{"code": PRODUCT, "quantity": 0, "unitAmount": 1}]}, 400, "BAD_DATA"),
        ({"paymentItems": [{"code": PRODUCT, "quantity": 1, "unitAmount": 0.5}]}, 400, "BAD_DATA"),
        ({"paymentItems": [{"code": PRODUCT, "quantity": 1, "unitAmount": "20000"}]}, 400, "BAD_DATA"),
        ({"expiryAt": "2020-01-01T00:00:00+02:00"}, 400, "BAD_DATA"),
        ({"expiryAt": "tomorrow"}, 400, "BAD_DATA"),
        ({"language": "DE"}, 400, "BAD_DATA"),
        ({"headers": {"irembopay-secretKey": "guess"}}, 401, "AUTHENTICATION_FAILED"),
        ({"headers": {"X-API-Version": "1"}}, 400, "BAD_DATA"),
    ],
)
def test_a_request_that_is_wrong_is_refused(
    merchant: Merchant, changed: dict[str, Any], status: int, code: str
) -> None:
    answer = merchant.create(**changed)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)
    assert merchant.books()["payments"] == []


@pytest.mark.parametrize(
    ("phone", "provider", "code"),
    [
        ("0722000000", "MTN", "PAYMENT_PROVIDER_ERROR"),
        ("0788000000", "AIRTEL", "PAYMENT_PROVIDER_ERROR"),
        ("078800000", "MTN", "BAD_PHONE_NUMBER"),
        ("", "MTN", "PHONE_NUMBER_MISSING"),
        ("0788000000", "SPENN", "BAD_PAYMENT_PROVIDER"),
    ],
)
def test_a_number_and_a_network_must_fit(merchant: Merchant, phone: str, provider: str, code: str) -> None:
    answer = merchant.initiate(merchant.created()["invoiceNumber"], phone, provider)
    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)


def test_an_invoice_that_is_over_or_paid_asks_no_phone(merchant: Merchant) -> None:
    over, paid = merchant.created()["invoiceNumber"], merchant.created()["invoiceNumber"]
    merchant.expire(over)
    merchant.press(paid, "approve")
    codes = [merchant.initiate(number).json()["errors"][0]["code"] for number in (over, paid, "8")]
    assert codes == ["INVOICE_EXPIRED", "INVOICE_ALREADY_PAID", "INVOICE_NOT_FOUND"]
    assert merchant.status(over) == "NEW"


def test_approving_pays_once_and_tells_the_merchant_with_a_signature(merchant: Merchant, listener: Listener) -> None:
    made = merchant.created(transactionId="T-1")
    number = made["invoiceNumber"]
    merchant.press(number, "decline")
    assert merchant.status(number) == "NEW"
    merchant.press(number, "approve", "0733000000")
    [heard] = listener.wait_for(1)
    assert signed_with(heard, KEY)
    data = merchant.get(number).json()["data"]
    assert (data["paymentStatus"], data["paymentMethod"]) == ("PAID", "AIRTEL_MOMO")
    assert [line["amount"] for line in merchant.books()["debits"]] == [20000]


def test_two_phones_that_approve_pay_one_invoice_once(merchant: Merchant) -> None:
    number = merchant.created()["invoiceNumber"]
    first, second = (merchant.initiate(number).json()["data"]["referenceId"] for _ in range(2))
    for reference in (first, second):
        merchant.http.post(f"/irembopay/pay/{number}/prompt/{reference}", data={"action": "approve"})
    assert len(merchant.books()["debits"]) == 1


def test_an_invoice_runs_out_by_itself_and_a_prompt_too(merchant: Merchant) -> None:
    number = merchant.created()["invoiceNumber"]
    merchant.initiate(number)
    merchant.advance(1801)
    eventually(lambda: "expired" in merchant.http.get(f"/irembopay/pay/{number}").text)
    assert merchant.initiate(number).json()["errors"][0]["code"] == "INVOICE_EXPIRED"


def test_a_late_webhook_is_signed_when_it_is_sent(merchant: Merchant, listener: Listener) -> None:
    listener.answers = [503]
    merchant.press(merchant.created()["invoiceNumber"], "approve")
    first, second = listener.wait_for(2)
    assert first.body == second.body
    assert first.headers["irembopay-signature"] != second.headers["irembopay-signature"]
    assert signed_with(second, KEY)


def test_a_forged_webhook_has_another_signature(merchant: Merchant, listener: Listener) -> None:
    merchant.set_fault("callback_forged")
    merchant.press(merchant.created()["invoiceNumber"], "approve")
    [heard] = listener.wait_for(1)
    assert not signed_with(heard, KEY)


def test_invoices_outlive_the_process(folder: Path, merchant: Merchant, box: Sandbox) -> None:
    number = merchant.created(transactionId="T-1")["invoiceNumber"]
    merchant.press(number, "approve")
    with Sandbox(Settings(data=folder, port=0, smtp_port=0)) as again, Merchant(again.url) as client:
        assert client.status(number) == "PAID"


def test_an_expired_invoice_can_turn_out_paid(merchant: Merchant) -> None:
    merchant.set_fault("success_after_failure", seconds=10)
    number = merchant.created()["invoiceNumber"]
    merchant.expire(number)
    merchant.advance(11)
    eventually(lambda: merchant.status(number) == "PAID")


def test_pages_say_that_no_money_moves_and_escape_what_came(merchant: Merchant) -> None:
    made = merchant.created(description="<b>Court</b>")
    for path in (made["paymentLinkUrl"], "/invoices"):
        page = merchant.http.get(path).text
        assert "SIMULATED: no money moves" in page
        assert "&lt;b&gt;Court" in page
