"""What can go wrong on purpose: the catalogue of faults, and the ones that are set."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from sandbox.clock import Clock
from sandbox.store import Store


class Operator(StrEnum):
    MTN = "mtn"
    AIRTEL = "airtel"
    IREMBOPAY = "irembopay"
    STRIPE = "stripe"
    DARAJA = "daraja"
    SMS = "sms"
    MAIL = "mail"


TITLES: Mapping[Operator, str] = {
    Operator.MTN: "MTN mobile money",
    Operator.AIRTEL: "Airtel Money",
    Operator.IREMBOPAY: "IremboPay",
    Operator.STRIPE: "Stripe (cards)",
    Operator.DARAJA: "M-Pesa (Daraja)",
    Operator.SMS: "SMS gateway",
    Operator.MAIL: "Mail server",
}


class Moment(StrEnum):
    """When a fault strikes. ITEM: as a payment or message is taken in, and it stays with it; ANY: at any request.

    PAYOUT: as money is about to leave.
    """

    TOKEN = "token"
    REQUEST = "request"
    STATUS = "status"
    PAYOUT = "payout"
    LIST = "list"
    OTHER = "other"
    STATEMENT = "statement"
    SETTLEMENT = "settlement"
    ANY = "any"
    ITEM = "item"


class Kind(StrEnum):
    DROP_ANSWER = "drop_answer"
    ERROR_AFTER_ACCEPT = "error_after_accept"
    ERROR = "error"
    REFUSED = "refused"
    DOWN = "down"
    SLOW = "slow"
    RATE_LIMITED = "rate_limited"
    RATE_CAP = "rate_cap"
    TOKEN_EXPIRED = "token_expired"
    BROKEN_ANSWER = "broken_answer"
    CALLBACK_LOST = "callback_lost"
    CALLBACK_REPEATED = "callback_repeated"
    CALLBACK_LATE = "callback_late"
    CALLBACK_REORDERED = "callback_reordered"
    CALLBACK_CONTRADICTORY = "callback_contradictory"
    CALLBACK_PUT = "callback_put"
    CALLBACK_POST = "callback_post"
    CALLBACK_WRONG_AMOUNT = "callback_wrong_amount"
    CALLBACK_WRONG_CURRENCY = "callback_wrong_currency"
    CALLBACK_MALFORMED = "callback_malformed"
    CALLBACK_WRONG_HASH = "callback_wrong_hash"
    CALLBACK_NO_HASH = "callback_no_hash"
    CALLBACK_RESPACED = "callback_respaced"
    CREATED_FIRST = "created_first"
    AMBIGUOUS_FIRST = "ambiguous_first"
    SUCCESS_FALSE = "success_false"
    CODE_CONTRADICTORY = "code_contradictory"
    ID_FALSE = "id_false"
    BARE_REASON = "bare_reason"
    NUMERIC_AMOUNT = "numeric_amount"
    STATUS_MISSING = "status_missing"
    SUCCESS_AFTER_FAILURE = "success_after_failure"
    PAYOUT_FORBIDDEN = "payout_forbidden"
    CALLBACK_FORGED = "callback_forged"
    PAID_LATE = "paid_late"
    REFUND_PENDING = "refund_pending"
    REFUND_FAILED = "refund_failed"
    CONFIRMED_TWICE = "confirmed_twice"
    QUEUE_TIMEOUT = "queue_timeout"
    UNDELIVERED = "undelivered"
    TEMPORARY = "temporary"
    STATEMENT_HOLE = "statement_hole"
    STATEMENT_OMITS = "statement_omits"
    STATEMENT_AMOUNT = "statement_amount"
    STATEMENT_REPEATED = "statement_repeated"
    STATEMENT_UNNAMED = "statement_unnamed"
    SETTLEMENT_SHORT = "settlement_short"
    SETTLEMENT_CHARGE = "settlement_charge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault that is set. `remaining` counts down, None stays until cleared. `msisdn` None means everybody."""

    operator: Operator
    kind: Kind
    moment: Moment
    seconds: float
    count: int
    msisdn: str | None = None
    remaining: int | None = None
    id: int = 0


Taken = Mapping[Kind, Fault]


class Faults:
    """The faults that are set, on the disk like everything else."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def set(self, fault: Fault) -> Fault:
        """Set a fault; the answer carries its id."""
        with self._store.write() as db:
            cursor = db.execute(
                "INSERT INTO faults (operator, kind, moment, msisdn, remaining, seconds, count, created_at)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING *",
                (fault.operator, fault.kind, fault.moment, fault.msisdn, fault.remaining, fault.seconds, fault.count,
                 self._clock.now()),
            )  # fmt: skip
            return _fault(cursor.fetchone())

    def listed(self) -> list[Fault]:
        """Every fault that is still set, oldest first."""
        with self._store.read() as db:
            return [_fault(row) for row in db.execute("SELECT * FROM faults ORDER BY id")]

    def clear(self, *, fault_id: int | None = None, operator: Operator | None = None) -> int:
        """Clear one fault, those of one operator, or all; the answer is how many there were."""
        with self._store.write() as db:
            return db.execute(
                "DELETE FROM faults WHERE (?1 IS NULL OR id = ?1) AND (?2 IS NULL OR operator = ?2)",
                (fault_id, operator),
            ).rowcount

    def take(self, operator: Operator, moment: Moment, msisdn: str | None = None) -> Taken:
        """Use up and return what is set for this moment, one of each kind at most, the oldest first."""
        with self._store.read() as db:
            if not db.execute("SELECT 1 FROM faults WHERE operator = ? LIMIT 1", (operator,)).fetchone():
                return {}
        with self._store.write() as db:
            return take(db, operator, moment, msisdn)


def take(db: sqlite3.Connection, operator: Operator, moment: Moment, msisdn: str | None) -> Taken:
    """As `Faults.take`, inside a transaction that is open already."""
    wide = Moment.ITEM if moment is Moment.ITEM else Moment.ANY
    rows = db.execute(
        "SELECT * FROM faults WHERE operator = ? AND moment IN (?, ?) AND (msisdn IS NULL OR msisdn = ?) ORDER BY id",
        (operator, moment, wide, msisdn),
    ).fetchall()
    taken: dict[Kind, Fault] = {}
    for fault in map(_fault, rows):
        if fault.kind not in taken:
            taken[fault.kind] = fault
    for fault in taken.values():
        if fault.remaining is not None:
            db.execute("UPDATE faults SET remaining = remaining - 1 WHERE id = ?", (fault.id,))
    db.execute("DELETE FROM faults WHERE remaining <= 0")
    return taken


def _fault(row: sqlite3.Row) -> Fault:
    return Fault(
        id=row["id"],
        operator=Operator(row["operator"]),
        kind=Kind(row["kind"]),
        moment=Moment(row["moment"]),
        msisdn=row["msisdn"],
        remaining=row["remaining"],
        seconds=row["seconds"],
        count=row["count"],
    )
