"""The table of what providers told us of refunds. Append-only."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class RefundResultRow(Base):
    """One thing that a provider said of a refund; the same words twice are kept once."""

    __tablename__ = "refund_result"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    provider: Mapped[str] = mapped_column(String(30))
    reference_id: Mapped[UUID] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(String(20))
    provider_reference: Mapped[str | None] = mapped_column(String(100))
    raw: Mapped[str]
    body_hash: Mapped[str] = mapped_column(String(64), unique=True)
    at: Mapped[datetime]
