"""Says whose unidentified money is: a bill's, or nobody's, so that it goes back over the rail on which it came.

Money that was placed is a payment like any other: receipt, books, news, and a refund of what is more than was due.
Whoever comes second, by a double press or at another desk, finds it settled.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, or_, select, text
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Absent, Conflict, Forbidden, Invalid, Problem
from app.core.ids import PersonId, new_id
from app.core.language import T
from app.core.money import Money
from app.payments.bill_numbers import new_reference
from app.payments.history import Evidence
from app.payments.ids import AttemptId, ObligationId
from app.payments.models import ObligationRow, PaymentAttemptRow
from app.payments.payers.lookup import NoSuchBill, bill_numbered
from app.payments.policies import sees_unidentified, works_with_money_of
from app.payments.provider import Capabilities
from app.payments.received import ReceivePayment, receive_payment
from app.payments.refunds import rules
from app.payments.standing import LockedObligation, lock
from app.payments.unidentified.models import PlacementRow, UnidentifiedPaymentRow
from app.payments.unidentified.status import PLACEMENT_TRANSITIONS, PlacementState

_U, _P, _A = UnidentifiedPaymentRow, PlacementRow, PaymentAttemptRow
_S = PlacementState
_HOLD = text("select pg_advisory_xact_lock(hashtextextended(:key, 7305016))")
_LAST = select(_P).order_by(_P.turn.desc(), _P.decided_by.is_(None)).limit(1)


class PlacedAlready(Conflict):
    """It is settled, or somebody has named a bill and waits for a second person."""

    text = T("Somebody was faster: this money is placed already, or a bill was named for it. Look at it again.")


class NothingAsked(Conflict):
    """Nobody has named a bill that waits for a second person."""

    text = T("No bill waits for a second person's yes here. It may have been decided on already.")


class SecondPersonNeeded(Forbidden):
    """Whoever named the bill can't agree to it."""

    text = T("You named this bill yourself. Another cashier, an accountant or the chief registrar must agree.")


class OwnBill(Forbidden):
    """Nobody puts money on their own bill."""

    text = T("You can't place money on a bill of your own. Ask a colleague.")


class BillCancelled(Conflict):
    """The bill became void since it was named."""

    text = T("This bill has been cancelled since. Refuse it, then name another bill or send the money back.")


class BookedAlready(Conflict):
    """The same payment was booked for a bill by another way."""

    text = T("This payment is booked for a bill already. Ask the accountant to look at the operator's statement.")


