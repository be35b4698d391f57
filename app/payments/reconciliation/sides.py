"""Reads both sides of a day: our payments, and what the statements say."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.orm import Session

from app.core.money import Money
from app.payments.models import ObligationRow, PaymentAttemptRow
from app.payments.reconciliation.days import Day
from app.payments.reconciliation.matching import Ours, Theirs
from app.payments.reconciliation.models import StatementLineRow
from app.payments.reconciliation.statement import LineKind
from app.payments.status import AttemptState

_A, _L, _O = PaymentAttemptRow, StatementLineRow, ObligationRow
_PAYMENT = (_A.id, _O.reference, _A.provider_reference, _A.amount_minor, _A.currency, _A.state, _A.completed_at)
_PAYMENTS = select(*_PAYMENT).join(_O, _O.id == _A.obligation_id)
# Without a number of theirs, a line is known by our reference alone.
_IS_OF = or_(
    and_(_L.theirs != "", _L.theirs == _A.provider_reference),
    and_(_A.provider_reference.is_(None), _L.ours == _O.reference),
)


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
    """Our payments of that day, but for those that are on another day's statement, and all that its lines name."""
    elsewhere = exists().where(_L.source == day.source, _L.day != day.day, _L.succeeded, _IS_OF)
    made = and_(_A.completed_at >= day.begins, _A.completed_at < day.ends)
    own = and_(_A.state == AttemptState.SUCCEEDED, made, ~elsewhere)
    of_day = and_(_L.source == day.source, _L.day == day.day)
    named = or_(
        _O.reference.in_(select(_L.ours).where(of_day, _L.ours != "")),
        _A.provider_reference.in_(select(_L.theirs).where(of_day, _L.theirs != "")),
    )
    wanted = _PAYMENTS.where(_A.provider == day.source, _A.state != AttemptState.CREATED, or_(own, named))
    return [_ours(row, day) for row in session.execute(wanted).all()]


def _ours(row: Any, day: Day) -> Ours:
    return Ours(
        id=row.id,
        bill=row.reference,
        theirs=row.provider_reference,
        amount=Money(row.amount_minor, row.currency),
        succeeded=row.state == AttemptState.SUCCEEDED,
        day=None if row.completed_at is None else row.completed_at.astimezone(day.zone).date(),
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
