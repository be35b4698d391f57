"""The table of what operators told us of payments to our number there."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.outbox import Queued


class BillPaymentRow(Queued, Base):
    """One payment, kept the moment we were told; the worker books it. `transaction_id` is its receipt number."""

    __tablename__ = "bill_payment"
    __table_args__ = (
        UniqueConstraint("provider", "transaction_id"),
        CheckConstraint("amount_minor > 0", name="amount"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(30))
    transaction_id: Mapped[str] = mapped_column(String(40))
    bill_reference: Mapped[str] = mapped_column(String(100))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    tail: Mapped[str | None] = mapped_column(String(3))
    raw: Mapped[str]
    completed_at: Mapped[datetime]
    received_at: Mapped[datetime]
    processed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(20))
