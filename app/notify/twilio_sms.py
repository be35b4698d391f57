"""The SMS gateway by Twilio's Messages API (2010-04-01). The only file that knows the package."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import httpx
from twilio.base.exceptions import TwilioException
from twilio.http import HttpClient
from twilio.http.response import Response
from twilio.request_validator import RequestValidator
from twilio.rest import Client

from app.config import Settings
from app.core.tls import trusted_certificates
from app.notify.outcomes import Handed, InDoubt, Outcome, Refused, TryLater
from app.notify.sms import Found, NotFound, Receipt, ReceiptState, Sms

CONNECT_SECONDS = 5.0
ANSWER_SECONDS = 20.0
# One person gets few messages; the newest of them are enough to find one again.
_LOOKED_THROUGH = 100
# Clocks differ, and the gateway gives times in whole seconds.
_CLOCKS_DIFFER = timedelta(minutes=5)

_GIVEN_UP = frozenset({"failed", "undelivered", "canceled"})
# https://www.twilio.com/docs/api/errors: the phone is off, the network is busy, or nobody knows why.
_MAY_BE_REACHED_LATER = frozenset({"30001", "30003", "30008", "30017"})
# Our account, not the message, is what was refused.
_OUR_OWN_TROUBLE = frozenset({401, 403, 404, 405, 408})
_OUR_OWN_NUMBER = frozenset({"21212", "21603", "21606", "21659"})


class _NotSent(Exception):
    """The request certainly did not reach the gateway."""


class _AnswerLost(Exception):
    """The request may have reached the gateway, but no answer came."""


class TwilioSms:
    """Implements `SmsGateway`."""

    def __init__(self, settings: Settings) -> None:
        """`settings.twilio_base_url` replaces the host of every call, for the sandbox."""
        self._from = settings.twilio_from
        self._validator = RequestValidator(settings.twilio_auth_token)
        self._client = Client(
            settings.twilio_account_sid,
            settings.twilio_auth_token,
            http_client=_Wire(settings.twilio_base_url),
        )

    def send(self, sms: Sms) -> Outcome:
        """Hand one message over."""
        more = {"status_callback": sms.receipt_url} if sms.receipt_url else {}
        try:
            message = self._client.messages.create(to=sms.phone, from_=self._from, body=sms.text, **more)
        except _NotSent as error:
            return TryLater(str(error))
        except TwilioException as error:
            return _judge(error)
        except (_AnswerLost, json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            return InDoubt(str(error) if isinstance(error, _AnswerLost) else "unreadable_answer")
        return Handed(str(message.sid)) if message.sid else InDoubt("unreadable_answer")

    def find(self, *, phone: str, token: str, since: datetime) -> Found | NotFound | InDoubt:
        """Look for a message to `phone` that ends with `token`.

        Not by DateSent: a message that still waits at the gateway has none.
        """
        try:
            listed = self._client.messages.list(to=phone, limit=_LOOKED_THROUGH, page_size=_LOOKED_THROUGH)
        except (_NotSent, _AnswerLost) as error:
            return InDoubt(str(error))
        except (TwilioException, json.JSONDecodeError, KeyError, TypeError, ValueError):
            return InDoubt("lookup_failed")
        for message in listed:
            if str(message.body or "").endswith(token) and _is_ours(message, since):
                return Found(str(message.sid))
        return NotFound()

    def read_receipt(self, *, url: str, fields: Mapping[str, str], signature: str) -> Receipt | None:
        """The status callback, when its X-Twilio-Signature is right (twilio.com/docs/usage/security)."""
        if not self._validator.validate(url, dict(fields), signature):
            return None
        code = fields.get("ErrorCode", "")
        state = _state(fields.get("MessageStatus", ""), code)
        return Receipt(reference=fields.get("MessageSid", ""), state=state, code=code)


def _is_ours(message: Any, since: datetime) -> bool:
    made = message.date_created
    fresh = not isinstance(made, datetime) or made.astimezone(UTC) >= since - _CLOCKS_DIFFER
    return fresh and str(message.status) not in _GIVEN_UP


def _state(status: str, code: str) -> ReceiptState:
    match status:
        case "delivered" | "read":
            return ReceiptState.DELIVERED
        case "failed" | "undelivered" | "canceled":
            later = code in _MAY_BE_REACHED_LATER
            return ReceiptState.UNREACHABLE if later else ReceiptState.UNDELIVERABLE
        case _:
            return ReceiptState.ON_ITS_WAY


def _judge(error: TwilioException) -> Outcome:
    status, code = getattr(error, "status", 0), str(getattr(error, "code", ""))
    if not isinstance(status, int) or status >= 500 or status < 400:
        return InDoubt(f"http_{status}")
    if status == 429 or status in _OUR_OWN_TROUBLE or code in _OUR_OWN_NUMBER:
        return TryLater(code or f"http_{status}")
    return Refused(code or f"http_{status}")


class _Wire(HttpClient):
    """Twilio's client over httpx: its errors tell "never arrived" from "no answer", and it has both time limits."""

    def __init__(self, base_url: str | None) -> None:
        self._base = urlsplit(base_url) if base_url else None
        patience = httpx.Timeout(ANSWER_SECONDS, connect=CONNECT_SECONDS)
        self._http = httpx.Client(verify=trusted_certificates(), timeout=patience, trust_env=False)

    def request(  # noqa: PLR0913 - the package's signature
        self,
        method: str,
        url: str,
        params: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: tuple[str, str] | None = None,
        timeout: float | None = None,
        allow_redirects: bool = False,
    ) -> Response:
        try:
            answer = self._http.request(
                method, self._address(url), params=params or None, data=data or None, headers=headers, auth=auth
            )
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol) as error:
            raise _NotSent(type(error).__name__) from error
        except httpx.HTTPError as error:
            raise _AnswerLost(type(error).__name__) from error
        return Response(answer.status_code, answer.text, answer.headers)

    def _address(self, url: str) -> str:
        if self._base is None:
            return url
        parts = urlsplit(url)
        path = self._base.path.rstrip("/") + parts.path
        return urlunsplit((self._base.scheme, self._base.netloc, path, parts.query, ""))
