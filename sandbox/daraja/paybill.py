"""The paybill: payments that nobody asked for, under any account number, told of by C2B validation and confirmation."""

import json
import sqlite3
from dataclasses import dataclass
from typing import Any

import httpx

from sandbox import calls, faults, wallets
from sandbox.clock import Clock, iso
from sandbox.config import Settings
from sandbox.daraja.callbacks import calls_to
from sandbox.daraja.payment import CURRENCY, Payment, new_receipt
from sandbox.daraja.stamps import stamp
from sandbox.faults import Kind, Moment
from sandbox.prompt import NoSuchPrompt, Press, Prompt
from sandbox.store import Store

# Safaricom gives a validation eight seconds, then does what the ResponseType says.
PATIENCE = 8.0
REFUSALS = {
    "C2B00011": "Invalid MSISDN",
    "C2B00012": "Invalid account number",
    "C2B00013": "Invalid amount",
    "C2B00014": "Invalid KYC details",
    "C2B00015": "Invalid shortcode",
    "C2B00016": "Other error",
}
ACCEPTED = "0"


class NotServed(Exception):
    """Nobody has registered the addresses of this shortcode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Urls:
    """Where the owner of the shortcode wants to be asked and told. `response_type`: Completed or Cancelled."""

    confirmation_url: str
    validation_url: str
    response_type: str


class Paybill:
    """Payments to one shortcode, in the store."""

    def __init__(self, store: Store, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self._shortcode = settings.daraja.shortcode
        self._client = calls.line(PATIENCE)

    def register(self, urls: Urls) -> None:
        """Keep the addresses, in place of the ones before."""
        with self._store.write() as db:
            db.execute(
                "INSERT OR REPLACE INTO daraja_urls (shortcode, confirmation_url, validation_url, response_type)"
                " VALUES (?, ?, ?, ?)",
                (self._shortcode, urls.confirmation_url, urls.validation_url, urls.response_type),
            )

    def pay(self, msisdn: str, account: str, amount: int) -> str | None:
        """Somebody pays `amount` cents under an account number; None, or why it was refused. Raises NotServed."""
        now = self._clock.now()
        with self._store.write() as db:
            urls = _urls(db, self._shortcode)
            if urls is None:
                raise NotServed("Nobody has registered the addresses of this paybill yet.")
            trans_id = new_receipt()
            shapes = {kind.value: {"seconds": fault.seconds, "count": fault.count} for kind, fault in
                      faults.take(db, faults.Operator.DARAJA, Moment.ITEM, msisdn).items()}  # fmt: skip
            wallets.open_wallet(db, msisdn, CURRENCY, now)
            db.execute(
                "INSERT INTO daraja_bills (trans_id, msisdn, account, amount, shapes, due_at, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?)",
                (trans_id, msisdn, account, amount, json.dumps(shapes), now + 2 * PATIENCE, now),
            )
            row = _bill(db, trans_id)
        return self._settle(trans_id, self._asked(urls, row) or _default(urls))

    def advance(self) -> int:
        """What was being validated when the sandbox was killed gets what the ResponseType says; how many."""
        now = self._clock.now()
        with self._store.read() as db:
            urls = _urls(db, self._shortcode)
            found = db.execute("SELECT trans_id FROM daraja_bills WHERE due_at <= ? LIMIT 100", (now,)).fetchall()
        for row in found if urls else []:
            self._settle(row["trans_id"], _default(urls) if urls else "C2B00016")
        return len(found)

    def echo(self, db: sqlite3.Connection, payment: Payment, now: float) -> None:
        """A paybill with registered addresses is told of an STK push by a confirmation too, under the same receipt."""
        urls = _urls(db, self._shortcode)
        if Kind.CONFIRMED_TWICE not in payment.shapes or urls is None:
            return
        told = _told(str(payment.receipt), payment.order.msisdn, payment.order.account_reference, payment.order.amount)
        body = json.dumps(told | {"TransTime": stamp(now), "BusinessShortCode": self._shortcode}).encode()
        calls.enqueue(db, calls_to(urls.confirmation_url, str(payment.receipt), (body, None), {}, now))

    def prompts(self, msisdn: str) -> list[Prompt]:
        """What a number has paid, newest first; nothing of it waits for a button."""
        with self._store.read() as db:
            rows = db.execute(
                "SELECT * FROM daraja_bills WHERE msisdn = ? ORDER BY created_at DESC LIMIT 50", (msisdn,)
            ).fetchall()
        return [_prompt(row) for row in rows]

    def waiting(self) -> dict[str, int]:
        """Every number that ever paid; no prompt of it waits."""
        with self._store.read() as db:
            return {row["msisdn"]: 0 for row in db.execute("SELECT DISTINCT msisdn FROM daraja_bills")}

    def press(self, msisdn: str, reference_id: str, press: Press) -> None:
        """There is never a button."""
        raise NoSuchPrompt(reference_id)

    def books(self) -> list[dict[str, Any]]:
        """Every payment, to be compared with the portal's own books."""
        with self._store.read() as db:
            rows = db.execute("SELECT * FROM daraja_bills ORDER BY created_at").fetchall()
        return [
            {"trans_id": r["trans_id"], "msisdn": r["msisdn"], "account": r["account"], "amount": r["amount"],
             "currency": CURRENCY, "result_code": r["code"], "created_at": iso(r["created_at"]),
             "settled_at": iso(r["settled_at"])}
            for r in rows
        ]  # fmt: skip

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def _asked(self, urls: Urls, row: sqlite3.Row) -> str | None:
        """What the validation address answers: "0" or a refusal's code; None when it gives no answer that counts."""
        told = self._body(row)
        try:
            found = self._client.post(urls.validation_url, json=told).json()
        except (httpx.HTTPError, ValueError):
            return None
        code = str(found.get("ResultCode")) if isinstance(found, dict) else ""
        return code if code == ACCEPTED or code in REFUSALS else None

    def _settle(self, trans_id: str, code: str) -> str | None:
        now = self._clock.now()
        with self._store.write() as db:
            row = _bill(db, trans_id)
            if row["code"] is not None:
                return None
            if code == ACCEPTED and wallets.balance(db, row["msisdn"], CURRENCY) < row["amount"]:
                code = "1"
            db.execute(
                "UPDATE daraja_bills SET code = ?, due_at = NULL, settled_at = ? WHERE trans_id = ?",
                (code, now, trans_id),
            )
            if code != ACCEPTED:
                return REFUSALS.get(code, "There is not enough money on this account.")
            movement = wallets.Movement(
                source=row["msisdn"],
                target=wallets.merchant(self._shortcode),
                units=row["amount"],
                currency=CURRENCY,
                reference=trans_id,
            )
            wallets.move(db, movement, now)
            self._confirm(db, row, now)
        return None

    def _confirm(self, db: sqlite3.Connection, row: sqlite3.Row, now: float) -> None:
        urls = _urls(db, self._shortcode)
        if urls is not None:
            body = json.dumps(self._body(row)).encode()
            shapes = json.loads(row["shapes"])
            calls.enqueue(db, calls_to(urls.confirmation_url, row["trans_id"], (body, None), shapes, now))

    def _body(self, row: sqlite3.Row) -> dict[str, str]:
        told = _told(row["trans_id"], row["msisdn"], row["account"], row["amount"])
        return told | {"TransTime": stamp(row["created_at"]), "BusinessShortCode": self._shortcode}


