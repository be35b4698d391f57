"""Voids a wrong entry of the cash desk: one person asks, another confirms. Nothing is changed or deleted by it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Absent, Conflict, Forbidden
from app.core.events import record
from app.core.ids import new_id
from app.core.language import T
from app.core.money import Money
from app.payments import ledger, refunds
from app.payments.counter.drawer import CASH_DESK, hold, is_closed
from app.payments.counter.models import CashEntryRow, PaymentVoidRow
from app.payments.counter.status import VOID_TRANSITIONS, VoidState
from app.payments.events import PaymentVoided
from app.payments.ids import AttemptId, ObligationId
from app.payments.models import PaymentAttemptRow, RefundDueRow
from app.payments.policies import works_with_money_of
from app.payments.standing import LockedObligation, lock

_E, _V, _A = CashEntryRow, PaymentVoidRow, PaymentAttemptRow
_ENTRY = select(_E.attempt_id, _E.court_code, _E.cashier_id, _A.obligation_id, _A.amount_minor, _A.currency).join(
    _A, _A.id == _E.attempt_id
)
_LAST = select(_V).order_by(_V.turn.desc(), _V.decided_by.is_(None)).limit(1)


class AskedAlready(Conflict):
    """Somebody has asked for it, or it is void."""

    text = T("This entry is void, or somebody has asked for that already.")


class NotAsked(Conflict):
    """There is no open wish to decide on."""

    text = T("Nobody asks to void this entry now. It may have been decided on already.")


class SamePerson(Forbidden):
    """Whoever asks can't confirm."""

    text = T("You asked for this yourself. Another cashier, an accountant or the chief registrar must confirm it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class AskVoid:
    """`reason` in the words of whoever asks."""

    attempt_id: AttemptId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideVoid:
    """Confirm it, or refuse it (whoever asked may take it back by refusing)."""

    attempt_id: AttemptId
    confirm: bool


def ask_void(session: Session, actor: Actor, command: AskVoid, *, at: datetime) -> None:
    """Ask that an entry be voided; until somebody else confirms, it counts. Raises Absent, AskedAlready."""
    entry, _ = _held(session, actor, command.attempt_id)
    last = session.execute(_LAST.where(_V.attempt_id == entry.attempt_id)).scalar()
    if last is not None and last.state != VoidState.REFUSED:
        raise AskedAlready
    _note(session, entry, (last.turn + 1 if last else 1, VoidState.ASKED), at=at, reason=command.reason, by=actor)


def decide_void(session: Session, actor: Actor, command: DecideVoid, *, zone: ZoneInfo, at: datetime) -> None:
    """Confirm or refuse; a confirmation takes the money out of what was paid, with a journal entry of its own.

    Raises Absent, NotAsked, SamePerson, and RefundUnderWay when money of it may have gone back.
    """
    entry, obligation = _held(session, actor, command.attempt_id)
    last = session.execute(_LAST.where(_V.attempt_id == entry.attempt_id)).scalar()
    if last is None or last.state != VoidState.ASKED:
        raise NotAsked
    state = VoidState.CONFIRMED if command.confirm else VoidState.REFUSED
    VOID_TRANSITIONS.check(VoidState.ASKED, state)
    if command.confirm and actor.person_id == last.asked_by:
        raise SamePerson
    day = _day(session, entry, at.astimezone(zone).date()) if command.confirm else None
    decided = {"asked_by": last.asked_by, "decided_by": actor.person_id, "day": day}
    if command.confirm:
        _reverse(session, actor, entry, obligation, at=at)
    _note(session, entry, (last.turn, state), at=at, reason=last.reason, by=actor, **decided)


def _held(session: Session, actor: Actor, attempt_id: AttemptId) -> tuple[Any, LockedObligation]:
    entry = session.execute(_ENTRY.where(_E.attempt_id == attempt_id)).first()
    if entry is None or not works_with_money_of(actor, entry.court_code):
        raise Absent
    hold(session, entry.court_code, entry.cashier_id)
    return entry, lock(session, ObligationId(entry.obligation_id))


def _day(session: Session, entry: Any, today: date) -> date:
    """Whose totals it changes: today's, or tomorrow's when the drawer was counted already."""
    closed = is_closed(session, entry.court_code, entry.cashier_id, today)
    return today + timedelta(days=1) if closed else today


def _reverse(session: Session, actor: Actor, entry: Any, obligation: LockedObligation, *, at: datetime) -> None:
    attempt_id, amount = AttemptId(entry.attempt_id), Money(entry.amount_minor, entry.currency)
    refunds.withdraw(session, attempt_id, actor=actor, at=at)
    owed = select(func.coalesce(func.sum(RefundDueRow.amount_minor), 0)).where(RefundDueRow.attempt_id == attempt_id)
    going_back = Money(int(session.execute(owed).scalar_one()), entry.currency)
    sides = ledger.payment_voided(CASH_DESK, amount=amount, going_back=going_back)
    ledger.write_entry(session, "void", sides, of=(obligation.id, obligation.court_code, attempt_id), at=at)
    event = PaymentVoided(
        obligation_id=obligation.id,
        subject_id=obligation.subject,
        court_code=obligation.court_code,
        attempt_id=attempt_id,
        amount_minor=amount.minor,
        currency=amount.currency,
    )
    record(session, event, actor=actor, at=at)


def _note(session: Session, entry: Any, step: tuple[int, VoidState], *, at: datetime, by: Actor, **values: Any) -> None:
    turn, state = step
    row = {"asked_by": by.person_id, "decided_by": None, "day": None, **values}
    session.execute(
        insert(_V).values(
            id=new_id(),
            attempt_id=entry.attempt_id,
            court_code=entry.court_code,
            turn=turn,
            state=state,
            at=at,
            **row,
        )
    )
