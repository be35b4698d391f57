"""Who may call the operator: API users, their keys and their tokens."""

import secrets
from dataclasses import dataclass

from sandbox.clock import Clock
from sandbox.config import MtnAccount
from sandbox.store import Store

TOKEN_SECONDS = 3600


class UserExists(Exception):
    """An API user with that reference id is there already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiUser:
    """An API user: `target` is the one environment that it may name, `callback_host` the one host to call back."""

    id: str
    callback_host: str
    target: str
    api_key: str | None = None


class Access:
    """API users and tokens, in the store; the user of the settings is always there."""

    def __init__(self, store: Store, clock: Clock, account: MtnAccount) -> None:
        self._store = store
        self._clock = clock
        self._account = account
        usual = (account.api_user, account.callback_host, account.target, account.api_key, clock.now())
        with store.write() as db:
            db.execute("INSERT OR REPLACE INTO mtn_users (id, callback_host, target, api_key, created_at)"
                       " VALUES (?, ?, ?, ?, ?)", usual)  # fmt: skip

    def subscription_key(self, product: str) -> str:
        """The Ocp-Apim-Subscription-Key of a product; provisioning goes with that of collections."""
        return self._account.disbursement_key if product == "disbursement" else self._account.collection_key

    def provision(self, user: ApiUser) -> None:
        """Make an API user without a key; raises UserExists."""
        with self._store.write() as db:
            made = db.execute(
                "INSERT INTO mtn_users (id, callback_host, target, created_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT DO NOTHING",
                (user.id, user.callback_host, user.target, self._clock.now()),
            ).rowcount
        if not made:
            raise UserExists(user.id)

    def new_key(self, user_id: str) -> str | None:
        """Give the user a key in place of the one it had; None when there is no such user."""
        key = secrets.token_hex(16)
        with self._store.write() as db:
            found = db.execute("UPDATE mtn_users SET api_key = ? WHERE id = ?", (key, user_id)).rowcount
        return key if found else None

    def user(self, user_id: str) -> ApiUser | None:
        """The API user of that id."""
        with self._store.read() as db:
            row = db.execute(
                "SELECT id, callback_host, target, api_key FROM mtn_users WHERE id = ?", (user_id,)
            ).fetchone()
        return None if row is None else ApiUser(**dict(row))

    def issue_token(self, user_id: str, api_key: str, product: str) -> str | None:
        """A token for one product, good for TOKEN_SECONDS; None when the credentials are wrong."""
        user = self.user(user_id)
        if user is None or user.api_key is None or not secrets.compare_digest(user.api_key, api_key):
            return None
        token, now = secrets.token_urlsafe(48), self._clock.now()
        with self._store.write() as db:
            db.execute("DELETE FROM mtn_tokens WHERE expires_at < ?", (now,))
            db.execute(
                "INSERT INTO mtn_tokens (token, user_id, product, expires_at) VALUES (?, ?, ?, ?)",
                (token, user_id, product, now + TOKEN_SECONDS),
            )
        return token

    def bearer(self, token: str, product: str) -> ApiUser | None:
        """Whose token this is, while it is good for the product."""
        with self._store.read() as db:
            row = db.execute(
                "SELECT user_id FROM mtn_tokens WHERE token = ? AND product = ? AND expires_at > ?",
                (token, product, self._clock.now()),
            ).fetchone()
        return None if row is None else self.user(row["user_id"])

    def take_back(self, token: str) -> None:
        """Make a token worthless before its time."""
        with self._store.write() as db:
            db.execute("DELETE FROM mtn_tokens WHERE token = ?", (token,))
