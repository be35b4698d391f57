"""Reads of refunds, as plain values: what a payer is shown with the bill, and what the staff see."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, bindparam, exists, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from app.core.actor import Actor
from app.core.errors import Absent
from app.core.ids import PersonId
from app.core.money import Money
from app.payments.ids import ObligationId, RefundId
from app.payments.models import ObligationRow, PaymentAttemptRow, RefundDueRow
from app.payments.refunds.models import RefundApprovalRow, RefundEventRow, RefundRow
from app.payments.refunds.policies import SEERS, sees_refunds_of
from app.payments.refunds.status import DONE, NOTHING_WENT, Means, RefundState, Setback
from app.payments.refunds.tabs import Tab

PAGE = 50
_R, _O, _A, _D, _E, _Y = (
    RefundRow,
    ObligationRow,
    PaymentAttemptRow,
    RefundDueRow,
    RefundEventRow,
    RefundApprovalRow,
)
_S = RefundState


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundView:
    """Where a refund stands, for the payer. `tail`: of the number it goes back to; `words`: why it was refused."""

    amount: Money
    state: RefundState
    tail: str | None
    requested_at: datetime
    done_at: datetime | None
    means: Means | None
    means_reference: str | None
    words: str | None

    @property
    def done(self) -> bool:
        """Whether the money went back."""
        return self.state in DONE


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundLine:
    """A refund in the staff's list. `yeses`: how many people have approved it; `stuck`: asking does not help."""

    id: RefundId
    bill_reference: str
    court_code: str
    provider: str
    amount: Money
    cause: str
    state: RefundState
    setback: Setback | None
    requested_at: datetime
    stuck: bool
    yeses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryStep:
    """One step: who ("system" or a person's id), when, to where, and what was said."""

    at: datetime
    actor: str
    before: RefundState | None
    after: RefundState
    setback: Setback | None
    words: str | None
    means: Means | None
    means_reference: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundStory:
    """One refund with all that happened to it. `replaced`: after a refusal it was asked for anew."""

    line: RefundLine
    obligation_id: ObligationId
    owner: PersonId
    reference_id: UUID
    payment_id: UUID
    provider_reference: str | None
    paid: Money
    tail: str | None
    means: Means | None
    means_reference: str | None
    approvals: tuple[tuple[PersonId, datetime], ...]
    steps: tuple[StoryStep, ...]
    replaced: bool

    @property
    def recorder(self) -> str | None:
        """Who wrote down last how it was settled."""
        return next((s.actor for s in reversed(self.steps) if s.after is _S.RECORDED), None)


_NO = select(_E.words).where(_E.refund_id == _R.id, _E.to_state == _S.REFUSED).limit(1).scalar_subquery()
OF_OBLIGATION = (
    select(
        func.jsonb_agg(
            aggregate_order_by(
                func.jsonb_build_array(
                    *(_R.amount_minor, _R.state, _A.msisdn_tail, _R.requested_at, _R.done_at),
                    *(_R.means, _R.means_reference, _NO),
                ),
                _R.requested_at,
                _R.id,
            )
        )
    )
    .join(_A, _A.id == _R.attempt_id)
    .where(_R.obligation_id == _O.id)
    .correlate(_O)
    .scalar_subquery()
)
"""The refunds of an obligation, for a statement that selects from it; `views_in` reads them."""

_YESES = select(func.count()).where(_Y.refund_id == _R.id).scalar_subquery()
_LINE = (
    *(_R.id, _R.court_code, _R.provider, _R.amount_minor, _R.currency, _R.state, _R.setback),
    *(_R.requested_at, _R.stuck_at, _O.reference, _D.cause, _YESES.label("yeses")),
)
_LINES = select(*_LINE).join(_O, _O.id == _R.obligation_id).join(_D, _D.id == _R.refund_due_id)
_OTHER = aliased(_R)
_STORY = (
    _LINES.join(_A, _A.id == _R.attempt_id)
    .add_columns(
        *(_R.obligation_id, _O.owner_id, _R.reference_id, _R.provider_reference, _R.means, _R.means_reference),
        *(_A.reference_id.label("payment_id"), _A.amount_minor.label("paid"), _A.msisdn_tail),
        exists().where(_OTHER.refund_due_id == _R.refund_due_id, _OTHER.state.not_in(NOTHING_WENT)).label("replaced"),
    )
    .where(_R.id == bindparam("id"))
)
_STEPS = select(_E).where(_E.refund_id == bindparam("id")).order_by(_E.at, _E.id)
_APPROVALS = select(_Y.person_id, _Y.at).where(_Y.refund_id == bindparam("id")).order_by(_Y.at, _Y.id)


