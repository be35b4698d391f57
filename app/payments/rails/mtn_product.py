"""One product of MTN's API (collection, disbursement): its token, its POST and its GET. Knows no payment."""

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any
from uuid import UUID

import httpx

from app.core.clock import Clock
from app.payments.provider import Answer, Cause, MalformedReport, ReportState, StatusReport, Submission
from app.payments.rails import mtn_wire
from app.payments.rails.line import NOT_NOW, USER_AGENT, NoToken, cause_of, checked
from app.payments.rails.wire import document
from app.payments.reasons import Reason

_EARLY = timedelta(minutes=10)
_UNSAID = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who we are to one product. `name` begins its paths: "collection"."""

    name: str
    base_url: str
    subscription_key: str = field(repr=False)
    api_user: str = field(repr=False)
    api_key: str = field(repr=False)
    target_environment: str


class MtnProduct:
    """Calls one product; never raises for what a call comes to. Threads may share it."""

    def __init__(self, access: Access, *, clock: Clock, client: httpx.Client) -> None:
        """Raises InsecureAddress."""
        self._access = access
        self._clock = clock
        self._client = client
        self._host = checked(access.base_url)
        self._tokens: dict[str, tuple[str, datetime]] = {}
        self._token_lock = Lock()

    def post(
        self, path: str, reference_id: UUID, body: dict[str, Any], *, callback_url: str | None = None
    ) -> Submission:
        """POST once under `reference_id`. 202 and 409 both mean that it is taken in; 403, that we may not."""
        try:
            headers = self._headers(self._host) | {"X-Reference-Id": str(reference_id)}
        except NoToken as refused:
            return self._unknown(refused.cause, "no token")
        if callback_url:
            headers["X-Callback-Url"] = callback_url
        try:
            response = self._client.post(f"{self._host}/{self._access.name}/{path}", json=body, headers=headers)
        except httpx.HTTPError as error:
            return self._unknown(cause_of(error), type(error).__name__)
        return self._read_submission(response)

    def get(self, path: str, host: str | None) -> StatusReport:
        """GET at the host that processed it; a stale token is renewed once."""
        host = host or self._host
        url = f"{host}/{self._access.name}/{path}"
        try:
            response = self._client.get(url, headers=self._headers(host))
            if response.status_code == 401:
                self._tokens.pop(host, None)
                response = self._client.get(url, headers=self._headers(host))
        except NoToken as refused:
            return ambiguous(f"no token: {refused.cause}")
        except httpx.HTTPError as error:
            return ambiguous(type(error).__name__)
        return _read_status(response)

    def _read_submission(self, response: httpx.Response) -> Submission:
        status, found = response.status_code, _document(response)
        raw = f"HTTP {status} {mtn_wire.redacted(found)}"
        if response.is_success:
            return Submission(answer=Answer.ACCEPTED, host=self._host, raw=raw)
        if status == 409:
            return Submission(answer=Answer.DUPLICATE, host=self._host, raw=raw)
        if status == 401:
            self._tokens.pop(self._host, None)
            return self._unknown(Cause.UNAUTHORISED, raw)
        if status in NOT_NOW:
            return self._unknown(NOT_NOW[status], raw)
        if status == 403:
            return Submission(answer=Answer.REJECTED, host=self._host, reason=Reason.PROVIDER_UNAVAILABLE, raw=raw)
        if 400 <= status < 500 or mtn_wire.is_sure_refusal(found):
            return Submission(answer=Answer.REJECTED, host=self._host, reason=mtn_wire.refusal_in(found), raw=raw)
        return self._unknown(Cause.SERVER_ERROR, raw)

    def _unknown(self, cause: Cause, raw: str) -> Submission:
        return Submission(answer=Answer.UNKNOWN, host=self._host, cause=cause, raw=raw)

    def _headers(self, host: str) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self._token(host)}",
            "Ocp-Apim-Subscription-Key": self._access.subscription_key,
            "X-Target-Environment": self._access.target_environment,
            "User-Agent": USER_AGENT,
        }

    def _token(self, host: str) -> str:
        with self._token_lock:
            kept = self._tokens.get(host)
            if kept is not None and self._clock.now() < kept[1]:
                return kept[0]
            token, renew_at = self._fetch_token(checked(host))
            self._tokens[host] = (token, renew_at)
            return token

    def _fetch_token(self, host: str) -> tuple[str, datetime]:
        pair = f"{self._access.api_user}:{self._access.api_key}".encode()
        headers = {
            "Authorization": f"Basic {b64encode(pair).decode()}",
            "Ocp-Apim-Subscription-Key": self._access.subscription_key,
            "X-Target-Environment": self._access.target_environment,
            "User-Agent": USER_AGENT,
        }
        try:
            response = self._client.post(f"{host}/{self._access.name}/token/", headers=headers)
        except httpx.HTTPError as error:
            raise NoToken(cause_of(error)) from error
        found = _document(response)
        token = found.get("access_token")
        if not response.is_success or not isinstance(token, str) or not token:
            raise NoToken(Cause.SERVER_ERROR if response.status_code >= 500 else Cause.UNAUTHORISED)
        return token, self._clock.now() + _lifetime(found.get("expires_in"))


def _lifetime(said: Any) -> timedelta:
    """How long to use a token: renewed ten minutes early, or at half its life when that is short."""
    try:
        life = timedelta(seconds=float(said))
    except (TypeError, ValueError, OverflowError):
        return _UNSAID
    if life <= timedelta(0):
        return _UNSAID
    return life - _EARLY if life > 2 * _EARLY else life / 2


def _read_status(response: httpx.Response) -> StatusReport:
    try:
        found = document(response.content)
    except MalformedReport:
        # A 404 page of a gateway says nothing about a payment; MTN's own 404 is a document or empty.
        if response.status_code == 404 and not response.content:
            return StatusReport(state=ReportState.NOT_FOUND, raw="HTTP 404")
        return ambiguous(f"HTTP {response.status_code}, unreadable")
    raw = f"HTTP {response.status_code} {mtn_wire.redacted(found)}"
    if response.status_code == 404:
        return StatusReport(state=ReportState.NOT_FOUND, raw=raw)
    if response.status_code != 200:
        return ambiguous(raw)
    return mtn_wire.report_in(found)


def _document(response: httpx.Response) -> dict[str, Any]:
    try:
        return document(response.content)
    except MalformedReport:
        return {}


def ambiguous(raw: str) -> StatusReport:
    """Nothing that we may build on, and why."""
    return StatusReport(state=ReportState.AMBIGUOUS, raw=raw)
