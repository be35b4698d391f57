"""Everything that can go wrong on the way to the money operator, one fault at a time."""

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.contracts.sandbox.callers import Listener, Mtn, eventually


def told(listener: Listener, number: int) -> list[dict[str, Any]]:
    return [json.loads(heard.body) for heard in listener.wait_for(number)]


def paid(mtn: Mtn, listener: Listener) -> str:
    reference = mtn.accepted(callback=listener.url)
    mtn.press(reference, "approve")
    return reference


def test_a_dropped_answer_leaves_an_accepted_payment_behind(mtn: Mtn) -> None:
    reference = str(uuid4())
    mtn.set_fault("drop_answer")
    with pytest.raises(httpx.RemoteProtocolError):
        mtn.ask(headers={"X_Reference_Id": reference})
    assert mtn.status(reference).json()["status"] == "PENDING"
    assert mtn.ask(headers={"X_Reference_Id": reference}).status_code == 409


def test_a_500_after_acceptance_leaves_an_accepted_payment_behind(mtn: Mtn) -> None:
    reference = str(uuid4())
    mtn.set_fault("error_after_accept")
    assert mtn.ask(headers={"X_Reference_Id": reference}).status_code == 500
    assert mtn.status(reference).json()["status"] == "PENDING"


@pytest.mark.parametrize(("kind", "status"), [("error", 500), ("rate_limited", 429), ("down", 503)])
def test_a_refusing_fault_takes_nothing_in_and_is_over_after_its_time(mtn: Mtn, kind: str, status: int) -> None:
    mtn.sign_in()
    mtn.set_fault(kind)
    assert mtn.ask().status_code == status
    assert mtn.http.get("/books").json()["payments"] == []
    assert mtn.ask().status_code == 202


def test_a_refused_connection_carries_nothing_out(mtn: Mtn) -> None:
    mtn.sign_in()
    mtn.set_fault("refused")
    with pytest.raises(httpx.RemoteProtocolError):
        mtn.ask()
    assert mtn.http.get("/books").json()["payments"] == []


def test_a_slow_answer_outlasts_an_impatient_caller_and_the_payment_is_there(mtn: Mtn) -> None:
    reference = str(uuid4())
    mtn.set_fault("slow", seconds=2)
    mtn.sign_in()
    mtn.http.timeout = httpx.Timeout(0.2)
    with pytest.raises(httpx.ReadTimeout):
        mtn.ask(headers={"X_Reference_Id": reference})
    mtn.http.timeout = httpx.Timeout(15)
    assert mtn.status(reference).json()["status"] == "PENDING"


def test_a_token_taken_back_mid_flow_is_401_until_a_new_one(mtn: Mtn) -> None:
    reference = mtn.accepted()
    mtn.set_fault("token_expired")
    assert mtn.status(reference).status_code == 401
    assert mtn.status(reference).status_code == 401
    mtn.sign_in()
    assert mtn.status(reference).status_code == 200


def test_a_fault_can_be_set_for_one_kind_of_request_only(mtn: Mtn) -> None:
    reference = mtn.accepted()
    mtn.set_fault("error", on="status")
    assert mtn.ask().status_code == 202
    assert mtn.status(reference).status_code == 500


def test_a_fault_for_one_number_leaves_the_others_alone(mtn: Mtn) -> None:
    mtn.set_fault("error", msisdn="0788 000 777")
    assert mtn.ask("250788000000").status_code == 202
    assert mtn.ask("250788000777").status_code == 500


def test_a_fault_without_a_number_of_times_stays_until_it_is_cleared(mtn: Mtn) -> None:
    mtn.sign_in()
    mtn.set_fault("error", times=None)
    assert [mtn.ask().status_code for _ in range(3)] == [500, 500, 500]
    assert mtn.http.delete("/faults", params={"operator": "mtn"}).json() == {"cleared": 1}
    assert mtn.ask().status_code == 202


def test_status_calls_over_the_cap_are_429(mtn: Mtn) -> None:
    reference = mtn.accepted()
    mtn.set_fault("rate_cap", times=None)
    answers = [mtn.status(reference).status_code for _ in range(40)]
    assert set(answers) <= {200, 429}
    assert answers[:10] == [200] * 10


def test_a_broken_answer_is_200_with_half_a_document(mtn: Mtn) -> None:
    reference = mtn.accepted()
    mtn.set_fault("broken_answer")
    answer = mtn.status(reference)
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        answer.json()


def test_a_lost_callback_never_comes_and_the_next_one_does(mtn: Mtn, listener: Listener) -> None:
    mtn.set_fault("callback_lost")
    lost, other = paid(mtn, listener), paid(mtn, listener)
    [heard] = told(listener, 1)
    assert heard["financialTransactionId"] == mtn.status(other).json()["financialTransactionId"]
    assert mtn.status(lost).json()["status"] == "SUCCESSFUL"


def test_a_repeated_callback_comes_as_often_as_asked_for(mtn: Mtn, listener: Listener) -> None:
    mtn.set_fault("callback_repeated", count=4)
    paid(mtn, listener)
    assert len({heard.body for heard in listener.wait_for(4)}) == 1
    assert len(mtn.debits()) == 1