def views_in(stored: list[list[Any]] | None, currency: str) -> tuple[RefundView, ...]:
    """What OF_OBLIGATION selected, oldest first."""
    return tuple(_view(row, currency) for row in stored or ())


def refunds(session: Session, actor: Actor, tab: Tab, *, after: RefundId | None = None) -> tuple[RefundLine, ...]:
    """A page of the refunds of the actor's courts that stand in `tab`, oldest first, after the one with that id."""
    statement = _LINES.where(_seen_by(actor), _in(tab)).order_by(_R.id).limit(PAGE)
    if after is not None:
        statement = statement.where(_R.id > after)
    return tuple(_line(row) for row in session.execute(statement).all())


def counts(session: Session, actor: Actor) -> dict[Tab, int]:
    """How many refunds of the actor's courts stand in each tab but the last, which only grows."""
    tabs = [tab for tab in Tab if tab is not Tab.DONE]
    columns = [func.count().filter(_in(tab)).label(tab.value) for tab in tabs]
    row = session.execute(select(*columns).select_from(_R).where(_seen_by(actor))).one()
    return {tab: int(number) for tab, number in zip(tabs, row, strict=True)}


def story(session: Session, actor: Actor, refund_id: RefundId) -> RefundStory:
    """One refund with all that happened to it; raises Absent unless the actor sees its court's refunds."""
    row: Any = session.execute(_STORY, {"id": refund_id}).first()
    if row is None or not sees_refunds_of(actor, row.court_code):
        raise Absent
    said = session.execute(_APPROVALS, {"id": refund_id}).all()
    return RefundStory(
        line=_line(row),
        obligation_id=ObligationId(row.obligation_id),
        owner=PersonId(row.owner_id),
        reference_id=row.reference_id,
        payment_id=row.payment_id,
        provider_reference=row.provider_reference,
        paid=Money(row.paid, row.currency),
        tail=row.msisdn_tail,
        means=Means(row.means) if row.means else None,
        means_reference=row.means_reference,
        approvals=tuple((PersonId(person_id), at) for person_id, at in said),
        steps=tuple(_step(step) for step in session.execute(_STEPS, {"id": refund_id}).scalars()),
        replaced=row.replaced,
    )


def _seen_by(actor: Actor) -> ColumnElement[bool]:
    return _R.court_code.in_(sorted(actor.courts(*SEERS)))


def _in(tab: Tab) -> ColumnElement[bool]:
    match tab:
        case Tab.DECIDE:
            return _R.state == _S.REQUESTED
        case Tab.LOOK:
            return _R.state.in_((_S.ERROR, _S.RECORDED)) | _R.stuck_at.is_not(None)
        case Tab.UNDER_WAY:
            return _R.state.in_((_S.APPROVED, _S.SUBMITTED, _S.UNKNOWN)) & _R.stuck_at.is_(None)
        case Tab.DONE:
            return _R.state.in_(sorted(DONE | NOTHING_WENT))


def _view(row: list[Any], currency: str) -> RefundView:
    minor, state, tail, requested_at, done_at, means, means_reference, words = row
    return RefundView(
        amount=Money(minor, currency),
        state=RefundState(state),
        tail=tail,
        requested_at=datetime.fromisoformat(requested_at),
        done_at=datetime.fromisoformat(done_at) if done_at else None,
        means=Means(means) if means else None,
        means_reference=means_reference,
        words=words,
    )


def _line(row: Any) -> RefundLine:
    return RefundLine(
        id=RefundId(row.id),
        bill_reference=row.reference,
        court_code=row.court_code,
        provider=row.provider,
        amount=Money(row.amount_minor, row.currency),
        cause=row.cause,
        state=RefundState(row.state),
        setback=Setback(row.setback) if row.setback else None,
        requested_at=row.requested_at,
        stuck=row.stuck_at is not None,
        yeses=row.yeses,
    )


def _step(row: RefundEventRow) -> StoryStep:
    return StoryStep(
        at=row.at,
        actor=row.actor,
        before=RefundState(row.from_state) if row.from_state else None,
        after=RefundState(row.to_state),
        setback=Setback(row.setback) if row.setback else None,
        words=row.words,
        means=Means(row.means) if row.means else None,
        means_reference=row.means_reference,
    )
