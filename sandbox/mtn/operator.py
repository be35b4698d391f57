"""The operator's business: takes requests in, asks handsets, moves money, and tells the caller."""

import json
import sqlite3
from dataclasses import asdict, replace
from typing import Any

from sandbox import calls, faults, wallets
from sandbox.clock import Clock, iso
from sandbox.config import Settings
from sandbox.faults import Kind, Moment
from sandbox.mtn.callbacks import calls_for
from sandbox.mtn.payment import FAILED, PENDING, SUCCESSFUL, Order, Payment, as_prompt, from_row
from sandbox.plan import Outcome, Plan
from sandbox.prompt import NoSuchPrompt, Press, Prompt
from sandbox.store import Store


class AlreadyTaken(Exception):
    """The reference id was used before; the payment under it is left as it is."""


_PRESSED = {
    Press.APPROVE: (SUCCESSFUL, None),
    Press.WRONG_PIN: (FAILED, "PAYMENT_NOT_APPROVED"),
    Press.DECLINE: (FAILED, "APPROVAL_REJECTED"),
}


class Operator:
    """The payments of every caller, in the store."""

    def __init__(self, store: Store, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings

    def take_in(self, order: Order, plan: Plan) -> Payment:
        """Take in a request under its reference id and do at once what the plan has at once; on the disk on return."""
        now = self._clock.now()
        with self._store.write() as db:
            seen = db.execute(
                "UPDATE mtn_payments SET posts = posts + 1 WHERE reference_id = ?", (order.reference_id,)
            ).rowcount
            if not seen:
                payment = self._insert(db, order, plan, now)
        if seen:
            # Raised after the commit: the repeat is counted in the books.
            raise AlreadyTaken(order.reference_id)
        return payment

    def _insert(self, db: sqlite3.Connection, order: Order, plan: Plan, now: float) -> Payment:
        shapes = {kind.value: {"seconds": fault.seconds, "count": fault.count} for kind, fault in
                  faults.take(db, faults.Operator.MTN, Moment.ITEM, order.party_id).items()}  # fmt: skip
        if plan.corrected is not None:
            shapes.setdefault(Kind.SUCCESS_AFTER_FAILURE, {"seconds": plan.corrected, "count": 1})
        created = max(plan.created, float(shapes.get(Kind.CREATED_FIRST, {}).get("seconds", 0)))
        hidden = float(shapes.get(Kind.STATUS_MISSING, {}).get("seconds", 0))
        step, reason, due = _first_step(plan, now, self._settings.prompt_seconds)
        row: dict[str, Any] = {
            **asdict(order),
            "status": PENDING,
            "asks": plan.outcome is Outcome.ASK,
            "next_step": step,
            "next_reason": reason,
            "due_at": due,
            "created_until": now + created,
            "hidden_until": now + hidden,
            "shapes": json.dumps(shapes),
            "created_at": now,
        }
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        db.execute(f"INSERT INTO mtn_payments ({names}) VALUES ({marks})", row)  # noqa: S608 - names are ours
        if order.kind == "collection":
            wallets.open_wallet(db, order.party_id, order.currency, now)
        payment = _load(db, order.reference_id)
        if due is not None and due <= now:
            self._step(db, payment, now)
        return _load(db, order.reference_id)

    def find(self, reference_id: str) -> Payment | None:
        """The payment under a reference id, whoever asked for it."""
        with self._store.read() as db:
            row = db.execute("SELECT * FROM mtn_payments WHERE reference_id = ?", (reference_id,)).fetchone()
        return None if row is None else from_row(row)

    def prompts(self, msisdn: str) -> list[Prompt]:
        """Payments and prompts of a number, newest first."""
        with self._store.read() as db:
            rows = db.execute(
                "SELECT * FROM mtn_payments WHERE party_id = ? ORDER BY created_at DESC LIMIT 50", (msisdn,)
            ).fetchall()
        return [as_prompt(from_row(row)) for row in rows]

    def waiting(self) -> dict[str, int]:
        """Every number that was ever asked, with how many prompts wait on it."""
        with self._store.read() as db:
            rows = db.execute(
                "SELECT party_id, SUM(asks AND NOT ignored AND status = ?) AS prompts"
                " FROM mtn_payments GROUP BY party_id",
                (PENDING,),
            ).fetchall()
        return {row["party_id"]: int(row["prompts"]) for row in rows}

    def press(self, msisdn: str, reference_id: str, press: Press) -> None:
        """Approving moves the money, if there is enough of it; ignoring leaves the request until it expires."""
        now = self._clock.now()
        with self._store.write() as db:
            payment = self._prompt(db, msisdn, reference_id)
            if press is Press.IGNORE:
                db.execute("UPDATE mtn_payments SET ignored = 1 WHERE reference_id = ?", (reference_id,))
            else:
                self._finish(db, payment, *_PRESSED[press], now)

    def advance(self) -> int:
        """Do what is due by now; the answer is how many payments moved."""
        now = self._clock.now()
        with self._store.read() as db:
            found = db.execute(
                "SELECT reference_id FROM mtn_payments WHERE due_at <= ? ORDER BY due_at LIMIT 100", (now,)
            ).fetchall()
        for row in found:
            with self._store.write() as db:
                payment = _load(db, row["reference_id"])
                if payment.due_at is not None and payment.due_at <= now:
                    self._step(db, payment, now)
        return len(found)

    def takings(self, target: str, currency: str) -> int:
        """What the court's own account holds, in minor units."""
        with self._store.read() as db:
            return wallets.balance(db, wallets.merchant(target), currency)

    def refunded(self, reference_id: str) -> int:
        """How much of a payment went back or is on its way back, in minor units."""
        with self._store.read() as db:
            row = db.execute(
                "SELECT COALESCE(SUM(amount), 0) AS back FROM mtn_payments WHERE refund_of = ? AND status <> ?",
                (reference_id, FAILED),
            ).fetchone()
        return int(row["back"])

    def books(self) -> dict[str, Any]:
        """Everything that was asked for and everything that moved, to be compared with the portal's own books."""
        with self._store.read() as db:
            rows = db.execute("SELECT * FROM mtn_payments ORDER BY created_at").fetchall()
            moved = wallets.entries(db)
        payments = [_book_line(from_row(row)) for row in rows]
        paid = [line for line in payments if line["kind"] == "collection" and line["status"] == SUCCESSFUL]
        return {"payments": payments, "debits": paid, "entries": moved}

    def _prompt(self, db: sqlite3.Connection, msisdn: str, reference_id: str) -> Payment:
        row = db.execute(
            "SELECT * FROM mtn_payments WHERE reference_id = ? AND party_id = ?", (reference_id, msisdn)
        ).fetchone()
        if row is None or not from_row(row).is_prompt:
            raise NoSuchPrompt(reference_id)
        return from_row(row)

    def _step(self, db: sqlite3.Connection, payment: Payment, now: float) -> None:
        self._finish(db, payment, payment.next_step or FAILED, payment.next_reason, now)

    def _finish(self, db: sqlite3.Connection, payment: Payment, status: str, reason: str | None, now: float) -> None:
        if status == SUCCESSFUL and not _affordable(db, payment):
            status, reason = FAILED, "NOT_ENOUGH_FUNDS"
        corrected = payment.shapes.get(Kind.SUCCESS_AFTER_FAILURE) if payment.status == PENDING else None
        again = corrected if status == FAILED else None
        done = replace(payment, status=status, reason=reason, settled_at=now)
        if status == SUCCESSFUL:
            done = replace(done, financial_id=_financial_id(db))
            _book(db, payment.order, now)
        db.execute(
            "UPDATE mtn_payments SET status = ?, reason = ?, financial_id = ?, settled_at = ?, next_step = ?,"
            " next_reason = NULL, due_at = ?, created_until = ? WHERE reference_id = ?",
            (status, reason, done.financial_id, now, SUCCESSFUL if again else None,
             now + float(again["seconds"]) if again else None, payment.created_at, payment.order.reference_id),
        )  # fmt: skip
        calls.enqueue(db, calls_for(done, self._settings.mtn.callback_method, now))


def _first_step(plan: Plan, now: float, prompt_seconds: float) -> tuple[str | None, str | None, float | None]:
    match plan.outcome:
        case Outcome.SUCCEED:
            return SUCCESSFUL, None, now + plan.after
        case Outcome.ASK:
            return FAILED, "EXPIRED", now + prompt_seconds
        case Outcome.FAIL:
            return FAILED, plan.reason, now + plan.after
        case Outcome.STAY | Outcome.REFUSE:
            return None, None, None


def _load(db: sqlite3.Connection, reference_id: str) -> Payment:
    return from_row(db.execute("SELECT * FROM mtn_payments WHERE reference_id = ?", (reference_id,)).fetchone())


def _affordable(db: sqlite3.Connection, payment: Payment) -> bool:
    order = payment.order
    payer = wallets.merchant(order.target) if order.kind == "refund" else order.party_id
    return wallets.balance(db, payer, order.currency) >= order.amount


def _book(db: sqlite3.Connection, order: Order, now: float) -> None:
    court, payer = wallets.merchant(order.target), order.party_id
    source, target = (court, payer) if order.kind == "refund" else (payer, court)
    movement = wallets.Movement(
        source=source, target=target, units=order.amount, currency=order.currency, reference=order.reference_id
    )
    wallets.move(db, movement, now)


def _financial_id(db: sqlite3.Connection) -> str:
    row = db.execute("SELECT COALESCE(MAX(id), 0) AS last FROM entries").fetchone()
    return str(100_000_000 + int(row["last"]) + 1)


def _book_line(payment: Payment) -> dict[str, Any]:
    order = payment.order
    return {
        "reference_id": order.reference_id,
        "kind": order.kind,
        "refund_of": order.refund_of,
        "external_id": order.external_id,
        "msisdn": order.party_id,
        "amount": order.amount,
        "currency": order.currency,
        "status": payment.status,
        "reason": payment.reason,
        "financial_transaction_id": payment.financial_id,
        "posts": payment.posts,
        "created_at": iso(payment.created_at),
        "settled_at": iso(payment.settled_at),
    }
