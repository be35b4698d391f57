"""The demand for what a decision on a waiver left to pay: its term, and what happens when that passes unpaid.

Unlike an ordinary bill it never lapses by itself: it goes to a registrar.
"""

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM, Actor
from app.core.events import record
from app.payments.ids import ObligationId
from app.payments.models import ObligationRow
from app.payments.remissions.events import DemandOverdue, PaymentDemanded
from app.payments.remissions.ids import RemissionId
from app.payments.remissions.models import RemissionRow
from app.payments.remissions.refusals import NothingToDecide
from app.payments.standing import LockedObligation, lock

BATCH = 200
_R = RemissionRow
_OPEN = (_R.pay_until.is_not(None), _R.demand_ended_at.is_(None))


class AboutRemission(TypedDict):
    """What every event of a request says."""

    remission_id: RemissionId
    obligation_id: ObligationId
    subject_id: UUID
    court_code: str


def about(obligation: LockedObligation, remission_id: RemissionId) -> AboutRemission:
    """The fields that every event of a request has."""
    return {
        "remission_id": remission_id,
        "obligation_id": obligation.id,
        "subject_id": obligation.subject,
        "court_code": obligation.court_code,
    }


def open_until(session: Session, obligation_id: ObligationId, remission_id: RemissionId, pay_until: datetime) -> None:
    """The rest is to be paid by then, and can be paid until then."""
    session.execute(
        update(_R)
        .where(_R.id == remission_id)
        .values(pay_until=pay_until, overdue_at=None, demand_ended_at=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(update(ObligationRow).where(ObligationRow.id == obligation_id).values(valid_until=pay_until))


def give_more_time(
    session: Session, actor: Actor, obligation_id: ObligationId, *, pay_until: datetime, at: datetime
) -> None:
    """Ask once more for what was not paid in time. Raises NothingToDecide when nothing is overdue."""
    obligation = lock(session, obligation_id)
    found = session.execute(
        select(_R.id).where(_R.obligation_id == obligation.id, *_OPEN, _R.overdue_at.is_not(None))
    ).scalar()
    if found is None or not obligation.due:
        raise NothingToDecide
    remission_id = RemissionId(found)
    open_until(session, obligation.id, remission_id, pay_until)
    event = PaymentDemanded(
        **about(obligation, remission_id),
        due_minor=obligation.due.minor,
        currency=obligation.currency,
        pay_until=pay_until,
    )
    record(session, event, actor=actor, at=at)


def end(session: Session, obligation_id: ObligationId, *, at: datetime) -> None:
    """Nothing is demanded on it any more: it is paid, asked about anew, or void."""
    session.execute(
        update(_R)
        .where(_R.obligation_id == obligation_id, *_OPEN)
        .values(demand_ended_at=at)
        .execution_options(synchronize_session=False)
    )


def renew(session: Session, obligation_id: ObligationId, pay_until: datetime) -> None:
    """Give the demand that is open, if any, another term: the thing that is paid for was sent once more."""
    session.execute(
        update(_R)
        .where(_R.obligation_id == obligation_id, *_OPEN)
        .values(pay_until=pay_until, overdue_at=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(update(ObligationRow).where(ObligationRow.id == obligation_id).values(valid_until=pay_until))


def note_overdue(session: Session, at: datetime) -> None:
    """A job of the clock: each demand whose term is over is told to be overdue, or ended when it was paid.

    One with a payment on its way is left until the provider has answered.
    """
    rows = session.execute(
        select(_R.obligation_id)
        .where(*_OPEN, _R.pay_until <= at, _R.overdue_at.is_(None))
        .order_by(_R.pay_until)
        .limit(BATCH)
    ).scalars()
    for obligation_id in rows.all():
        mark_overdue(session, ObligationId(obligation_id), at)


def mark_overdue(session: Session, obligation_id: ObligationId, at: datetime) -> None:
    """The same for one bill; twice is once."""
    obligation = lock(session, obligation_id)
    if not obligation.due:
        end(session, obligation_id, at=at)
        return
    if obligation.asking(session):
        return
    marked = session.execute(
        update(_R)
        .where(_R.obligation_id == obligation_id, *_OPEN, _R.pay_until <= at, _R.overdue_at.is_(None))
        .values(overdue_at=at)
        .returning(_R.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if marked is not None:
        record(session, DemandOverdue(**about(obligation, RemissionId(marked))), actor=SYSTEM, at=at)
