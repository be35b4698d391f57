"""Keeps our questions within the rate that a provider allows, across all processes."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core.counters import hit
from app.payments.models import CallbackInboxRow, PaymentAttemptRow
from app.payments.provider import CollectionProvider
from app.payments.refunds.models import RefundRow

_SECOND = timedelta(seconds=1)


def within_rate(
    session: Session,
    provider: CollectionProvider,
    queue: type[PaymentAttemptRow] | type[CallbackInboxRow] | type[RefundRow],
    claimed: Sequence[UUID],
    now: datetime,
) -> list[UUID]:
    """Those of the claimed rows whose question may be put in this second; the others go back for the next one."""
    most = provider.capabilities.status_calls_a_second
    allowed = [row for row in claimed if hit(session, f"asked:{provider.code}", _SECOND, now) <= most]
    put_back = set(claimed) - set(allowed)
    if put_back:
        session.execute(
            update(queue)
            .where(queue.id.in_(put_back))
            .values(leased_until=None, next_at=now + _SECOND, tries=queue.tries - 1)
        )
    return allowed
