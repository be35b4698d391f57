"""The queue of attempts to ask about. Callbacks are a comfort; this is what makes every attempt end right."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.outbox import claim
from app.payments import inquiry
from app.payments.ids import AttemptId
from app.payments.models import PaymentAttemptRow
from app.payments.provider import CollectionProvider
from app.payments.rate import within_rate
from app.payments.status import AttemptState
from app.payments.till import Till

LEASE = timedelta(minutes=3)
BATCH = 5
_log = structlog.get_logger()


def drain(till: Till, *, limit: int = BATCH) -> int:
    """Ask about attempts that are due, within each provider's rate; how many. Any number of workers may call it."""
    return sum(_drain(till, provider, limit) for provider in till.providers.values())


def ask_soon(session: Session, attempt_ids: Sequence[UUID], *, at: datetime) -> None:
    """Put these attempts to the front of the queue, those as well that were given up: the provider is asked again."""
    if attempt_ids:
        session.execute(
            update(PaymentAttemptRow)
            .where(PaymentAttemptRow.id.in_(attempt_ids), PaymentAttemptRow.state != AttemptState.SUCCEEDED)
            .values(next_at=at, parked_at=None)
        )
        session.info["wake"] = True


def _drain(till: Till, provider: CollectionProvider, limit: int) -> int:
    now = till.clock.now()
    with till.database.transaction(SYSTEM) as session:
        of_provider = [PaymentAttemptRow.provider == provider.code]
        claimed = claim(session, PaymentAttemptRow, now=now, lease=LEASE, limit=limit, only=of_provider)
        allowed = within_rate(session, provider, PaymentAttemptRow, claimed, now)
    for attempt_id in allowed:
        try:
            inquiry.ask(till, AttemptId(attempt_id))
        except Exception:
            # The others must not wait for it; its lease runs out and it is asked about again.
            _log.exception("inquiry_failed", attempt=str(attempt_id))
    return len(allowed)
