"""What people do with a refund. Everybody acts once; whoever paid, and whoever recorded, does not close it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Absent, Conflict, Forbidden
from app.core.ids import new_id
from app.core.language import T
from app.payments.ids import RefundId
from app.payments.models import RefundDueRow
from app.payments.refunds import rules
from app.payments.refunds.history import RefundStep
from app.payments.refunds.models import RefundApprovalRow, RefundEventRow, RefundRow
from app.payments.refunds.opening import open_refund
from app.payments.refunds.owed import Owed, RefundCause
from app.payments.refunds.policies import approves_refunds_of, records_refunds_of
from app.payments.refunds.status import NOTHING_WENT, Means, RefundState, Setback
from app.payments.refunds.steps import LockedRefund, advance, lock_refund

_S = RefundState
_YES = select(RefundApprovalRow.person_id)
_RECORDER = (
    select(RefundEventRow.actor)
    .where(RefundEventRow.to_state == _S.RECORDED)
    .order_by(RefundEventRow.at.desc(), RefundEventRow.id.desc())
    .limit(1)
)
_BEFORE = (
    select(RefundEventRow.from_state)
    .where(RefundEventRow.to_state == _S.RECORDED)
    .order_by(RefundEventRow.at.desc(), RefundEventRow.id.desc())
    .limit(1)
)


class OwnMoney(Forbidden):
    """Whoever paid does not decide on their own refund."""

    text = T("You can't decide on a refund of your own money.")


class SecondPersonNeeded(Forbidden):
    """The same person twice."""

    text = T("A second person must do this: you have had your say on this refund.")


class NotNow(Conflict):
    """The refund has moved on."""

    text = T("This refund has moved on since you opened it. Look at it again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordMeans:
    """How it was settled without the rail's word. `reference`: the number by which anyone finds it again."""

    refund_id: RefundId
    means: Means
    reference: str


def approve(session: Session, actor: Actor, refund_id: RefundId, *, alone_up_to: int, at: datetime) -> RefundState:
    """Say yes; the state that follows. Above `alone_up_to` minor units it stays `requested` until two have said it.

    Raises Absent, OwnMoney, SecondPersonNeeded, NotNow.
    """
    refund = _open(session, actor, refund_id, approves_refunds_of)
    _must_be(refund, _S.REQUESTED)
    said = set(session.execute(_YES.where(RefundApprovalRow.refund_id == refund_id)).scalars())
    if actor.person_id in said:
        raise SecondPersonNeeded
    session.execute(
        insert(RefundApprovalRow).values(
            id=new_id(), refund_id=refund_id, court_code=refund.obligation.court_code, person_id=actor.person_id, at=at
        )
    )
    if len(said) + 1 < rules.people_needed(refund.amount, alone_up_to):
        return refund.state
    session.info["wake"] = True
    return advance(session, refund, RefundStep(after=_S.APPROVED), actor=actor, at=at, next_at=at).state


def refuse(session: Session, actor: Actor, refund_id: RefundId, *, words: str, at: datetime) -> None:
    """Say no, with the reason that the payer will read. Raises Absent, OwnMoney, NotNow."""
    refund = _open(session, actor, refund_id, approves_refunds_of)
    _must_be(refund, _S.REQUESTED)
    advance(session, refund, RefundStep(after=_S.REFUSED, words=words), actor=actor, at=at)


def ask_anew(session: Session, actor: Actor, refund_id: RefundId, *, at: datetime) -> RefundId:
    """Open a new refund for what a refusal left unpaid. Raises Absent, OwnMoney, NotNow, MoreThanPaid."""
    refund = _open(session, actor, refund_id, approves_refunds_of)
    _must_be(refund, _S.REFUSED)
    live = select(func.count()).where(RefundRow.refund_due_id == refund.due_id, RefundRow.state.not_in(NOTHING_WENT))
    if session.execute(live).scalar_one():
        raise NotNow
    cause = session.execute(select(RefundDueRow.cause).where(RefundDueRow.id == refund.due_id)).scalar_one()
    owed = Owed(attempt_id=refund.attempt_id, amount=refund.amount, cause=RefundCause(cause))
    return open_refund(session, refund.due_id, refund.obligation, owed, actor=actor, at=at)


