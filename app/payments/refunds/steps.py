"""One refund, locked, and its one way forward: state, history, books and news in the caller's transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM, Actor
from app.core.errors import Absent, Conflict
from app.core.events import Event, record
from app.core.money import Money
from app.payments import ledger
from app.payments.events import RefundApproved, RefundFailed, RefundPaid, RefundRefused, RefundStuck, RefundWithdrawn
from app.payments.ids import AttemptId, ObligationId, RefundId
from app.payments.reconciliation.releasing import release_refund
from app.payments.refunds.history import RefundStep, note
from app.payments.refunds.models import RefundRow
from app.payments.refunds.status import DONE, NOTHING_WENT, Means, RefundState, Setback
from app.payments.standing import LockedObligation, lock

CASH_DESK = "cash_desk"
_R = RefundRow
_S = RefundState
_OWNER = select(_R.obligation_id)
_LOAD = select(
    _R.id,
    _R.reference_id,
    _R.refund_due_id,
    _R.attempt_id,
    _R.provider,
    _R.amount_minor,
    _R.currency,
    _R.state,
    _R.setback,
    _R.means,
    _R.means_reference,
    _R.submitted_at,
    _R.accepted_at,
    _R.stuck_at,
)
_ACCOUNTS: Mapping[str, str] = {Means.BANK: ledger.BANK, Means.CASH: ledger.clearing(CASH_DESK)}


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedRefund:
    """A refund that nobody else can move until this transaction ends."""

    id: RefundId
    reference_id: UUID
    due_id: UUID
    obligation: LockedObligation
    attempt_id: AttemptId
    provider: str
    amount: Money
    state: RefundState
    setback: Setback | None
    means: Means | None
    means_reference: str | None
    submitted_at: datetime | None
    accepted: bool
    stuck: bool


def lock_refund(session: Session, refund_id: RefundId) -> LockedRefund:
    """Lock its obligation, then read it; raises Absent when there is none."""
    owner = session.execute(_OWNER.where(_R.id == refund_id)).scalar()
    if owner is None:
        raise Absent
    obligation = lock(session, ObligationId(owner))
    row = session.execute(_LOAD.where(_R.id == refund_id)).one()
    return LockedRefund(
        id=refund_id,
        reference_id=row.reference_id,
        due_id=row.refund_due_id,
        obligation=obligation,
        attempt_id=AttemptId(row.attempt_id),
        provider=row.provider,
        amount=Money(row.amount_minor, row.currency),
        state=RefundState(row.state),
        setback=Setback(row.setback) if row.setback else None,
        means=Means(row.means) if row.means else None,
        means_reference=row.means_reference,
        submitted_at=row.submitted_at,
        accepted=row.accepted_at is not None,
        stuck=row.stuck_at is not None,
    )


def advance(
    session: Session, refund: LockedRefund, step: RefundStep, *, actor: Actor, at: datetime, **values: Any
) -> LockedRefund:
    """Take `step` and all that goes with it; the refund as it is then.

    `values` are columns written with the state. Raises IllegalTransition, and Conflict when somebody was faster.
    """
    after, setback = step.after, step.setback
    values |= {"setback": setback, **_entry(session, refund, step, at)}
    if after in DONE | NOTHING_WENT:
        values |= {"next_at": None, "leased_until": None, "parked_at": None, "stuck_at": None}
    if not RefundRow.move_to(session, refund.id, refund.state, after, **values):
        raise Conflict
    if after is _S.REFUNDED:
        release_refund(session, refund.provider, refund.id, values.get("provider_reference"), at=at)
    done = replace(step, before=refund.state)
    note(session, (refund.id, refund.obligation.court_code), done, actor=actor, at=at)
    news = _news(refund, done)
    if news is not None:
        record(session, news, actor=actor, at=at)
    return replace(refund, state=after, setback=setback, submitted_at=values.get("submitted_at", refund.submitted_at))


def call_staff(session: Session, refund: LockedRefund, *, at: datetime) -> None:
    """Show it to the staff, and tell of it the first time."""
    if not refund.stuck:
        session.execute(update(_R).where(_R.id == refund.id).values(stuck_at=at))
        record(session, RefundStuck(**_of(refund)), actor=SYSTEM, at=at)


def _entry(session: Session, refund: LockedRefund, step: RefundStep, at: datetime) -> dict[str, Any]:
    of = (refund.obligation.id, refund.obligation.court_code, refund.attempt_id)
    if step.after is _S.APPROVED:
        sides = ledger.refund_approved(refund.amount)
        return {"approved_entry_id": ledger.write_entry(session, "refund_approved", sides, of=of, at=at)}
    if step.after is _S.WITHDRAWN and refund.state is not _S.REQUESTED:
        ledger.write_entry(session, "refund_withdrawn", ledger.refund_withdrawn(refund.amount), of=of, at=at)
    if step.after in DONE:
        account = ledger.clearing(refund.provider)
        if step.after is _S.PAID_BY_OTHER_MEANS:
            account = _ACCOUNTS[step.means or Means.BANK]
        sides = ledger.refund_paid(account, refund.amount)
        return {"paid_entry_id": ledger.write_entry(session, "refund_paid", sides, of=of, at=at), "done_at": at}
    return {}


def _news(refund: LockedRefund, step: RefundStep) -> Event | None:
    match step.after:
        case RefundState.APPROVED:
            return RefundApproved(**_of(refund))
        case RefundState.REFUSED:
            return RefundRefused(**_of(refund))
        case RefundState.WITHDRAWN:
            return RefundWithdrawn(**_of(refund))
        case RefundState.ERROR if step.before is not _S.RECORDED:
            return RefundFailed(**_of(refund), setback=step.setback or Setback.REFUSED)
        case RefundState.REFUNDED | RefundState.PAID_BY_OTHER_MEANS:
            return RefundPaid(**_of(refund), by_other_means=step.after is not _S.REFUNDED)
        case _:
            return None


def _of(refund: LockedRefund) -> dict[str, Any]:
    return {
        "obligation_id": refund.obligation.id,
        "subject_id": refund.obligation.subject,
        "court_code": refund.obligation.court_code,
        "refund_id": refund.id,
        "attempt_id": refund.attempt_id,
        "amount_minor": refund.amount.minor,
        "currency": refund.amount.currency,
    }
