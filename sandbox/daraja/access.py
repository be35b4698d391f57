"""Who may call: the consumer key and secret of one app, and the tokens that they buy."""

import secrets
from base64 import b64encode

from sandbox.clock import Clock
from sandbox.config import DarajaAccount
from sandbox.store import Store

TOKEN_SECONDS = 3599


class Access:
    """Tokens, in the store."""

    def __init__(self, store: Store, clock: Clock, account: DarajaAccount) -> None:
        self._store = store
        self._clock = clock
        self._account = account

    def issue_token(self, key: str, secret: str) -> str | None:
        """A token good for TOKEN_SECONDS; None when the credentials are wrong."""
        account = self._account
        if not (_same(key, account.consumer_key) and _same(secret, account.consumer_secret)):
            return None
        token, now = secrets.token_urlsafe(21), self._clock.now()
        with self._store.write() as db:
            db.execute("DELETE FROM daraja_tokens WHERE expires_at < ?", (now,))
            db.execute("INSERT INTO daraja_tokens (token, expires_at) VALUES (?, ?)", (token, now + TOKEN_SECONDS))
        return token

    def is_good(self, token: str) -> bool:
        """Whether a token may be used now."""
        with self._store.read() as db:
            row = db.execute(
                "SELECT 1 FROM daraja_tokens WHERE token = ? AND expires_at > ?", (token, self._clock.now())
            ).fetchone()
        return row is not None

    def take_back(self, token: str) -> None:
        """Make a token worthless before its time."""
        with self._store.write() as db:
            db.execute("DELETE FROM daraja_tokens WHERE token = ?", (token,))

    def password(self, timestamp: str) -> str:
        """The Password that goes with a Timestamp."""
        return b64encode(f"{self._account.shortcode}{self._account.passkey}{timestamp}".encode()).decode()


def _same(given: str, right: str) -> bool:
    return secrets.compare_digest(given.encode(), right.encode())
