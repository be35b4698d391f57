"""The business of an operator that pushes a prompt: takes requests in, asks handsets, moves money, tells the caller."""

import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from typing import Any

from sandbox import calls, faults, wallets
from sandbox.clock import Clock, iso
from sandbox.faults import Kind, Moment
from sandbox.payment import FAILED, PENDING, SUCCESSFUL, Order, Payment, from_row
from sandbox.plan import Outcome, Plan
from sandbox.prompt import NoSuchPrompt, Press, Prompt
from sandbox.store import Store


class AlreadyTaken(Exception):
    """The reference id was used before; the payment under it is left as it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """What one operator does in its own way.

    `table` has the columns of mtn_payments; `early` is the fault that makes a status odd before it is pending;
    `expired`, `declined`, `wrong_pin` and `too_poor` are its reason codes; `receipt` makes the number of a movement
    from a running number and the time.
    """

    operator: faults.Operator
    title: str
    table: str
    early: Kind
    expired: str
    declined: str
    wrong_pin: str
    too_poor: str
    receipt: Callable[[int, float], str]
    calls_for: Callable[[Payment, float], list[calls.Call]]


class PushOperator:
    """The payments of every caller of one operator, in the store."""

    def __init__(self, store: Store, clock: Clock, prompt_seconds: float, dialect: Dialect) -> None:
        self._store = store
        self._clock = clock
        self._prompt_seconds = prompt_seconds
        self._dialect = dialect

    def take_in(self, order: Order, plan: Plan) -> Payment:
        """Take in a request under its reference id and do at once what the plan has at once; on the disk on return.

        Raises AlreadyTaken.
        """
        now = self._clock.now()
        with self._store.write() as db:
            seen = self._run(db, "UPDATE @ SET posts = posts + 1 WHERE reference_id = ?", order.reference_id).rowcount
            if not seen:
                payment = self._insert(db, order, plan, now)
        if seen:
            # Raised after the commit: the repeat is counted in the books.
            raise AlreadyTaken(order.reference_id)
        return payment

    def _insert(self, db: sqlite3.Connection, order: Order, plan: Plan, now: float) -> Payment:
        shapes = {kind.value: {"seconds": fault.seconds, "count": fault.count} for kind, fault in
                  faults.take(db, self._dialect.operator, Moment.ITEM, order.party_id).items()}  # fmt: skip
        if plan.corrected is not None:
            shapes.setdefault(Kind.SUCCESS_AFTER_FAILURE, {"seconds": plan.corrected, "count": 1})
        created = max(plan.created, float(shapes.get(self._dialect.early, {}).get("seconds", 0)))
        hidden = float(shapes.get(Kind.STATUS_MISSING, {}).get("seconds", 0))
        step, reason, due = self._first_step(plan, now)
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
        names, marks = ", ".join(row), ", ".join("?" * len(row))
        self._run(db, f"INSERT INTO @ ({names}) VALUES ({marks})", *row.values())  # noqa: S608 - names are ours
        if order.kind == "collection":
            wallets.open_wallet(db, order.party_id, order.currency, now)
        payment = self._load(db, order.reference_id)
        if due is not None and due <= now:
            self._step(db, payment)
        return self._load(db, order.reference_id)

    def _first_step(self, plan: Plan, now: float) -> tuple[str | None, str | None, float | None]:
        match plan.outcome:
            case Outcome.SUCCEED:
                return SUCCESSFUL, None, now + plan.after
            case Outcome.ASK:
                return FAILED, self._dialect.expired, now + self._prompt_seconds
            case Outcome.FAIL:
                return FAILED, plan.reason, now + plan.after
            case Outcome.STAY | Outcome.REFUSE:
                return None, None, None

    def find(self, reference_id: str) -> Payment | None:
        """The payment under a reference id, whoever asked for it."""
        return self._first("SELECT * FROM @ WHERE reference_id = ?", reference_id)

    def find_receipt(self, financial_id: str) -> Payment | None:
        """The payment to which the operator gave this number when the money moved."""
        return self._first("SELECT * FROM @ WHERE financial_id = ?", financial_id)

    def prompts(self, msisdn: str) -> list[Prompt]:
        """Payments and prompts of a number, newest first."""
        with self._store.read() as db:
            rows = self._run(db, "SELECT * FROM @ WHERE party_id = ? ORDER BY created_at DESC LIMIT 50", msisdn)
            return [self._as_prompt(from_row(row)) for row in rows]

    def _as_prompt(self, payment: Payment) -> Prompt:
        order = payment.order
        return Prompt(
            asker=self._dialect.title,
            reference_id=order.reference_id,
            reference=order.external_id,
            amount=order.amount,
            currency=order.currency,
            message=order.payer_message,
            status=payment.status,
            reason=payment.reason,
            waiting=payment.is_prompt,
            ignored=payment.ignored,
            back=order.kind == "refund",
            created_at=payment.created_at,
            due_at=payment.due_at,
        )

    def waiting(self) -> dict[str, int]:
        """Every number that was ever asked, with how many prompts wait on it."""
        counted = "SELECT party_id, SUM(asks AND NOT ignored AND status = ?) AS prompts FROM @ GROUP BY party_id"
        with self._store.read() as db:
            return {row["party_id"]: int(row["prompts"]) for row in self._run(db, counted, PENDING)}

    def press(self, msisdn: str, reference_id: str, press: Press) -> None:
        """The person did something: the money moves, the request fails, or it waits on until it expires.

        Raises NoSuchPrompt.
        """
        with self._store.write() as db:
            found = self._run(db, "SELECT * FROM @ WHERE reference_id = ? AND party_id = ?", reference_id, msisdn)
            row = found.fetchone()
            if row is None or not from_row(row).is_prompt:
                raise NoSuchPrompt(reference_id)
            match press:
                case Press.APPROVE:
                    self._finish(db, from_row(row), SUCCESSFUL, None)
                case Press.WRONG_PIN:
                    self._finish(db, from_row(row), FAILED, self._dialect.wrong_pin)
                case Press.DECLINE:
                    self._finish(db, from_row(row), FAILED, self._dialect.declined)
                case Press.IGNORE:
                    self._run(db, "UPDATE @ SET ignored = 1 WHERE reference_id = ?", reference_id)

    def advance(self) -> int:
        """Do what is due by now; the answer is how many payments moved."""
        now = self._clock.now()
        with self._store.read() as db:
            due = "SELECT reference_id FROM @ WHERE due_at <= ? ORDER BY due_at LIMIT 100"
            found = self._run(db, due, now).fetchall()
        for row in found:
            with self._store.write() as db:
                payment = self._load(db, row["reference_id"])
                if payment.due_at is not None and payment.due_at <= now:
                    self._step(db, payment)
        return len(found)

    def takings(self, target: str, currency: str) -> int:
        """What the court's own account holds, in minor units."""
        with self._store.read() as db:
            return wallets.balance(db, wallets.merchant(target), currency)

    def refunded(self, reference_id: str) -> int:
        """How much of a payment went back or is on its way back, in minor units."""
        summed = "SELECT COALESCE(SUM(amount), 0) AS back FROM @ WHERE refund_of = ? AND status <> ?"
        with self._store.read() as db:
            return int(self._run(db, summed, reference_id, FAILED).fetchone()["back"])

    def book_lines(self) -> list[dict[str, Any]]:
        """Everything that was asked for, oldest first, to be compared with the portal's own books."""
        with self._store.read() as db:
            rows = self._run(db, "SELECT * FROM @ ORDER BY created_at").fetchall()
        return [{"operator": self._dialect.operator, **_book_line(from_row(row))} for row in rows]

    def _step(self, db: sqlite3.Connection, payment: Payment) -> None:
        self._finish(db, payment, payment.next_step or FAILED, payment.next_reason)

    def _finish(self, db: sqlite3.Connection, payment: Payment, status: str, reason: str | None) -> None:
        now = self._clock.now()
        if status == SUCCESSFUL and not _affordable(db, payment):
            status, reason = FAILED, self._dialect.too_poor
        corrected = payment.shapes.get(Kind.SUCCESS_AFTER_FAILURE) if payment.status == PENDING else None
        again = corrected if status == FAILED else None
        done = replace(payment, status=status, reason=reason, settled_at=now)
        if status == SUCCESSFUL:
            done = replace(done, financial_id=self._dialect.receipt(_next_entry(db), now))
            _book(db, payment.order, now)
        self._run(
            db,
            "UPDATE @ SET status = ?, reason = ?, financial_id = ?, settled_at = ?, next_step = ?,"
            " next_reason = NULL, due_at = ?, created_until = ? WHERE reference_id = ?",
            *(status, reason, done.financial_id, now, SUCCESSFUL if again else None),
            *(now + float(again["seconds"]) if again else None, payment.created_at, payment.order.reference_id),
        )
        calls.enqueue(db, self._dialect.calls_for(done, now))

    def _first(self, statement: str, *values: object) -> Payment | None:
        with self._store.read() as db:
            row = self._run(db, statement, *values).fetchone()
        return None if row is None else from_row(row)

    def _load(self, db: sqlite3.Connection, reference_id: str) -> Payment:
        return from_row(self._run(db, "SELECT * FROM @ WHERE reference_id = ?", reference_id).fetchone())

    def _run(self, db: sqlite3.Connection, statement: str, *values: object) -> sqlite3.Cursor:
        """Run a statement on the operator's own table, which it calls @."""
        return db.execute(statement.replace("@", self._dialect.table), values)


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


def _next_entry(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT COALESCE(MAX(id), 0) AS last FROM entries").fetchone()["last"]) + 1


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
