"""What filings do when others report: money arrived or never came, or a fee changed before it did."""

from datetime import datetime

from sqlalchemy import true
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.events import Event, Handler, Recorded
from app.filing.loading import locked
from app.filing.models import FilingRow
from app.filing.sending import submit
from app.filing.status import FilingStatus
from app.payments import shortfalls
from app.payments.events import ObligationRepriced, PaymentSucceeded, PaymentVoided
from app.payments.queries import obligation
from app.payments.remissions import demands
from app.payments.service import void_obligation

_GONE_ON = frozenset({FilingStatus.SUBMITTED, FilingStatus.UNDER_REVIEW, FilingStatus.RETURNED, FilingStatus.ACCEPTED})


def payment_succeeded(session: Session, recorded: Recorded, at: datetime) -> None:
    """Submit the filing when nothing more is owed.

    Money completed inside the window keeps the filing's time, and revives one that lapsed meanwhile; money completed
    outside it is owed back. A filing that has moved on (paid twice, cancelled) is not ours to change: the payments
    room owes surplus and voided money back by itself.
    """
    event = recorded.event
    assert isinstance(event, PaymentSucceeded)
    if event.of_nobody:
        return
    row = locked(session, true(), event.subject_id)
    # What is owed now counts, not what the event said then: a correction may have raised the fee since.
    owed = obligation(session, event.obligation_id)
    if owed.due or owed.void:
        return
    demanded = owed.demand_open
    if demanded:
        demands.end(session, owed.id, at=at)
        shortfalls.end(session, owed.id)
    if row.status not in (FilingStatus.AWAITING_PAYMENT, FilingStatus.LAPSED):
        return
    # What was demanded after a refused waiver never lapses, so no money for it comes too late.
    if _in_time(row, event.completed_at) or demanded:
        submit(session, SYSTEM, row, paid=True, at=at)
    elif row.status == FilingStatus.LAPSED:
        void_obligation(session, SYSTEM, event.obligation_id, reason="paid_too_late", at=at)
    # Else the clock's next tick lapses it, and what was paid is owed back then.


def fee_changed(session: Session, recorded: Recorded, at: datetime) -> None:
    """Submit a filing that costs nothing any more, because another fee schedule holds for its day."""
    event = recorded.event
    assert isinstance(event, ObligationRepriced)
    row = locked(session, true(), event.subject_id)
    if row.status == FilingStatus.AWAITING_PAYMENT and not obligation(session, event.obligation_id).due:
        submit(session, SYSTEM, row, paid=False, at=at)


def payment_voided(session: Session, recorded: Recorded, at: datetime) -> None:
    """Show a registrar a filing that went on with money that never came; one that still waits for its fee just waits.

    The filing stays where it is and keeps its time: what follows is for the registrar to say.
    """
    event = recorded.event
    assert isinstance(event, PaymentVoided)
    row = locked(session, true(), event.subject_id)
    if row.status in _GONE_ON:
        shortfalls.note(session, event.obligation_id, at=at)


def _in_time(row: FilingRow, completed_at: datetime) -> bool:
    return row.due_at is None or completed_at < row.due_at


HEARS: dict[type[Event], tuple[str, Handler]] = {
    ObligationRepriced: ("filing.fee_changed", fee_changed),
    PaymentSucceeded: ("filing.payment_succeeded", payment_succeeded),
    PaymentVoided: ("filing.payment_voided", payment_voided),
}
