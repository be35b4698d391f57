"""STK pushes: takes requests in, asks handsets, moves money, and tells the caller."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from sandbox import calls, faults, wallets
from sandbox.clock import Clock, iso
from sandbox.config import Settings
from sandbox.daraja import triggers
from sandbox.daraja.callbacks import stk_calls
from sandbox.daraja.payment import CURRENCY, SUCCESS, Order, Payment, as_prompt, from_row, new_receipt
from sandbox.daraja.stamps import stamp
from sandbox.faults import Kind, Moment
from sandbox.plan import Outcome, Plan, fails
from sandbox.prompt import NoSuchPrompt, Press, Prompt
from sandbox.store import Store

_PRESSED = {Press.APPROVE: SUCCESS, Press.WRONG_PIN: "2001", Press.DECLINE: "1032"}
_BUSY = fails("1001", "fails: another request waits on this phone")

# What else a success causes, in its transaction: (connection, payment, now).
Also = Callable[[sqlite3.Connection, Payment, float], None]


class Daraja:
    """The STK pushes to one shortcode, in the store. `also` is told of every success."""

    def __init__(self, store: Store, clock: Clock, settings: Settings, *, also: Also) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._also = also

    def serves(self, msisdn: str) -> bool:
        """Whether the number is one of this operator's country."""
        return triggers.serves(msisdn)

    def take_in(self, order: Order, plan: Plan) -> None:
        """Take in a request and do at once what the plan has at once; on the disk on return."""
        now = self._clock.now()
        with self._store.write() as db:
            if plan.outcome is Outcome.ASK and self._asks(db, order.msisdn):
                plan = _BUSY
            payment = self._insert(db, order, plan, now)
            if payment.due_at is not None and payment.due_at <= now:
                self._finish(db, payment, payment.next_code or "9999", now)

    def _insert(self, db: sqlite3.Connection, order: Order, plan: Plan, now: float) -> Payment:
        shapes = {kind.value: {"seconds": fault.seconds, "count": fault.count} for kind, fault in
                  faults.take(db, faults.Operator.DARAJA, Moment.ITEM, order.msisdn).items()}  # fmt: skip
        if plan.corrected is not None:
            shapes.setdefault(Kind.SUCCESS_AFTER_FAILURE, {"seconds": plan.corrected, "count": 1})
        code, due = _first_step(plan, now, self._settings.prompt_seconds)
        row: dict[str, Any] = {
            **asdict(order),
            "asks": plan.outcome is Outcome.ASK,
            "next_code": code,
            "due_at": due,
            "shapes": json.dumps(shapes),
            "created_at": now,
        }
        names = ", ".join(row)
        marks = ", ".join(f":{name}" for name in row)
        db.execute(f"INSERT INTO daraja_payments ({names}) VALUES ({marks})", row)  # noqa: S608 - names are ours
        wallets.open_wallet(db, order.msisdn, CURRENCY, now)
        return _load(db, order.checkout_id)

    def _asks(self, db: sqlite3.Connection, msisdn: str) -> bool:
        found = db.execute("SELECT 1 FROM daraja_payments WHERE msisdn = ? AND asks AND code IS NULL", (msisdn,))
        return found.fetchone() is not None

    def find(self, checkout_id: str) -> Payment | None:
        """The payment under a CheckoutRequestID."""
        with self._store.read() as db:
            row = db.execute("SELECT * FROM daraja_payments WHERE checkout_id = ?", (checkout_id,)).fetchone()
        return None if row is None else from_row(row)

    def prompts(self, msisdn: str) -> list[Prompt]:
        """Payments and prompts of a number, newest first."""
        with self._store.read() as db:
            rows = db.execute(
                "SELECT * FROM daraja_payments WHERE msisdn = ? ORDER BY created_at DESC LIMIT 50", (msisdn,)
            ).fetchall()
        return [as_prompt(from_row(row)) for row in rows]

    def waiting(self) -> dict[str, int]:
        """Every number that was ever asked, with how many prompts wait on it."""
        with self._store.read() as db:
            rows = db.execute(
                "SELECT msisdn, SUM(asks AND NOT ignored AND code IS NULL) AS prompts FROM daraja_payments"
                " GROUP BY msisdn"
            ).fetchall()
        return {row["msisdn"]: int(row["prompts"]) for row in rows}

    def press(self, msisdn: str, reference_id: str, press: Press) -> None:
        """Approving moves the money, if there is enough of it; ignoring leaves the request until it expires."""
        now = self._clock.now()
        with self._store.write() as db:
            row = db.execute(
                "SELECT * FROM daraja_payments WHERE checkout_id = ? AND msisdn = ?", (reference_id, msisdn)
            ).fetchone()
            if row is None or not from_row(row).is_prompt:
                raise NoSuchPrompt(reference_id)
            if press is Press.IGNORE:
                db.execute("UPDATE daraja_payments SET ignored = 1 WHERE checkout_id = ?", (reference_id,))
            else:
                self._finish(db, from_row(row), _PRESSED[press], now)

    def advance(self) -> int:
        """Do what is due by now; the answer is how many payments moved."""
        now = self._clock.now()
        with self._store.read() as db:
            found = db.execute(
                "SELECT checkout_id FROM daraja_payments WHERE due_at <= ? ORDER BY due_at LIMIT 100", (now,)
            ).fetchall()
        for row in found:
            with self._store.write() as db:
                payment = _load(db, row["checkout_id"])
                if payment.due_at is not None and payment.due_at <= now:
                    self._finish(db, payment, payment.next_code or "9999", now)
        return len(found)

    def books(self) -> list[dict[str, Any]]:
        """Everything that was asked for, to be compared with the portal's own books."""
        with self._store.read() as db:
            rows = db.execute("SELECT * FROM daraja_payments ORDER BY created_at").fetchall()
        return [_book_line(from_row(row)) for row in rows]

    def _finish(self, db: sqlite3.Connection, payment: Payment, code: str, now: float) -> None:
        order = payment.order
        if code == SUCCESS and wallets.balance(db, order.msisdn, CURRENCY) < order.amount:
            code = "1"
        corrected = payment.shapes.get(Kind.SUCCESS_AFTER_FAILURE) if payment.code is None else None
        again = corrected if code != SUCCESS else None
        done = replace(payment, code=code, settled_at=now)
        if code == SUCCESS:
            done = replace(done, receipt=new_receipt())
            wallets.move(db, _movement(order), now)
        db.execute(
            "UPDATE daraja_payments SET code = ?, receipt = ?, settled_at = ?, next_code = ?, due_at = ?"
            " WHERE checkout_id = ?",
            (code, done.receipt, now, SUCCESS if again else None, now + float(again["seconds"]) if again else None,
             order.checkout_id),
        )  # fmt: skip
        calls.enqueue(db, stk_calls(done, now, stamp(now)))
        if code == SUCCESS:
            self._also(db, done, now)


