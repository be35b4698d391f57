"""The account at Stripe: opens sessions, charges cards, pays back, and tells by events."""

import json
import secrets
import sqlite3
from dataclasses import asdict
from typing import Any

from sandbox import calls, faults, wallets
from sandbox.clock import Clock, iso
from sandbox.config import StripeAccount
from sandbox.faults import Kind, Moment
from sandbox.store import Store
from sandbox.stripe import events
from sandbox.stripe.keys import Kept, Keyed, once
from sandbox.stripe.objects import (
    COMPLETE,
    EXPIRED,
    OPEN,
    PAID,
    UNPAID,
    Order,
    Session,
    session_body,
    session_from,
)

COURT = wallets.merchant("stripe")
CARDS = "issuer"


class NotOpen(Exception):
    """The session is complete or expired."""


class Account:
    """The sessions, in the store."""

    def __init__(self, store: Store, clock: Clock, settings: StripeAccount) -> None:
        self._store = store
        self._clock = clock
        self._url = settings.webhook_url

    def open_session(self, order: Order, link_base: str, post: Keyed) -> Kept:
        """Open a session under the key of the call, on the disk on return. Raises KeyMisused."""

        def execute(db: sqlite3.Connection) -> dict[str, Any]:
            return session_body(_insert(db, order, link_base, self._clock.now()))

        with self._store.write() as db:
            return once(db, post, execute)

    def find(self, session_id: str) -> Session | None:
        """The session of that id."""
        with self._store.read() as db:
            row = db.execute("SELECT * FROM stripe_sessions WHERE id = ?", (session_id,)).fetchone()
        return None if row is None else session_from(row)

    def find_by_intent(self, intent_id: str) -> Session | None:
        """The session of a payment intent."""
        with self._store.read() as db:
            row = db.execute("SELECT * FROM stripe_sessions WHERE intent_id = ?", (intent_id,)).fetchone()
        return None if row is None else session_from(row)

    def listed(self) -> list[Session]:
        """The sessions, newest first."""
        with self._store.read() as db:
            rows = db.execute("SELECT * FROM stripe_sessions ORDER BY created_at DESC, rowid DESC").fetchall()
        return [session_from(row) for row in rows]

    def pay(self, session_id: str) -> Session:
        """The card is charged, or will be when that fault is set. Raises NotOpen."""
        now = self._clock.now()
        with self._store.write() as db:
            session = _open(db, session_id, now)
            late = session.shapes.get(Kind.PAID_LATE)
            if late is None:
                return self._charge(db, session, events.COMPLETED, now)
            later = now + float(late["seconds"])
            db.execute(
                "UPDATE stripe_sessions SET status = ?, intent_id = ?, intent_status = 'processing', paid_later_at = ?"
                " WHERE id = ?",
                (COMPLETE, session.intent_id or _id("pi"), later, session_id),
            )
            done = _load(db, session_id)
            calls.enqueue(db, events.of_session(events.COMPLETED, done, self._url, now))
            return done

    def refuse(self, session_id: str, decline_code: str) -> Session:
        """The bank refuses the card; the session stays open for another. Raises NotOpen."""
        with self._store.write() as db:
            session = _open(db, session_id, self._clock.now())
            db.execute(
                "UPDATE stripe_sessions SET intent_id = ?, intent_status = 'requires_payment_method', problem = ?"
                " WHERE id = ?",
                (session.intent_id or _id("pi"), decline_code, session_id),
            )
            return _load(db, session_id)

    def expire(self, session_id: str, post: Keyed | None = None) -> Kept:
        """Close a session before its time. Raises NotOpen."""
        keyed = post or Keyed(key=None, fingerprint="", now=self._clock.now())
        with self._store.write() as db:
            return once(db, keyed, lambda db: session_body(self._expire(db, session_id)))

    def advance(self) -> None:
        """Do what is due by now: sessions that run out, money that comes late."""
        now = self._clock.now()
        with self._store.read() as db:
            due = db.execute(
                "SELECT id FROM stripe_sessions WHERE (status = ? AND expires_at <= ?) OR paid_later_at <= ?",
                (OPEN, now, now),
            ).fetchall()
        for row in due:
            with self._store.write() as db:
                session = _load(db, row["id"])
                if session.paid_later_at is not None and session.paid_later_at <= now:
                    self._charge(db, session, events.PAID_LATER, now)
                elif session.status == OPEN and session.expires_at <= now:
                    self._expire(db, session.id)

    def books(self) -> dict[str, Any]:
        """Everything that was asked for, to be compared with the portal's own books."""
        payments = [_book_line(session) for session in reversed(self.listed())]
        return {"payments": payments, "debits": [line for line in payments if line["payment_status"] == PAID]}

    def _expire(self, db: sqlite3.Connection, session_id: str) -> Session:
        now = self._clock.now()
        session = _load(db, session_id)
        if session.status != OPEN:
            raise NotOpen(session_id)
        db.execute("UPDATE stripe_sessions SET status = ?, expires_at = MIN(expires_at, ?) WHERE id = ?",
                   (EXPIRED, now, session_id))  # fmt: skip
        done = _load(db, session_id)
        calls.enqueue(db, events.of_session(events.EXPIRED, done, self._url, now))
        return done

    def _charge(self, db: sqlite3.Connection, session: Session, event: str, now: float) -> Session:
        movement = wallets.Movement(
            source=CARDS,
            target=COURT,
            units=session.amount,
            currency=session.currency.upper(),
            reference=f"stripe:{session.id}",
        )
        wallets.move(db, movement, now)
        db.execute(
            "UPDATE stripe_sessions SET status = ?, payment_status = ?, intent_id = ?, charge_id = ?, paid_at = ?,"
            " intent_status = 'succeeded', paid_later_at = NULL WHERE id = ?",
            (COMPLETE, PAID, session.intent_id or _id("pi"), _id("ch"), now, session.id),
        )
        done = _load(db, session.id)
        calls.enqueue(db, events.of_session(event, done, self._url, now))
        return done


