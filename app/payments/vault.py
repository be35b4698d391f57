"""Keeps payers' numbers unreadable at rest, and makes the secret in each attempt's callback address."""

import hmac
from base64 import urlsafe_b64encode
from hashlib import sha256
from uuid import UUID

from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Vault:
    """Seals with keys derived from the installation's secret key."""

    def __init__(self, secret_key: str) -> None:
        """`secret_key` must be the same in every process of the installation."""
        self._fernet = Fernet(urlsafe_b64encode(_derived(secret_key, b"payments: payer's number")))
        self._callback_key = _derived(secret_key, b"payments: callback address")

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

    def address_secret(self, purpose: str) -> str:
        """The secret part of another address of ours, in hexadecimal: some operators refuse words in addresses."""
        return hmac.new(self._callback_key, purpose.encode(), sha256).hexdigest()


def secret_hash(secret: str) -> str:
    """What is stored of a callback secret."""
    return sha256(secret.encode()).hexdigest()


def _derived(secret_key: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret_key.encode())
