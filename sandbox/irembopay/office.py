"""IremboPay's business: takes invoices in, asks telephones, moves money, and tells the merchant."""

import json
import sqlite3
from typing import Any

from sandbox import calls, faults, wallets
from sandbox.clock import Clock, iso
from sandbox.config import IremboPayAccount
from sandbox.faults import Kind, Moment
from sandbox.irembopay.invoice import NEW, PAID, Draft, Invoice, from_row
from sandbox.irembopay.push import Push, PushState
from sandbox.irembopay.webhooks import calls_for
from sandbox.store import Store


class TransactionTaken(Exception):
    """The merchant used that transactionId before."""


class NotPayable(Exception):
    """`code` says why the invoice can't be paid: INVOICE_EXPIRED or INVOICE_ALREADY_PAID."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class NoSuchPush(Exception):
    """No telephone is being asked under that reference."""


class Office:
    """The invoices of the one merchant, in the store."""

    def __init__(self, store: Store, clock: Clock, account: IremboPayAccount, prompt_seconds: float) -> None:
        self._store = store
        self._clock = clock
        self._account = account
        self._prompt_seconds = prompt_seconds

    def take_in(self, draft: Draft) -> Invoice:
        """Take an invoice in, on the disk on return; raises TransactionTaken."""
        now = self._clock.now()
        with self._store.write() as db:
            seen = db.execute(
                "UPDATE irembopay_invoices SET posts = posts + 1 WHERE transaction_id = ?", (draft.transaction_id,)
            ).rowcount
            invoice = None if seen else _insert(db, draft, now)
        if invoice is None:
            raise TransactionTaken(draft.transaction_id)
        return invoice

    def find(self, reference: str) -> Invoice | None:
        """The invoice of that number or transactionId."""
        with self._store.read() as db:
            row = db.execute(
                "SELECT * FROM irembopay_invoices WHERE number = ?1 OR transaction_id = ?1", (reference,)
            ).fetchone()
        return None if row is None else from_row(row)

    def listed(self) -> list[Invoice]:
        """The invoices, newest first."""
        with self._store.read() as db:
            rows = db.execute("SELECT * FROM irembopay_invoices ORDER BY created_at DESC LIMIT 50").fetchall()
        return [from_row(row) for row in rows]

    def ask(self, number: str, phone: str, provider: str) -> Push:
        """Ask a telephone (07...) to pay an invoice; raises NotPayable."""
        now = self._clock.now()
        with self._store.write() as db:
            invoice = _load(db, number)
            _check_payable(invoice, now)
            reference = f"IP{_next(db, 'irembopay_pushes'):010d}"
            db.execute(
                "INSERT INTO irembopay_pushes (reference, invoice_number, phone, provider, state, due_at, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (reference, number, phone, provider, PushState.WAITING, now + self._prompt_seconds, now),
            )
            return _push(db, reference)

    def pushes(self, number: str) -> list[Push]:
        """What was asked about an invoice, newest first."""
        with self._store.read() as db:
            rows = db.execute(
                "SELECT * FROM irembopay_pushes WHERE invoice_number = ? ORDER BY reference DESC", (number,)
            ).fetchall()
        return [Push(**dict(row)) for row in rows]

    def approve(self, reference: str) -> Push:
        """The person entered their PIN: the money moves, or there isn't enough, or somebody else was faster."""
        now = self._clock.now()
        with self._store.write() as db:
            push = _waiting(db, reference)
            invoice = _load(db, push.invoice_number)
            held = wallets.shown_balance(db, push.msisdn, invoice.currency)
            if invoice.status == PAID or held < invoice.amount:
                return _end(db, reference, PushState.FAILED)
            self._pay(db, invoice, (push.msisdn, f"{push.provider}_MOMO"), now)
            return _end(db, reference, PushState.PAID)

    def decline(self, reference: str) -> Push:
        """The person declined; the invoice stays open."""
        with self._store.write() as db:
            _waiting(db, reference)
            return _end(db, reference, PushState.DECLINED)

    def expire(self, number: str) -> None:
        """The time for paying is over at this moment; does nothing to one that is paid or expired."""
        now = self._clock.now()
        with self._store.write() as db:
            invoice = _load(db, number)
            if invoice.status == NEW and not invoice.is_expired(now):
                db.execute("UPDATE irembopay_invoices SET expiry_at = ?, updated_at = ? WHERE number = ?",
                           (now, now, number))  # fmt: skip
                _note_late_payment(db, invoice, now)

    def advance(self) -> None:
        """Do what is due by now: prompts that nobody answered, payments that turn out to have been made."""
        now = self._clock.now()
        with self._store.read() as db:
            idle = not db.execute(
                "SELECT EXISTS (SELECT 1 FROM irembopay_pushes WHERE due_at <= ?1) OR"
                " EXISTS (SELECT 1 FROM irembopay_invoices WHERE paid_after_all_at <= ?1)", (now,)
            ).fetchone()[0]  # fmt: skip
        if idle:
            return
        with self._store.write() as db:
            db.execute("UPDATE irembopay_pushes SET state = ?, due_at = NULL WHERE due_at <= ?",
                       (PushState.EXPIRED, now))  # fmt: skip
            for row in db.execute("SELECT * FROM irembopay_invoices WHERE paid_after_all_at <= ?", (now,)).fetchall():
                self._pay(db, from_row(row), ("250788000000", "MTN_MOMO"), now)

    def books(self) -> dict[str, Any]:
        """Everything that was asked for, to be compared with the portal's own books."""
        with self._store.read() as db:
            rows = db.execute("SELECT * FROM irembopay_invoices ORDER BY created_at").fetchall()
        payments = [_book_line(from_row(row)) for row in rows]
        return {"payments": payments, "debits": [line for line in payments if line["status"] == PAID]}

    def _pay(self, db: sqlite3.Connection, invoice: Invoice, by: tuple[str, str], now: float) -> None:
        payer, method = by
        wallets.open_wallet(db, payer, invoice.currency, now)
        wallets.move(
            db,
            wallets.Movement(
                source=payer,
                target=wallets.merchant(f"irembopay:{invoice.account}"),
                units=invoice.amount,
                currency=invoice.currency,
                reference=f"irembopay:{invoice.number}",
            ),
            now,
        )
        db.execute(
            "UPDATE irembopay_invoices SET status = ?, paid_at = ?, updated_at = ?, method = ?, payer = ?,"
            " payment_reference = ?, paid_after_all_at = NULL WHERE number = ?",
            (PAID, now, now, method, payer, f"MP{invoice.number}", invoice.number),
        )
        calls.enqueue(db, calls_for(_load(db, invoice.number), self._account.webhook_url, now))


