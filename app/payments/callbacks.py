"""Callbacks: kept the moment they come, believed only when the provider says the same on being asked."""

from dataclasses import dataclass
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
from app.payments import inquiry, naming
from app.payments.ids import AttemptId
from app.payments.models import CallbackInboxRow, PaymentAttemptRow
from app.payments.provider import (
    FINAL_REPORTS,
    Authenticity,
    CallbackReport,
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
    provider = _provider(till, word)
    attempt_id = _by_secret(session, provider, secret)
    if attempt_id is None:
        raise _of_nobody(word)
    # The same words about two attempts are two callbacks.
    key = secret.encode() + b"\0" + callback.body
    try:
        heard = provider.parse_callback(callback)
    except MalformedReport:
        unreadable = Kept(hint=UNREADABLE, raw=f"unreadable, {len(callback.body)} bytes", key=key)
        _keep(session, provider, attempt_id, unreadable, at)
    else:
        naming.learn_name(session, attempt_id, heard)
        _keep(session, provider, attempt_id, _kept(heard, key), at)


def receive_at_one_address(session: Session, till: Till, word: str, callback: RawCallback, *, at: datetime) -> None:
    """Keep a callback of a provider that has one address for all, and says in its body which attempt it means.

    One that is proved to be theirs and is about no payment at all, such as a refund, is let pass: who sent the money
    back asks about it. Raises Absent when it can't be read, isn't theirs, or means no attempt of ours: the three look
    the same.
    """
    provider = _provider(till, word)
    try:
        heard = provider.parse_callback(callback)
    except MalformedReport:
        raise _of_nobody(word) from None
    if heard.authenticity is Authenticity.VERIFIED and heard.reference_id is None and heard.provider_id is None:
        return
    attempt_id = _by_name(session, provider, heard) if heard.authenticity is not Authenticity.INVALID else None
    if attempt_id is None:
        raise _of_nobody(word)
    _keep(session, provider, attempt_id, _kept(heard, callback.body), at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What is kept of a callback: what it says, its redacted words, and what tells it from others."""

    hint: str
    raw: str
    key: bytes
    provider_reference: str | None = None


def _kept(heard: CallbackReport, key: bytes) -> Kept:
    report = heard.report
    return Kept(hint=report.state, raw=report.raw, key=key, provider_reference=report.provider_reference)


def _keep(session: Session, provider: CollectionProvider, attempt_id: UUID, kept: Kept, at: datetime) -> None:
    body_hash = sha256(provider.code.encode() + b"\0" + kept.key).hexdigest()
    session.execute(
        insert(_C)
        .values(
            id=new_id(),
            provider=provider.code,
            attempt_id=attempt_id,
            body_hash=body_hash,
            raw=kept.raw,
            hint=kept.hint,
            provider_reference=kept.provider_reference,
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
            naming.learn_receipt(session, callback_id)
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


def _provider(till: Till, word: str) -> CollectionProvider:
    provider = till.providers.get(CALLBACK_PATHS.get(word, ""))
    if provider is None:
        raise _of_nobody(word)
    return provider


def _of_nobody(word: str) -> Absent:
    _log.warning("callback_of_nobody", provider=word)
    return Absent()


def _by_name(session: Session, provider: CollectionProvider, heard: CallbackReport) -> UUID | None:
    if heard.reference_id is not None:
        named = PaymentAttemptRow.reference_id == heard.reference_id
    elif heard.provider_id is not None:
        named = PaymentAttemptRow.provider_id == heard.provider_id
    else:
        return None
    found: UUID | None = session.execute(
        select(PaymentAttemptRow.id).where(named, PaymentAttemptRow.provider == provider.code)
    ).scalar()
    return found


def _by_secret(session: Session, provider: CollectionProvider, secret: str) -> UUID | None:
    found: UUID | None = session.execute(
        select(PaymentAttemptRow.id).where(
            PaymentAttemptRow.callback_hash == secret_hash(secret), PaymentAttemptRow.provider == provider.code
        )
    ).scalar()
    return found
