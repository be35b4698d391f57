"""The line to a provider: what every rail that is called over HTTP has in common."""

from urllib.parse import urlsplit

import httpx

from app.payments.provider import Cause

USER_AGENT = "Ikirego/1.0"
TIMEOUT = httpx.Timeout(20.0, connect=5.0)
NOT_NOW = {408: Cause.TIMEOUT, 425: Cause.RATE_LIMITED, 429: Cause.RATE_LIMITED}
"""HTTP statuses that say nothing of a request but that it should come later."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


class InsecureAddress(ValueError):
    """http:// to another machine: money and secrets go over https only."""


class NoToken(Exception):
    """No access token was to be had, so nothing was sent."""

    def __init__(self, cause: Cause) -> None:
        """`cause` says why."""
        super().__init__(cause)
        self.cause = cause


def checked(url: str) -> str:
    """A provider's address without its last slash; raises InsecureAddress."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise InsecureAddress(f"{parts.scheme}://{parts.hostname}")
    return url.rstrip("/")


def line_to(url: str) -> httpx.Client:
    """A client with our timeouts; a proxy of this machine never comes between us and this machine."""
    return httpx.Client(timeout=TIMEOUT, follow_redirects=False, trust_env=urlsplit(url).hostname not in _LOOPBACK)


def cause_of(error: httpx.HTTPError) -> Cause:
    """Why no answer came."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return Cause.UNREACHABLE
    return Cause.TIMEOUT if isinstance(error, httpx.TimeoutException) else Cause.UNREACHABLE
