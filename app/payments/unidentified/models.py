"""The table of unidentified money. Append-only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


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
