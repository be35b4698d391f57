"""Closes a cashier's day: the drawer is counted, what is handed over leaves it, and a difference is booked."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import exists, insert, select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Absent, Conflict, Invalid, Problem
from app.core.ids import new_id
from app.core.language import T
from app.core.money import Money
from app.payments import ledger
from app.payments.counter.days import CURRENCY, CashierDay, cashier_days
from app.payments.counter.drawer import CASH_DESK, hold
from app.payments.counter.models import CashDayRow
from app.payments.policies import keeps_books_of, takes_cash_at


class ClosedAlready(Conflict):
    """This day, or a later one, is closed."""

    text = T("This day is closed already.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseDay:
    """`counted` lies in the drawer of `cashier`, of which `handed_over` goes to the bank; a difference needs a note."""

    court_code: str
    cashier: UUID
    day: date
    counted: Money
    handed_over: Money
    note: str = ""


def close_day(session: Session, actor: Actor, command: CloseDay, *, zone: ZoneInfo, at: datetime) -> None:
    """Close it; the cashier does, or who keeps the books. Raises Absent, ClosedAlready, Invalid."""
    own = command.cashier == actor.person_id and takes_cash_at(actor, command.court_code)
    if not own and not keeps_books_of(actor, command.court_code):
        raise Absent
    hold(session, command.court_code, command.cashier)
    row = CashDayRow
    later = select(row.id).where(
        row.court_code == command.court_code, row.cashier_id == command.cashier, row.day >= command.day
    )
    if session.execute(select(exists(later))).scalar():
        raise ClosedAlready
    drawers = cashier_days(session, actor, command.court_code, command.day)
    drawer = next((d for d in drawers if d.cashier_id == command.cashier), None)
    if drawer is None or command.day > at.astimezone(zone).date():
        raise Absent
    difference = command.counted - drawer.in_hand
    _check(command, difference)
    _write(session, actor, command, drawer, at=at)
    sides = ledger.drawer_counted(CASH_DESK, difference=difference)
    ledger.write_entry(session, "cash_close", sides, of=(None, command.court_code, None), at=at)


def _check(command: CloseDay, difference: Money) -> None:
    if command.handed_over.minor > command.counted.minor:
        raise Invalid(problems=(Problem("handed_over", T("You can't hand over more than you counted.")),))
    if difference and not command.note:
        text = T("The drawer differs from the books by %(amount)s. Say why.", amount=str(difference))
        raise Invalid(problems=(Problem("note", text),))


def _write(session: Session, actor: Actor, command: CloseDay, drawer: CashierDay, *, at: datetime) -> None:
    session.execute(
        insert(CashDayRow).values(
            id=new_id(),
            court_code=command.court_code,
            cashier_id=command.cashier,
            day=command.day,
            currency=CURRENCY,
            opening_minor=drawer.opening.minor,
            taken_minor=drawer.taken.minor,
            voided_minor=drawer.voided.minor,
            counted_minor=command.counted.minor,
            handed_over_minor=command.handed_over.minor,
            note=command.note,
            closed_by=actor.person_id,
            closed_at=at,
        )
    )
