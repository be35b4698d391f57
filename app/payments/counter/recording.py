"""Records money that came to the cash desk: cash, or a bank's slip, for a bill's number."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Absent, Conflict, Invalid, Problem
from app.core.language import T, Text
from app.core.money import Money
from app.payments import voided
from app.payments.bill_numbers import ALPHABET, readings
from app.payments.counter.drawer import CASH_DESK, hold, hold_slip, is_closed
from app.payments.counter.models import CashEntryRow
from app.payments.counter.status import Way
from app.payments.history import Evidence
from app.payments.ids import AttemptId, ObligationId
from app.payments.models import ObligationRow, PaymentAttemptRow
from app.payments.policies import takes_cash_at
from app.payments.received import ReceivePayment, UnknownBill, receive_payment
from app.payments.standing import LockedObligation, lock

_E, _O, _A = CashEntryRow, ObligationRow, PaymentAttemptRow
_BILLS = select(_O.id, _O.court_code, _O.reference).limit(2)
_ENTRY = select(_E.attempt_id, _E.cashier_id, _A.obligation_id).join(_A, _A.id == _E.attempt_id)
_SLIP = (
    select(_O.reference)
    .join(_A, _A.obligation_id == _O.id)
    .join(_E, _E.attempt_id == _A.id)
    .where(voided.stands(_A.id))
)


class DayIsClosed(Conflict):
    """The cashier has counted the drawer for today."""

    text = T("You have closed your day. Take no more money today; ask a colleague, or come back tomorrow.")


class NothingToTake(Conflict):
    """Cash for a bill on which nothing is due."""

    text = T("Nothing is due on this bill. Take no money, and give back what you took.")


class FormUsed(Conflict):
    """Another payment was recorded with this form."""

    text = T("This form was used for another payment already. Open a new one.")


class SlipKnown(Invalid):
    """The slip was recorded already and stands."""

    def __init__(self, reference: str) -> None:
        """`reference` is the bill for which it was."""
        words = T("This slip is recorded already, for bill %(number)s. One slip pays once.", number=reference)
        super().__init__(problems=(Problem("slip_number", words),))


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCash:
    """`amount` came for the bill `bill_number` (as typed). `number` is the form's own, drawn by `new_number`.

    `slip_number` and `paid_on` are the bank slip's; `more`: the cashier knows that it is more than is due.
    """

    number: str
    bill_number: str
    way: Way
    amount: Money
    slip_number: str | None = None
    paid_on: date | None = None
    more: bool = False


def new_number() -> str:
    """The number of an entry at the desk: a D and twelve signs, drawn when the form is opened."""
    return "D" + "".join(secrets.choice(ALPHABET) for _ in range(12))


def record_cash(session: Session, actor: Actor, command: RecordCash, *, zone: ZoneInfo, at: datetime) -> AttemptId:
    """Book it for the bill, part, whole or more; what is more becomes due back. The same form twice books once.

    Raises UnknownBill also for a bill of a court where the actor takes no cash; DayIsClosed, NothingToTake, FormUsed,
    SlipKnown, and Invalid that names the field.
    """
    if actor.person_id is None:
        raise Absent
    found = _bill(session, actor, command.bill_number)
    hold(session, found.court_code, actor.person_id)
    obligation = lock(session, found.id)
    known = session.execute(_ENTRY.where(_E.number == command.number)).first()
    if known is not None:
        if (known.cashier_id, known.obligation_id) != (actor.person_id, obligation.id):
            raise FormUsed
        return AttemptId(known.attempt_id)
    day = at.astimezone(zone).date()
    if is_closed(session, obligation.court_code, actor.person_id, day):
        raise DayIsClosed
    _check(session, obligation, command, day)
    return _write(session, actor, (obligation, command), zone=zone, at=at)


@dataclass(frozen=True, slots=True)
class _Bill:
    id: ObligationId
    court_code: str


def _bill(session: Session, actor: Actor, typed: str) -> _Bill:
    numbers = readings(typed)
    rows = session.execute(_BILLS.where(_O.reference.in_(numbers))).all() if numbers else []
    if len(rows) != 1 or not takes_cash_at(actor, rows[0].court_code):
        raise UnknownBill
    return _Bill(ObligationId(rows[0].id), rows[0].court_code)


def _check(session: Session, obligation: LockedObligation, command: RecordCash, day: date) -> None:
    if command.amount.minor <= 0 or command.amount.currency != obligation.currency:
        raise _wrong("amount", T("Enter the amount that was paid."))
    if not obligation.due and command.way is Way.CASH:
        raise NothingToTake
    if command.amount.minor > obligation.due.minor and not command.more:
        text = T(
            "This is more than the %(due)s that are due. Check it. Tick the box if it is right: the rest goes back.",
            due=str(obligation.due),
        )
        raise Invalid(problems=(Problem("amount", text),))
    if command.way is Way.CASH:
        return
    if not command.slip_number:
        raise _wrong("slip_number", T("Enter the number of the bank slip."))
    if command.paid_on is None or command.paid_on > day:
        raise _wrong("paid_on", T("Enter the day stamped on the slip. It can't be a day to come."))
    hold_slip(session, obligation.court_code, command.slip_number)
    same = _E.court_code == obligation.court_code, _E.slip_number == command.slip_number
    taken = session.execute(_SLIP.where(*same)).scalar()
    if taken is not None:
        raise SlipKnown(taken)


def _write(
    session: Session, actor: Actor, what: tuple[LockedObligation, RecordCash], *, zone: ZoneInfo, at: datetime
) -> AttemptId:
    obligation, command = what
    day = at.astimezone(zone).date()
    slip = command.slip_number if command.way is Way.BANK_SLIP else None
    paid_on = command.paid_on if slip and command.paid_on else day
    # A slip tells the day only; noon of it is in the day whatever the zone of whoever reads it.
    completed = at if paid_on == day else datetime.combine(paid_on, time(12), zone)
    said = f"slip {slip} of {paid_on}" if slip else "cash"
    attempt_id = receive_payment(
        session,
        actor,
        ReceivePayment(
            bill_reference=obligation.reference,
            provider=CASH_DESK,
            provider_id=command.number,
            amount=command.amount,
            completed_at=completed,
            evidence=Evidence(kind="desk", said=command.way, raw=said),
        ),
        at=at,
    )
    session.execute(
        insert(_E).values(
            attempt_id=attempt_id,
            court_code=obligation.court_code,
            number=command.number,
            cashier_id=actor.person_id,
            way=command.way,
            slip_number=slip,
            paid_on=paid_on,
            day=day,
            recorded_at=at,
        )
    )
    return attempt_id


def _wrong(field: str, text: Text) -> Invalid:
    return Invalid(problems=(Problem(field, text),))
