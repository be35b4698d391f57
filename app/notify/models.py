"""Tables of messages and their deliveries. Private to this room."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.outbox import Queued
from app.notify.status import TRANSITIONS, DeliveryStatus


class MessageRow(Base):
    """One piece of news for one person. The words are made when it is sent or read; `params` holds ids, codes, amounts.

    `subject` is the filing, or the person when the news is about their account.
    """

    __tablename__ = "message"
    __table_args__ = (
        UniqueConstraint("event_id", "person_id"),
        Index("ix_message_inbox", "person_id", "id"),
        Index("ix_message_unread", "person_id", postgresql_where=text("read_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[UUID] = mapped_column(index=True)
    case_id: Mapped[UUID | None] = mapped_column(index=True)
    court_code: Mapped[str | None] = mapped_column(String(20))
    params: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]


class DeliveryRow(Queued, Base):
    """One message on its way by one channel: one row for each event, person and channel.

    `reference` is the SMS gateway's name for it; `mail_id` the Message-ID, stored before the first try so that a second
    one goes under the same. `in_doubt` is set before each call and cleared by its answer.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("event_id", "person_id", "channel"),
        Index("ix_delivery_failed", "id", postgresql_where=text("status = 'failed'")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    message_id: Mapped[UUID] = mapped_column(ForeignKey("message.id"), index=True)
    event_id: Mapped[UUID]
    person_id: Mapped[UUID]
    channel: Mapped[str] = mapped_column(String(10))
    court_code: Mapped[str | None] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(10))
    failure: Mapped[str | None] = mapped_column(String(20))
    in_doubt: Mapped[bool] = mapped_column(default=False, server_default=false())
    reference: Mapped[str | None] = mapped_column(String(100))
    mail_id: Mapped[str | None] = mapped_column(String(200))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    resent_at: Mapped[datetime | None]

    def move_to(self, status: DeliveryStatus) -> None:
        """The only writer of the status; raises IllegalTransition."""
        TRANSITIONS.check(DeliveryStatus(self.status), status)
        self.status = status
