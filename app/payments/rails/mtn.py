"""MTN MoMo Collections: the adapter. Reference: MTN's Collection API v1_0 (OpenAPI), and what was measured live."""

from base64 import b64encode
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import httpx

from app.core.clock import Clock
from app.payments.provider import (
    Answer,
    AttemptRef,
    Authenticity,
    CallbackReport,
    Capabilities,
    Cause,
    MalformedReport,
    PaymentRequest,
    RawCallback,
    ReportState,
    StatusReport,
    Submission,
)
from app.payments.rails import mtn_wire
from app.payments.rails.line import NOT_NOW, USER_AGENT, NoToken, cause_of, checked, line_to
from app.payments.rails.wire import document

_EARLY = timedelta(minutes=10)
_UNSAID = timedelta(minutes=5)
_SANDBOX = "sandbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class MtnAccount:
    """Where the court's collection account is. `target_environment`: "mtnrwanda", or MTN's "sandbox"."""

    base_url: str
    subscription_key: str = field(repr=False)
    api_user: str = field(repr=False)
    api_key: str = field(repr=False)
    target_environment: str


class MtnCollections:
    """Collects by a prompt on the payer's phone. Threads may share it."""

    code = "mtn_momo"
    title = "MTN Mobile Money"

    def __init__(self, account: MtnAccount, *, clock: Clock, client: httpx.Client | None = None) -> None:
        """`client` is given by tests. Raises InsecureAddress."""
        self._account = account
        self._clock = clock
        self._host = checked(account.base_url)
        self._client = client or line_to(self._host)
        self._tokens: dict[str, tuple[str, datetime]] = {}
        self._token_lock = Lock()
        test = account.target_environment == _SANDBOX
        self.capabilities = Capabilities(
            currencies=frozenset({"EUR"} if test else {"RWF"}),  # MTN's own test system takes EUR only.
            prompt_window=timedelta(minutes=5),
            status_calls_a_second=10,
            signed_callbacks=False,
            client_reference_id=True,
        )

    def request_to_pay(self, request: PaymentRequest) -> Submission:
        """POST /collection/v1_0/requesttopay, once. 202 and 409 both mean that the payer is being asked."""
        try:
            headers = self._headers(self._host) | {"X-Reference-Id": str(request.reference_id)}
        except NoToken as refused:
            return self._unknown(refused.cause, "no token")
        if request.callback_url:
            headers["X-Callback-Url"] = request.callback_url
        url = f"{self._host}/collection/v1_0/requesttopay"
        try:
            response = self._client.post(url, json=mtn_wire.request_body(request), headers=headers)
        except httpx.HTTPError as error:
            return self._unknown(cause_of(error), type(error).__name__)
        return self._read_submission(response)

    def get_status(self, attempt: AttemptRef) -> StatusReport:
        """GET /collection/v1_0/requesttopay/{id} at the host that processed it; a stale token is renewed once."""
        host = attempt.host or self._host
        url = f"{host}/collection/v1_0/requesttopay/{attempt.reference_id}"
        try:
            response = self._client.get(url, headers=self._headers(host))
            if response.status_code == 401:
                self._tokens.pop(host, None)
                response = self._client.get(url, headers=self._headers(host))
        except NoToken as refused:
            return _ambiguous(f"no token: {refused.cause}")
        except httpx.HTTPError as error:
            return _ambiguous(type(error).__name__)
        return _read_status(response)

    def parse_callback(self, callback: RawCallback) -> CallbackReport:
        """Read a callback. MTN signs none, so it is a hint and no more. Raises MalformedReport."""
        report = mtn_wire.report_in(document(callback.body))
        return CallbackReport(authenticity=Authenticity.UNSIGNED, report=report)

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
        if 400 <= status < 500 or mtn_wire.is_sure_refusal(found):
            return Submission(answer=Answer.REJECTED, host=self._host, reason=mtn_wire.refusal_in(found), raw=raw)
        return self._unknown(Cause.SERVER_ERROR, raw)

    def _unknown(self, cause: Cause, raw: str) -> Submission:
        return Submission(answer=Answer.UNKNOWN, host=self._host, cause=cause, raw=raw)

    def _headers(self, host: str) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self._token(host)}",
            "Ocp-Apim-Subscription-Key": self._account.subscription_key,
            "X-Target-Environment": self._account.target_environment,
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
        pair = f"{self._account.api_user}:{self._account.api_key}".encode()
        headers = {
            "Authorization": f"Basic {b64encode(pair).decode()}",
            "Ocp-Apim-Subscription-Key": self._account.subscription_key,
            "X-Target-Environment": self._account.target_environment,
            "User-Agent": USER_AGENT,
        }
        try:
            response = self._client.post(f"{host}/collection/token/", headers=headers)
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
        return _ambiguous(f"HTTP {response.status_code}, unreadable")
    raw = f"HTTP {response.status_code} {mtn_wire.redacted(found)}"
    if response.status_code == 404:
        return StatusReport(state=ReportState.NOT_FOUND, raw=raw)
    if response.status_code != 200:
        return _ambiguous(raw)
    return mtn_wire.report_in(found)


def _document(response: httpx.Response) -> dict[str, Any]:
    try:
        return document(response.content)
    except MalformedReport:
        return {}


def _ambiguous(raw: str) -> StatusReport:
    return StatusReport(state=ReportState.AMBIGUOUS, raw=raw)
