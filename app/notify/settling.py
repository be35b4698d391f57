"""Writing down what a try came to."""

from datetime import datetime, timedelta
from typing import assert_never
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.outbox import back_off
from app.notify.models import DeliveryRow
from app.notify.outcomes import Handed, InDoubt, Outcome, Refused, TryLater
from app.notify.service import fail, mark_sent
from app.notify.status import Channel, DeliveryStatus, Failure

# With these pauses the last try comes about half a day after the first.
TRIES = 20
_FIRST, _LONGEST = 5.0, 3600.0
# A request that timed out here may still be on its way in there; only after this is "not found" worth believing.
SETTLES = timedelta(seconds=60)


def settle(session: Session, delivery_id: UUID, tries: int, outcome: Outcome, *, at: datetime) -> None:
    """Write the outcome of the try that was number `tries`. What a receipt has settled meanwhile stays as it is."""
    row = session.get(DeliveryRow, delivery_id, with_for_update=True)
    if row is None or row.status not in (DeliveryStatus.SENDING, DeliveryStatus.RETRYING):
        return
    if isinstance(outcome, Handed):
        # Also when another worker has taken the row over: it is there, so nobody need call again.
        mark_sent(row, outcome.reference, at=at)
        return
    if row.tries != tries or row.status != DeliveryStatus.SENDING:
        return
    match outcome:
        case Refused(code):
            row.last_error, row.in_doubt = code, False
            fail(session, row, Failure.REFUSED, at=at)
        case TryLater():
            put_off(session, row, outcome, in_doubt=False, at=at)
        case InDoubt():
            put_off(session, row, outcome, in_doubt=True, at=at)
        case _:
            assert_never(outcome)


def put_off(session: Session, row: DeliveryRow, outcome: TryLater | InDoubt, *, in_doubt: bool, at: datetime) -> None:
    """Try again later, with growing pauses; after the last try give up."""
    row.last_error, row.in_doubt = outcome.code, in_doubt
    if row.tries >= TRIES:
        fail(session, row, Failure.GAVE_UP, at=at)
        return
    row.move_to(DeliveryStatus.RETRYING)
    row.leased_until = None
    row.next_at = at + max(back_off(row.tries, first=_FIRST, longest=_LONGEST), _at_least(row, outcome))


def _at_least(row: DeliveryRow, outcome: TryLater | InDoubt) -> timedelta:
    match outcome:
        case TryLater(after=after):
            return after or timedelta(0)
        case InDoubt():
            return SETTLES if row.channel == Channel.SMS else timedelta(0)
