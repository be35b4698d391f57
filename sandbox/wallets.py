"""Wallets by account: a payer's number, or the court's own account at the operator. Every movement has two sides."""

import sqlite3
from dataclasses import dataclass
from typing import Any

from sandbox.clock import Clock, iso
from sandbox.store import Store

# What a wallet holds when its number is first seen, in minor units.
_OPENING = {"RWF": 2_000_000, "EUR": 1_000_000, "UGX": 5_000_000, "KES": 5_000_000}
_ISSUER = "issuer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """`units` minor units from one account to another, once per `reference`."""

    source: str
    target: str
    units: int
    currency: str
    reference: str


class Wallets:
    """What the telephones of the world hold; a number's money is that of its country."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def held(self, msisdn: str) -> int:
        """What a number's wallet holds, in minor units."""
        with self._store.read() as db:
            return shown_balance(db, msisdn, currency_of(msisdn))

    def fill(self, msisdn: str, units: int) -> None:
        """Make a number's wallet hold exactly `units` minor units."""
        with self._store.write() as db:
            set_balance(db, msisdn, currency_of(msisdn), units, self._clock.now())


def currency_of(msisdn: str) -> str:
    """The money of a number's country."""
    return "KES" if msisdn.startswith("254") else "RWF"


def merchant(target: str) -> str:
    """The account that collections of a target environment go to."""
    return f"merchant:{target}"


def balance(db: sqlite3.Connection, account: str, currency: str) -> int:
    """What an account holds, in minor units."""
    row = db.execute(
        "SELECT COALESCE(SUM(amount), 0) AS held FROM entries WHERE account = ? AND currency = ?", (account, currency)
    ).fetchone()
    return int(row["held"])


def shown_balance(db: sqlite3.Connection, msisdn: str, currency: str) -> int:
    """What a payer's wallet holds, or will hold when it is first used."""
    if _is_open(db, msisdn, currency):
        return balance(db, msisdn, currency)
    return _OPENING.get(currency, 0)


def open_wallet(db: sqlite3.Connection, msisdn: str, currency: str, now: float) -> None:
    """Give a number its opening balance unless it has had it."""
    if not _is_open(db, msisdn, currency):
        _issue(db, msisdn, currency, _OPENING.get(currency, 0), f"opening:{msisdn}:{currency}", now)


def set_balance(db: sqlite3.Connection, msisdn: str, currency: str, units: int, now: float) -> None:
    """Make a wallet hold exactly `units`, by one more movement."""
    open_wallet(db, msisdn, currency, now)
    change = units - balance(db, msisdn, currency)
    last = db.execute("SELECT COALESCE(MAX(id), 0) AS last FROM entries").fetchone()["last"]
    if change:
        _issue(db, msisdn, currency, change, f"set:{msisdn}:{last}", now)


def move(db: sqlite3.Connection, movement: Movement, now: float) -> None:
    """Book a movement; a second one under the same reference is an integrity error and undoes its transaction."""
    sides = ((movement.source, -movement.units), (movement.target, movement.units))
    db.executemany(
        "INSERT INTO entries (account, currency, amount, reference_id, at) VALUES (?, ?, ?, ?, ?)",
        [(account, movement.currency, units, movement.reference, now) for account, units in sides],
    )


def entries(db: sqlite3.Connection) -> list[dict[str, Any]]:
    """Every movement's sides in order, for the books."""
    rows = db.execute("SELECT id, account, currency, amount, reference_id, at FROM entries ORDER BY id")
    return [{**dict(row), "at": iso(row["at"])} for row in rows]


def _is_open(db: sqlite3.Connection, msisdn: str, currency: str) -> bool:
    reference = f"opening:{msisdn}:{currency}"
    return db.execute("SELECT 1 FROM entries WHERE reference_id = ? LIMIT 1", (reference,)).fetchone() is not None


def _issue(db: sqlite3.Connection, msisdn: str, currency: str, units: int, reference: str, now: float) -> None:
    movement = Movement(source=_ISSUER, target=msisdn, units=units, currency=currency, reference=reference)
    move(db, movement, now)
