"""Bills that were paid with money that never came, after what they are for had gone on: a registrar decides.

Such a bill can be paid at any time, until a registrar gives it a term; it never lapses by itself.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM, Actor
from app.core.events import record
from app.payments.events import PaymentDue, PaymentOverdue
from app.payments.ids import ObligationId
from app.payments.models import ObligationRow
from app.payments.remissions.refusals import NothingToDecide
from app.payments.remissions.summary import Obligation
from app.payments.standing import LockedObligation, lock

BATCH = 200
_O = ObligationRow
_TERM_RUNS = (_O.short_at.is_not(None), _O.overdue_at.is_(None))


def note(session: Session, obligation_id: ObligationId, *, at: datetime) -> None:
    """What paid it never came: from now on a registrar sees it. Nothing when it is void, or paid all the same."""
    if lock(session, obligation_id).due:
        _write(session, obligation_id, short_at=at, overdue_at=at, valid_until=None)


def give_more_time(
    session: Session, actor: Actor, obligation_id: ObligationId, *, pay_until: datetime, at: datetime
) -> None:
    """Ask for it by that day. Raises NothingToDecide when nothing is overdue."""
    obligation = lock(session, obligation_id)
    waits = session.execute(select(_O.id).where(_O.id == obligation_id, _O.overdue_at.is_not(None))).scalar()
    if waits is None or not obligation.due:
        raise NothingToDecide
    _write(session, obligation_id, overdue_at=None, valid_until=pay_until)
    event = PaymentDue(
        obligation_id=obligation.id,
        subject_id=obligation.subject,
        court_code=obligation.court_code,
        due_minor=obligation.due.minor,
        currency=obligation.currency,
        pay_until=pay_until,
    )
    record(session, event, actor=actor, at=at)


def renew(session: Session, obligation_id: ObligationId, pay_until: datetime) -> None:
    """Give it another term, if it is one of these: what is paid for was sent once more."""
    session.execute(
        update(_O)
        .where(_O.id == obligation_id, _O.short_at.is_not(None))
        .values(overdue_at=None, valid_until=pay_until)
        .execution_options(synchronize_session=False)
    )


def end(session: Session, obligation_id: ObligationId) -> None:
    """It is paid, or pointless now."""
    _write(session, obligation_id, short_at=None, overdue_at=None)


def note_overdue(session: Session, at: datetime) -> None:
    """A job of the clock: each whose term is over goes back to a registrar, or ends when it was paid."""
    late = select(_O.id).where(*_TERM_RUNS, _O.valid_until <= at).order_by(_O.valid_until).limit(BATCH)
    for obligation_id in session.execute(late).scalars().all():
        mark_overdue(session, ObligationId(obligation_id), at)


def mark_overdue(session: Session, obligation_id: ObligationId, at: datetime) -> None:
    """The same for one bill; twice is once. One with a payment on its way is left until the answer is there."""
    obligation = lock(session, obligation_id)
    if not obligation.due:
        end(session, obligation_id)
        return
    runs = session.execute(select(_O.id).where(_O.id == obligation_id, *_TERM_RUNS, _O.valid_until <= at)).scalar()
    if runs is None or obligation.asking(session):
        return
    _write(session, obligation_id, overdue_at=at, valid_until=None)
    record(session, _overdue(obligation), actor=SYSTEM, at=at)


def short_on(obligation: Obligation) -> ColumnElement[bool]:
    """Whether a registrar is to decide on it, to stand in another statement."""
    return obligation.in_(select(_O.id).where(_O.overdue_at.is_not(None)))


def _overdue(obligation: LockedObligation) -> PaymentOverdue:
    return PaymentOverdue(obligation_id=obligation.id, subject_id=obligation.subject, court_code=obligation.court_code)


def _write(session: Session, obligation_id: ObligationId, **values: datetime | None) -> None:
    session.execute(
        update(_O).where(_O.id == obligation_id).values(**values).execution_options(synchronize_session=False)
    )
