"""A registrar's claim on a filing: nobody works on what somebody else has in hand."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Conflict
from app.core.events import record
from app.core.language import T
from app.filing.events import FilingClaimed, FilingReleased
from app.filing.ids import FilingId
from app.filing.loading import about, locked_for_review
from app.filing.models import FilingRow
from app.filing.policies import reviews
from app.filing.status import FilingStatus

CLAIM_HOLDS = timedelta(minutes=30)


class HeldByAnother(Conflict):
    """Another registrar has the filing in hand."""

    text = T("Another registrar has this filing in hand. Take the next one, or ask them to release it.")


def claim(session: Session, actor: Actor, filing_id: UUID, *, at: datetime) -> None:
    """Take a submitted filing in hand; again is fine. Raises HeldByAnother while somebody else's claim is fresh."""
    row = locked_for_review(session, actor, filing_id)
    if row.status == FilingStatus.UNDER_REVIEW:
        fresh = row.claimed_at is not None and at - row.claimed_at < CLAIM_HOLDS
        if row.claimed_by != actor.person_id and fresh:
            raise HeldByAnother
    else:
        row.move_to(FilingStatus.UNDER_REVIEW)
    _take(session, actor, row, at)


def claim_next(session: Session, actor: Actor, *, at: datetime) -> FilingId | None:
    """Take the next filing in hand: urgent ones first, then the oldest; None when the queue is empty."""
    row = session.scalars(
        select(FilingRow)
        .where(reviews(actor), FilingRow.status == FilingStatus.SUBMITTED)
        .order_by(FilingRow.urgent.desc(), FilingRow.submitted_at, FilingRow.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    row.move_to(FilingStatus.UNDER_REVIEW)
    _take(session, actor, row, at)
    return FilingId(row.id)


def _take(session: Session, actor: Actor, row: FilingRow, at: datetime) -> None:
    news = row.claimed_by != actor.person_id
    row.claimed_by, row.claimed_at = actor.person_id, at
    if news and actor.person_id is not None:
        event = FilingClaimed(**about(row), registrar_id=actor.person_id)
        record(session, event, actor=actor, at=at)


def release(session: Session, actor: Actor, filing_id: UUID, *, at: datetime) -> None:
    """Put a filing back into the queue, undecided. A chief registrar may release anybody's."""
    row = locked_for_review(session, actor, filing_id)
    if row.status != FilingStatus.UNDER_REVIEW:
        return
    if row.claimed_by != actor.person_id and not actor.has("chief_registrar", row.court_code):
        raise HeldByAnother
    row.move_to(FilingStatus.SUBMITTED)
    row.claimed_by = row.claimed_at = None
    record(session, FilingReleased(**about(row)), actor=actor, at=at)
