"""What the clock does to filings: remind of a day to act, and lapse what was not done in time."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.events import record
from app.courts import Pack, court_date
from app.filing.events import FilingLapsed, FilingReminder
from app.filing.loading import about
from app.filing.models import FilingRow
from app.filing.status import FilingStatus
from app.filing.waivers import end_with, not_paid
from app.payments.ids import ObligationId
from app.payments.queries import obligation
from app.payments.service import void_obligation

BATCH = 200
_WAITING = (FilingStatus.AWAITING_PAYMENT, FilingStatus.RETURNED)


def lapse_overdue(session: Session, at: datetime) -> None:
    """Lapse what was not paid or corrected in time. What was part paid or paid too late is owed back.

    What a registrar demanded goes to a registrar instead. A filing with a payment on its way
    waits for the answer: the money may have been completed in time.
    """
    rows = session.scalars(
        select(FilingRow)
        .where(FilingRow.due_at <= at, FilingRow.status.in_(_WAITING))
        .order_by(FilingRow.due_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        _lapse(session, row, at)


def _lapse(session: Session, row: FilingRow, at: datetime) -> None:
    unpaid = row.status == FilingStatus.AWAITING_PAYMENT
    obligation_id = ObligationId(row.obligation_id) if row.obligation_id else None
    owed = obligation(session, obligation_id) if obligation_id else None
    if owed and owed.live:
        return
    if unpaid and owed and owed.demand_open:
        not_paid(session, row, owed, at)
        return
    row.move_to(FilingStatus.LAPSED)
    end_with(session, SYSTEM, row, at=at)
    record(session, FilingLapsed(**about(row), unpaid=unpaid), actor=SYSTEM, at=at)
    if unpaid and owed and owed.paid:
        void_obligation(session, SYSTEM, owed.id, reason="lapsed", at=at)


def _demanded(session: Session, row: FilingRow) -> bool:
    """Whether a registrar asks for what is to be paid: then a registrar decides, and nothing lapses."""
    owed = obligation(session, ObligationId(row.obligation_id)) if row.obligation_id else None
    return owed is not None and owed.demand_open


def remind(session: Session, pack: Pack, at: datetime) -> None:
    """Remind of filings to pay or correct, once on each of the pack's days."""
    rows = session.scalars(
        select(FilingRow)
        .where(FilingRow.due_at > at, FilingRow.status.in_(_WAITING))
        .order_by(FilingRow.due_at)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        _remind(session, pack, row, at)


def _remind(session: Session, pack: Pack, row: FilingRow, at: datetime) -> None:
    unpaid = row.status == FilingStatus.AWAITING_PAYMENT
    offsets = pack.switches.pay_reminder_days if unpaid else pack.switches.correct_reminder_days
    assert row.due_at is not None
    # `due_at` is the first instant after the last day.
    days_left = (court_date(pack, row.due_at) - court_date(pack, at)).days - 1
    reached = [offset for offset in offsets if days_left <= offset]
    if not reached or (row.reminded is not None and row.reminded <= min(reached)):
        return
    row.reminded = min(reached)
    event = FilingReminder(
        **about(row),
        unpaid=unpaid,
        until=row.due_at,
        days_left=max(days_left, 0),
        lapses=not (unpaid and _demanded(session, row)),
    )
    record(session, event, actor=SYSTEM, at=at)
