"""Reads of unidentified money for whoever works with money; for anybody else there is none."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, bindparam, exists, false, func, select, true
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Absent
from app.core.ids import PersonId
from app.core.money import Money
from app.payments.models import ObligationRow
from app.payments.policies import sees_unidentified
from app.payments.refunds.models import RefundRow
from app.payments.unidentified.models import PlacementRow, UnidentifiedPaymentRow
from app.payments.unidentified.status import SETTLED, PlacementState

PAGE = 50
_U, _P, _O, _R = UnidentifiedPaymentRow, PlacementRow, ObligationRow, RefundRow


@dataclass(frozen=True, slots=True, kw_only=True)
class UnidentifiedLine:
    """Money in a list. `quoted`: what the payer called the bill; `state`: of the last step, None when nobody acted."""

    id: UUID
    provider: str
    provider_id: str
    quoted: str
    amount: Money
    tail: str | None
    completed_at: datetime
    state: PlacementState | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlacementStep:
    """One step. `bill` is the number that was named; `refund_id` where its refund stands, when it is sent back."""

    at: datetime
    state: PlacementState
    bill: str
    court_code: str
    reason: str
    asked_by: PersonId
    decided_by: PersonId | None
    attempt_id: UUID | None
    refund_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class UnidentifiedStory:
    """Money with all that was done about it, oldest first."""

    line: UnidentifiedLine
    steps: tuple[PlacementStep, ...]

    @property
    def open(self) -> bool:
        """Whether somebody may still say whose it is."""
        return self.line.state in (None, PlacementState.REFUSED)

    @property
    def last(self) -> PlacementStep | None:
        """The newest step."""
        return self.steps[-1] if self.steps else None


_LAST = (
    select(_P.state)
    .where(_P.payment_id == _U.id)
    .order_by(_P.turn.desc(), _P.decided_by.is_(None))
    .limit(1)
    .scalar_subquery()
)
_COLUMNS = (_U.id, _U.provider, _U.provider_id, _U.quoted, _U.amount_minor, _U.currency, _U.tail, _U.completed_at)
_LINES = select(*_COLUMNS, _LAST.label("state"))
_REFUND = select(_R.id).where(_R.attempt_id == _P.attempt_id).order_by(_R.requested_at.desc()).limit(1)
_STEPS = (
    select(
        *(_P.at, _P.state, _P.court_code, _P.reason, _P.asked_by, _P.decided_by, _P.attempt_id),
        _O.reference,
        _REFUND.scalar_subquery().label("refund_id"),
    )
    .join(_O, _O.id == _P.obligation_id)
    .where(_P.payment_id == bindparam("id"))
    .order_by(_P.turn, _P.decided_by.is_not(None))
)


def unidentified(
    session: Session, actor: Actor, *, settled: bool, after: UUID | None = None
) -> tuple[UnidentifiedLine, ...]:
    """A page of the money that waits, or that was settled; oldest first, after the one with that id."""
    statement = _LINES.where(is_settled() if settled else ~is_settled(), _seen_by(actor)).order_by(_U.id).limit(PAGE)
    if after is not None:
        statement = statement.where(_U.id > after)
    return tuple(_line(row) for row in session.execute(statement).all())


def waiting(session: Session, actor: Actor) -> int:
    """How many payments wait for somebody to say whose they are."""
    statement = select(func.count()).select_from(_U).where(~is_settled(), _seen_by(actor))
    return int(session.execute(statement).scalar_one())


def unidentified_story(session: Session, actor: Actor, payment_id: UUID) -> UnidentifiedStory:
    """One of them with all that was done about it; raises Absent."""
    row = session.execute(_LINES.where(_U.id == payment_id, _seen_by(actor))).first()
    if row is None:
        raise Absent
    steps = session.execute(_STEPS, {"id": payment_id}).all()
    return UnidentifiedStory(line=_line(row), steps=tuple(_step(step) for step in steps))


def is_settled() -> ColumnElement[bool]:
    """Whether the money was put on a bill or sent back, and so is an attempt by now; to stand in another statement."""
    return exists().where(and_(_P.payment_id == _U.id, _P.state.in_(sorted(SETTLED))))


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    return true() if sees_unidentified(actor) else false()


def _line(row: Any) -> UnidentifiedLine:
    return UnidentifiedLine(
        id=row.id,
        provider=row.provider,
        provider_id=row.provider_id,
        quoted=row.quoted,
        amount=Money(row.amount_minor, row.currency),
        tail=row.tail,
        completed_at=row.completed_at,
        state=PlacementState(row.state) if row.state else None,
    )


def _step(row: Any) -> PlacementStep:
    return PlacementStep(
        at=row.at,
        state=PlacementState(row.state),
        bill=row.reference,
        court_code=row.court_code,
        reason=row.reason,
        asked_by=PersonId(row.asked_by),
        decided_by=PersonId(row.decided_by) if row.decided_by else None,
        attempt_id=row.attempt_id,
        refund_id=row.refund_id,
    )