def test_a_late_callback_comes_when_its_time_has_come(mtn: Mtn, listener: Listener) -> None:
    mtn.set_fault("callback_late", seconds=3600)
    late = paid(mtn, listener)
    ordinary = paid(mtn, listener)
    assert told(listener, 1)[0] == mtn.status(ordinary).json()
    mtn.advance(3599)
    mtn.sign_in()
    mtn.advance(1)
    assert told(listener, 2)[1] == mtn.status(late).json()


def test_a_reordered_callback_ends_with_a_stale_one(mtn: Mtn, listener: Listener) -> None:
    mtn.set_fault("callback_reordered")
    paid(mtn, listener)
    assert [body["status"] for body in told(listener, 2)] == ["SUCCESSFUL", "PENDING"]


def test_a_contradictory_callback_says_both(mtn: Mtn, listener: Listener) -> None:
    mtn.set_fault("callback_contradictory")
    reference = paid(mtn, listener)
    assert [body["status"] for body in told(listener, 3)] == ["FAILED", "SUCCESSFUL", "FAILED"]
    assert mtn.status(reference).json()["status"] == "SUCCESSFUL"


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_a_callback_comes_by_the_method_that_is_set(mtn: Mtn, listener: Listener, method: str) -> None:
    mtn.set_fault(f"callback_{method.lower()}")
    paid(mtn, listener)
    assert listener.wait_for(1)[0].method == method


@pytest.mark.parametrize(
    ("kind", "field", "value"),
    [("callback_wrong_amount", "amount", "1"), ("callback_wrong_currency", "currency", "EUR")],
)
def test_a_callback_can_lie_about_the_money_while_the_status_does_not(
    mtn: Mtn, listener: Listener, kind: str, field: str, value: str
) -> None:
    mtn.set_fault(kind)
    reference = paid(mtn, listener)
    assert told(listener, 1)[0][field] == value
    truth = mtn.status(reference).json()
    assert (truth["amount"], truth["currency"]) == ("20000", "RWF")


def test_a_malformed_callback_is_half_a_document(mtn: Mtn, listener: Listener) -> None:
    mtn.set_fault("callback_malformed")
    paid(mtn, listener)
    with pytest.raises(json.JSONDecodeError):
        json.loads(listener.wait_for(1)[0].body)


def test_created_comes_before_pending(mtn: Mtn) -> None:
    mtn.set_fault("created_first", seconds=60)
    reference = mtn.accepted()
    assert mtn.status(reference).json()["status"] == "CREATED"
    mtn.advance(61)
    assert mtn.status(reference).json()["status"] == "PENDING"


def test_a_bare_reason_is_a_string(mtn: Mtn) -> None:
    mtn.set_fault("bare_reason")
    reference = mtn.accepted()
    mtn.press(reference, "decline")
    assert mtn.status(reference).json()["reason"] == "APPROVAL_REJECTED"


def test_numbers_can_come_where_the_contract_says_string(mtn: Mtn) -> None:
    mtn.set_fault("numeric_amount")
    answer = mtn.status(mtn.accepted(externalId="947354")).json()
    assert (answer["amount"], answer["externalId"]) == (20000, 947354)


def test_a_status_can_be_missing_for_a_while_after_acceptance(mtn: Mtn) -> None:
    mtn.set_fault("status_missing", seconds=60)
    reference = mtn.accepted()
    assert mtn.status(reference).status_code == 404
    assert mtn.ask(headers={"X_Reference_Id": reference}).status_code == 409
    mtn.advance(61)
    assert mtn.status(reference).status_code == 200


def test_a_failed_payment_can_turn_out_paid(mtn: Mtn, listener: Listener) -> None:
    mtn.set_fault("success_after_failure", seconds=60)
    reference = mtn.accepted(callback=listener.url)
    mtn.press(reference, "decline")
    assert mtn.status(reference).json()["status"] == "FAILED"
    mtn.advance(61)
    eventually(lambda: mtn.status(reference).json()["status"] == "SUCCESSFUL")
    assert [body["status"] for body in told(listener, 2)] == ["FAILED", "SUCCESSFUL"]
    assert len(mtn.debits()) == 1


@pytest.mark.parametrize(
    "fault",
    [
        {"operator": "mtn", "kind": "no_such_kind"},
        {"operator": "nobody", "kind": "slow"},
        {"operator": "mail", "kind": "callback_lost"},
        {"operator": "mtn", "kind": "slow", "times": 0},
        {"operator": "mtn", "kind": "slow", "seconds": "soon"},
        {"operator": "mtn", "kind": "slow", "seconds": "inf"},
        {"operator": "mtn", "kind": "callback_repeated", "count": "many"},
        ["slow"],
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(mtn: Mtn, fault: object) -> None:
    answer = mtn.http.post("/faults", json=fault)
    assert answer.status_code == 422
    assert answer.json()["error"]
    assert mtn.http.get("/faults.json").json()["faults"] == []