def _first_step(plan: Plan, now: float, prompt_seconds: float) -> tuple[str | None, float | None]:
    match plan.outcome:
        case Outcome.SUCCEED:
            return SUCCESS, now + plan.after
        case Outcome.ASK:
            return "1037", now + prompt_seconds
        case Outcome.FAIL:
            return plan.reason, now + plan.after
        case Outcome.STAY | Outcome.REFUSE:
            return None, None


def _load(db: sqlite3.Connection, checkout_id: str) -> Payment:
    return from_row(db.execute("SELECT * FROM daraja_payments WHERE checkout_id = ?", (checkout_id,)).fetchone())


def _movement(order: Order) -> wallets.Movement:
    court = wallets.merchant(order.shortcode)
    return wallets.Movement(
        source=order.msisdn, target=court, units=order.amount, currency=CURRENCY, reference=order.checkout_id
    )


def _book_line(payment: Payment) -> dict[str, Any]:
    order = payment.order
    return {
        "checkout_id": order.checkout_id,
        "account_reference": order.account_reference,
        "msisdn": order.msisdn,
        "amount": order.amount,
        "currency": CURRENCY,
        "result_code": payment.code,
        "receipt": payment.receipt,
        "created_at": iso(payment.created_at),
        "settled_at": iso(payment.settled_at),
    }
