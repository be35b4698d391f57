"""The tables of fee waivers. What was asked and what was decided never change; triggers hold both."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Base
from app.payments.remissions.ids import RemissionId
from app.payments.remissions.status import REMISSION_TRANSITIONS, RemissionStatus

_STATES = ", ".join(repr(state.value) for state in RemissionStatus)
_OPEN_DEMAND = "pay_until is not null and demand_ended_at is null"


class RemissionRow(Base):
    """One request not to pay. `amount_minor` is what was taken off, None unless something was granted.

    A decision that leaves something to pay (or taking the request back) opens a demand: pay by `pay_until`.
    `overdue_at`: that passed unpaid, so a registrar must decide. `demand_ended_at`: it is paid or pointless now.
    """

    __tablename__ = "remission"
    __table_args__ = (
        CheckConstraint(f"status in ({_STATES})", name="status"),
        CheckConstraint("amount_minor > 0", name="amount"),
        CheckConstraint("(status in ('granted', 'part_granted')) = (amount_minor is not null)", name="granted"),
        CheckConstraint("(status = 'applied') = (decided_at is null)", name="decided"),
        Index("uq_remission_live", "obligation_id", unique=True, postgresql_where=text("status = 'applied'")),
        Index("ix_remission_demand", "pay_until", postgresql_where=text(_OPEN_DEMAND)),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reference: Mapped[str] = mapped_column(String(20), unique=True)
    obligation_id: Mapped[UUID] = mapped_column(ForeignKey("obligation.id"), index=True)
    court_code: Mapped[str] = mapped_column(String(20))
    applicant_id: Mapped[UUID]
    category: Mapped[str] = mapped_column(String(60))
    words: Mapped[str]
    status: Mapped[str] = mapped_column(String(20))
    currency: Mapped[str] = mapped_column(String(3))
    amount_minor: Mapped[int | None] = mapped_column(BigInteger)
    applied_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[UUID | None]
    reason_code: Mapped[str | None] = mapped_column(String(60))
    reason_text: Mapped[str | None]
    pay_until: Mapped[datetime | None]
    overdue_at: Mapped[datetime | None]
    demand_ended_at: Mapped[datetime | None]

    @classmethod
    def move_to(
        cls, session: Session, remission_id: RemissionId, before: RemissionStatus, after: RemissionStatus, **values: Any
    ) -> bool:
        """Move it from `before` to `after`; the one place where the status is written.

        False when it was no longer in `before`: somebody else won. Raises IllegalTransition.
        """
        REMISSION_TRANSITIONS.check(before, after)
        moved = session.execute(
            update(cls)
            .where(cls.id == remission_id, cls.status == before)
            .values(status=after, **values)
            .returning(cls.id)
            .execution_options(synchronize_session=False)
        )
        return moved.first() is not None


class RemissionEvidenceRow(Base):
    """A document put to a request as its proof. Append-only."""

    __tablename__ = "remission_evidence"

    remission_id: Mapped[UUID] = mapped_column(ForeignKey("remission.id"), primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True, index=True)
    court_code: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    added_at: Mapped[datetime]
