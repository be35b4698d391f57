"""The table of receipts: the code that each one carries."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class PaymentReceiptRow(Base):
    """The receipt of one successful attempt. Append-only; what became of the money later is derived, never stored."""

    __tablename__ = "payment_receipt"
    __table_args__ = (Index("ix_payment_receipt_day", "court_code", "issued_at"),)

    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("payment_attempt.id"), primary_key=True)
    court_code: Mapped[str] = mapped_column(String(20))
    code: Mapped[str] = mapped_column(String(12), unique=True)
    issued_at: Mapped[datetime]