def _insert(db: sqlite3.Connection, order: Order, link_base: str, now: float) -> Session:
    shapes = {kind.value: {"seconds": fault.seconds, "count": fault.count} for kind, fault in
              faults.take(db, faults.Operator.STRIPE, Moment.ITEM, None).items()}  # fmt: skip
    session_id = f"cs_test_{secrets.token_hex(28)}"
    row: dict[str, Any] = {
        **asdict(order),
        "metadata": json.dumps(order.metadata),
        "intent_metadata": json.dumps(order.intent_metadata),
        "id": session_id,
        "url": f"{link_base}/{session_id}",
        "status": OPEN,
        "payment_status": UNPAID,
        "shapes": json.dumps(shapes),
        "created_at": now,
    }
    names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
    db.execute(f"INSERT INTO stripe_sessions ({names}) VALUES ({marks})", row)  # noqa: S608 - names are ours
    return _load(db, session_id)


def _load(db: sqlite3.Connection, session_id: str) -> Session:
    row = db.execute("SELECT * FROM stripe_sessions WHERE id = ?", (session_id,)).fetchone()
    if row is None:
        raise NotOpen(session_id)
    return session_from(row)


def _open(db: sqlite3.Connection, session_id: str, now: float) -> Session:
    session = _load(db, session_id)
    if session.status != OPEN or session.expires_at <= now:
        raise NotOpen(session_id)
    return session


def _id(kind: str) -> str:
    return f"{kind}_{secrets.token_hex(12)}"


def _book_line(session: Session) -> dict[str, Any]:
    return {
        "reference_id": session.client_reference_id,
        "session_id": session.id,
        "payment_intent": session.intent_id,
        "amount": session.amount,
        "currency": session.currency.upper(),
        "status": session.status,
        "payment_status": session.payment_status,
        "created_at": iso(session.created_at),
        "settled_at": iso(session.paid_at),
    }
