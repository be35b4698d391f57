"""Calls from the sandbox to the portal: callbacks of the operator and of the SMS gateway, kept until answered."""

import json
import sqlite3
import ssl
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

import httpx

from sandbox.store import Store

# MTN's own pages contradict each other on retries; this is a shortened form of the longer schedule.
_WAITS = (1.0, 1.0, 1.0, 2.0, 2.0, 5.0, 5.0, 10.0, 10.0, 30.0, 30.0, 60.0)
_TRIES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request to make: when (`due_at`), about what (a reference id or sid), and its exact bytes."""

    about: str
    method: str
    url: str
    body: bytes
    due_at: float
    headers: Mapping[str, str] = field(default_factory=dict)
    id: int = 0
    tries: int = 0


def enqueue(db: sqlite3.Connection, calls: Sequence[Call]) -> None:
    """Keep the calls, in the transaction of the change that they tell of."""
    db.executemany(
        "INSERT INTO calls (about, method, url, headers, body, due_at) VALUES (?, ?, ?, ?, ?, ?)",
        [(c.about, c.method, c.url, json.dumps(dict(c.headers)), c.body, c.due_at) for c in calls],
    )


def due(store: Store, now: float, limit: int = 50) -> list[Call]:
    """The calls whose time has come, oldest first."""
    with store.read() as db:
        rows = db.execute(
            "SELECT id, about, method, url, headers, body, due_at, tries FROM calls"
            " WHERE done_at IS NULL AND due_at <= ? ORDER BY due_at, id LIMIT ?",
            (now, limit),
        ).fetchall()
    return [Call(**{**dict(row), "headers": json.loads(row["headers"])}) for row in rows]


def line(patience: float) -> httpx.Client:
    """What calls go over: no answer within `patience` seconds is none."""
    agent = {"User-Agent": "ikirego-sandbox"}
    return httpx.Client(verify=_trusted(), timeout=patience, headers=agent, trust_env=False)


@cache
def _trusted() -> ssl.SSLContext:
    # Reading the certificates takes longer than all else that a sandbox does to start.
    return httpx.create_ssl_context()


def make(client: httpx.Client, call: Call) -> str:
    """Make one call; the answer is its status code, or the name of what went wrong."""
    try:
        return str(client.request(call.method, call.url, content=call.body, headers=call.headers).status_code)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return type(error).__name__


def settle(store: Store, call: Call, answer: str, now: float) -> None:
    """Write down what a call got: done after 2xx or too many tries, else due again later."""
    tries = call.tries + 1
    done = answer.startswith("2") or tries >= _TRIES
    wait = _WAITS[min(tries, len(_WAITS)) - 1]
    with store.write() as db:
        db.execute(
            "UPDATE calls SET tries = ?, answer = ?, done_at = ?, due_at = ? WHERE id = ?",
            (tries, answer, now if done else None, now + wait, call.id),
        )
