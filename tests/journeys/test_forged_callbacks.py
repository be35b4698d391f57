"""Callbacks that no operator sent: whatever their shape, none is believed and none breaks a thing."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app.core.actor import SYSTEM
from app.core.ids import PersonId, new_id
from app.payments import callbacks, polling, service
from app.payments.ids import ObligationId
from app.payments.provider import ReportState
from app.payments.service import OpenObligation
from app.wiring import House
from tests.builders.payments import ScriptedProvider, make_line, make_test_till
from tests.builders.people import MadePerson, make_person, post, signed_in_client

PAID = b'{"status":"SUCCESSFUL","amount":"20000","currency":"RWF","financialTransactionId":"1"}'
BODIES: dict[str, bytes] = {
    "paid in full": PAID,
    "paid more": PAID.replace(b"20000", b"2000000"),
    "paid less": PAID.replace(b"20000", b"1"),
    "paid a negative sum": PAID.replace(b"20000", b"-20000"),
    "paid in another money": PAID.replace(b"RWF", b"EUR"),
    "paid a sum without end": PAID.replace(b'"20000"', b"1e999999999"),
    "paid a sum without end, in words": PAID.replace(b"20000", b"1e999999999"),
    "failed, then paid, in one": b'{"status":"FAILED",' + PAID[1:],
    "lists and objects for words": b'{"status":["SUCCESSFUL"],"reason":{"code":["x"]},"amount":[],"currency":{}}',
    "NUL and half a character": b'{"status":"SUCCESSFUL\\u0000","financialTransactionId":"\\u0000\\ud800"}',
    "nested without end": b"[" * 60_000,
    "objects nested 10,000 deep": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "a number of 5,000 digits": b'{"amount":' + b"9" * 5000 + b"}",
    "no number": b'{"amount":NaN}',
    "no JSON": bytes(range(256)),
    "nothing": b"",
    "a currency of 5,000 letters": PAID.replace(b"RWF", b"X" * 5000),
}
KINDS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/xml")


@pytest.fixture
def provider() -> ScriptedProvider:
    return ScriptedProvider()


@pytest.fixture
def payer(house: House) -> MadePerson:
    with house.database.transaction(SYSTEM) as session:
        return make_person(session)


@pytest.fixture
def address(
    app: Flask, house: House, provider: ScriptedProvider, payer: MadePerson, monkeypatch: pytest.MonkeyPatch
) -> str:
    """Where the operator calls back about an attempt that waits for the payer; the provider says that it waits."""
    app.testing, clock = False, house.clock
    # What comes in is read as the operator's own words are; only the asking back is scripted.
    monkeypatch.setattr(provider, "parse_callback", app.extensions["till"].providers["mtn_momo"].parse_callback)
    app.extensions["till"] = make_test_till(house.database, clock, provider)
    with house.database.transaction(SYSTEM) as session:
        bill = OpenObligation(
            subject=new_id(),
            court_code="TGI-NYGE",
            owner=PersonId(payer.id),
            lines=(make_line(),),
            valid_until=None,
        )
        owed: ObligationId = service.open_obligation(session, SYSTEM, bill, at=clock.now())
    pressed = post(signed_in_client(app, payer), f"/pay/{owed}", {"phone": "0788 123 456", "shown": "20000"})
    assert pressed.status_code == 303
    provider.says(ReportState.PENDING)
    return str(provider.requests[0].callback_url).removeprefix("http://localhost")


@pytest.fixture
def settle(app: Flask) -> Callable[[], None]:
    """Does what a worker does with what has come in."""

    def until_quiet() -> None:
        till = app.extensions["till"]
        while callbacks.drain(till) + polling.drain(till):
            pass

    return until_quiet


def money(house: House) -> tuple[list[str], int]:
    """The states of all attempts, and how many entries the journal has."""
    with house.database.reading(SYSTEM) as session:
        states = session.execute(text("select state from payment_attempt order by 1")).scalars().all()
        return list(states), session.execute(text("select count(*) from journal_entry")).scalar_one()


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_no_callback_is_believed_or_breaks_anything(
    client: FlaskClient, house: House, settle: Callable[[], None], address: str, method: str
) -> None:
    before = money(house)
    for name, body in BODIES.items():
        for kind in KINDS:
            answer = client.open(address, method=method, data=body, content_type=kind)
            assert (answer.status_code, answer.data) == (200, b""), f"{name} as {kind}"
    with house.database.reading(SYSTEM) as session:
        hints = session.execute(text("select distinct hint from callback_inbox")).scalars().all()
    assert {"succeeded", "unreadable"} <= set(hints), "the forgeries were not even read"
    settle()
    assert money(house) == before


@pytest.mark.parametrize("secret", ["", "x", "%00", "%ff", "..%2f..", "x" * 5000, "{}x"])
def test_an_address_that_was_never_given_to_an_operator_is_not_found(
    client: FlaskClient, house: House, address: str, secret: str
) -> None:
    mine = address.rsplit("/", 1)[1]
    for word in ("mtn", "airtel", "MTN", "sms"):
        for spelled in (secret.format(mine), mine[:-1], mine.swapcase()):
            answer = client.post(f"/callbacks/{word}/{spelled}", data=PAID, content_type="application/json")
            assert answer.status_code in (400, 404), f"{word}/{spelled[:40]}"
    assert client.get(address).status_code == 405
    with house.database.reading(SYSTEM) as session:
        assert session.execute(text("select count(*) from callback_inbox")).scalar_one() == 0


def test_a_callback_of_a_megabyte_is_refused_unread(client: FlaskClient, house: House, address: str) -> None:
    for kind in KINDS:
        answer = client.put(address, data=b'"' + b"x" * 1_000_000 + b'"', content_type=kind)
        assert answer.status_code == 413
    with house.database.reading(SYSTEM) as session:
        assert session.execute(text("select count(*) from callback_inbox")).scalar_one() == 0


@pytest.mark.parametrize("signature", [None, "", "x", "\xff\xfe", "x" * 60_000])
@pytest.mark.parametrize("query", ["", "?bodySHA256=x", "?bodySHA256="])
def test_a_receipt_that_the_gateway_did_not_sign_is_refused(
    app: Flask, client: FlaskClient, signature: str | None, query: str
) -> None:
    app.testing = False
    headers = {} if signature is None else {"X-Twilio-Signature": signature}
    fields = {"MessageStatus": "delivered", "ErrorCode": "\x00", "MessageSid": "SM1"}
    for request in ({"data": fields}, {"data": b"{}", "content_type": "application/json"}, {}):
        answer = client.post(f"/callbacks/sms/{new_id()}{query}", headers=headers, **request)
        assert answer.status_code == 403