def record_means(session: Session, actor: Actor, command: RecordMeans, *, at: datetime) -> None:
    """Write down how it was settled; a second person closes it. Raises Absent, OwnMoney, NotNow.

    While nobody knows whether the rail paid, only the operator's own statement counts: money is not paid twice.
    """
    refund = _open(session, actor, command.refund_id, records_refunds_of)
    _must_be(refund, _S.ERROR, _S.UNKNOWN)
    _must_be_for_people(refund)
    if (refund.state is _S.UNKNOWN) != (command.means is Means.OPERATOR):
        raise NotNow
    step = RefundStep(after=_S.RECORDED, setback=refund.setback, means=command.means, means_reference=command.reference)
    written = {"means": command.means, "means_reference": command.reference}
    advance(session, refund, step, actor=actor, at=at, **written)


def close(session: Session, actor: Actor, refund_id: RefundId, *, at: datetime) -> RefundState:
    """Agree with what was recorded: the money went back. Raises Absent, OwnMoney, SecondPersonNeeded, NotNow."""
    refund = _second_person(session, actor, refund_id)
    by_rail = refund.means is Means.OPERATOR
    after = _S.REFUNDED if by_rail else _S.PAID_BY_OTHER_MEANS
    step = RefundStep(after=after, means=refund.means, means_reference=refund.means_reference)
    written = {"provider_reference": refund.means_reference} if by_rail else {}
    return advance(session, refund, step, actor=actor, at=at, **written).state


def send_back(session: Session, actor: Actor, refund_id: RefundId, *, words: str, at: datetime) -> None:
    """Disagree with what was recorded: it waits again. Raises Absent, OwnMoney, SecondPersonNeeded, NotNow."""
    refund = _second_person(session, actor, refund_id)
    before = session.execute(_BEFORE.where(RefundEventRow.refund_id == refund_id)).scalar_one()
    step = RefundStep(after=RefundState(str(before)), setback=refund.setback, words=words)
    advance(session, refund, step, actor=actor, at=at, means=None, means_reference=None)


def say_unpaid(session: Session, actor: Actor, refund_id: RefundId, *, words: str, at: datetime) -> None:
    """Settle an unknown one: the operator's statement shows no refund. Raises Absent, OwnMoney, NotNow."""
    refund = _open(session, actor, refund_id, approves_refunds_of)
    _must_be(refund, _S.UNKNOWN)
    _must_be_for_people(refund)
    step = RefundStep(after=_S.ERROR, setback=Setback.NOT_PAID, words=words)
    advance(session, refund, step, actor=actor, at=at, next_at=None, parked_at=None)


def look_again(session: Session, actor: Actor, refund_id: RefundId, *, at: datetime) -> None:
    """Have the worker ask the operator once more. Raises Absent, NotNow."""
    refund = _open(session, actor, refund_id, records_refunds_of)
    _must_be(refund, _S.UNKNOWN, _S.SUBMITTED)
    session.execute(update(RefundRow).where(RefundRow.id == refund_id).values(next_at=at, parked_at=None))
    session.info["wake"] = True


def _open(session: Session, actor: Actor, refund_id: RefundId, may: Callable[[Actor, str], bool]) -> LockedRefund:
    refund = lock_refund(session, refund_id)
    if not may(actor, refund.obligation.court_code):
        raise Absent
    if actor.person_id == refund.obligation.owner:
        raise OwnMoney
    return refund


def _second_person(session: Session, actor: Actor, refund_id: RefundId) -> LockedRefund:
    refund = _open(session, actor, refund_id, approves_refunds_of)
    _must_be(refund, _S.RECORDED)
    if session.execute(_RECORDER.where(RefundEventRow.refund_id == refund_id)).scalar() == actor.label():
        raise SecondPersonNeeded
    return refund


def _must_be(refund: LockedRefund, *states: RefundState) -> None:
    if refund.state not in states:
        raise NotNow


def _must_be_for_people(refund: LockedRefund) -> None:
    """While the rail is still being asked it may yet say how it ended."""
    if refund.state is _S.UNKNOWN and not refund.stuck:
        raise NotNow
