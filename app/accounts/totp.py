"""The second factor: six digits from an authenticator app (RFC 6238), each good once."""

import hmac
from datetime import datetime
from uuid import UUID

import pyotp

from app.accounts.vault import Vault

PERIOD = 30
# One step before and after: clocks of phones are a little off.
_DRIFT = (0, -1, 1)


def new_secret() -> str:
    """A fresh secret in base32 (160 bits)."""
    return pyotp.random_base32()


def address(secret: str, *, account: str) -> str:
    """What the QR code holds, for the authenticator app to read."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name="Ikirego")


def matched_step(secret: str, code: str, *, burnt: int | None, at: datetime) -> int | None:
    """The time step whose code this is, when it is near `at` and later than the `burnt` one; else None.

    The caller stores the step as burnt under a lock on the person's row, so that a code works once.
    """
    totp = pyotp.TOTP(secret)
    now = int(at.timestamp()) // PERIOD
    found = None
    for drift in _DRIFT:
        step = now + drift
        if hmac.compare_digest(totp.generate_otp(step), code) and (burnt is None or step > burnt):
            found = step
    return found


def keep_secret(vault: Vault, person_id: UUID, secret: str) -> bytes:
    """The secret, sealed for this person's row."""
    return vault.seal(secret.encode(), _about(person_id))


def kept_secret(vault: Vault, person_id: UUID, sealed: bytes) -> str:
    """The secret that was sealed for this person's row; raises Unreadable."""
    return vault.open(sealed, _about(person_id)).decode()


def _about(person_id: UUID) -> str:
    return f"totp:{person_id}"
