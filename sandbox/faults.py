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
    DARAJA = "daraja"
    SMS = "sms"
    MAIL = "mail"


TITLES: Mapping[Operator, str] = {
    Operator.MTN: "MTN mobile money",
    Operator.AIRTEL: "Airtel Money",
    Operator.DARAJA: "M-Pesa (Daraja)",
    Operator.SMS: "SMS gateway",
    Operator.MAIL: "Mail server",
}


class Moment(StrEnum):
    """When a fault strikes. ITEM: as a payment or message is taken in, and it stays with it; ANY: at any request."""

    TOKEN = "token"
    REQUEST = "request"
    STATUS = "status"
    LIST = "list"
    OTHER = "other"
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
    CONFIRMED_TWICE = "confirmed_twice"
    QUEUE_TIMEOUT = "queue_timeout"
    UNDELIVERED = "undelivered"
    TEMPORARY = "temporary"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A fault that can be set: what it does, where, and what `seconds` and `count` are when nobody says."""

    kind: Kind
    operators: tuple[Operator, ...]
    moment: Moment
    text: str
    seconds: float = 0.0
    count: int = 1


_MTN = (Operator.MTN,)
_AIRTEL = (Operator.AIRTEL,)
_PUSH = (Operator.MTN, Operator.AIRTEL)
_MONEY = (*_PUSH, Operator.DARAJA)
_HTTP = (*_MONEY, Operator.SMS)
_ALL = (*_HTTP, Operator.MAIL)

CATALOGUE: Mapping[Kind, Offer] = {
    offer.kind: offer
    for offer in (
        Offer(kind=Kind.DROP_ANSWER, operators=_ALL, moment=Moment.REQUEST,
              text="The request is carried out, then the connection is closed without an answer."),
        Offer(kind=Kind.ERROR_AFTER_ACCEPT, operators=_HTTP, moment=Moment.REQUEST,
              text="The request is carried out, then answered with 500."),
        Offer(kind=Kind.ERROR, operators=_HTTP, moment=Moment.REQUEST,
              text="The request is answered with 500 and not carried out."),
        Offer(kind=Kind.REFUSED, operators=_ALL, moment=Moment.ANY,
              text="Nothing is carried out: the connection is closed at once; mail is refused for good (550)."),
        Offer(kind=Kind.DOWN, operators=_ALL, moment=Moment.ANY,
              text="The whole service answers 503 (mail: 421)."),
        Offer(kind=Kind.SLOW, operators=_ALL, moment=Moment.REQUEST, seconds=10,
              text="The request is carried out, and the answer comes after this many seconds."),
        Offer(kind=Kind.RATE_LIMITED, operators=_HTTP, moment=Moment.REQUEST, text="429, too many requests."),
        Offer(kind=Kind.RATE_CAP, operators=_MTN, moment=Moment.STATUS,
              text="429 for whatever comes over 10 status calls within one second."),
        Offer(kind=Kind.TOKEN_EXPIRED, operators=_MONEY, moment=Moment.STATUS,
              text="The access token is taken back mid-flow: 401 until a new one is fetched."),
        Offer(kind=Kind.BROKEN_ANSWER, operators=_HTTP, moment=Moment.STATUS, text="200 with half a JSON document."),
        Offer(kind=Kind.CALLBACK_LOST, operators=_HTTP, moment=Moment.ITEM, text="The callback is never sent."),
        Offer(kind=Kind.CALLBACK_REPEATED, operators=_HTTP, moment=Moment.ITEM, count=20,
              text="The callback is sent this many times (count)."),
        Offer(kind=Kind.CALLBACK_LATE, operators=_HTTP, moment=Moment.ITEM, seconds=30,
              text="The callback is sent this many seconds late."),
        Offer(kind=Kind.CALLBACK_REORDERED, operators=(*_PUSH, Operator.SMS), moment=Moment.ITEM,
              text="A stale callback (PENDING or TIP, sent after delivered) follows the last one."),
        Offer(kind=Kind.CALLBACK_CONTRADICTORY, operators=_MONEY, moment=Moment.ITEM,
              text="A callback with the opposite outcome is sent as well, before and after the true one."),
        Offer(kind=Kind.CALLBACK_PUT, operators=_MTN, moment=Moment.ITEM, text="The callback comes by PUT."),
        Offer(kind=Kind.CALLBACK_POST, operators=_MTN, moment=Moment.ITEM, text="The callback comes by POST."),
        Offer(kind=Kind.CALLBACK_WRONG_AMOUNT, operators=_MONEY, moment=Moment.ITEM,
              text="The callback names another amount than was paid."),
        Offer(kind=Kind.CALLBACK_WRONG_CURRENCY, operators=_MTN, moment=Moment.ITEM,
              text="The callback names another currency than was paid."),
        Offer(kind=Kind.CALLBACK_MALFORMED, operators=_MONEY, moment=Moment.ITEM,
              text="The callback is half a JSON document."),
        Offer(kind=Kind.CALLBACK_WRONG_HASH, operators=_AIRTEL, moment=Moment.ITEM,
              text="The callback's hash is made with another key."),
        Offer(kind=Kind.CALLBACK_NO_HASH, operators=_AIRTEL, moment=Moment.ITEM, text="The callback has no hash."),
        Offer(kind=Kind.CALLBACK_RESPACED, operators=_AIRTEL, moment=Moment.ITEM,
              text="The hash is over the compact form of `transaction`, which is sent in another form."),
        Offer(kind=Kind.AMBIGUOUS_FIRST, operators=_AIRTEL, moment=Moment.ITEM, seconds=10,
              text="The status is TA for this many seconds before it is TIP."),
        Offer(kind=Kind.SUCCESS_FALSE, operators=_AIRTEL, moment=Moment.ITEM,
              text="`success` is false whatever the transaction's status is."),
        Offer(kind=Kind.CODE_CONTRADICTORY, operators=_AIRTEL, moment=Moment.ITEM,
              text="`response_code` says something else than the transaction's status."),
        Offer(kind=Kind.ID_FALSE, operators=_AIRTEL, moment=Moment.ITEM,
              text="`data.transaction.id` is false in the answer to the request."),
        Offer(kind=Kind.CREATED_FIRST, operators=_MTN, moment=Moment.ITEM, seconds=10,
              text="The status is CREATED for this many seconds before it is PENDING."),
        Offer(kind=Kind.BARE_REASON, operators=_MTN, moment=Moment.ITEM,
              text="`reason` is a bare string instead of an object."),
        Offer(kind=Kind.NUMERIC_AMOUNT, operators=_MTN, moment=Moment.ITEM,
              text="`amount`, `externalId` and `financialTransactionId` are numbers where they can be."),
        Offer(kind=Kind.STATUS_MISSING, operators=_PUSH, moment=Moment.ITEM, seconds=15,
              text="The status of an accepted payment is not found for this many seconds."),
        Offer(kind=Kind.SUCCESS_AFTER_FAILURE, operators=_MONEY, moment=Moment.ITEM, seconds=20,
              text="A payment that failed turns out paid this many seconds later."),
        Offer(kind=Kind.CONFIRMED_TWICE, operators=(Operator.DARAJA,), moment=Moment.ITEM,
              text="A prompt that was paid is told of by a C2B confirmation as well, under the same receipt."),
        Offer(kind=Kind.QUEUE_TIMEOUT, operators=(Operator.DARAJA,), moment=Moment.ITEM, seconds=30,
              text="A reversal is said to have timed out, and is carried out this many seconds later."),
        Offer(kind=Kind.UNDELIVERED, operators=(Operator.SMS,), moment=Moment.ITEM,
              text="The message is sent and then undelivered (error 30003)."),
        Offer(kind=Kind.TEMPORARY, operators=(Operator.MAIL,), moment=Moment.REQUEST,
              text="The mail is put off with 451 and not kept."),
    )
}  # fmt: skip


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
