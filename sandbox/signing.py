"""Signatures of callbacks, made when a call goes out and not before, so that a late one is fresh."""

import hmac
from collections.abc import Callable, Mapping
from hashlib import sha256

AT_SENDING = "(signed when sent)"
"""Stands in a kept call's header until then."""

FORGED = "(signed by somebody else)"
"""The same, and the key is another's."""

# Takes the key, the body and the time in seconds; gives the header's value.
Scheme = Callable[[bytes, bytes, float], str]


def irembopay(key: bytes, body: bytes, now: float) -> str:
    """`t=<ms>,s=<hex>`: HMAC-SHA256 of the time, a # and the body."""
    moment = str(int(now * 1000))
    return f"t={moment},s={hmac.new(key, moment.encode() + b'#' + body, sha256).hexdigest()}"


def stripe(key: bytes, body: bytes, now: float) -> str:
    """`t=<s>,v1=<hex>`: HMAC-SHA256 of the time, a point and the body; the key with its `whsec_`."""
    moment = str(int(now))
    return f"t={moment},v1={hmac.new(key, moment.encode() + b'.' + body, sha256).hexdigest()}"


class Signer:
    """Fills in the headers of a call that is about to be made."""

    def __init__(self, keys: Mapping[str, tuple[Scheme, str]]) -> None:
        """`keys`: by the header's name, how it is signed and with which key."""
        self._keys = keys

    def headers(self, kept: Mapping[str, str], body: bytes, now: float) -> dict[str, str]:
        """`kept` with every signature in its place."""
        return {name: self._value(name, value, body, now) for name, value in kept.items()}

    def _value(self, name: str, value: str, body: bytes, now: float) -> str:
        if value not in (AT_SENDING, FORGED):
            return value
        scheme, key = self._keys[name]
        return scheme(key.encode() if value == AT_SENDING else b"of somebody else", body, now)
