"""The line to a provider: what every rail that is called over HTTP has in common."""

from urllib.parse import SplitResult, urlsplit

import httpx

from app.core.tls import trusted_certificates
from app.payments.provider import Cause

USER_AGENT = "Ikirego/1.0"
TIMEOUT = httpx.Timeout(20.0, connect=5.0)
NOT_NOW = {408: Cause.TIMEOUT, 425: Cause.RATE_LIMITED, 429: Cause.RATE_LIMITED}
"""HTTP statuses that say nothing of a request but that it should come later."""
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_LONGEST = 2_000


class InsecureAddress(ValueError):
    """http:// to another machine: money and secrets go over https only."""


class NoToken(Exception):
    """No access token was to be had, so nothing was sent."""

    def __init__(self, cause: Cause) -> None:
        """`cause` says why."""
        super().__init__(cause)
        self.cause = cause


def is_loopback(url: str) -> bool:
    """Whether the address is on this machine."""
    return urlsplit(url).hostname in _LOOPBACK


def origin(url: str) -> str:
    """Scheme, host and port of an address, as a Content-Security-Policy names it."""
    return "{0.scheme}://{0.netloc}".format(urlsplit(url))


def page_in(value: object) -> str | None:
    """An address to which a payer may be sent, or None for what is none: no other scheme than https, no sign-in."""
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST or not value.isprintable() or " " in value:
        return None
    try:
        parts = urlsplit(value)
        return value if _is_safe(parts) and parts.hostname and "@" not in parts.netloc else None
    except ValueError:
        return None


def checked(url: str) -> str:
    """A provider's address without its last slash; raises InsecureAddress."""
    parts = urlsplit(url)
    if not _is_safe(parts):
        raise InsecureAddress(f"{parts.scheme}://{parts.hostname}")
    return url.rstrip("/")


def line_to(url: str) -> httpx.Client:
    """A client with our timeouts; a proxy of this machine never comes between us and this machine."""
    return httpx.Client(
        verify=trusted_certificates(), timeout=TIMEOUT, follow_redirects=False, trust_env=not is_loopback(url)
    )


def cause_of(error: httpx.HTTPError) -> Cause:
    """Why no answer came."""
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout | httpx.PoolTimeout):
        return Cause.UNREACHABLE
    return Cause.TIMEOUT if isinstance(error, httpx.TimeoutException) else Cause.UNREACHABLE


def _is_safe(parts: SplitResult) -> bool:
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