def _told(trans_id: str, msisdn: str, account: str, amount: int) -> dict[str, str]:
    """The body of a validation or a confirmation: every value is text, and the payer's number is masked."""
    return {
        "TransactionType": "Pay Bill",
        "TransID": trans_id,
        "TransTime": "",
        "TransAmount": f"{amount // 100}.{amount % 100:02d}",
        "BusinessShortCode": "",
        "BillRefNumber": account,
        "InvoiceNumber": "",
        "OrgAccountBalance": "",
        "ThirdPartyTransID": "",
        "MSISDN": f"{msisdn[:4]} ***** {msisdn[-3:]}",
        "FirstName": "PAYER",
        "MiddleName": "",
        "LastName": "",
    }


def _prompt(row: sqlite3.Row) -> Prompt:
    code = row["code"]
    return Prompt(
        asker="M-Pesa",
        reference_id=row["trans_id"],
        reference=row["account"],
        amount=row["amount"],
        currency=CURRENCY,
        message=None,
        status="PENDING" if code is None else "SUCCESSFUL" if code == ACCEPTED else "FAILED",
        reason=None if code in (None, ACCEPTED) else f"{code} {REFUSALS.get(code, 'not enough money')}",
        waiting=False,
        ignored=False,
        back=False,
        created_at=row["created_at"],
        due_at=None,
    )


def _bill(db: sqlite3.Connection, trans_id: str) -> sqlite3.Row:
    row: sqlite3.Row = db.execute("SELECT * FROM daraja_bills WHERE trans_id = ?", (trans_id,)).fetchone()
    return row


def _urls(db: sqlite3.Connection, shortcode: str) -> Urls | None:
    row = db.execute(
        "SELECT confirmation_url, validation_url, response_type FROM daraja_urls WHERE shortcode = ?", (shortcode,)
    ).fetchone()
    return None if row is None else Urls(**dict(row))


def _default(urls: Urls) -> str:
    return ACCEPTED if urls.response_type == "Completed" else "C2B00016"
