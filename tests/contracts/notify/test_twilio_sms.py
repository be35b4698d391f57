"""The SMS adapter on the gateway's real wire: what was taken, what was not, and what nobody can know."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import pytest

from app.notify import twilio_sms
from app.notify.outcomes import Handed, InDoubt, Refused, TryLater
from app.notify.sms import Found, NotFound, ReceiptState, Sms
from app.notify.twilio_sms import TwilioSms
from sandbox.faults import Fault, Kind, Moment, Operator
from sandbox.server import Sandbox
from tests.builders.settings import make_settings
from tests.contracts.notify.conftest import pointed_at
from tests.contracts.sandbox.callers import Listener

PHONE, TOKEN = "+250788123456", "#4Q7ZK2"


def text(phone: str = PHONE, *, receipt_url: str | None = None) -> Sms:
    return Sms(phone=phone, text=f"Ikirego: something happened. {TOKEN}", receipt_url=receipt_url)


def set_fault(box: Sandbox, kind: Kind, moment: Moment, *, seconds: float = 0, count: int = 1) -> None:
    box.world.faults.set(
        Fault(operator=Operator.SMS, kind=kind, moment=moment, seconds=seconds, count=count, remaining=1)
    )


def lately() -> datetime:
    return datetime.now(UTC) - timedelta(minutes=1)


def look(gateway: TwilioSms, *, phone: str = PHONE, token: str = TOKEN, since: datetime | None = None) -> object:
    return gateway.find(phone=phone, token=token, since=since or lately())


def taken(box: Sandbox) -> int:
    return len(box.world.gateway.all())


def test_a_message_is_taken_and_found_again_by_its_token(gateway: TwilioSms, box: Sandbox) -> None:
    handed = gateway.send(text())
    assert isinstance(handed, Handed)
    [message] = box.world.gateway.all()
    assert (message.sid, message.to_number, message.body) == (handed.reference, PHONE, text().text)
    assert look(gateway) == Found(handed.reference)
    assert look(gateway, token="#4Q7ZK3") == NotFound()
    assert look(gateway, phone="+250788123457") == NotFound()
    assert look(gateway, since=datetime.now(UTC) + timedelta(hours=1)) == NotFound()


@pytest.mark.parametrize("ending", ["403", "404"])
def test_a_number_that_is_refused_is_refused_for_good(gateway: TwilioSms, box: Sandbox, ending: str) -> None:
    assert isinstance(gateway.send(text(f"+250788123{ending}")), Refused)
    assert taken(box) == 0


@pytest.mark.parametrize("kind", [Kind.DROP_ANSWER, Kind.ERROR_AFTER_ACCEPT, Kind.BROKEN_ANSWER])
def test_an_answer_lost_after_the_message_was_taken_is_a_doubt_that_a_lookup_ends(
    gateway: TwilioSms, box: Sandbox, kind: Kind
) -> None:
    set_fault(box, kind, Moment.REQUEST)
    assert isinstance(gateway.send(text()), InDoubt)
    [message] = box.world.gateway.all()
    assert look(gateway) == Found(message.sid)


@pytest.mark.parametrize("kind", [Kind.DOWN, Kind.ERROR, Kind.REFUSED])
def test_an_error_of_the_gateway_is_a_doubt_too_and_the_lookup_finds_nothing(
    gateway: TwilioSms, box: Sandbox, kind: Kind
) -> None:
    set_fault(box, kind, Moment.REQUEST)
    assert isinstance(gateway.send(text()), InDoubt)
    assert look(gateway) == NotFound()
    assert isinstance(gateway.send(text()), Handed)


def test_a_slow_answer_is_not_waited_for_for_ever(box: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twilio_sms, "ANSWER_SECONDS", 0.3)
    set_fault(box, Kind.SLOW, Moment.REQUEST, seconds=2)
    hasty = TwilioSms(pointed_at(box))
    assert hasty.send(text()) == InDoubt("ReadTimeout")
    assert isinstance(look(hasty), Found)


def test_too_many_requests_and_nobody_listening_are_certain_delays(gateway: TwilioSms, box: Sandbox) -> None:
    set_fault(box, Kind.RATE_LIMITED, Moment.REQUEST)
    assert gateway.send(text()) == TryLater("20429")
    assert taken(box) == 0
    assert TwilioSms(make_settings()).send(text()) == TryLater("ConnectError")


def test_our_own_wrong_password_says_nothing_against_the_reader(box: Sandbox) -> None:
    assert isinstance(TwilioSms(pointed_at(box, twilio_auth_token="wrong-token")).send(text()), TryLater)


@pytest.mark.parametrize("kind", [Kind.DOWN, Kind.REFUSED, Kind.BROKEN_ANSWER])
def test_a_lookup_that_fails_leaves_the_doubt(gateway: TwilioSms, box: Sandbox, kind: Kind) -> None:
    gateway.send(text())
    set_fault(box, kind, Moment.LIST)
    assert isinstance(look(gateway), InDoubt)


def test_a_message_that_the_gateway_gave_up_does_not_count_as_sent(
    gateway: TwilioSms, box: Sandbox, listener: Listener
) -> None:
    handed = gateway.send(text("+250788123402", receipt_url=listener.url))
    assert isinstance(handed, Handed)
    listener.wait_for(1)
    assert look(gateway, phone="+250788123402") == NotFound()


def test_the_gateways_receipts_are_believed_and_only_its_own(gateway: TwilioSms, listener: Listener) -> None:
    handed = gateway.send(text(receipt_url=listener.url))
    assert isinstance(handed, Handed)
    states = []
    for heard in listener.wait_for(2):
        fields = dict(parse_qsl(heard.body.decode()))
        signature = heard.headers["X-Twilio-Signature"]
        receipt = gateway.read_receipt(url=heard.url, fields=fields, signature=signature)
        assert receipt is not None
        assert receipt.reference == handed.reference
        states.append(receipt.state)
        assert _forged(gateway, heard.url, fields, signature) == [None] * 4
    assert states == [ReceiptState.ON_ITS_WAY, ReceiptState.DELIVERED]


def _forged(gateway: TwilioSms, url: str, fields: Mapping[str, str], signature: str) -> list[object]:
    read = gateway.read_receipt
    return [
        read(url=url, fields={**fields, "MessageStatus": "failed"}, signature=signature),
        read(url=url, fields={**fields, "More": "x"}, signature=signature),
        read(url=url.replace("/callback/", "/callbacks/"), fields=fields, signature=signature),
        read(url=url, fields=fields, signature=""),
    ]


@pytest.mark.parametrize(("ending", "state"), [("401", ReceiptState.UNREACHABLE), ("402", ReceiptState.UNDELIVERABLE)])
def test_a_phone_that_is_off_is_told_from_a_line_that_does_not_exist(
    gateway: TwilioSms, listener: Listener, ending: str, state: ReceiptState
) -> None:
    gateway.send(text(f"+250788123{ending}", receipt_url=listener.url))
    heard = listener.wait_for(2 if ending == "401" else 1)[-1]
    receipt = gateway.read_receipt(
        url=heard.url, fields=dict(parse_qsl(heard.body.decode())), signature=heard.headers["X-Twilio-Signature"]
    )
    assert receipt is not None
    assert receipt.state == state
