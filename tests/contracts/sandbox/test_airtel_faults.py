"""Everything that can go wrong on the way to Airtel Money and back, one fault at a time."""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from sandbox.config import AirtelAccount, Settings
from sandbox.server import Sandbox
from tests.contracts.sandbox.airtel_caller import CALLBACK_KEY, Airtel
from tests.contracts.sandbox.callers import Heard, Listener, eventually


@pytest.fixture
def airtel(tmp_path: Path, listener: Listener) -> Iterator[Airtel]:
    """An operator whose callbacks go to the listener."""
    settings = Settings(data=tmp_path / "sandbox", port=0, smtp_port=0, airtel=AirtelAccount(callback_url=listener.url))
    with Sandbox(settings) as box, Airtel(box.url) as client:
        yield client


def words(listener: Listener, number: int) -> list[str]:
    return [json.loads(heard.body)["transaction"]["status_code"] for heard in listener.wait_for(number)]


def paid(airtel: Airtel) -> str:
    identifier = airtel.accepted()
    airtel.press(identifier, "approve")
    return identifier


def hash_of(text: bytes) -> str:
    return b64encode(hmac.digest(CALLBACK_KEY.encode(), text, hashlib.sha256)).decode()


def sent_transaction(heard: Heard) -> bytes:
    """The bytes between the name `transaction` and the hash."""
    return heard.body.removeprefix(b'{"transaction":').partition(b',"hash"')[0]


def test_a_callback_carries_a_hash_over_its_transaction(airtel: Airtel, listener: Listener) -> None:
    identifier = paid(airtel)
    (heard,) = listener.wait_for(1)
    told = json.loads(heard.body)
    assert heard.method == "POST"
    assert (told["transaction"]["id"], told["transaction"]["status_code"]) == (identifier, "TS")
    assert told["transaction"]["airtel_money_id"] == airtel.standing(identifier)["airtel_money_id"]
    assert told["hash"] == hash_of(sent_transaction(heard))


def test_a_dropped_answer_leaves_an_accepted_payment_behind(airtel: Airtel) -> None:
    identifier = str(uuid4())
    airtel.set_fault("drop_answer")
    airtel.headers()
    with pytest.raises(httpx.RemoteProtocolError):
        airtel.ask(identifier=identifier)
    assert airtel.standing(identifier)["status"] == "TIP"
    assert airtel.ask(identifier=identifier).json()["status"]["result_code"] == "ESB000041"


def test_an_error_after_acceptance_leaves_an_accepted_payment_behind(airtel: Airtel) -> None:
    identifier = str(uuid4())
    airtel.set_fault("error_after_accept")
    answer = airtel.ask(identifier=identifier)
    assert (answer.status_code, answer.json()["status"]["result_code"]) == (500, "ESB000001")
    assert airtel.standing(identifier)["status"] == "TIP"


def test_a_number_can_have_its_request_taken_in_and_answered_ambiguously(airtel: Airtel) -> None:
    identifier = str(uuid4())
    assert airtel.ask("722000305", identifier).status_code == 500
    assert airtel.standing(identifier)["status"] == "TIP"


@pytest.mark.parametrize(("kind", "status"), [("error", 500), ("rate_limited", 429), ("down", 503)])
def test_a_refusing_fault_takes_nothing_in_and_is_over_after_its_time(airtel: Airtel, kind: str, status: int) -> None:
    airtel.sign_in()
    airtel.set_fault(kind)
    assert airtel.ask().status_code == status
    assert airtel.book_lines() == []
    airtel.accepted()


def test_a_slow_answer_outlasts_an_impatient_caller_and_the_payment_is_there(airtel: Airtel) -> None:
    identifier = str(uuid4())
    airtel.sign_in()
    airtel.set_fault("slow", seconds=2)
    airtel.http.timeout = httpx.Timeout(0.2)
    with pytest.raises(httpx.ReadTimeout):
        airtel.ask(identifier=identifier)
    airtel.http.timeout = httpx.Timeout(15)
    assert airtel.standing(identifier)["status"] == "TIP"


def test_a_token_taken_back_mid_flow_is_401_until_a_new_one(airtel: Airtel) -> None:
    identifier = airtel.accepted()
    airtel.set_fault("token_expired")
    assert [airtel.enquire(identifier).status_code for _ in range(2)] == [401, 401]
    airtel.sign_in()
    assert airtel.enquire(identifier).status_code == 200


