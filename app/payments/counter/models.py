"""The tables of the cash desk. Everything is append-only: a wrong entry is voided by new rows, never changed."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class CashEntryRow(Base):
    """What a cashier recorded. `number` is drawn with the form, so that a form sent twice books once.

    `day` is the court's day on which the drawer changed, `paid_on` the day on the slip.
    """

    __tablename__ = "cash_entry"
    __table_args__ = (
        CheckConstraint("way in ('cash', 'bank_slip')", name="way"),
        CheckConstraint("(way = 'bank_slip') = (slip_number is not null)", name="slip"),
        Index("ix_cash_entry_day", "court_code", "day"),
        Index("ix_cash_entry_slip", "court_code", "slip_number", postgresql_where=text("slip_number is not null")),
    )

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("payment_attempt.id"), primary_key=True)
    court_code: Mapped[str] = mapped_column(String(20))
    number: Mapped[str] = mapped_column(String(20), unique=True)
    cashier_id: Mapped[UUID]
    way: Mapped[str] = mapped_column(String(20))
    slip_number: Mapped[str | None] = mapped_column(String(40))
    paid_on: Mapped[date]
    day: Mapped[date]
    recorded_at: Mapped[datetime]


class PaymentVoidRow(Base):
    """One step in voiding an entry: it was asked for, confirmed or refused. `turn` counts the times it was asked.

    The database itself refuses a confirmation by the person who asked, and a second one. `day` is the court's day
    from whose totals the amount is taken.
    """

    __tablename__ = "payment_void"
    __table_args__ = (
        CheckConstraint("state in ('asked', 'confirmed', 'refused')", name="state"),
        CheckConstraint("(state = 'asked') = (decided_by is null)", name="decided"),
        CheckConstraint("state <> 'confirmed' or (decided_by <> asked_by and day is not null)", name="four_eyes"),
        Index("uq_payment_void_asked", "attempt_id", "turn", unique=True, postgresql_where=text("state = 'asked'")),
        Index("uq_payment_void_decided", "attempt_id", "turn", unique=True, postgresql_where=text("state <> 'asked'")),
        Index("uq_payment_void", "attempt_id", unique=True, postgresql_where=text("state = 'confirmed'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("payment_attempt.id"), index=True)
    court_code: Mapped[str] = mapped_column(String(20))
    turn: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str]
    asked_by: Mapped[UUID]
    decided_by: Mapped[UUID | None]
    day: Mapped[date | None]
    at: Mapped[datetime]


class CashDayRow(Base):
    """The close of a cashier's day: what should have been in the drawer, what was, and what was handed over."""

    __tablename__ = "cash_day"
    __table_args__ = (
        UniqueConstraint("court_code", "cashier_id", "day"),
        CheckConstraint("counted_minor >= handed_over_minor and handed_over_minor >= 0", name="handed_over"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    court_code: Mapped[str] = mapped_column(String(20))
    cashier_id: Mapped[UUID]
    day: Mapped[date]
    currency: Mapped[str] = mapped_column(String(3))
    opening_minor: Mapped[int] = mapped_column(BigInteger)
    taken_minor: Mapped[int] = mapped_column(BigInteger)
    voided_minor: Mapped[int] = mapped_column(BigInteger)
    counted_minor: Mapped[int] = mapped_column(BigInteger)
    handed_over_minor: Mapped[int] = mapped_column(BigInteger)
    note: Mapped[str]
    closed_by: Mapped[UUID]
    closed_at: Mapped[datetime]
