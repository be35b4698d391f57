"""The SMS gateway, by Twilio's own client."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from sandbox.server import Sandbox
from tests.contracts.sandbox.callers import Listener, eventually

SID, TOKEN = "AC5a4d0000000000000000000000000001", "sandbox-auth-token"


class Redirected(TwilioHttpClient):
    """Twilio's own HTTP client, with the sandbox in place of api.twilio.com."""

    def __init__(self, url: str) -> None:
        super().__init__(timeout=15)
        self._url = url

    def request(self, method: str, url: str, *rest: Any, **named: Any) -> Any:
        return super().request(method, url.replace("https://api.twilio.com", self._url), *rest, **named)


@pytest.fixture
def twilio(box: Sandbox) -> Client:
    return Client(SID, TOKEN, http_client=Redirected(f"{box.url}/twilio"))


@pytest.fixture
def http(box: Sandbox) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=box.url, trust_env=False, timeout=15) as client:
        yield client


def send(twilio: Client, to: str = "+250788123456", **changed: Any) -> Any:
    return twilio.messages.create(**{"to": to, "from_": "IKIREGO", "body": "Muraho!", **changed})


def ends(twilio: Client, sid: str) -> Any:
    eventually(lambda: twilio.messages(sid).fetch().status not in ("queued", "sent"))
    return twilio.messages(sid).fetch()


def test_a_message_is_queued_and_then_delivered_to_the_handset(twilio: Client, http: httpx.Client) -> None:
    message = send(twilio)
    assert message.status == "queued"
    assert (message.to, message.from_, message.body) == ("+250788123456", "IKIREGO", "Muraho!")
    assert (message.num_segments, message.date_sent, message.error_code) == ("1", None, None)
    done = ends(twilio, message.sid)
    assert done.status == "delivered"
    assert done.date_sent is not None
    inbox = http.get("/handset/250788123456.json").json()["messages"]
    assert [(found["sid"], found["body"]) for found in inbox] == [(message.sid, "Muraho!")]


def test_the_newest_message_is_on_top_of_the_inbox(twilio: Client, http: httpx.Client) -> None:
    for number in range(3):
        ends(twilio, send(twilio, body=f"Message {number}").sid)
    inbox = http.get("/handset/250788123456.json").json()["messages"]
    assert [found["body"] for found in inbox] == ["Message 2", "Message 1", "Message 0"]


def test_wrong_credentials_are_refused_as_twilio_refuses_them(box: Sandbox) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        send(Client(SID, "wrong", http_client=Redirected(box.url)))
    assert (refusal.value.status, refusal.value.code) == (401, 20003)


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"to": "0788123456"}, 400, 21211),
        ({"to": "+250788000403"}, 400, 21211),
        ({"to": "+15005550001"}, 400, 21211),
        ({"to": "+15005550004"}, 400, 21610),
        ({"to": "+250788000406"}, 429, 20429),
        ({"to": "+250788000407"}, 500, 20500),
        ({"body": ""}, 400, 21602),
        ({"from_": ""}, 400, 21603),
        ({"body": "x" * 1601}, 400, 21617),
        ({"status_callback": "portal"}, 400, 21609),
    ],
)
def test_a_message_that_twilio_would_refuse_gets_its_code(
    twilio: Client, changed: dict[str, str], status: int, code: int
) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        send(twilio, **changed)
    assert (refusal.value.status, refusal.value.code) == (status, code)
    assert twilio.messages.list() == []


@pytest.mark.parametrize(
    ("number", "status", "code"), [("+250788000401", "undelivered", 30003), ("+250788000402", "failed", 30006)]
)
def test_a_number_that_cannot_be_reached_ends_with_an_error_and_an_empty_inbox(
    twilio: Client, http: httpx.Client, number: str, status: str, code: int
) -> None:
    done = ends(twilio, send(twilio, to=number).sid)
    assert (done.status, int(done.error_code)) == (status, code)
    assert http.get(f"/handset/{number[1:]}.json").json()["messages"] == []