class CannotGoBack(Conflict):
    """The operator doesn't know the payer, or pays nothing back."""

    text = T("This operator can't send the payment back. Find out whose it is and place it on their bill.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceMoney:
    """Put it on this bill; `reason` says how we know. `more`: it is more than is due, and that is right."""

    payment_id: UUID
    bill_number: str
    reason: str
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SendBack:
    """Give it back over its rail, in the books of this court."""

    payment_id: UUID
    court_code: str
    reason: str


def place(session: Session, actor: Actor, command: PlaceMoney, *, alone_up_to: int, at: datetime) -> PlacementState:
    """Put it on a bill, or above `alone_up_to` minor units name the bill for a second person to agree to.

    The same wish of the same person twice is one. Raises Absent, PlacedAlready, OwnBill, BookedAlready, NoSuchBill
    (also for a bill of a court where the actor has no money to look after), Invalid when it is more than is due.
    """
    payment, last = _held(session, actor, command.payment_id)
    bill = _bill(session, actor, command.bill_number, payment.currency)
    if last is not None and last.state != _S.REFUSED:
        if (last.asked_by, last.obligation_id) == (actor.person_id, bill.id) and last.state != _S.RETURNED:
            return PlacementState(last.state)
        raise PlacedAlready
    if bill.owner == actor.person_id:
        raise OwnBill
    amount = Money(payment.amount_minor, payment.currency)
    if amount.minor > bill.due.minor and not command.more:
        raise Invalid(problems=(Problem("more", _more_than(bill.due)),))
    turn = last.turn + 1 if last else 1
    wish = {"turn": turn, "reason": command.reason, "asked_by": actor.person_id}
    if rules.people_needed(amount, alone_up_to):
        _note(session, payment, bill, _S.ASKED, at=at, **wish)
        return _S.ASKED
    attempt_id = _receive(session, actor, payment, bill, at=at)
    _note(session, payment, bill, _S.PLACED, at=at, decided_by=actor.person_id, attempt_id=attempt_id, **wish)
    return _S.PLACED


def decide(session: Session, actor: Actor, payment_id: UUID, *, agree: bool, at: datetime) -> PlacementState:
    """Agree to the bill that somebody named, or refuse it (whoever named it may take it back so).

    Raises Absent, NothingAsked, SecondPersonNeeded, OwnBill, BillCancelled, BookedAlready.
    """
    payment, last = _held(session, actor, payment_id)
    if last is None or last.state != _S.ASKED:
        raise NothingAsked
    bill = lock(session, ObligationId(last.obligation_id))
    if not works_with_money_of(actor, bill.court_code):
        raise Absent
    state = _S.PLACED if agree else _S.REFUSED
    PLACEMENT_TRANSITIONS.check(_S.ASKED, state)
    attempt_id = _agree(session, actor, payment, bill, last, at) if agree else None
    wish = {"turn": last.turn, "reason": last.reason, "asked_by": last.asked_by}
    _note(session, payment, bill, state, at=at, decided_by=actor.person_id, attempt_id=attempt_id, **wish)
    return state


def send_back(
    session: Session, actor: Actor, command: SendBack, *, capabilities: Capabilities | None, at: datetime
) -> ObligationId:
    """Owe it back to whoever paid: its refund then goes its way like any other. The bill that stands for it.

    `capabilities` are its rail's. Raises Absent also for a court where the actor looks after no money; PlacedAlready,
    BookedAlready, CannotGoBack.
    """
    payment, last = _held(session, actor, command.payment_id)
    if not works_with_money_of(actor, command.court_code):
        raise Absent
    if last is not None and last.state != _S.REFUSED:
        if last.state == _S.RETURNED and last.asked_by == actor.person_id:
            return ObligationId(last.obligation_id)
        raise PlacedAlready
    amount = Money(payment.amount_minor, payment.currency)
    if rules.obstacle(capabilities, amount, amount) is not None:
        raise CannotGoBack
    bill = _bill_of_nobody(session, payment, command.court_code, at)
    attempt_id = _receive(session, actor, payment, bill, at=at)
    wish = {"turn": last.turn + 1 if last else 1, "reason": command.reason, "asked_by": actor.person_id}
    _note(session, payment, bill, _S.RETURNED, at=at, decided_by=actor.person_id, attempt_id=attempt_id, **wish)
    return bill.id


def _held(session: Session, actor: Actor, payment_id: UUID) -> tuple[UnidentifiedPaymentRow, PlacementRow | None]:
    """The money and its last step; nobody else decides on it until the transaction ends."""
    if actor.person_id is None or not sees_unidentified(actor):
        raise Absent
    session.execute(_HOLD, {"key": str(payment_id)})
    payment = session.get(_U, payment_id)
    if payment is None:
        raise Absent
    return payment, session.execute(_LAST.where(_P.payment_id == payment_id)).scalar()


def _bill(session: Session, actor: Actor, typed: str, currency: str) -> LockedObligation:
    found = bill_numbered(session, typed)
    bill = lock(session, found.id)
    if bill.void or bill.currency != currency or not works_with_money_of(actor, bill.court_code):
        raise NoSuchBill
    return bill


def _agree(
    session: Session, actor: Actor, payment: UnidentifiedPaymentRow, bill: LockedObligation, last: Any, at: datetime
) -> AttemptId:
    if actor.person_id == last.asked_by:
        raise SecondPersonNeeded
    if actor.person_id == bill.owner:
        raise OwnBill
    if bill.void:
        raise BillCancelled
    return _receive(session, actor, payment, bill, at=at)


def _bill_of_nobody(
    session: Session, payment: UnidentifiedPaymentRow, court_code: str, at: datetime
) -> LockedObligation:
    """A bill on which nothing was ever due. It is its own subject and owner, so it shows nowhere but at the desk."""
    bill_id = ObligationId(new_id())
    session.execute(
        insert(ObligationRow).values(
            id=bill_id,
            subject=bill_id,
            court_code=court_code,
            owner_id=PersonId(bill_id),
            reference=new_reference(),
            currency=payment.currency,
            opened_at=at,
            voided_at=at,
            void_reason="unidentified",
        )
    )
    return lock(session, bill_id)


def _receive(
    session: Session, actor: Actor, payment: UnidentifiedPaymentRow, bill: LockedObligation, *, at: datetime
) -> AttemptId:
    named = or_(_A.provider_id == payment.provider_id, _A.provider_reference == payment.provider_id)
    if session.execute(select(_A.id).where(_A.provider == payment.provider, named)).first() is not None:
        raise BookedAlready
    command = ReceivePayment(
        bill_reference=bill.reference,
        provider=payment.provider,
        provider_id=payment.provider_id,
        amount=Money(payment.amount_minor, payment.currency),
        completed_at=payment.completed_at,
        evidence=Evidence(kind="desk", said="placed", raw=payment.raw),
        tail=payment.tail,
        from_suspense=True,
    )
    return receive_payment(session, actor, command, at=at)


def _note(
    session: Session,
    payment: UnidentifiedPaymentRow,
    bill: LockedObligation,
    state: PlacementState,
    *,
    at: datetime,
    **values: Any,
) -> None:
    row = {"decided_by": None, "attempt_id": None, **values}
    session.execute(
        insert(_P).values(
            id=new_id(),
            payment_id=payment.id,
            court_code=bill.court_code,
            obligation_id=bill.id,
            state=state,
            at=at,
            **row,
        )
    )


def _more_than(due: Money) -> Any:
    return T(
        "This is more than the %(due)s that are due. Check it. Tick the box if it is right: the rest goes back.",
        due=str(due),
    )
