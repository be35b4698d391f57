"""Money that goes back to the card: in full or in part, never more than was paid."""

import json
import secrets
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from sandbox import calls, wallets
from sandbox.clock import Clock
from sandbox.config import StripeAccount
from sandbox.faults import Kind, Taken
from sandbox.store import Store
from sandbox.stripe import events
from sandbox.stripe.account import CARDS, COURT
from sandbox.stripe.keys import Kept, Keyed, once
from sandbox.stripe.objects import (
    FAILED,
    PAID,
    PENDING,
    SUCCEEDED,
    Refund,
    Session,
    refund_body,
    refund_from,
    session_from,
)


class NotRefundable(Exception):
    """`code` and the message say why."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundOrder:
    """What a caller asked for; `amount` None is all that is left."""

    intent_id: str
    amount: int | None
    reason: str | None = None
    metadata: dict[str, str] = field(default_factory=dict)


class Refunds:
    """The refunds, in the store."""

    def __init__(self, store: Store, clock: Clock, settings: StripeAccount) -> None:
        self._store = store
        self._clock = clock
        self._url = settings.webhook_url

    def make(self, order: RefundOrder, post: Keyed, taken: Taken) -> Kept:
        """Pay back, under the key of the call. Raises KeyMisused, NotRefundable."""

        def execute(db: sqlite3.Connection) -> dict[str, Any]:
            session = _paid(db, order.intent_id)
            amount = _amount(db, session, order.amount)
            return refund_body(self._insert(db, session, (order, amount), taken))

        with self._store.write() as db:
            return once(db, post, execute)

    def find(self, refund_id: str) -> Refund | None:
        """The refund of that id."""
        with self._store.read() as db:
            row = db.execute("SELECT * FROM stripe_refunds WHERE id = ?", (refund_id,)).fetchone()
        return None if row is None else refund_from(row)

    def listed(self, intent_id: str | None = None) -> list[Refund]:
        """The refunds, newest first, of one payment or of all."""
        with self._store.read() as db:
            rows = db.execute(
                "SELECT * FROM stripe_refunds WHERE ?1 IS NULL OR intent_id = ?1 ORDER BY created_at DESC, rowid DESC",
                (intent_id,),
            ).fetchall()
        return [refund_from(row) for row in rows]

    def advance(self) -> None:
        """Do what is due by now: refunds that arrive or fail."""
        now = self._clock.now()
        with self._store.read() as db:
            due = db.execute("SELECT id FROM stripe_refunds WHERE due_at <= ?", (now,)).fetchall()
        for row in due:
            with self._store.write() as db:
                refund = _load(db, row["id"])
                if refund.due_at is not None and refund.next_status is not None:
                    self._become(db, refund, refund.next_status, now)

    def _insert(self, db: sqlite3.Connection, session: Session, of: tuple[RefundOrder, int], taken: Taken) -> Refund:
        order, amount = of
        now, refund_id = self._clock.now(), f"re_{secrets.token_hex(12)}"
        later = taken.get(Kind.REFUND_PENDING)
        final = FAILED if Kind.REFUND_FAILED in taken else SUCCEEDED
        row: dict[str, Any] = {
            "id": refund_id,
            "session_id": session.id,
            "intent_id": session.intent_id,
            "charge_id": session.charge_id,
            "amount": amount,
            "currency": session.currency,
            "status": PENDING,
            "reason": order.reason,
            "metadata": json.dumps(order.metadata),
            "next_status": final if later else None,
            "due_at": now + later.seconds if later else None,
            "created_at": now,
        }
        names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
        db.execute(f"INSERT INTO stripe_refunds ({names}) VALUES ({marks})", row)  # noqa: S608 - names are ours
        _move(db, _load(db, refund_id), (COURT, CARDS), now)
        if later is None:
            self._become(db, _load(db, refund_id), final, now)
        return _load(db, refund_id)

    def _become(self, db: sqlite3.Connection, refund: Refund, status: str, now: float) -> None:
        db.execute("UPDATE stripe_refunds SET status = ?, next_status = NULL, due_at = NULL WHERE id = ?",
                   (status, refund.id))  # fmt: skip
        if status == FAILED:
            _move(db, refund, (CARDS, COURT), now)
        calls.enqueue(db, events.of_refund(_load(db, refund.id), self._url, now))


def _move(db: sqlite3.Connection, refund: Refund, way: tuple[str, str], now: float) -> None:
    source, target = way
    movement = wallets.Movement(
        source=source,
        target=target,
        units=refund.amount,
        currency=refund.currency.upper(),
        reference=f"stripe:{refund.id}" + ("" if source == COURT else ":back"),
    )
    wallets.move(db, movement, now)


def _paid(db: sqlite3.Connection, intent_id: str) -> Session:
    row = db.execute("SELECT * FROM stripe_sessions WHERE intent_id = ?", (intent_id,)).fetchone()
    if row is None:
        raise NotRefundable("resource_missing", f"No such payment_intent: '{intent_id}'")
    session = session_from(row)
    if session.payment_status != PAID:
        text = "This PaymentIntent does not have a successful charge to refund."
        raise NotRefundable("payment_intent_unexpected_state", text)
    return session


def _amount(db: sqlite3.Connection, session: Session, asked: int | None) -> int:
    back = db.execute(
        "SELECT COALESCE(SUM(amount), 0) FROM stripe_refunds WHERE session_id = ? AND status <> ?",
        (session.id, FAILED),
    ).fetchone()[0]
    left = session.amount - int(back)
    if left <= 0:
        raise NotRefundable("charge_already_refunded", f"Charge {session.charge_id} has already been refunded.")
    amount = left if asked is None else asked
    if amount > left:
        text = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        raise NotRefundable("amount_too_large", text)
    return amount


def _load(db: sqlite3.Connection, refund_id: str) -> Refund:
    return refund_from(db.execute("SELECT * FROM stripe_refunds WHERE id = ?", (refund_id,)).fetchone())