def test_status_callbacks_come_in_order_and_signed(twilio: Client, listener: Listener) -> None:
    url = listener.url + "?message=1"
    sid = send(twilio, status_callback=url).sid
    validator = RequestValidator(TOKEN)
    states = []
    for heard in listener.wait_for(2):
        fields = dict(parse_qsl(heard.body.decode()))
        assert heard.method == "POST"
        assert validator.validate(url, fields, heard.headers["X-Twilio-Signature"])
        assert not validator.validate(url, {**fields, "MessageStatus": "other"}, heard.headers["X-Twilio-Signature"])
        assert fields["MessageSid"] == sid
        states.append(fields["MessageStatus"])
    assert states == ["sent", "delivered"]


def test_a_message_in_doubt_is_found_by_its_number_and_time(twilio: Client, http: httpx.Client) -> None:
    send(twilio, to="+250788999999", body="for somebody else")
    http.post("/faults", json={"operator": "sms", "kind": "drop_answer", "times": 1})
    before = datetime.now(UTC) - timedelta(minutes=1)
    with pytest.raises(OSError, match="Connection aborted"):
        send(twilio, body="your code is 123456")
    found = twilio.messages.list(to="+250788123456", date_sent_after=before)
    assert [message.body for message in found] == ["your code is 123456"]
    assert twilio.messages.list(to="+250788123456", date_sent_after=datetime.now(UTC) + timedelta(hours=1)) == []
    assert len(twilio.messages.list(date_sent=datetime.now(UTC).date())) == 2


def test_a_long_list_comes_in_pages_newest_first(twilio: Client) -> None:
    sent = [send(twilio, body=f"Message {number}").sid for number in range(5)]
    assert [message.sid for message in twilio.messages.list(page_size=2)] == sent[::-1]


def test_a_message_that_nobody_sent_is_absent(twilio: Client) -> None:
    with pytest.raises(TwilioRestException) as refusal:
        twilio.messages("SM" + "0" * 32).fetch()
    assert (refusal.value.status, refusal.value.code) == (404, 20404)


@pytest.mark.parametrize(
    ("body", "number"),
    [("a" * 160, "1"), ("a" * 161, "2"), ("€" * 80, "1"), ("€" * 81, "2"), ("ê" * 70, "1"), ("ê" * 71, "2")],
)
def test_segments_are_counted_as_a_network_counts_them(twilio: Client, body: str, number: str) -> None:
    assert send(twilio, body=body).num_segments == number


@pytest.mark.parametrize(
    ("kind", "kept"),
    [("error_after_accept", 1), ("error", 0), ("rate_limited", 0), ("down", 0), ("refused", 0)],
)
def test_a_fault_refuses_once_and_leaves_the_right_thing_behind(
    twilio: Client, http: httpx.Client, kind: str, kept: int
) -> None:
    http.post("/faults", json={"operator": "sms", "kind": kind, "times": 1})
    with pytest.raises((TwilioException, OSError)):
        send(twilio)
    assert len(twilio.messages.list()) == kept
    send(twilio)


def test_an_undelivered_fault_strikes_one_message(twilio: Client, http: httpx.Client) -> None:
    http.post("/faults", json={"operator": "sms", "kind": "undelivered", "times": 1})
    first, second = send(twilio), send(twilio)
    assert ends(twilio, first.sid).status == "undelivered"
    assert ends(twilio, second.sid).status == "delivered"


def test_a_reordered_callback_ends_with_a_stale_state(twilio: Client, http: httpx.Client, listener: Listener) -> None:
    http.post("/faults", json={"operator": "sms", "kind": "callback_reordered", "times": 1})
    send(twilio, status_callback=listener.url)
    states = [dict(parse_qsl(heard.body.decode()))["MessageStatus"] for heard in listener.wait_for(3)]
    assert states == ["sent", "delivered", "sent"]