def _insert(db: sqlite3.Connection, draft: Draft, now: float) -> Invoice:
    shapes = {kind.value: {"seconds": fault.seconds, "count": fault.count} for kind, fault in
              faults.take(db, faults.Operator.IREMBOPAY, Moment.ITEM, None).items()}  # fmt: skip
    number = str(880_000_000_000 + _next(db, "irembopay_invoices"))
    row: dict[str, Any] = {
        "number": number,
        "transaction_id": draft.transaction_id,
        "account": draft.account,
        "amount": draft.amount,
        "currency": draft.currency,
        "items": json.dumps(draft.items),
        "customer": json.dumps(draft.customer),
        "description": draft.description,
        "language": draft.language,
        "expiry_at": draft.expiry_at,
        "link": f"{draft.link_base}/{number}",
        "status": NEW,
        "shapes": json.dumps(shapes),
        "hidden_until": now + float(shapes.get(Kind.STATUS_MISSING, {}).get("seconds", 0)),
        "created_at": now,
        "updated_at": now,
    }
    names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
    db.execute(f"INSERT INTO irembopay_invoices ({names}) VALUES ({marks})", row)  # noqa: S608 - names are ours
    invoice = _load(db, number)
    if draft.expiry_at is not None:
        _note_late_payment(db, invoice, draft.expiry_at)
    return invoice


def _note_late_payment(db: sqlite3.Connection, invoice: Invoice, expired_at: float) -> None:
    late = invoice.shapes.get(Kind.SUCCESS_AFTER_FAILURE)
    if late is not None:
        db.execute("UPDATE irembopay_invoices SET paid_after_all_at = ? WHERE number = ? AND status = ?",
                   (expired_at + float(late["seconds"]), invoice.number, NEW))  # fmt: skip


def _check_payable(invoice: Invoice, now: float) -> None:
    if invoice.status == PAID:
        raise NotPayable("INVOICE_ALREADY_PAID")
    if invoice.is_expired(now):
        raise NotPayable("INVOICE_EXPIRED")


def _load(db: sqlite3.Connection, number: str) -> Invoice:
    return from_row(db.execute("SELECT * FROM irembopay_invoices WHERE number = ?", (number,)).fetchone())


def _push(db: sqlite3.Connection, reference: str) -> Push:
    return Push(**dict(db.execute("SELECT * FROM irembopay_pushes WHERE reference = ?", (reference,)).fetchone()))


def _waiting(db: sqlite3.Connection, reference: str) -> Push:
    row = db.execute(
        "SELECT * FROM irembopay_pushes WHERE reference = ? AND state = ?", (reference, PushState.WAITING)
    ).fetchone()
    if row is None:
        raise NoSuchPush(reference)
    return Push(**dict(row))


def _end(db: sqlite3.Connection, reference: str, state: PushState) -> Push:
    db.execute("UPDATE irembopay_pushes SET state = ?, due_at = NULL WHERE reference = ?", (state, reference))
    return _push(db, reference)


def _next(db: sqlite3.Connection, table: str) -> int:
    return int(db.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0]) + 1  # noqa: S608 - the names are ours


def _book_line(invoice: Invoice) -> dict[str, Any]:
    return {
        "reference_id": invoice.transaction_id,
        "invoice_number": invoice.number,
        "amount": invoice.amount,
        "currency": invoice.currency,
        "status": invoice.status,
        "payer": invoice.payer,
        "posts": invoice.posts,
        "created_at": iso(invoice.created_at),
        "settled_at": iso(invoice.paid_at),
    }
