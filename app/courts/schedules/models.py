"""The table of fee schedules. A trigger keeps what was approved or withdrawn as it was."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.db import Base
from app.courts.schedules.ids import ScheduleId
from app.courts.schedules.status import SCHEDULE_TRANSITIONS, ScheduleStatus


class FeeScheduleRow(Base):
    """Fees from a day of force on: drafted by one person, approved by another.

    `source` is by language; `amounts` by fee code and level of court, in minor units. `approved_on` and `withdrawn_on`
    are the court's days of these acts.
    """

    __tablename__ = "fee_schedule"
    __table_args__ = (
        CheckConstraint("status in ('draft', 'approved', 'withdrawn')", name="status"),
        CheckConstraint("approved_by <> drafted_by", name="four_eyes"),
        CheckConstraint("starts >= approved_on", name="not_backwards"),
        CheckConstraint("approved_by is null or withdrawn_on < starts", name="before_force"),
        CheckConstraint(
            "num_nonnulls(approved_by, approved_at, approved_on) in (0, 3) and "
            "(status <> 'draft' or approved_by is null) and (status <> 'approved' or approved_by is not null)",
            name="approved",
        ),
        CheckConstraint(
            "num_nonnulls(withdrawn_by, withdrawn_at, withdrawn_on) = case status when 'withdrawn' then 3 else 0 end",
            name="withdrawn",
        ),
        Index("uq_fee_schedule_version", "version", unique=True, postgresql_where=text("status <> 'withdrawn'")),
        Index("uq_fee_schedule_starts", "starts", unique=True, postgresql_where=text("status = 'approved'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[str] = mapped_column(String(60))
    status: Mapped[str] = mapped_column(String(20))
    currency: Mapped[str] = mapped_column(String(3))
    starts: Mapped[date]
    source: Mapped[dict[str, Any]]
    amounts: Mapped[dict[str, Any]]
    saves: Mapped[int]
    drafted_by: Mapped[UUID]
    drafted_at: Mapped[datetime]
    approved_by: Mapped[UUID | None]
    approved_at: Mapped[datetime | None]
    approved_on: Mapped[date | None]
    withdrawn_by: Mapped[UUID | None]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_on: Mapped[date | None]

    @classmethod
    def move_to(
        cls, session: Session, schedule_id: ScheduleId, before: ScheduleStatus, after: ScheduleStatus, **values: Any
    ) -> None:
        """Move the schedule, which the caller has locked; the one place where the status is written.

        Raises IllegalTransition.
        """
        SCHEDULE_TRANSITIONS.check(before, after)
        session.execute(
            update(cls)
            .where(cls.id == schedule_id)
            .values(status=after, **values)
            .execution_options(synchronize_session=False)
        )
