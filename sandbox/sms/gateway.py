"""The gateway's business: takes messages in, moves them along, and tells the caller."""

import json
import secrets
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sandbox import calls, faults
from sandbox.clock import Clock
from sandbox.config import SmsAccount
from sandbox.faults import Kind, Moment
from sandbox.sms.message import Message, from_row, status_call
from sandbox.sms.triggers import UNREACHABLE, Fate, fate_of
from sandbox.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A message to be sent. `service` is a MessagingServiceSid; one of it and `from_number` is given."""

    to_number: str
    from_number: str
    body: str
    service: str | None = None
    callback: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """Which messages to list: by number, and by when they were sent (while they are not: taken in), in seconds."""

    to_number: str | None = None
    from_number: str | None = None
    since: float | None = None
    until: float | None = None
    before: int | None = None
    limit: int = 50


class Gateway:
    """The messages of the account, in the store."""

    def __init__(self, store: Store, clock: Clock, account: SmsAccount) -> None:
        self._store = store
        self._clock = clock
        self.account = account

    def take_in(self, draft: Draft) -> Message:
        """Queue a message; it is on the disk when this returns."""
        now = self._clock.now()
        with self._store.write() as db:
            taken = faults.take(db, faults.Operator.SMS, Moment.ITEM, draft.to_number.lstrip("+"))
            shapes = {kind.value: {"seconds": fault.seconds, "count": fault.count} for kind, fault in taken.items()}
            status, after = _fate(draft.to_number, shapes).states[0]
            message = Message(
                sid="SM" + secrets.token_hex(16), number=_next_number(db), to_number=draft.to_number,
                from_number=draft.from_number, service=draft.service, body=draft.body, status="queued", error_code=None,
                callback=draft.callback, shapes=shapes, next_status=status, due_at=now + after, created_at=now,
                sent_at=None, updated_at=now,
            )  # fmt: skip
            _insert(db, message)
        return message

    def put_in_inbox(self, to_number: str, from_number: str, body: str) -> None:
        """Deliver a message that another operator sends to one of its own customers."""
        now = self._clock.now()
        with self._store.write() as db:
            message = Message(
                sid="OP" + secrets.token_hex(16), number=_next_number(db), to_number=to_number, from_number=from_number,
                service=None, body=body, status="delivered", error_code=None, callback=None, shapes={},
                next_status=None, due_at=None, created_at=now, sent_at=now, updated_at=now,
            )  # fmt: skip
            _insert(db, message)

    def find(self, sid: str) -> Message | None:
        """The message of that sid."""
        with self._store.read() as db:
            row = db.execute("SELECT * FROM sms WHERE sid = ? AND sid LIKE 'SM%'", (sid,)).fetchone()
        return None if row is None else from_row(row)

    def search(self, search: Search) -> list[Message]:
        """Messages sent through the API, newest first."""
        with self._store.read() as db:
            rows = db.execute(
                "SELECT * FROM sms WHERE sid LIKE 'SM%' AND (?1 IS NULL OR to_number = ?1)"
                " AND (?2 IS NULL OR from_number = ?2) AND (?3 IS NULL OR COALESCE(sent_at, created_at) >= ?3)"
                " AND (?4 IS NULL OR COALESCE(sent_at, created_at) <= ?4) AND (?5 IS NULL OR number < ?5)"
                " ORDER BY number DESC LIMIT ?6",
                (search.to_number, search.from_number, search.since, search.until, search.before, search.limit),
            ).fetchall()
        return [from_row(row) for row in rows]

    def inbox(self, msisdn: str) -> list[Message]:
        """What the handset of that number (digits only) has got, newest first."""
        with self._store.read() as db:
            rows = db.execute(
                "SELECT * FROM sms WHERE to_number = ? AND status IN ('sent', 'delivered', 'queued')"
                " ORDER BY number DESC LIMIT 100",
                (f"+{msisdn}",),
            ).fetchall()
        return [from_row(row) for row in rows if _arrives(from_row(row))]

    def all(self) -> list[Message]:
        """Every message in order, for the books."""
        with self._store.read() as db:
            return [from_row(row) for row in db.execute("SELECT * FROM sms ORDER BY number")]

    def numbers(self) -> list[str]:
        """The numbers that ever got a message, digits only."""
        with self._store.read() as db:
            return [row["to_number"].lstrip("+") for row in db.execute("SELECT DISTINCT to_number FROM sms")]

    def advance(self) -> int:
        """Do what is due by now; the answer is how many messages moved."""
        now = self._clock.now()
        with self._store.read() as db:
            rows = db.execute("SELECT * FROM sms WHERE due_at <= ? ORDER BY due_at LIMIT 100", (now,)).fetchall()
        for row in rows:
            with self._store.write() as db:
                self._step(db, from_row(row), now)
        return len(rows)

    def _step(self, db: sqlite3.Connection, message: Message, now: float) -> None:
        status = message.next_status or "delivered"
        fate = _fate(message.to_number, message.shapes)
        names = [name for name, _ in fate.states]
        following = names.index(status) + 1
        last = following == len(names)
        moved = replace(
            message,
            status=status,
            error_code=fate.code if last else None,
            sent_at=message.sent_at or now,
            updated_at=now,
            next_status=None if last else names[following],
            due_at=None if last else now + fate.states[following][1],
        )
        db.execute(
            "UPDATE sms SET status = ?, error_code = ?, sent_at = ?, updated_at = ?, next_status = ?, due_at = ?"
            " WHERE sid = ?",
            (moved.status, moved.error_code, moved.sent_at, now, moved.next_status, moved.due_at, moved.sid),
        )
        if moved.callback:
            calls.enqueue(db, _status_calls(moved, self.account, now, last=last))


def _status_calls(message: Message, account: SmsAccount, now: float, *, last: bool) -> list[calls.Call]:
    shapes = message.shapes
    if Kind.CALLBACK_LOST in shapes:
        return []
    due_at = now + float(shapes.get(Kind.CALLBACK_LATE, {}).get("seconds", 0))
    told = [message] * int(shapes.get(Kind.CALLBACK_REPEATED, {}).get("count", 1))
    if last and Kind.CALLBACK_REORDERED in shapes:
        told.append(replace(message, status="sent", error_code=None))
    return [status_call(one, account, due_at + number * 0.2) for number, one in enumerate(told)]


def _fate(to_number: str, shapes: Mapping[str, object]) -> Fate:
    return UNREACHABLE if Kind.UNDELIVERED in shapes else fate_of(to_number)


def _arrives(message: Message) -> bool:
    """A text shows on the handset as soon as it is sent, unless it never gets there."""
    if message.status == "queued":
        return False
    return message.status == "delivered" or all(
        name in ("sent", "delivered") for name, _ in _fate(message.to_number, message.shapes).states[1:]
    )


def _next_number(db: sqlite3.Connection) -> int:
    return int(db.execute("SELECT COALESCE(MAX(number), 0) + 1 AS next FROM sms").fetchone()["next"])


def _insert(db: sqlite3.Connection, message: Message) -> None:
    row = {name: getattr(message, name) for name in Message.__slots__}
    names = ", ".join(row)
    marks = ", ".join(f":{name}" for name in row)
    db.execute(f"INSERT INTO sms ({names}) VALUES ({marks})", {**row, "shapes": json.dumps(message.shapes)})  # noqa: S608
