"""Words on their way: put in a queue by a command, sent by a worker, then erased."""

import json
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.accounts.code_sender import CodeSender, OutgoingCode, SendRefused
from app.accounts.contacts import Contact, ContactKind
from app.accounts.models import ContactRow, OutgoingCodeRow
from app.accounts.vault import Unreadable, Vault
from app.accounts.words import Words
from app.core.actor import SYSTEM
from app.core.clock import Clock
from app.core.db import Database
from app.core.ids import new_id
from app.core.language import speaking
from app.core.outbox import back_off, claim

LEASE = timedelta(seconds=60)
_log = structlog.get_logger()


def put(session: Session, vault: Vault, contact: Contact, words: Words, *, locale: str, at: datetime) -> None:
    """Queue `words` for `contact`, in the language `locale`; sealed until they are sent."""
    message_id = new_id()
    with speaking(locale):
        plain = {
            "kind": contact.kind.value,
            "to": contact.value,
            "language": locale,
            "subject": str(words.subject),
            "text": str(words.text),
            "lasts": words.lasts.total_seconds(),
        }
    sealed = vault.seal(json.dumps(plain).encode(), _about(message_id))
    session.add(OutgoingCodeRow(id=message_id, sealed=sealed, expires_at=at + words.lasts, next_at=at))
    session.info["wake"] = True


def tell_everywhere(
    session: Session, vault: Vault, person_id: UUID, words: Words, *, locale: str, at: datetime
) -> None:
    """Queue `words` for every contact of the person."""
    rows = session.execute(
        select(ContactRow.kind, ContactRow.value).where(ContactRow.person_id == person_id).order_by(ContactRow.id)
    )
    for kind, value in rows:
        put(session, vault, Contact(ContactKind(kind), value), words, locale=locale, at=at)


def drain(database: Database, clock: Clock, vault: Vault, sender: CodeSender | None, *, limit: int = 20) -> int:
    """Send what is due; how much that was. Without a sender nothing is touched. Any number of workers may call it."""
    if sender is None:
        return 0
    with database.transaction(SYSTEM) as session:
        erase_expired(session, clock.now())
        claimed = claim(session, OutgoingCodeRow, now=clock.now(), lease=LEASE, limit=limit)
        rows = session.execute(
            select(OutgoingCodeRow.id, OutgoingCodeRow.sealed, OutgoingCodeRow.tries).where(
                OutgoingCodeRow.id.in_(claimed)
            )
        ).all()
    for message_id, sealed, tries in rows:
        error = _send(vault, sender, message_id, sealed)
        with database.transaction(SYSTEM) as session:
            _mark(session, message_id, error, at=clock.now(), tries=tries)
    return len(rows)


def erase_expired(session: Session, at: datetime) -> None:
    """Erase what came too late to be of use."""
    session.execute(delete(OutgoingCodeRow).where(OutgoingCodeRow.expires_at <= at))


def _send(vault: Vault, sender: CodeSender, message_id: UUID, sealed: bytes) -> str | None:
    """What went wrong, by the error's kind only: its words may hold the number."""
    try:
        sender.send(_opened(vault, message_id, sealed))
    except (SendRefused, Unreadable) as error:
        _log.warning("code_refused", error=type(error).__name__)
    except Exception as error:
        _log.warning("code_not_sent", error=type(error).__name__)
        return type(error).__name__
    return None


def _opened(vault: Vault, message_id: UUID, sealed: bytes) -> OutgoingCode:
    plain = json.loads(vault.open(sealed, _about(message_id)))
    return OutgoingCode(
        id=message_id,
        contact=Contact(ContactKind(plain["kind"]), plain["to"]),
        language=plain["language"],
        subject=plain["subject"],
        text=plain["text"],
        lasts=timedelta(seconds=plain["lasts"]),
    )


def _mark(session: Session, message_id: UUID, error: str | None, *, at: datetime, tries: int) -> None:
    if error is None:
        session.execute(delete(OutgoingCodeRow).where(OutgoingCodeRow.id == message_id))
        return
    session.execute(
        update(OutgoingCodeRow)
        .where(OutgoingCodeRow.id == message_id)
        .values(next_at=at + back_off(tries, longest=120), leased_until=None, last_error=error)
        .execution_options(synchronize_session=False)
    )


def _about(message_id: UUID) -> str:
    return f"outgoing:{message_id}"
