"""The tables of unidentified money and of what became of it. Append-only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base

_ASKED = "state = 'asked'"
_DECIDED = "state <> 'asked'"
_SETTLED = "state in ('placed', 'returned')"


class UnidentifiedPaymentRow(Base):
    """One payment that no bill of ours explains. `quoted` is the bill's number as the payer gave it."""

    __tablename__ = "unidentified_payment"
    __table_args__ = (
        UniqueConstraint("provider", "provider_id"),
        CheckConstraint("amount_minor > 0", name="amount"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(30))
    provider_id: Mapped[str] = mapped_column(String(200))
    quoted: Mapped[str] = mapped_column(String(100))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    tail: Mapped[str | None] = mapped_column(String(3))
    raw: Mapped[str]
    completed_at: Mapped[datetime]
    at: Mapped[datetime]
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("journal_entry.id"))


class PlacementRow(Base):
    """One step in saying whose money it is: a bill was named, agreed to or refused, or the money is sent back.

    `turn` counts the times that a bill was named. Money leaves suspense once: the database refuses a second end.
    `obligation_id` is the bill that was named; of money that is sent back, one that was made for that.
    """

    __tablename__ = "unidentified_placement"
    __table_args__ = (
        CheckConstraint("state in ('asked', 'placed', 'refused', 'returned')", name="state"),
        CheckConstraint("(state = 'asked') = (decided_by is null)", name="decided"),
        CheckConstraint("(state in ('placed', 'returned')) = (attempt_id is not null)", name="attempt"),
        Index("uq_unidentified_placement_asked", "payment_id", "turn", unique=True, postgresql_where=text(_ASKED)),
        Index("uq_unidentified_placement_decided", "payment_id", "turn", unique=True, postgresql_where=text(_DECIDED)),
        Index("uq_unidentified_placement", "payment_id", unique=True, postgresql_where=text(_SETTLED)),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    payment_id: Mapped[UUID] = mapped_column(ForeignKey("unidentified_payment.id"), index=True)
    court_code: Mapped[str] = mapped_column(String(20))
    obligation_id: Mapped[UUID] = mapped_column(ForeignKey("obligation.id"))
    turn: Mapped[int]
    state: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str]
    asked_by: Mapped[UUID]
    decided_by: Mapped[UUID | None]
    attempt_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment_attempt.id"), unique=True)
    at: Mapped[datetime]
