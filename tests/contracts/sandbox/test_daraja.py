"""The sandbox's Daraja, as a caller sees it who knows Safaricom's documents and nothing of the sandbox's code."""

import json
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from sandbox.server import Sandbox
from sandbox.world import make_world
from tests.contracts.sandbox.callers import Listener, eventually

PHONE = "254712345000"
STAMP = "20260504130000"
PASSWORD = b64encode(f"174379sandbox-passkey{STAMP}".encode()).decode()
APP = ("sandbox-consumer-key", "sandbox-consumer-secret")


class Caller:
    """A client of Daraja."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        token = http.get("/oauth/v1/generate", params={"grant_type": "client_credentials"}, auth=APP).json()
        self.headers = {"Authorization": f"Bearer {token['access_token']}"}

    def post(self, path: str, body: object) -> httpx.Response:
        return self.http.post(path, json=body, headers=self.headers)

    def push(self, **changed: object) -> httpx.Response:
        phone = changed.pop("phone", PHONE)
        body = {
            "BusinessShortCode": "174379",
            "Password": PASSWORD,
            "Timestamp": STAMP,
            "TransactionType": "CustomerPayBillOnline",
            "Amount": 1500,
            "PartyA": phone,
            "PartyB": "174379",
            "PhoneNumber": phone,
            "CallBackURL": "https://portal.example/callbacks/daraja/secret",
            "AccountReference": "B7K3M9QXDA",
            "TransactionDesc": "Court fee",
            **changed,
        }
        return self.post("/mpesa/stkpush/v1/processrequest", body)

    def query(self, checkout_id: str) -> httpx.Response:
        body = {
            "BusinessShortCode": "174379",
            "Password": PASSWORD,
            "Timestamp": STAMP,
            "CheckoutRequestID": checkout_id,
        }
        return self.post("/mpesa/stkpushquery/v1/query", body)

    def press(self, checkout_id: str, action: str) -> httpx.Response:
        return self.http.post(
            f"/handset/{PHONE}/prompts/{checkout_id}",
            data={"action": action, "pin": "1234"},
            headers={"Accept": "application/json"},
        )

    def register(self, url: str, **changed: str) -> httpx.Response:
        body = {
            "ShortCode": "174379",
            "ResponseType": "Completed",
            "ConfirmationURL": f"{url}/confirmation",
            "ValidationURL": f"{url}/validation",
            **changed,
        }
        return self.post("/mpesa/c2b/v1/registerurl", body)

    def books(self) -> dict[str, list[dict[str, Any]]]:
        found: dict[str, list[dict[str, Any]]] = self.http.get("/books").json()["daraja"]
        return found


@pytest.fixture
def caller(box: Sandbox) -> Iterator[Caller]:
    with httpx.Client(base_url=f"{box.url}", trust_env=False, timeout=15) as http:
        yield Caller(http)


def test_a_token_says_its_life_as_a_text_and_needs_the_right_pair(caller: Caller) -> None:
    path, grant = "/daraja/oauth/v1/generate", {"grant_type": "client_credentials"}
    found = caller.http.get(path, params=grant, auth=APP).json()
    assert (found["expires_in"], sorted(found)) == ("3599", ["access_token", "expires_in"])
    wrong = caller.http.get(path, params=grant, auth=("sandbox-consumer-key", "é"))
    assert (wrong.status_code, wrong.json()["errorCode"]) == (400, "400.008.01")
    assert caller.http.get(path, auth=APP).json()["errorCode"] == "400.008.02"


def test_a_push_is_accepted_in_process_and_then_paid_with_texts_and_numbers_where_daraja_has_them(
    caller: Caller, listener: Listener
) -> None:
    accepted = caller.push(CallBackURL=listener.url).json()
    assert sorted(accepted) == [
        *("CheckoutRequestID", "CustomerMessage", "MerchantRequestID", "ResponseCode", "ResponseDescription")
    ]
    assert accepted["ResponseCode"] == "0"
    checkout_id = accepted["CheckoutRequestID"]
    waiting = caller.query(checkout_id)
    assert (waiting.status_code, waiting.json()["errorCode"]) == (500, "500.001.1001")
    assert "being processed" in waiting.json()["errorMessage"]
    assert caller.press(checkout_id, "approve").status_code == 200
    assert caller.query(checkout_id).json()["ResultCode"] == "0"
    told = json.loads(listener.wait_for(1)[0].body)["Body"]["stkCallback"]
    assert (told["ResultCode"], told["CheckoutRequestID"]) == (0, checkout_id)
    items = {item["Name"]: item.get("Value") for item in told["CallbackMetadata"]["Item"]}
    assert (items["Amount"], items["PhoneNumber"], items["Balance"]) == (1500.0, int(PHONE), None)
    assert isinstance(items["TransactionDate"], int)
    assert len(items["MpesaReceiptNumber"]) == 10


def test_a_failure_has_no_metadata(caller: Caller, listener: Listener) -> None:
    checkout_id = caller.push(CallBackURL=listener.url).json()["CheckoutRequestID"]
    caller.press(checkout_id, "decline")
    told = json.loads(listener.wait_for(1)[0].body)["Body"]["stkCallback"]
    assert (told["ResultCode"], "CallbackMetadata" in told) == (1032, False)
    assert caller.query(checkout_id).json()["ResultCode"] == "1032"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("Amount", 12.5),
        ("Amount", "12.50"),
        ("Amount", 0),
        ("Amount", True),
        ("AccountReference", "B123456789012"),
        ("AccountReference", ""),
        ("TransactionDesc", "Court fee B7K3"),
        ("CallBackURL", "http://portal.example/x"),
        ("TransactionType", "Other"),
        ("Timestamp", "now"),
        ("PhoneNumber", "250788000000"),
        ("PartyB", "600000"),
    ],
)
def test_a_push_that_breaks_a_rule_is_400_and_names_the_field(caller: Caller, field: str, value: object) -> None:
    refused = caller.push(**{field: value})
    assert (refused.status_code, refused.json()["errorCode"]) == (400, "400.002.02")
    assert field in refused.json()["errorMessage"]
    assert caller.books()["payments"] == []


def test_a_wrong_password_and_a_wrong_token_are_told_apart(caller: Caller) -> None:
    wrong = caller.push(Password="nonsense")
    assert (wrong.json()["errorCode"], wrong.json()["errorMessage"]) == ("500.001.1001", "Wrong credentials")
    caller.headers = {"Authorization": "Bearer nonsense"}
    assert caller.push().json()["errorCode"] == "404.001.03"
    assert caller.query("x").json()["errorCode"] == "404.001.03"


def test_a_rate_limit_takes_nothing_in(caller: Caller) -> None:
    caller.http.post("/faults", json={"operator": "daraja", "kind": "rate_limited", "times": 1})
    assert caller.push().json()["errorCode"] == "500.003.02"
    assert caller.books()["payments"] == []


@pytest.mark.parametrize("word", ["mpesa", "Safaricom", "exec", "sql", "query"])
def test_words_that_safaricom_refuses_in_addresses_are_refused(caller: Caller, word: str) -> None:
    assert caller.register(f"https://portal.example/{word}").status_code == 400
    assert caller.register("https://portal.example/c2b").json()["ResponseCode"] == "0"


@pytest.mark.parametrize(("otherwise", "moved"), [("Completed", 1), ("Cancelled", 0)])
def test_without_an_answer_to_the_validation_the_response_type_decides(
    caller: Caller, listener: Listener, otherwise: str, moved: int
) -> None:
    root = listener.url.removesuffix("/callback/secret")
    assert caller.register(root, ResponseType=otherwise).status_code == 200
    body = {
        "ShortCode": "174379",
        "CommandID": "CustomerPayBillOnline",
        "Amount": "10.50",
        "Msisdn": PHONE,
        "BillRefNumber": "B1",
    }
    assert caller.post("/mpesa/c2b/v1/simulate", body).json()["ResponseCode"] == "0"
    heard = listener.wait_for(1 + moved)
    assert [h.url.rsplit("/", 1)[1] for h in heard] == ["validation", "confirmation"][: 1 + moved]
    told = json.loads(heard[0].body)
    assert (told["TransAmount"], told["BillRefNumber"], told["MSISDN"]) == ("10.50", "B1", "2547 ***** 000")
    assert all(isinstance(value, str) for value in told.values())
    assert [b["result_code"] == "0" for b in caller.books()["bills"]] == [bool(moved)]


@pytest.mark.parametrize(
    ("field", "value"), [("CommandID", "Reversal"), ("RecieverIdentifierType", "4"), ("TransactionID", "x")]
)
def test_a_reversal_that_is_asked_for_wrongly_names_the_field(caller: Caller, field: str, value: str) -> None:
    body = {
        "Initiator": "testapi",
        "SecurityCredential": "sandbox-security-credential",
        "CommandID": "TransactionReversal",
        "TransactionID": "QKJ41HAY6P",
        "Amount": "1500",
        "ReceiverParty": "174379",
        "RecieverIdentifierType": "11",
        "ResultURL": "https://portal.example/result",
        "QueueTimeOutURL": "https://portal.example/late",
        "Remarks": "Paid twice",
    }
    assert caller.post("/mpesa/reversal/v1/request", body).json()["ResponseCode"] == "0"
    refused = caller.post("/mpesa/reversal/v1/request", {**body, field: value})
    assert (refused.status_code, field in refused.json()["errorMessage"]) == (400, True)


def test_the_handset_shows_what_was_asked_and_lets_its_owner_pay_a_bill(caller: Caller) -> None:
    caller.push()
    page = caller.http.get(f"/handset/{PHONE}").text
    assert "M-Pesa asks you to pay KES 1,500" in page
    assert "Pay a bill" in page
    assert "Pay a bill" not in caller.http.get("/handset/250788000000").text
    refused = caller.http.post(
        f"/handset/{PHONE}/bills", data={"account": "B1", "amount": "10"}, headers={"Accept": "application/json"}
    )
    assert refused.status_code == 409
    assert "registered" in refused.json()["problem"]


def test_what_was_taken_in_is_still_there_in_another_process(box: Sandbox, caller: Caller) -> None:
    checkout_id = caller.push().json()["CheckoutRequestID"]
    caller.press(checkout_id, "approve")
    eventually(lambda: caller.books()["payments"][0]["receipt"] is not None)
    again = make_world(box.world.settings)
    try:
        payment = again.daraja.find(checkout_id)
        assert payment is not None
        assert payment.code == "0"
        assert again.wallets.held(PHONE) == 5_000_000 - 150_000
    finally:
        again.paybill.close()
        again.store.close()
