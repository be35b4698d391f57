"""Requests to pay on the wire, as MTN's OpenAPI file and the payments reference have them."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import uuid1, uuid4

import pytest

from sandbox.server import Sandbox
from tests.contracts.sandbox.callers import SUBSCRIPTION, Listener, Mtn, eventually, provisioned


def test_a_token_has_the_shape_of_the_contract(mtn: Mtn) -> None:
    answer = mtn.sign_in().json()
    assert set(answer) == {"access_token", "token_type", "expires_in"}
    assert (answer["token_type"], answer["expires_in"]) == ("access_token", 3600)


def test_wrong_credentials_get_401_with_an_error(box: Sandbox) -> None:
    with Mtn(box.url, key="wrong") as stranger:
        answer = stranger.sign_in()
    assert answer.status_code == 401
    assert "error" in answer.json()


@pytest.mark.parametrize("key", [None, "some-other-key"])
def test_a_call_without_the_products_subscription_key_is_refused(mtn: Mtn, key: str | None) -> None:
    assert mtn.ask(headers={"Ocp_Apim_Subscription_Key": key}).status_code == 401


def test_a_made_up_token_is_refused(mtn: Mtn) -> None:
    assert mtn.ask(headers={"Authorization": "Bearer made-up"}).status_code == 401


def test_a_token_ends_after_an_hour(mtn: Mtn) -> None:
    reference = mtn.accepted()
    mtn.advance(3601)
    assert mtn.status(reference).status_code == 401
    mtn.sign_in()
    assert mtn.status(reference).status_code == 200


def test_an_accepted_request_is_pending_and_asks_the_handset(mtn: Mtn) -> None:
    reference = mtn.accepted()
    assert mtn.status(reference).json() == {
        "externalId": "RC-1",
        "amount": "20000",
        "currency": "RWF",
        "payer": {"partyIdType": "MSISDN", "partyId": "250788000000"},
        "payerMessage": "Court fee",
        "payeeNote": "RC-1",
        "status": "PENDING",
    }
    prompts = mtn.http.get("/handset/250788000000.json").json()["prompts"]
    assert [(prompt["reference_id"], prompt["amount"]) for prompt in prompts] == [(reference, "20000")]


def test_a_repeated_reference_id_is_409_and_one_payment(mtn: Mtn) -> None:
    reference = mtn.accepted()
    again = mtn.ask(headers={"X_Reference_Id": reference})
    assert (again.status_code, again.json()["code"]) == (409, "RESOURCE_ALREADY_EXIST")
    payments = mtn.http.get("/books").json()["payments"]
    assert [(line["reference_id"], line["posts"]) for line in payments] == [(reference, 2)]


def test_one_reference_id_posted_from_many_sides_at_once_is_accepted_once(mtn: Mtn) -> None:
    reference = str(uuid4())
    mtn.sign_in()
    with ThreadPoolExecutor(8) as sides:
        asked = [sides.submit(mtn.ask, headers={"X_Reference_Id": reference}) for _ in range(8)]
        assert sorted(answer.result().status_code for answer in asked) == [202] + [409] * 7
        pressed = [sides.submit(mtn.press, reference, "approve") for _ in range(8)]
        assert sorted(answer.result().status_code for answer in pressed) == [200] + [409] * 7
    assert [debit["reference_id"] for debit in mtn.debits()] == [reference]


def test_a_callback_host_other_than_the_provisioned_one_is_500_and_no_payment(mtn: Mtn) -> None:
    reference = str(uuid4())
    answer = mtn.ask(headers={"X_Reference_Id": reference, "X_Callback_Url": "http://elsewhere.example/callback"})
    assert (answer.status_code, answer.json()["code"]) == (500, "INVALID_CALLBACK_URL_HOST")
    assert mtn.status(reference).status_code == 404
    assert mtn.http.get("/handset/250788000000.json").json()["payments"] == []


def test_the_target_environment_is_needed_and_must_be_the_users_own(mtn: Mtn) -> None:
    assert mtn.ask(headers={"X_Target_Environment": None}).status_code == 400
    other = mtn.ask(headers={"X_Target_Environment": "mtnuganda"})
    assert (other.status_code, other.json()["code"]) == (500, "NOT_ALLOWED_TARGET_ENVIRONMENT")


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": "20000.5"},
        {"amount": "0"},
        {"amount": "-5"},
        {"amount": "2e4"},
        {"amount": "20 000"},
        {"amount": 20000},
        {"externalId": "two words"},
        {"externalId": 7},
        {"payerMessage": "the court's fee"},
        {"payeeNote": "x" * 161},
        {"payer": "250788000000"},
        {"payer": {"partyIdType": "MSISDN", "partyId": "+250788000000"}},
        {"payer": {"partyIdType": "PASSPORT", "partyId": "250788000000"}},
        {"headers": {"X_Reference_Id": None}},
        {"headers": {"X_Reference_Id": str(uuid1())}},
        {"headers": {"X_Reference_Id": "7"}},
    ],
)
def test_a_malformed_request_is_400_and_takes_nothing_in(mtn: Mtn, changed: dict[str, Any]) -> None:
    assert mtn.ask(**changed).status_code == 400
    assert mtn.http.get("/books").json()["payments"] == []


def test_another_currency_than_the_countrys_is_refused(mtn: Mtn) -> None:
    answer = mtn.ask(currency="EUR")
    assert (answer.status_code, answer.json()["code"]) == (500, "INVALID_CURRENCY")


def test_a_provisioned_user_is_in_the_test_environment_which_takes_euros_and_renormalises_them(box: Sandbox) -> None:
    with provisioned(box.url) as client:
        shown = client.http.get(f"/v1_0/apiuser/{client.user}", headers=SUBSCRIPTION).json()
        assert shown == {"providerCallbackHost": "portal.example", "targetEnvironment": "sandbox"}
        assert client.ask("46733123999", currency="RWF").json()["code"] == "INVALID_CURRENCY"
        reference = client.accepted("46733123999", currency="EUR", amount="12.50")
        answer = client.status(reference).json()
        assert (answer["amount"], answer["status"]) == ("12.5", "SUCCESSFUL")


def test_an_approved_payment_is_paid_once_and_told_by_callback(mtn: Mtn, listener: Listener) -> None:
    reference = mtn.accepted(callback=listener.url)
    assert mtn.press(reference, "approve").status_code == 200
    answer = mtn.status(reference).json()
    assert answer["status"] == "SUCCESSFUL"
    assert answer["financialTransactionId"].isdigit()
    [heard] = listener.wait_for(1)
    assert (heard.method, heard.url) == ("PUT", listener.url)
    assert json.loads(heard.body) == answer
    assert reference.encode() not in heard.body
    assert [(d["reference_id"], d["amount"], d["currency"]) for d in mtn.debits()] == [(reference, 20000, "RWF")]


def test_a_second_approval_finds_no_prompt_and_moves_no_money(mtn: Mtn) -> None:
    reference = mtn.accepted()
    assert mtn.press(reference, "approve").status_code == 200
    assert mtn.press(reference, "approve").status_code == 409
    assert len(mtn.debits()) == 1
    wallet = mtn.http.get("/handset/250788000000.json").json()["balance"]
    assert wallet == {"amount": 2_000_000 - 20_000, "currency": "RWF"}


def test_the_books_balance_after_every_kind_of_outcome(mtn: Mtn) -> None:
    for action in ("approve", "decline", "wrong-pin", "approve"):
        mtn.press(mtn.accepted(), action)
    entries = mtn.http.get("/books").json()["entries"]
    assert entries
    assert sum(entry["amount"] for entry in entries) == 0


@pytest.mark.parametrize(
    ("action", "reason"), [("decline", "APPROVAL_REJECTED"), ("wrong-pin", "PAYMENT_NOT_APPROVED")]
)
def test_a_refused_prompt_fails_with_its_reason(mtn: Mtn, action: str, reason: str) -> None:
    reference = mtn.accepted()
    mtn.press(reference, action)
    answer = mtn.status(reference).json()
    assert (answer["status"], answer["reason"]["code"]) == ("FAILED", reason)
    assert "financialTransactionId" not in answer
    assert mtn.debits() == []


def test_an_ignored_prompt_stays_pending_until_it_expires(mtn: Mtn) -> None:
    reference = mtn.accepted()
    mtn.press(reference, "ignore")
    assert mtn.status(reference).json()["status"] == "PENDING"
    mtn.advance(301)
    eventually(lambda: mtn.status(reference).json()["status"] == "FAILED")
    assert mtn.status(reference).json()["reason"]["code"] == "EXPIRED"


def test_a_wallet_with_too_little_fails_for_want_of_funds(mtn: Mtn) -> None:
    mtn.http.post("/handset/250788000000/balance", data={"amount": "19999"})
    reference = mtn.accepted()
    mtn.press(reference, "approve")
    assert mtn.status(reference).json()["reason"]["code"] == "NOT_ENOUGH_FUNDS"
    assert mtn.debits() == []


@pytest.mark.parametrize(
    ("msisdn", "reason"),
    [
        ("46733123450", "INTERNAL_PROCESSING_ERROR"),
        ("46733123451", "APPROVAL_REJECTED"),
        ("46733123452", "EXPIRED"),
        ("46733123455", "PAYER_NOT_FOUND"),
        ("250788000201", "NOT_ENOUGH_FUNDS"),
        ("250788000204", "EXPIRED"),
        ("250788000211", "SOMETHING_NEW_AT_MTN"),
        ("250728123456", "PAYER_NOT_FOUND"),
    ],
)
def test_a_number_that_fails_does_so_at_once_with_its_reason(mtn: Mtn, msisdn: str, reason: str) -> None:
    answer = mtn.status(mtn.accepted(msisdn)).json()
    assert (answer["status"], answer["reason"]["code"]) == ("FAILED", reason)


@pytest.mark.parametrize("msisdn", ["46733123454", "250788000102"])
def test_a_delayed_number_is_created_before_it_succeeds(mtn: Mtn, msisdn: str) -> None:
    reference = mtn.accepted(msisdn)
    assert mtn.status(reference).json()["status"] == "CREATED"
    mtn.advance(26)
    eventually(lambda: mtn.status(reference).json()["status"] == "SUCCESSFUL")


@pytest.mark.parametrize("msisdn", ["46733123453", "250788000301"])
def test_a_number_that_stays_pending_outlasts_every_window(mtn: Mtn, msisdn: str, listener: Listener) -> None:
    stays, expires = mtn.accepted(msisdn), mtn.accepted()
    mtn.advance(86400)
    mtn.sign_in()
    eventually(lambda: mtn.status(expires).json()["status"] == "FAILED")
    assert mtn.status(stays).json()["status"] == "PENDING"


@pytest.mark.parametrize(
    ("msisdn", "status", "code"), [("250788000303", 500, "NOT_ALLOWED"), ("46733123462", 503, "SERVICE_UNAVAILABLE")]
)
def test_a_refused_number_refuses_the_request_itself(mtn: Mtn, msisdn: str, status: int, code: str) -> None:
    answer = mtn.ask(msisdn)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert mtn.http.get("/books").json()["payments"] == []


def test_an_unknown_reference_is_404_and_a_malformed_one_400(mtn: Mtn) -> None:
    absent = mtn.status(str(uuid4()))
    assert (absent.status_code, absent.json()["code"]) == (404, "RESOURCE_NOT_FOUND")
    assert mtn.status("7").status_code == 400


def test_another_users_payment_looks_absent_and_its_reference_stays_taken(box: Sandbox, mtn: Mtn) -> None:
    reference = mtn.accepted()
    with provisioned(box.url) as stranger:
        assert stranger.status(reference).status_code == 404
        taken = stranger.ask("46733123999", currency="EUR", headers={"X_Reference_Id": reference})
    assert taken.status_code == 409


def test_an_unanswered_callback_is_tried_again(mtn: Mtn, listener: Listener) -> None:
    listener.answers = [503]
    mtn.press(mtn.accepted(callback=listener.url), "approve")
    first, second = listener.wait_for(2)
    assert first.body == second.body


@pytest.mark.parametrize(
    ("path", "status", "result"),
    [
        ("msisdn/250788123456", 200, True),
        ("msisdn/250788000205", 200, False),
        ("msisdn/250728123456", 200, False),
        ("msisdn/46733123454", 500, None),
        ("MSISDN/250788123456", 400, None),
    ],
)
def test_a_holder_is_active_or_not(mtn: Mtn, path: str, status: int, result: bool | None) -> None:
    answer = mtn.http.get(f"/collection/v1_0/accountholder/{path}/active", headers=mtn.headers())
    assert (answer.status_code, answer.json().get("result")) == (status, result)


def test_a_delivery_note_reaches_the_handset_of_who_paid_and_of_nobody_else(mtn: Mtn) -> None:
    reference = mtn.accepted()
    path, note = f"/collection/v1_0/requesttopay/{reference}/deliverynotification", {"notificationMessage": "Thank you"}
    assert mtn.http.post(path, json=note, headers=mtn.headers()).status_code == 409
    mtn.press(reference, "approve")
    assert mtn.http.post(path, json=note, headers=mtn.headers()).status_code == 200
    messages = mtn.http.get("/handset/250788000000.json").json()["messages"]
    assert [message["body"] for message in messages] == ["Thank you"]


def test_a_refund_gives_back_no_more_than_was_paid(box: Sandbox, mtn: Mtn) -> None:
    paid = mtn.accepted("250788000101")
    with Mtn(box.url) as payer:

        def refund(amount: str) -> tuple[int, str]:
            reference = str(uuid4())
            body = {"amount": amount, "currency": "RWF", "externalId": "RF-1", "referenceIdToRefund": paid}
            headers = payer.headers("disbursement", X_Reference_Id=reference)
            return payer.http.post("/disbursement/v1_0/refund", json=body, headers=headers).status_code, reference

        assert refund("20001")[0] == 500
        status, reference = refund("15000")
        assert status == 202
        shown = payer.http.get(f"/disbursement/v1_0/refund/{reference}", headers=payer.headers("disbursement")).json()
        assert (shown["status"], shown["amount"]) == ("SUCCESSFUL", "15000")
        assert refund("5001")[0] == 500
    balance = mtn.http.get("/collection/v1_0/account/balance", headers=mtn.headers()).json()
    assert balance == {"availableBalance": "5000", "currency": "RWF"}


def test_the_operator_answers_in_its_folder_too(box: Sandbox) -> None:
    with Mtn(f"{box.url}/mtn") as caller:
        assert caller.status(caller.accepted()).json()["status"] == "PENDING"
