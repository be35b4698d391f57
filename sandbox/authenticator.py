"""An authenticator app for demo staff, who sign in with a second factor like everybody else's staff."""

import time
from dataclasses import dataclass

import pyotp

from sandbox.store import Store


class BadSecret(Exception):
    """The secret is not base32, or has fewer than 112 bits, so no code can be made from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """The code of one person now, and for how many whole seconds it still is."""

    label: str
    code: str
    next_code: str
    seconds_left: int


class Authenticators:
    """Secrets by label; posting a label again replaces its secret."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, label: str, secret: str) -> None:
        """Keep a base32 TOTP secret; raises BadSecret when it is none."""
        try:
            pyotp.TOTP(secret).now()
        except ValueError as error:
            raise BadSecret(label) from error
        with self._store.write() as db:
            db.execute("INSERT OR REPLACE INTO authenticators (label, secret) VALUES (?, ?)", (label, secret))

    def codes(self) -> list[Code]:
        """The codes of this moment, by label.

        They follow the machine's time, not the sandbox's own: the portal checks them against the former.
        """
        with self._store.read() as db:
            rows = db.execute("SELECT label, secret FROM authenticators ORDER BY label").fetchall()
        now = int(time.time())
        return [_code(row["label"], pyotp.TOTP(row["secret"]), now) for row in rows]


def _code(label: str, totp: pyotp.TOTP, now: int) -> Code:
    return Code(
        label=label,
        code=totp.at(now),
        next_code=totp.at(now + totp.interval),
        seconds_left=totp.interval - now % totp.interval,
    )
