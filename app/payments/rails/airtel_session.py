"""What calls to Airtel Money need first: an access token of three minutes, and the key that signs messages."""

from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import httpx

from app.config import AirtelSettings
from app.core.clock import Clock
from app.payments.provider import Cause, MalformedReport
from app.payments.rails.airtel_seals import BadKey, sign
from app.payments.rails.airtel_wire import COUNTRY, CURRENCY
from app.payments.rails.line import USER_AGENT, NoToken, cause_of, checked
from app.payments.rails.wire import document

_EARLY = timedelta(seconds=30)
_UNSAID = timedelta(minutes=1)
_KEY_LIFE = timedelta(hours=1)


class AirtelSession:
    """Tokens and keys by host. Threads may share it."""

    def __init__(self, account: AirtelSettings, *, clock: Clock, client: httpx.Client) -> None:
        """Fetches nothing before it is asked."""
        self._account, self._clock, self._client = account, clock, client
        self._kept: dict[tuple[str, str], tuple[str, datetime]] = {}
        self._lock = Lock()

    def headers(self, host: str) -> dict[str, str]:
        """The headers of a product call; raises NoToken."""
        return {
            "Authorization": f"Bearer {self._token(host)}",
            "X-Country": COUNTRY,
            "X-Currency": CURRENCY,
            "Accept": "*/*",
            "User-Agent": USER_AGENT,
        }

    def headers_for(self, host: str, body: bytes) -> dict[str, str]:
        """The headers of a POST of exactly this body, signed when the account wants it; raises NoToken."""
        headers = self.headers(host) | {"Content-Type": "application/json"}
        if not self._account.sign:
            return headers
        try:
            return headers | sign(body, self._key(host, headers))
        except BadKey as error:
            self.forget_key(host)
            raise NoToken(Cause.SERVER_ERROR) from error

    def forget_token(self, host: str) -> None:
        """Fetch a new token before the next call."""
        self._kept.pop(("token", host), None)

    def forget_key(self, host: str) -> None:
        """Fetch the key anew before the next signature."""
        self._kept.pop(("key", host), None)

    def _token(self, host: str) -> str:
        with self._lock:
            return self._still("token", host) or self._fetch_token(checked(host))

    def _key(self, host: str, headers: dict[str, str]) -> str:
        with self._lock:
            return self._still("key", host) or self._fetch_key(host, headers)

    def _still(self, what: str, host: str) -> str | None:
        kept = self._kept.get((what, host))
        return kept[0] if kept is not None and self._clock.now() < kept[1] else None

    def _fetch_token(self, host: str) -> str:
        credentials = {"client_id": self._account.client_id, "client_secret": self._account.client_secret}
        found = self._answer(
            self._client.build_request(
                "POST",
                f"{host}/auth/oauth2/token",
                json=credentials | {"grant_type": "client_credentials"},
                headers={"Accept": "*/*", "User-Agent": USER_AGENT},
            )
        )
        token = found.get("access_token")
        if not isinstance(token, str) or not token:
            raise NoToken(Cause.UNAUTHORISED)
        self._kept["token", host] = (token, self._clock.now() + _lifetime(found.get("expires_in")))
        return token

    def _fetch_key(self, host: str, headers: dict[str, str]) -> str:
        found = self._answer(self._client.build_request("GET", f"{host}/v1/rsa/encryption-keys", headers=headers))
        data = found.get("data")
        key = data.get("key") if isinstance(data, dict) else None
        if not isinstance(key, str) or not key:
            raise NoToken(Cause.SERVER_ERROR)
        self._kept["key", host] = (key, self._clock.now() + _KEY_LIFE)
        return key

    def _answer(self, request: httpx.Request) -> dict[str, Any]:
        try:
            response = self._client.send(request)
        except httpx.HTTPError as error:
            raise NoToken(cause_of(error)) from error
        if not response.is_success:
            refused = 400 <= response.status_code < 500 and response.status_code != 429
            raise NoToken(Cause.UNAUTHORISED if refused else Cause.SERVER_ERROR)
        try:
            return document(response.content)
        except MalformedReport as error:
            raise NoToken(Cause.SERVER_ERROR) from error


def _lifetime(said: Any) -> timedelta:
    """How long to use a token: renewed half a minute early, or at half its life when that is short."""
    try:
        life = timedelta(seconds=float(said))
    except (TypeError, ValueError, OverflowError):
        return _UNSAID
    if life <= timedelta(0):
        return _UNSAID
    return life - _EARLY if life > 2 * _EARLY else life / 2
