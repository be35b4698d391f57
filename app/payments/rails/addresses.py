"""Addresses of providers: over https only, but for what runs on this machine."""

from urllib.parse import urlsplit

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_LONGEST = 2_000


class InsecureAddress(ValueError):
    """http:// to another machine: money and secrets go over https only."""


def is_loopback(url: str) -> bool:
    """Whether the address is on this machine."""
    return urlsplit(url).hostname in LOOPBACK


def checked(url: str) -> str:
    """The address without its last slash; raises InsecureAddress."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise InsecureAddress(f"{parts.scheme}://{parts.hostname}")
    return url.rstrip("/")


def origin(url: str) -> str:
    """Scheme, host and port of an address, as a Content-Security-Policy names it."""
    return "{0.scheme}://{0.netloc}".format(urlsplit(url))


def page_in(value: object) -> str | None:
    """An address to which a payer may be sent, or None for what is none: no other scheme than https, no sign-in."""
    if not isinstance(value, str) or not 0 < len(value) <= _LONGEST or not value.isprintable() or " " in value:
        return None
    try:
        parts = urlsplit(value)
        safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
        return value if safe and parts.hostname and "@" not in parts.netloc else None
    except ValueError:
        return None
