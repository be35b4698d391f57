"""Reads both sides of a day: our payments and what went back over the rail, and what the statements say."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, String, Uuid, and_, case, cast, exists, func, literal, null, or_, select, true
from sqlalchemy.orm import Session

from app.core.money import Money
from app.payments import voided
from app.payments.models import ObligationRow, PaymentAttemptRow
from app.payments.reconciliation.days import Day
from app.payments.reconciliation.matching import Ours, Theirs
from app.payments.reconciliation.models import StatementFileRow, StatementLineRow
from app.payments.reconciliation.shapes import AT_ONCE
from app.payments.reconciliation.statement import LineKind
from app.payments.refunds.models import RefundRow
from app.payments.refunds.status import RefundState
from app.payments.status import AttemptState
from app.payments.unidentified.models import UnidentifiedPaymentRow
from app.payments.unidentified.queries import is_settled

_A, _L, _O, _R, _U = PaymentAttemptRow, StatementLineRow, ObligationRow, RefundRow, UnidentifiedPaymentRow
_COUNTS = and_(_A.state == AttemptState.SUCCEEDED, voided.stands(_A.id))
_PAYMENTS = select(
    *(_A.id, _A.id.label("attempt"), _O.reference, _A.provider_reference, _A.amount_minor, _A.currency),
    *(_COUNTS.label("counts"), _A.completed_at.label("at"), _A.reference_id.label("named")),
).join(_O, _O.id == _A.obligation_id)
_WENT = _R.state == RefundState.REFUNDED
_REFUNDS = select(
    *(_R.id, _R.attempt_id.label("attempt"), _O.reference, _R.provider_reference, _R.amount_minor, _R.currency),
    *(_WENT.label("counts"), _R.done_at.label("at"), _R.reference_id.label("named")),
).join(_O, _O.id == _R.obligation_id)
_UNIDENTIFIED = select(
    *(_U.id, null().label("attempt"), literal("").label("reference"), _U.provider_id.label("provider_reference")),
    *(_U.amount_minor, _U.currency, true().label("counts"), _U.completed_at.label("at"), literal("").label("named")),
)
_F = StatementFileRow
_NOBODYS = (LineKind.SETTLEMENT, LineKind.CHARGE)
_AN_ID = _L.ours.regexp_match("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
_ID = case((_AN_ID, cast(_L.ours, Uuid)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Takings:
    """What a day's lines come to: `taken` moved, `charge` is the provider's; at the settlement, or `at_once`."""

    taken: Money
    charge: Money
    at_once: bool = False

    @property
    def due(self) -> Money:
        """What the bank must get and keep together."""
        return self.taken - self.charge if self.at_once else self.taken

    @property
    def to_keep(self) -> Money:
        """What the bank must keep of it."""
        return Money.zero(self.charge.currency) if self.at_once else self.charge


@dataclass(frozen=True, slots=True, kw_only=True)
class Banked:
    """A line of the bank that settles the day: what came (net) and what was kept."""

    line: UUID
    net: Money
    kept: Money


def our_side(session: Session, day: Day) -> list[Ours]:
    """Our payments and refunds of that day, but for those on another day's statement, and all that its lines name.

    Money that came without a bill of ours is in the books too, so it is here until it is on one.
    """
    paid = _PAYMENTS.where(
        _A.provider == day.source,
        _A.state != AttemptState.CREATED,
        or_(
            and_(_COUNTS, _within(day, _A.completed_at), ~_elsewhere(day, _A.provider_reference, _A.reference_id)),
            _named(day, _A.provider_reference, _A.reference_id),
        ),
    )
    back = _REFUNDS.where(
        _R.provider == day.source,
        _R.submitted_at.is_not(None),
        or_(
            and_(
                *(_WENT, _within(day, _R.done_at)),
                ~_elsewhere(day, _R.provider_reference, _R.reference_id, refund=True),
            ),
            _named(day, _R.provider_reference, _R.reference_id, refund=True),
        ),
    )
    unknown = _UNIDENTIFIED.where(
        _U.provider == day.source,
        ~is_settled(),
        or_(
            and_(_within(day, _U.completed_at), ~_numbered(day, _U.provider_id, elsewhere=True)),
            _numbered(day, _U.provider_id),
        ),
    )
    found = [_ours(row, day) for wanted in (paid, unknown) for row in session.execute(wanted).all()]
    return found + [_ours(row, day, refund=True) for row in session.execute(back).all()]


def _within(day: Day, moment: Any) -> ColumnElement[bool]:
    return and_(moment >= day.begins, moment < day.ends)


def _elsewhere(day: Day, number: Any, named: Any, *, refund: bool = False) -> ColumnElement[bool]:
    """It stands on another day's statement. Without a number of theirs, a line is known by what it quotes of ours."""
    quoted = or_(_L.ours == _O.reference, _L.ours == cast(named, String))
    is_of = or_(and_(_L.theirs != "", _L.theirs == number), and_(number.is_(None), quoted))
    other_day = (_L.source == day.source, _L.day != day.day, _L.succeeded)
    return exists().where(*other_day, _about(refund=refund), is_of)


