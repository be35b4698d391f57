"""Reversals: money that goes back to its payer, told of at the ResultURL some time after it was asked for."""

import json
import secrets
import sqlite3
from dataclasses import asdict, dataclass
from typing import Any

from sandbox import calls, faults, wallets
from sandbox.clock import Clock, iso
from sandbox.config import Settings
from sandbox.daraja.callbacks import calls_to
from sandbox.daraja.payment import CURRENCY, SUCCESS
from sandbox.faults import Kind, Moment
from sandbox.store import Store

_SOON = 0.2
_TEXTS = {
    "0": "The service request is processed successfully.",
    "1": "The balance is insufficient for the transaction.",
    "R000001": "The transaction has already been reversed.",
    "R000002": "The OriginalTransactionID is invalid.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reversal:
    """What was asked for. `amount` is in cents."""

    conversation_id: str
    originator_id: str
    trans_id: str
    shortcode: str
    amount: int
    result_url: str
    timeout_url: str


class Reversals:
    """The reversals of one shortcode's payments, in the store."""

    def __init__(self, store: Store, clock: Clock, settings: Settings) -> None:
        self._store = store
        self._clock = clock
        self._shortcode = settings.daraja.shortcode

    def take_in(self, reversal: Reversal) -> None:
        """Queue it; on the disk on return."""
        now = self._clock.now()
        with self._store.write() as db:
            shapes = {kind.value: {"seconds": fault.seconds, "count": fault.count} for kind, fault in
                      faults.take(db, faults.Operator.DARAJA, Moment.ITEM, None).items()}  # fmt: skip
            late = float(shapes.get(Kind.QUEUE_TIMEOUT, {}).get("seconds", 0))
            row = {**asdict(reversal), "shapes": json.dumps(shapes), "due_at": now + _SOON + late, "created_at": now}
            names, marks = ", ".join(row), ", ".join(f":{name}" for name in row)
            db.execute(f"INSERT INTO daraja_reversals ({names}) VALUES ({marks})", row)  # noqa: S608 - names are ours
            if Kind.QUEUE_TIMEOUT in shapes:
                body = json.dumps(_result(reversal, "1", "The request timed out in the queue.")).encode()
                told = calls_to(reversal.timeout_url, reversal.conversation_id, (body, None), {}, now)
                calls.enqueue(db, told)

    def advance(self) -> int:
        """Carry out what is due by now; how many."""
        now = self._clock.now()
        with self._store.read() as db:
            found = db.execute(
                "SELECT conversation_id FROM daraja_reversals WHERE due_at <= ? LIMIT 100", (now,)
            ).fetchall()
        for row in found:
            with self._store.write() as db:
                self._carry_out(db, row["conversation_id"], now)
        return len(found)

    def books(self) -> list[dict[str, Any]]:
        """Every reversal, to be compared with the portal's own books."""
        with self._store.read() as db:
            rows = db.execute("SELECT * FROM daraja_reversals ORDER BY created_at").fetchall()
        return [
            {"conversation_id": r["conversation_id"], "trans_id": r["trans_id"], "amount": r["amount"],
             "currency": CURRENCY, "result_code": r["code"], "created_at": iso(r["created_at"]),
             "settled_at": iso(r["settled_at"])}
            for r in rows
        ]  # fmt: skip

    def _carry_out(self, db: sqlite3.Connection, conversation_id: str, now: float) -> None:
        row = db.execute("SELECT * FROM daraja_reversals WHERE conversation_id = ?", (conversation_id,)).fetchone()
        if row["code"] is not None:
            return
        reversal = Reversal(**{name: row[name] for name in Reversal.__dataclass_fields__})
        code = self._outcome(db, reversal, now)
        db.execute(
            "UPDATE daraja_reversals SET code = ?, due_at = NULL, settled_at = ? WHERE conversation_id = ?",
            (code, now, conversation_id),
        )
        body = json.dumps(_result(reversal, code, _TEXTS[code])).encode()
        opposite = json.dumps(_result(reversal, "1" if code == SUCCESS else SUCCESS, "")).encode()
        shapes = json.loads(row["shapes"])
        calls.enqueue(db, calls_to(reversal.result_url, conversation_id, (body, opposite), shapes, now))

    def _outcome(self, db: sqlite3.Connection, reversal: Reversal, now: float) -> str:
        paid = db.execute(
            "SELECT msisdn, amount FROM daraja_payments WHERE receipt = ?1 AND code = '0'"
            " UNION ALL SELECT msisdn, amount FROM daraja_bills WHERE trans_id = ?1 AND code = '0'",
            (reversal.trans_id,),
        ).fetchone()
        if paid is None or paid["amount"] != reversal.amount:
            return "R000002"
        again = db.execute("SELECT 1 FROM daraja_reversals WHERE trans_id = ? AND code = '0'", (reversal.trans_id,))
        if again.fetchone() is not None:
            return "R000001"
        court = wallets.merchant(self._shortcode)
        if wallets.balance(db, court, CURRENCY) < reversal.amount:
            return "1"
        movement = wallets.Movement(
            source=court,
            target=paid["msisdn"],
            units=reversal.amount,
            currency=CURRENCY,
            reference=reversal.conversation_id,
        )
        wallets.move(db, movement, now)
        return SUCCESS


def new_ids(stamp: str) -> tuple[str, str]:
    """A ConversationID and an OriginatorConversationID."""
    return f"AG_{stamp[:8]}_{secrets.token_hex(10)}", f"{secrets.randbelow(10**5):05d}-{secrets.randbelow(10**8):08d}-1"


def _result(reversal: Reversal, code: str, text: str) -> dict[str, Any]:
    return {
        "Result": {
            "ResultType": 0,
            "ResultCode": int(code) if code.isdecimal() else code,
            "ResultDesc": text,
            "OriginatorConversationID": reversal.originator_id,
            "ConversationID": reversal.conversation_id,
            "TransactionID": "S" + reversal.conversation_id[-9:].upper(),
            "ResultParameters": {
                "ResultParameter": [
                    {"Key": "Amount", "Value": reversal.amount / 100},
                    {"Key": "OriginalTransactionID", "Value": reversal.trans_id},
                ]
            },
            "ReferenceData": {"ReferenceItem": {"Key": "QueueTimeoutURL", "Value": reversal.timeout_url}},
        }
    }
