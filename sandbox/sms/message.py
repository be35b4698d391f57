"""One text message, and how it looks on the wire."""

import base64
import hmac
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlencode

from sandbox.calls import Call
from sandbox.config import SmsAccount

API_VERSION = "2010-04-01"

# The basic character set of GSM 03.38, and what takes two places in it.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_TWICE = frozenset("^{}\\[~]|€\f")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message that was taken in. `number` counts them all, in order; times are seconds since 1970."""

    sid: str
    number: int
    to_number: str
    from_number: str
    service: str | None
    body: str
    status: str
    error_code: int | None
    callback: str | None
    shapes: dict[str, Any]
    next_status: str | None
    due_at: float | None
    created_at: float
    sent_at: float | None
    updated_at: float


def from_row(row: sqlite3.Row) -> Message:
    """A row of the table sms as a Message."""
    return Message(**{**dict(row), "shapes": json.loads(row["shapes"])})


def resource(message: Message, account: SmsAccount) -> dict[str, Any]:
    """Twilio's Message resource."""
    uri = f"/{API_VERSION}/Accounts/{account.sid}/Messages/{message.sid}"
    return {
        "account_sid": account.sid,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": _rfc2822(message.created_at),
        "date_sent": _rfc2822(message.sent_at),
        "date_updated": _rfc2822(message.updated_at),
        "direction": "outbound-api",
        "error_code": message.error_code,
        "error_message": None,
        "from": message.from_number or None,
        "messaging_service_sid": message.service,
        "num_media": "0",
        "num_segments": str(segments(message.body)),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": message.to_number,
        "uri": f"{uri}.json",
    }


def segments(body: str) -> int:
    """How many text messages the body takes: 160 places alone, 153 each; 70 and 67 outside GSM 03.38."""
    if all(letter in _GSM or letter in _GSM_TWICE for letter in body):
        length, alone, each = sum(2 if letter in _GSM_TWICE else 1 for letter in body), 160, 153
    else:
        length, alone, each = len(body.encode("utf-16-be")) // 2, 70, 67
    return 1 if length <= alone else -(-length // each)


def status_call(message: Message, account: SmsAccount, due_at: float) -> Call:
    """The status callback for the state that the message is in, signed with the account's token."""
    assert message.callback is not None
    fields = {
        "AccountSid": account.sid,
        "ApiVersion": API_VERSION,
        "From": message.from_number,
        "MessageSid": message.sid,
        "MessageStatus": message.status,
        "SmsSid": message.sid,
        "SmsStatus": message.status,
        "To": message.to_number,
    }
    if message.error_code is not None:
        fields["ErrorCode"] = str(message.error_code)
    return Call(
        about=message.sid,
        method="POST",
        url=message.callback,
        headers={
            "Content-Type": "application/x-www-form-urlencoded; charset=UTF-8",
            "User-Agent": "TwilioProxy/1.1",
            "X-Twilio-Signature": signature(message.callback, fields, account.token),
        },
        body=urlencode(fields).encode(),
        due_at=due_at,
    )


def signature(url: str, fields: Mapping[str, str], token: str) -> str:
    """Base64 of HMAC-SHA1 over the full URL and each field, sorted by name (twilio.com/docs/usage/security)."""
    signed = url + "".join(name + fields[name] for name in sorted(fields))
    return base64.b64encode(hmac.digest(token.encode(), signed.encode(), "sha1")).decode()


def _rfc2822(moment: float | None) -> str | None:
    return None if moment is None else format_datetime(datetime.fromtimestamp(int(moment), UTC))
