"""Airtel Money, as Airtel's documents have it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from sandbox.config import AirtelAccount, Settings
from sandbox.server import Sandbox
from tests.contracts.sandbox.airtel_caller import Airtel
from tests.contracts.sandbox.callers import eventually


@pytest.fixture
def airtel(box: Sandbox) -> Iterator[Airtel]:
    with Airtel(box.url) as client:
        yield client


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Airtel]:
    """An operator that takes signed messages only."""
    settings = Settings(data=tmp_path / "strict", port=0, smtp_port=0)
    with Sandbox(replace(settings, airtel=AirtelAccount(sign=True))) as box, Airtel(box.url) as client:
        yield client


def test_a_token_is_good_for_three_minutes_and_says_so_in_a_string(airtel: Airtel) -> None:
    answer = airtel.sign_in().json()
    assert (answer["expires_in"], answer["token_type"]) == ("180", "bearer")
    identifier = airtel.accepted()
    airtel.advance(179)
    assert airtel.enquire(identifier).status_code == 200
    airtel.advance(2)
    refused = airtel.enquire(identifier)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_token")


def test_wrong_credentials_get_no_token(airtel: Airtel) -> None:
    assert airtel.sign_in("not the secret").status_code == 401


def test_success_is_only_the_push_until_the_payer_approves(airtel: Airtel) -> None:
    identifier = str(uuid4())
    answer = airtel.ask(identifier=identifier).json()
    assert answer["data"]["transaction"] == {"id": identifier, "status": "SUCCESS"}
    assert answer["status"]["response_code"] == "DP00800001006"
    assert airtel.standing(identifier)["status"] == "TIP"
    assert "airtel_money_id" not in airtel.standing(identifier)
    airtel.press(identifier, "approve")
    done = airtel.standing(identifier)
    assert (done["status"], done["id"]) == ("TS", identifier)
    assert done["airtel_money_id"].startswith("MP")
    assert [line["amount"] for line in airtel.debits()] == [20000]


@pytest.mark.parametrize(("button", "code"), [("wrong-pin", "DP00800001002"), ("decline", "DP00800001008")])
def test_what_the_payer_does_on_the_handset_ends_the_payment(airtel: Airtel, button: str, code: str) -> None:
    identifier = airtel.accepted()
    airtel.press(identifier, button)
    answer = airtel.enquire(identifier).json()
    assert answer["data"]["transaction"]["status"] == "TF"
    assert (answer["status"]["response_code"], answer["status"]["success"]) == (code, False)
    assert airtel.debits() == []


def test_a_prompt_that_is_ignored_expires(airtel: Airtel) -> None:
    identifier = airtel.accepted()
    airtel.press(identifier, "ignore")
    assert airtel.standing(identifier)["status"] == "TIP"
    airtel.advance(301)
    airtel.sign_in()
    eventually(lambda: airtel.standing(identifier)["status"] == "TE")


def test_the_handset_shows_whose_prompt_it_is(airtel: Airtel) -> None:
    airtel.accepted()
    page = airtel.http.get("/handset/250722000000").text
    assert "Airtel Money asks you to pay RWF 20,000" in page
    assert "072" in airtel.http.get("/").text


@pytest.mark.parametrize(
    ("ending", "status", "code"),
    [
        ("101", "TS", "DP00800001001"),
        ("102", "TIP", "DP00800001006"),
        ("201", "TF", "DP00800001007"),
        ("204", "TE", "DP00800001029"),
        ("206", "TF", "DP00800001003"),
        ("211", "TF", "DP00800009999"),
        ("301", "TIP", "DP00800001006"),
        ("303", "TA", "DP00800001000"),
    ],
)
def test_the_last_digits_decide(airtel: Airtel, ending: str, status: str, code: str) -> None:
    answer = airtel.enquire(airtel.accepted(f"732000{ending}")).json()
    assert (answer["data"]["transaction"]["status"], answer["status"]["response_code"]) == (status, code)


@pytest.mark.parametrize(
    ("msisdn", "code"),
    [
        ("250722000000", "ESB000036"),
        ("0722000000", "ESB000036"),
        ("788000000", "ESB000036"),
        ("722000205", "ESB000036"),
        ("722000306", "ESB000008"),
    ],
)
def test_a_number_with_its_country_or_of_another_network_is_refused_with_200(
    airtel: Airtel, msisdn: str, code: str
) -> None:
    answer = airtel.ask(msisdn)
    assert (answer.status_code, answer.json()["status"]["success"]) == (200, False)
    assert answer.json()["status"]["result_code"] == code
    assert airtel.book_lines() == []


@pytest.mark.parametrize("amount", [0, -1, 0.5, "20000", None, True])
def test_an_amount_is_a_number_of_whole_francs(airtel: Airtel, amount: object) -> None:
    assert airtel.ask(amount=amount).json()["status"]["result_code"] == "ESB000008"
    assert airtel.book_lines() == []


def test_the_same_id_twice_is_refused_and_asks_once(airtel: Airtel) -> None:
    identifier = airtel.accepted()
    again = airtel.ask(identifier=identifier)
    assert (again.status_code, again.json()["status"]["result_code"]) == (200, "ESB000041")
    assert [line["posts"] for line in airtel.book_lines()] == [2]


def test_an_id_that_nobody_sent_is_not_found(airtel: Airtel) -> None:
    assert airtel.enquire(str(uuid4())).json()["status"]["result_code"] == "ESB000045"


@pytest.mark.parametrize(("header", "code"), [("X_Country", "ROUTER006"), ("X_Currency", "ROUTER112")])
def test_country_and_currency_are_the_courts(airtel: Airtel, header: str, code: str) -> None:
    answer = airtel.ask(headers=airtel.headers(**{header: "UG"}))
    assert (answer.status_code, answer.json()["status"]["result_code"]) == (400, code)


def signed(airtel: Airtel, body: dict[str, Any], sealed: bytes | None = None) -> Any:
    content = json.dumps(body).encode()
    headers = airtel.headers() | airtel.seal(sealed or content)
    return airtel.http.post("/airtel/merchant/v1/payments/", content=content, headers=headers)


def payment(identifier: str) -> dict[str, Any]:
    return {
        "reference": "RC1",
        "subscriber": {"msisdn": "722000000"},
        "transaction": {"amount": 20000, "id": identifier},
    }


def test_a_signature_opens_to_the_very_body_or_nothing_is_taken_in(airtel: Airtel) -> None:
    assert signed(airtel, payment("one")).json()["status"]["success"] is True
    other = signed(airtel, payment("two"), b'{"another": "body"}')
    assert (other.status_code, other.json()["status"]["response_code"]) == (403, "DP00800001026")
    broken = airtel.ask(headers=airtel.headers() | {"x-signature": "AAAA", "x-key": "AAAA"})
    assert broken.status_code == 403
    assert [line["reference_id"] for line in airtel.book_lines()] == ["one"]


def test_where_signing_is_mandatory_an_unsigned_message_is_refused(strict: Airtel) -> None:
    assert strict.ask().status_code == 403
    assert signed(strict, payment("one")).json()["status"]["success"] is True


def test_a_refund_is_whole_and_a_repeat_pays_again(airtel: Airtel) -> None:
    identifier = airtel.accepted("722000101")
    number = airtel.standing(identifier)["airtel_money_id"]
    first = airtel.refund(number).json()
    assert first["data"]["transaction"]["status"] == "SUCCESS"
    assert first["status"]["success"] is False, "as in Airtel's own example"
    airtel.accepted("722000101")
    airtel.refund(number)
    assert [line["amount"] for line in airtel.book_lines("refund")] == [20000, 20000]


@pytest.mark.parametrize("number", ["MP000000.0000.L00000", "", None])
def test_a_refund_of_nothing_is_refused(airtel: Airtel, number: Any) -> None:
    assert airtel.refund(number).json()["status"]["result_code"] == "ESB000045"


def test_every_movement_has_two_sides(airtel: Airtel) -> None:
    identifier = airtel.accepted("722000101")
    airtel.refund(airtel.standing(identifier)["airtel_money_id"])
    entries = airtel.http.get("/books").json()["entries"]
    assert sum(entry["amount"] for entry in entries) == 0
    assert sum(entry["amount"] for entry in entries if entry["account"] == "merchant:airtel") == 0


def test_a_sandbox_that_starts_again_goes_on_where_it_was(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "kept", port=0, smtp_port=0)
    with Sandbox(settings) as box, Airtel(box.url) as first:
        waiting = first.accepted()
        token, key = first.token, first.http.get("/airtel/v1/rsa/encryption-keys", headers=first.headers()).json()
    with Sandbox(settings) as box, Airtel(box.url) as second:
        second.token = token
        assert (
            second.http.get("/airtel/v1/rsa/encryption-keys", headers=second.headers()).json()["data"]["key"]
            == (key["data"]["key"])
        )
        assert second.press(waiting, "approve").status_code == 200
        assert second.standing(waiting)["status"] == "TS"
