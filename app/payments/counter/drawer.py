"""One drawer at a time: what a cashier takes, voids and counts is done one after the other."""

from datetime import date
from uuid import UUID

from sqlalchemy import exists, select, text
from sqlalchemy.orm import Session

from app.payments.counter.models import CashDayRow

CASH_DESK = "cash_desk"
_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:key, 7305013))")


def hold(session: Session, court_code: str, cashier: UUID) -> None:
    """Wait for whoever works on this cashier's drawer, and keep it until the transaction ends."""
    session.execute(_LOCK, {"key": f"drawer|{court_code}|{cashier}"})


def hold_slip(session: Session, court_code: str, slip_number: str) -> None:
    """The same for one bank slip, which two cashiers may hold copies of."""
    session.execute(_LOCK, {"key": f"slip|{court_code}|{slip_number}"})


def is_closed(session: Session, court_code: str, cashier: UUID, day: date) -> bool:
    """Whether the cashier's day was closed."""
    row = CashDayRow
    closed = exists(select(row.id).where(row.court_code == court_code, row.cashier_id == cashier, row.day == day))
    return bool(session.execute(select(closed)).scalar())
