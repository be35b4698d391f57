"""Calls to Daraja: the access token, which several calls share, and the line."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import httpx

from app.core.clock import Clock
from app.payments.provider import Cause, MalformedReport
from app.payments.rails.line import USER_AGENT, NoToken, cause_of, checked, line_to
from app.payments.rails.wire import document

_EARLY = timedelta(minutes=5)
_UNSAID = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class DarajaApp:
    """Where Daraja is, and the key and secret of the court's app there."""

    base_url: str
    consumer_key: str = field(repr=False)
    consumer_secret: str = field(repr=False)


class DarajaSession:
    """Posts with a token, which is renewed before its end. Threads may share it."""

    def __init__(self, app: DarajaApp, *, clock: Clock, client: httpx.Client | None = None) -> None:
        """`client` is given by tests. Raises InsecureAddress."""
        self._app = app
        self._clock = clock
        self.host = checked(app.base_url)
        self._client = client or line_to(self.host)
        self._lock = Lock()
        self._kept: tuple[str, datetime] | None = None

    def post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        """POST once; raises NoToken (nothing was sent) and httpx.HTTPError."""
        headers = {"Authorization": f"Bearer {self._token()}", "User-Agent": USER_AGENT}
        return self._client.post(f"{self.host}{path}", json=body, headers=headers)

    def forget(self) -> None:
        """The token was refused: the next call fetches another."""
        with self._lock:
            self._kept = None

    def _token(self) -> str:
        with self._lock:
            now = self._clock.now()
            if self._kept is None or now >= self._kept[1]:
                token, life = self._fetch()
                self._kept = (token, now + life)
            return self._kept[0]

    def _fetch(self) -> tuple[str, timedelta]:
        try:
            response = self._client.get(
                f"{self.host}/oauth/v1/generate",
                params={"grant_type": "client_credentials"},
                auth=(self._app.consumer_key, self._app.consumer_secret),
                headers={"User-Agent": USER_AGENT},
            )
            found = document(response.content)
        except httpx.HTTPError as error:
            raise NoToken(cause_of(error)) from error
        except MalformedReport as error:
            raise NoToken(Cause.SERVER_ERROR) from error
        token = found.get("access_token")
        if not response.is_success or not isinstance(token, str) or not token:
            raise NoToken(Cause.SERVER_ERROR if response.status_code >= 500 else Cause.UNAUTHORISED)
        return token, _lifetime(found.get("expires_in"))


def _lifetime(said: object) -> timedelta:
    """How long to use a token, from the text "3599": renewed five minutes early, or at half its life."""
    text = str(said)
    if not text.isascii() or not text.isdecimal() or not 0 < int(text[:9]) <= 86_400:
        return _UNSAID
    life = timedelta(seconds=int(text[:9]))
    return life - _EARLY if life > 2 * _EARLY else life / 2
