"""The tables of refunds. What was said and done is append-only, and the database says so too."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Base
from app.core.outbox import Queued
from app.payments.ids import RefundId
from app.payments.refunds.status import REFUND_TRANSITIONS, RefundState

_STATES = ", ".join(repr(state.value) for state in RefundState)


class RefundRow(Queued, Base):
    """Money on its way back. What it is for never changes, and where it ended is never left (a trigger holds both).

    The books move with it: an entry from its approval on, a second one from the moment the money went back.
    """

    __tablename__ = "refund"
    __table_args__ = (
        CheckConstraint(f"state in ({_STATES})", name="state"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint(
            "state = 'withdrawn' or (state in ('requested', 'refused')) = (approved_entry_id is null)",
            name="approved_entry",
        ),
        CheckConstraint(
            "(state in ('refunded', 'paid_by_other_means')) = (paid_entry_id is not null)", name="paid_entry"
        ),
        Index(
            "uq_refund_due",
            "refund_due_id",
            unique=True,
            postgresql_where=text("state not in ('refused', 'withdrawn')"),
        ),
        Index("ix_refund_court_code", "court_code", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference_id: Mapped[UUID] = mapped_column(unique=True)
    refund_due_id: Mapped[UUID] = mapped_column(ForeignKey("refund_due.id"))
    obligation_id: Mapped[UUID] = mapped_column(ForeignKey("obligation.id"), index=True)
    attempt_id: Mapped[UUID] = mapped_column(ForeignKey("payment_attempt.id"), index=True)
    court_code: Mapped[str] = mapped_column(String(20))
    provider: Mapped[str] = mapped_column(String(30))
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[str] = mapped_column(String(20))
    setback: Mapped[str | None] = mapped_column(String(20))
    host: Mapped[str | None] = mapped_column(String(200))
    provider_id: Mapped[str | None] = mapped_column(String(200))
    provider_reference: Mapped[str | None] = mapped_column(String(100))
    means: Mapped[str | None] = mapped_column(String(20))
    means_reference: Mapped[str | None] = mapped_column(String(100))
    requested_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    stuck_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    approved_entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)
    paid_entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("journal_entry.id"), unique=True)

    @classmethod
    def move_to(
        cls, session: Session, refund_id: RefundId, before: RefundState, after: RefundState, **values: Any
    ) -> bool:
        """Move the refund from `before` to `after`; the one place where the state is written.

        False when it was no longer in `before`: somebody else won. Raises IllegalTransition.
        """
        REFUND_TRANSITIONS.check(before, after)
        moved = session.execute(
            update(cls)
            .where(cls.id == refund_id, cls.state == before)
            .values(state=after, **values)
            .returning(cls.id)
            .execution_options(synchronize_session=False)
        )
        return moved.first() is not None


class RefundApprovalRow(Base):
    """One person's yes. Nobody says it twice. Append-only."""

    __tablename__ = "refund_approval"
    __table_args__ = (UniqueConstraint("refund_id", "person_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    refund_id: Mapped[UUID] = mapped_column(ForeignKey("refund.id"))
    court_code: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[UUID]
    at: Mapped[datetime]


class RefundEventRow(Base):
    """One step of a refund: who, from, to, why, and on what words of the rail (redacted). Append-only."""

    __tablename__ = "refund_event"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    refund_id: Mapped[UUID] = mapped_column(ForeignKey("refund.id"), index=True)
    court_code: Mapped[str] = mapped_column(String(20))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(40))
    from_state: Mapped[str | None] = mapped_column(String(20))
    to_state: Mapped[str] = mapped_column(String(20))
    setback: Mapped[str | None] = mapped_column(String(20))
    words: Mapped[str | None] = mapped_column(String(2000))
    means: Mapped[str | None] = mapped_column(String(20))
    means_reference: Mapped[str | None] = mapped_column(String(100))
    raw: Mapped[str | None]
