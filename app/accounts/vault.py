"""What is kept secret at rest: sealed with keys that are derived from the installation's SECRET_KEY."""

import secrets
from hmac import HMAC

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE = 12


class Unreadable(ValueError):
    """The sealed bytes were changed, moved to another place, or sealed with another key."""


class Vault:
    """Seals bytes with AES-256-GCM and makes keyed digests. `about` says what for; it is part of the seal."""

    def __init__(self, secret_key: str) -> None:
        """Derive one key for each use, so that none stands in for another."""
        self._cipher = AESGCM(_derived(secret_key, "seal"))
        self._digest_key = _derived(secret_key, "digest")

    def seal(self, plain: bytes, about: str) -> bytes:
        """`plain`, unreadable and unchangeable, and tied to `about`."""
        nonce = secrets.token_bytes(_NONCE)
        return nonce + self._cipher.encrypt(nonce, plain, about.encode())

    def open(self, sealed: bytes, about: str) -> bytes:
        """What was sealed for the same `about`; raises Unreadable."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], about.encode())
        except (InvalidTag, ValueError) as error:
            raise Unreadable from error

    def digest(self, value: str, about: str) -> bytes:
        """32 bytes that nobody without the key can make or turn back (HMAC-SHA256)."""
        return HMAC(self._digest_key, f"{about}\0{value}".encode(), "sha256").digest()


def _derived(secret_key: str, use: str) -> bytes:
    kdf = HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"ikirego.accounts.{use}".encode())
    return kdf.derive(secret_key.encode())
