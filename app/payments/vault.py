"""Keeps payers' numbers unreadable at rest, and makes the secret in each attempt's callback address."""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from uuid import UUID

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_MAC_BYTES = 16


class Vault:
    """Seals with keys derived from the installation's secret key."""

    def __init__(self, secret_key: str) -> None:
        """`secret_key` must be the same in every process of the installation."""
        self._fernet = Fernet(urlsafe_b64encode(_derived(secret_key, b"payments: payer's number")))
        self._callback_key = _derived(secret_key, b"payments: callback address")
        self._link_key = _derived(secret_key, b"payments: link for somebody without an account")

    def seal(self, text: str) -> bytes:
        """`text`, encrypted and authenticated."""
        return self._fernet.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """What was sealed; raises cryptography's InvalidToken when the key has changed."""
        return self._fernet.decrypt(sealed).decode()

    def callback_secret(self, reference_id: UUID) -> str:
        """The secret part of an attempt's callback address.

        It is derived, not drawn, so that a repeated request can carry the same address without our keeping the secret.
        """
        digest = hmac.new(self._callback_key, reference_id.bytes, sha256).digest()
        return urlsafe_b64encode(digest).rstrip(b"=").decode()

    def link_token(self, purpose: str, thing: UUID) -> str:
        """A token that leads to `thing` and to nothing else, and that nobody else can make; good for one purpose."""
        return urlsafe_b64encode(thing.bytes + self._link_mac(purpose, thing)).rstrip(b"=").decode()

    def linked(self, purpose: str, token: str) -> UUID | None:
        """What a token leads to; None for one that we did not make for this purpose."""
        try:
            raw = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
        except ValueError:
            return None
        if len(raw) != 16 + _MAC_BYTES:
            return None
        thing = UUID(bytes=raw[:16])
        return thing if hmac.compare_digest(raw[16:], self._link_mac(purpose, thing)) else None

    def _link_mac(self, purpose: str, thing: UUID) -> bytes:
        return hmac.new(self._link_key, purpose.encode() + b"\0" + thing.bytes, sha256).digest()[:_MAC_BYTES]

    def address_secret(self, purpose: str) -> str:
        """The secret part of another address of ours, in hexadecimal: some operators refuse words in addresses."""
        return hmac.new(self._callback_key, purpose.encode(), sha256).hexdigest()


def secret_hash(secret: str) -> str:
    """What is stored of a callback secret."""
    return sha256(secret.encode()).hexdigest()


def _derived(secret_key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret_key.encode())
