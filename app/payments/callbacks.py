"""Callbacks: kept the moment they come, believed only when the provider says the same on being asked."""

from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.clock import Clock
from app.core.errors import Absent
from app.core.ids import new_id
from app.core.outbox import MAX_TRIES, back_off, claim
from app.payments import inquiry
from app.payments.ids import AttemptId
from app.payments.models import CallbackInboxRow, PaymentAttemptRow
from app.payments.provider import (
    FINAL_REPORTS,
    CollectionProvider,
    MalformedReport,
    RawCallback,
    ReportState,
)
from app.payments.rate import within_rate
from app.payments.till import CALLBACK_PATHS, Till
from app.payments.vault import secret_hash

LEASE = timedelta(minutes=3)
BATCH = 5
MOST_BYTES = 64_000
UNREADABLE = "unreadable"
_log = structlog.get_logger()
_C = CallbackInboxRow


def receive(session: Session, till: Till, word: str, secret: str, callback: RawCallback, *, at: datetime) -> None:
    """Keep a callback for the worker; the same one twice is kept once.

    `word` and `secret` are from the address. Raises Absent when no attempt has that address, whatever the reason.
    """
    provider = till.providers.get(CALLBACK_PATHS.get(word, ""))
    attempt_id = _attempt(session, provider, secret) if provider else None
    if provider is None or attempt_id is None:
        _log.warning("callback_of_nobody", provider=word)
        raise Absent
    hint, raw = _read(provider, callback)
    # The same words about two attempts are two callbacks.
    body_hash = sha256(secret.encode() + b"\0" + callback.body).hexdigest()
    session.execute(
        insert(_C)
        .values(
            id=new_id(),
            provider=provider.code,
            attempt_id=attempt_id,
            body_hash=body_hash,
            raw=raw,
            hint=hint,
            received_at=at,
            next_at=at,
        )
        .on_conflict_do_nothing(index_elements=["body_hash"])
    )
    session.info["wake"] = True


def drain(till: Till, *, limit: int = BATCH) -> int:
    """Ask providers about the attempts that callbacks came for; how many. Any number of workers may call it."""
    return sum(_drain(till, provider, limit) for provider in till.providers.values())


def _drain(till: Till, provider: CollectionProvider, limit: int) -> int:
    now = till.clock.now()
    with till.database.transaction(SYSTEM) as session:
        claimed = claim(session, _C, now=now, lease=LEASE, limit=limit, only=[_C.provider == provider.code])
        allowed = within_rate(session, provider, _C, claimed, now)
    for callback_id in allowed:
        try:
            _confirm(till, callback_id)
        except Exception:
            _log.exception("callback_failed", callback=str(callback_id))
    return len(allowed)


def _confirm(till: Till, callback_id: UUID) -> None:
    with till.database.reading(SYSTEM) as session:
        attempt_id, hint, tries = session.execute(
            select(_C.attempt_id, _C.hint, _C.tries).where(_C.id == callback_id)
        ).one()
    asked = inquiry.ask(till, AttemptId(attempt_id), hurry=hint in FINAL_REPORTS)
    with till.database.transaction(SYSTEM) as session:
        if asked.report.state is ReportState.AMBIGUOUS:
            _put_back(session, callback_id, tries, till.clock)
        else:
            outcome = "confirmed" if asked.report.state == hint else "contradicted"
            _finish(session, callback_id, outcome, till.clock.now())


def _finish(session: Session, callback_id: UUID, outcome: str, at: datetime) -> None:
    session.execute(
        update(_C).where(_C.id == callback_id).values(processed_at=at, outcome=outcome, next_at=None, leased_until=None)
    )


def _put_back(session: Session, callback_id: UUID, tries: int, clock: Clock) -> None:
    now = clock.now()
    parked = now if tries >= MAX_TRIES else None
    session.execute(
        update(_C)
        .where(_C.id == callback_id)
        .values(next_at=now + back_off(tries), leased_until=None, parked_at=parked, last_error="no clear answer")
    )


def _attempt(session: Session, provider: CollectionProvider, secret: str) -> UUID | None:
    found: UUID | None = session.execute(
        select(PaymentAttemptRow.id).where(
            PaymentAttemptRow.callback_hash == secret_hash(secret), PaymentAttemptRow.provider == provider.code
        )
    ).scalar()
    return found


def _read(provider: CollectionProvider, callback: RawCallback) -> tuple[str, str]:
    try:
        heard = provider.parse_callback(callback)
    except MalformedReport:
        return UNREADABLE, f"unreadable, {len(callback.body)} bytes"
    return heard.report.state, heard.report.raw
