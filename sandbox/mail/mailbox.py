"""The messages that came by SMTP, one for each Message-ID."""

import hashlib
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from sandbox.clock import Clock, iso
from sandbox.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A message as a reader sees it. `copies` is how often the same Message-ID came; times are seconds since 1970."""

    id: int
    message_id: str
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    headers: tuple[tuple[str, str], ...]
    attachments: tuple[str, ...]
    copies: int
    first_at: float
    last_at: float


class Mailbox:
    """All messages, in the store."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def keep(self, sender: str, recipients: Sequence[str], raw: bytes) -> str:
        """Keep a message; on the disk when this returns. The answer is its Message-ID, or one made from its bytes."""
        now = self._clock.now()
        message_id = _message_id(raw)
        with self._store.write() as db:
            mail_id = db.execute(
                "INSERT INTO mails (message_id, sender, raw, first_at, last_at) VALUES (?, ?, ?, ?, ?)"
                " ON CONFLICT (message_id) DO UPDATE SET copies = copies + 1, last_at = excluded.last_at RETURNING id",
                (message_id, sender, raw, now, now),
            ).fetchone()["id"]
            db.executemany(
                "INSERT INTO mail_recipients (address, mail_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
                [(address.lower(), mail_id) for address in recipients],
            )
        return message_id

    def addresses(self) -> list[tuple[str, int]]:
        """Every address that got mail, with the number of its messages."""
        with self._store.read() as db:
            rows = db.execute(
                "SELECT address, COUNT(*) AS number FROM mail_recipients GROUP BY address ORDER BY address"
            ).fetchall()
        return [(row["address"], row["number"]) for row in rows]

    def of_address(self, address: str) -> list[Mail]:
        """What an address got, newest first."""
        with self._store.read() as db:
            rows = db.execute(
                "SELECT mails.* FROM mails JOIN mail_recipients ON mail_id = id WHERE address = ?"
                " ORDER BY id DESC LIMIT 100",
                (address.lower(),),
            ).fetchall()
            return [_mail(db, row) for row in rows]

    def all(self) -> list[Mail]:
        """Every message in order, for the books."""
        with self._store.read() as db:
            return [_mail(db, row) for row in db.execute("SELECT * FROM mails ORDER BY id").fetchall()]


def as_json(mail: Mail) -> dict[str, Any]:
    """A message as a JSON object."""
    return {
        "message_id": mail.message_id,
        "from": mail.sender,
        "to": list(mail.recipients),
        "subject": mail.subject,
        "text": mail.text,
        "html": mail.html,
        "headers": [list(pair) for pair in mail.headers],
        "attachments": list(mail.attachments),
        "copies": mail.copies,
        "first_at": iso(mail.first_at),
        "last_at": iso(mail.last_at),
    }


def _message_id(raw: bytes) -> str:
    found = re.sub(r"\s+", "", _parsed(raw).get("Message-ID", ""))
    return found or f"<{hashlib.sha256(raw).hexdigest()}@no-message-id>"


def _parsed(raw: bytes) -> EmailMessage:
    return message_from_bytes(raw, policy=policy.default)


def _mail(db: sqlite3.Connection, row: sqlite3.Row) -> Mail:
    parsed = _parsed(row["raw"])
    found = db.execute("SELECT address FROM mail_recipients WHERE mail_id = ? ORDER BY address", (row["id"],))
    return Mail(
        id=row["id"],
        message_id=row["message_id"],
        sender=row["sender"],
        recipients=tuple(one["address"] for one in found),
        subject=str(parsed.get("Subject", "")),
        text=_part(parsed, "plain"),
        html=_part(parsed, "html"),
        headers=tuple((name, str(value)) for name, value in parsed.items()),
        attachments=tuple(part.get_filename() or part.get_content_type() for part in parsed.iter_attachments()),
        copies=row["copies"],
        first_at=row["first_at"],
        last_at=row["last_at"],
    )


def _part(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body((kind,))
    if part is None:
        return ""
    try:
        return str(part.get_content())
    except (LookupError, ValueError):
        # A charset that nobody knows: show the bytes that can be shown.
        payload = part.get_payload(decode=True)
        return payload.decode("ascii", "replace") if isinstance(payload, bytes) else ""