def _numbered(day: Day, number: Any, *, elsewhere: bool = False) -> ColumnElement[bool]:
    """A line of that day, or of another, has this number of theirs."""
    when = _L.day != day.day if elsewhere else _L.day == day.day
    return exists().where(_L.source == day.source, when, _L.succeeded, _about(refund=False), _L.theirs == number)


def _about(*, refund: bool) -> ColumnElement[bool]:
    return _L.kind == LineKind.REFUND if refund else _L.kind.not_in([LineKind.REFUND, *_NOBODYS])


def _named(day: Day, number: Any, named: Any, *, refund: bool = False) -> ColumnElement[bool]:
    of_day = and_(_L.source == day.source, _L.day == day.day, _about(refund=refund))
    return or_(
        _O.reference.in_(select(_L.ours).where(of_day, _L.ours != "")),
        named.in_(select(_ID).where(of_day, _AN_ID)),
        number.in_(select(_L.theirs).where(of_day, _L.theirs != "")),
    )


def _ours(row: Any, day: Day, *, refund: bool = False) -> Ours:
    return Ours(
        id=row.id,
        bill=row.reference,
        theirs=row.provider_reference,
        amount=Money(-row.amount_minor if refund else row.amount_minor, row.currency),
        succeeded=row.counts,
        day=None if row.at is None else row.at.astimezone(day.counted_in).date(),
        refund=refund,
        attempt=row.attempt,
        named=str(row.named),
    )


def their_side(session: Session, day: Day) -> list[Theirs]:
    """The statement's lines of that day; at the bank, those that settle nobody's day. Charges and payouts are not."""
    wanted = select(_L.id, _L.ours, _L.theirs, _L.amount_minor, _L.currency, _L.succeeded, _L.kind).where(
        _L.source == day.source, _L.day == day.day, _L.kind.not_in(_NOBODYS)
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
    """What the provider's statement of that day comes to; None while no statement covers it."""
    moved = select(_L.currency, func.sum(_L.amount_minor).label("taken"), func.sum(_L.charge_minor).label("charge"))
    of_day = (_L.source == day.source, _L.day == day.day, _L.kind != LineKind.SETTLEMENT, _L.succeeded)
    row = session.execute(moved.where(*of_day).group_by(_L.currency)).first()
    if row is None:
        currency = _currency_of(session, day)
        return None if currency is None else Takings(taken=Money.zero(currency), charge=Money.zero(currency))
    return Takings(
        taken=Money(int(row.taken), row.currency),
        charge=Money(int(row.charge), row.currency),
        at_once=day.source in AT_ONCE,
    )


def _currency_of(session: Session, day: Day) -> str | None:
    """That of a file which covers the day, or of a line of it that came to nothing; None when nobody told of it."""
    covers = select(_F.currency).where(_F.source == day.source, _F.first_day <= day.day, _F.last_day >= day.day)
    lines = select(_L.currency).where(_L.source == day.source, _L.day == day.day)
    for wanted in (covers, lines):
        found = session.execute(wanted.limit(1)).scalar()
        if found is not None:
            return found
    return None


def banked(session: Session, day: Day) -> list[Banked]:
    """The bank's lines that settle that day."""
    wanted = select(_L.id, _L.amount_minor, _L.charge_minor, _L.currency).where(
        _L.settles_source == day.source, _L.settles_day == day.day
    )
    return [
        Banked(line=row.id, net=Money(row.amount_minor, row.currency), kept=Money(row.charge_minor, row.currency))
        for row in session.execute(wanted.order_by(_L.id)).all()
    ]