def test_success_can_be_false_beside_a_payment_that_succeeded(airtel: Airtel) -> None:
    airtel.set_fault("success_false")
    answer = airtel.enquire(paid(airtel)).json()
    assert (answer["data"]["transaction"]["status"], answer["status"]["success"]) == ("TS", False)


def test_the_code_can_contradict_the_status(airtel: Airtel) -> None:
    airtel.set_fault("code_contradictory")
    answer = airtel.enquire(paid(airtel)).json()
    assert answer["data"]["transaction"]["status"] == "TS"
    assert answer["status"]["response_code"] == "DP00800001006"


def test_the_id_in_the_answer_can_be_false(airtel: Airtel) -> None:
    airtel.set_fault("id_false")
    assert airtel.ask().json()["data"]["transaction"]["id"] is False


def test_a_payment_can_be_ambiguous_before_it_is_in_progress(airtel: Airtel) -> None:
    airtel.set_fault("ambiguous_first", seconds=60)
    identifier = airtel.accepted()
    assert airtel.standing(identifier)["status"] == "TA"
    airtel.advance(61)
    assert airtel.standing(identifier)["status"] == "TIP"


def test_a_payment_that_expired_can_turn_out_paid(airtel: Airtel, listener: Listener) -> None:
    identifier = airtel.accepted("722000302")
    assert airtel.standing(identifier)["status"] == "TE"
    airtel.advance(16)
    eventually(lambda: airtel.standing(identifier)["status"] == "TS")
    assert words(listener, 2) == ["TE", "TS"]
    assert len(airtel.debits()) == 1


def test_a_lost_callback_never_comes_and_the_next_one_does(airtel: Airtel, listener: Listener) -> None:
    airtel.set_fault("callback_lost")
    paid(airtel)
    other = paid(airtel)
    (heard,) = listener.wait_for(1)
    assert json.loads(heard.body)["transaction"]["id"] == other


def test_a_repeated_callback_comes_as_often_as_asked_for(airtel: Airtel, listener: Listener) -> None:
    airtel.set_fault("callback_repeated", count=20)
    paid(airtel)
    assert len({heard.body for heard in listener.wait_for(20)}) == 1


def test_a_late_callback_comes_when_its_time_has_come(airtel: Airtel, listener: Listener) -> None:
    airtel.set_fault("callback_late", seconds=3600)
    late, ordinary = paid(airtel), paid(airtel)
    assert json.loads(listener.wait_for(1)[0].body)["transaction"]["id"] == ordinary
    airtel.advance(3600)
    assert json.loads(listener.wait_for(2)[1].body)["transaction"]["id"] == late


@pytest.mark.parametrize(
    ("kind", "told"), [("callback_reordered", ["TS", "TIP"]), ("callback_contradictory", ["TF", "TS", "TF"])]
)
def test_callbacks_can_be_stale_or_say_both(airtel: Airtel, listener: Listener, kind: str, told: list[str]) -> None:
    airtel.set_fault(kind)
    identifier = paid(airtel)
    assert words(listener, len(told)) == told
    assert airtel.standing(identifier)["status"] == "TS"


def test_a_callback_can_be_hashed_with_another_key(airtel: Airtel, listener: Listener) -> None:
    airtel.set_fault("callback_wrong_hash")
    paid(airtel)
    (heard,) = listener.wait_for(1)
    assert json.loads(heard.body)["hash"] != hash_of(sent_transaction(heard))


def test_a_callback_can_come_without_a_hash(airtel: Airtel, listener: Listener) -> None:
    airtel.set_fault("callback_no_hash")
    paid(airtel)
    assert "hash" not in json.loads(listener.wait_for(1)[0].body)


def test_a_callback_can_be_hashed_in_another_form_than_it_is_sent_in(airtel: Airtel, listener: Listener) -> None:
    airtel.set_fault("callback_respaced")
    paid(airtel)
    (heard,) = listener.wait_for(1)
    told: dict[str, Any] = json.loads(heard.body)
    compact = json.dumps(told["transaction"], separators=(",", ":")).encode()
    assert sent_transaction(heard) != compact
    assert told["hash"] == hash_of(compact)
