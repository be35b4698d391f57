"""How Airtel Money proves who sent what: our signature on requests, and its hash on callbacks. Pure but for chance."""

import hmac
import json
import secrets
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import padding, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from app.payments.provider import MalformedReport
from app.payments.rails.wire import MOST_BYTES, refuse_constant

_SPACE = " \t\r\n"
_DECODER = json.JSONDecoder(parse_constant=refuse_constant)


class BadKey(ValueError):
    """What Airtel gave as its encryption key is none."""


def sign(body: bytes, public_key: str) -> dict[str, str]:
    """The headers `x-signature` and `x-key` for exactly this body.

    The body by AES-256-CBC with a key of its own; key and vector, each in base64, joined by a colon and wrapped by RSA
    with PKCS#1 v1.5. `public_key` is base64 of a SubjectPublicKeyInfo, as `/v1/rsa/encryption-keys` gives it. Raises
    BadKey.
    """
    try:
        loaded = serialization.load_der_public_key(b64decode(public_key))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise BadKey from error
    if not isinstance(loaded, RSAPublicKey):
        raise BadKey
    key, vector = secrets.token_bytes(32), secrets.token_bytes(16)
    padder, encryptor = padding.PKCS7(128).padder(), Cipher(algorithms.AES256(key), modes.CBC(vector)).encryptor()
    padded = padder.update(body) + padder.finalize()
    pair = b64encode(key) + b":" + b64encode(vector)
    return {
        "x-signature": b64encode(encryptor.update(padded) + encryptor.finalize()).decode(),
        "x-key": b64encode(loaded.encrypt(pair, PKCS1v15())).decode(),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A callback taken apart: its transaction, the very bytes of it, and the hash that came with it."""

    transaction: dict[str, Any]
    signed: bytes = field(repr=False)
    hash: str | None

    def is_genuine(self, key: str) -> bool:
        """Whether the hash was made with our key: over the bytes as they came, or over their compact form.

        Airtel hashes a serialisation of its own, which need not be the one that it sends.
        """
        if self.hash is None:
            return False
        compact = json.dumps(self.transaction, separators=(",", ":"), ensure_ascii=False)
        return any(
            hmac.compare_digest(_hash(text, key), self.hash.encode(errors="replace"))
            for text in (self.signed, compact.encode(errors="surrogatepass"))
        )


def heard_in(body: bytes) -> Heard:
    """The callback in `body`; raises MalformedReport for anything that isn't one, or that says `transaction` twice."""
    if len(body) > MOST_BYTES:
        raise MalformedReport("too long")
    try:
        fields = _fields(body.decode())
    except (ValueError, RecursionError, IndexError) as error:
        raise MalformedReport("not a callback") from error
    transaction, signed = fields.get("transaction", (None, ""))
    if not isinstance(transaction, dict):
        raise MalformedReport("no transaction")
    found, _ = fields.get("hash", (None, ""))
    return Heard(
        transaction=transaction,
        signed=signed.encode(),
        hash=found.strip() if isinstance(found, str) else None,
    )


def _fields(text: str) -> dict[str, tuple[Any, str]]:
    """The members of the JSON object in `text`, each with the text of its value. Raises ValueError, IndexError."""
    fields: dict[str, tuple[Any, str]] = {}
    at = _expect(text, _skip(text, 0), "{")
    while True:
        name, at = _DECODER.raw_decode(text, _skip(text, at))
        if not isinstance(name, str) or name in fields:
            raise ValueError(name)
        start = _skip(text, _expect(text, _skip(text, at), ":"))
        value, at = _DECODER.raw_decode(text, start)
        fields[name] = (value, text[start:at])
        at = _skip(text, at)
        if text[at] == "}":
            break
        at = _expect(text, at, ",")
    if _skip(text, at + 1) != len(text):
        raise ValueError("more than one document")
    return fields


def _skip(text: str, at: int) -> int:
    while at < len(text) and text[at] in _SPACE:
        at += 1
    return at


def _expect(text: str, at: int, sign: str) -> int:
    if text[at] != sign:
        raise ValueError(sign)
    return at + 1


def _hash(text: bytes, key: str) -> bytes:
    return b64encode(hmac.digest(key.encode(), text, sha256))
