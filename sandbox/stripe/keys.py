"""Idempotency keys as Stripe keeps them: the first status and body, once execution began; errors of ours too."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

_KEPT_FOR = 86_400.0
BROKEN = {"error": {"message": "An unknown error occurred", "type": "api_error"}}


class KeyMisused(Exception):
    """The key was used with other parameters or at another address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Keyed:
    """A POST: its key (None when it has none), and what must be the same when the key comes again."""

    key: str | None
    fingerprint: str
    now: float
    broken: bool = False
    """Carry it out, and answer (and keep) 500 all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """An answer; `replayed` when it was given before."""

    status: int
    body: dict[str, Any]
    replayed: bool = False


def once(db: sqlite3.Connection, post: Keyed, execute: Callable[[sqlite3.Connection], dict[str, Any]]) -> Kept:
    """Carry out `execute` or give again what it gave; in the caller's transaction. Raises KeyMisused.

    What `execute` raises undoes the transaction, so refusals are not kept.
    """
    db.execute("DELETE FROM stripe_keys WHERE created_at < ?", (post.now - _KEPT_FOR,))
    row = db.execute("SELECT fingerprint, status, body FROM stripe_keys WHERE key = ?", (post.key,)).fetchone()
    if row is not None and row["fingerprint"] != post.fingerprint:
        raise KeyMisused(post.key)
    if row is not None:
        return Kept(status=row["status"], body=json.loads(row["body"]), replayed=True)
    made = execute(db)
    answer = Kept(status=500, body=BROKEN) if post.broken else Kept(status=200, body=made)
    if post.key is not None:
        db.execute(
            "INSERT INTO stripe_keys (key, fingerprint, status, body, created_at) VALUES (?, ?, ?, ?, ?)",
            (post.key, post.fingerprint, answer.status, json.dumps(answer.body), post.now),
        )
    return answer
