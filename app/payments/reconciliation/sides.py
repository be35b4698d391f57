"""Reads both sides of a day: our payments and what went back over the rail, and what the statements say."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from app.core.money import Money
from app.payments import voided
from app.payments.models import ObligationRow, PaymentAttemptRow
from app.payments.reconciliation.days import Day
from app.payments.reconciliation.matching import Ours, Theirs
from app.payments.reconciliation.models import StatementLineRow
from app.payments.reconciliation.statement import LineKind
from app.payments.refunds.models import RefundRow
from app.payments.refunds.status import RefundState
from app.payments.status import AttemptState

_A, _L, _O, _R = PaymentAttemptRow, StatementLineRow, ObligationRow, RefundRow
_COUNTS = and_(_A.state == AttemptState.SUCCEEDED, voided.stands(_A.id))
_PAYMENT = (_A.id, _O.reference, _A.provider_reference, _A.amount_minor, _A.currency)
_PAYMENTS = select(*_PAYMENT, _COUNTS.label("counts"), _A.completed_at.label("at")).join(_O, _O.id == _A.obligation_id)
_WENT = _R.state == RefundState.REFUNDED
_REFUND = (_R.id, _R.attempt_id, _O.reference, _R.provider_reference, _R.amount_minor, _R.currency)
_REFUNDS = select(*_REFUND, _WENT.label("counts"), _R.done_at.label("at")).join(_O, _O.id == _R.obligation_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Takings:
    """What a day's lines come to: `taken` moved, `charge` is the provider's, at the settlement."""

    taken: Money
    charge: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Banked:
    """A line of the bank that settles the day: what came (net) and what was kept."""

    line: UUID
    net: Money
    kept: Money


def our_side(session: Session, day: Day) -> list[Ours]:
    """Our payments and refunds of that day, but for those on another day's statement, and all that its lines name."""
    paid = _PAYMENTS.where(
        _A.provider == day.source,
        _A.state != AttemptState.CREATED,
        or_(
            and_(_COUNTS, _within(day, _A.completed_at), ~_elsewhere(day, _A.provider_reference)),
            _named(day, _A.provider_reference),
        ),
    )
    back = _REFUNDS.where(
        _R.provider == day.source,
        _R.submitted_at.is_not(None),
        or_(
            and_(_WENT, _within(day, _R.done_at), ~_elsewhere(day, _R.provider_reference, refund=True)),
            _named(day, _R.provider_reference, refund=True),
        ),
    )
    payments = [_ours(row, day) for row in session.execute(paid).all()]
    return payments + [_ours(row, day, refund=True) for row in session.execute(back).all()]


def _within(day: Day, moment: Any) -> ColumnElement[bool]:
    return and_(moment >= day.begins, moment < day.ends)


def _elsewhere(day: Day, number: Any, *, refund: bool = False) -> ColumnElement[bool]:
    """It stands on another day's statement. Without a number of theirs, a line is known by our reference alone."""
    is_of = or_(and_(_L.theirs != "", _L.theirs == number), and_(number.is_(None), _L.ours == _O.reference))
    other_day = (_L.source == day.source, _L.day != day.day, _L.succeeded)
    return exists().where(*other_day, _about(refund=refund), is_of)


def _about(*, refund: bool) -> ColumnElement[bool]:
    return _L.kind == LineKind.REFUND if refund else _L.kind != LineKind.REFUND


def _named(day: Day, number: Any, *, refund: bool = False) -> ColumnElement[bool]:
    of_day = and_(_L.source == day.source, _L.day == day.day, _about(refund=refund))
    return or_(
        _O.reference.in_(select(_L.ours).where(of_day, _L.ours != "")),
        number.in_(select(_L.theirs).where(of_day, _L.theirs != "")),
    )


def _ours(row: Any, day: Day, *, refund: bool = False) -> Ours:
    return Ours(
        id=row.id,
        bill=row.reference,
        theirs=row.provider_reference,
        amount=Money(-row.amount_minor if refund else row.amount_minor, row.currency),
        succeeded=row.counts,
        day=None if row.at is None else row.at.astimezone(day.zone).date(),
        refund=refund,
        attempt=row.attempt_id if refund else None,
    )


def their_side(session: Session, day: Day) -> list[Theirs]:
    """The statement's lines of that day; at the bank, those that settle nobody's day."""
    wanted = select(_L.id, _L.ours, _L.theirs, _L.amount_minor, _L.currency, _L.succeeded, _L.kind).where(
        _L.source == day.source, _L.day == day.day, _L.kind != LineKind.SETTLEMENT
    )
    return [
        Theirs(
            id=row.id,
            bill=row.ours,
            theirs=row.theirs,
            amount=Money(row.amount_minor, row.currency),
            succeeded=row.succeeded,
            refund=row.kind == LineKind.REFUND,
        )
        for row in session.execute(wanted).all()
    ]


def takings(session: Session, day: Day) -> Takings | None:
    """What the provider's statement of that day comes to; None while there is no line of it."""
    moved = select(_L.currency, func.sum(_L.amount_minor).label("taken"), func.sum(_L.charge_minor).label("charge"))
    wanted = moved.where(_L.source == day.source, _L.day == day.day, _L.succeeded).group_by(_L.currency)
    row = session.execute(wanted).first()
    if row is None:
        return None
    return Takings(taken=Money(int(row.taken), row.currency), charge=Money(int(row.charge), row.currency))


def banked(session: Session, day: Day) -> list[Banked]:
    """The bank's lines that settle that day."""
    wanted = select(_L.id, _L.amount_minor, _L.charge_minor, _L.currency).where(
        _L.settles_source == day.source, _L.settles_day == day.day
    )
    return [
        Banked(line=row.id, net=Money(row.amount_minor, row.currency), kept=Money(row.charge_minor, row.currency))
        for row in session.execute(wanted.order_by(_L.id)).all()
    ]
