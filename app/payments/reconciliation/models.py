"""The tables of reconciliation. Statements and acts are only ever added; a break that is resolved stays so."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.core.outbox import Queued


class StatementFileRow(Base):
    """A statement as it was uploaded, once for the same bytes, and the days that it covers, if it says. Append-only."""

    __tablename__ = "statement_file"
    __table_args__ = (
        CheckConstraint("(first_day is null) = (last_day is null) and first_day <= last_day", name="covers"),
        Index("ix_statement_file_days", "source", "first_day", "last_day"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(30))
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    currency: Mapped[str] = mapped_column(String(3))
    opening_minor: Mapped[int] = mapped_column(BigInteger)
    closing_minor: Mapped[int] = mapped_column(BigInteger)
    lines: Mapped[int]
    first_day: Mapped[date | None]
    last_day: Mapped[date | None]
    uploaded_by: Mapped[UUID]
    uploaded_at: Mapped[datetime]


class StatementUploadRow(Queued, Base):
    """A statement that was sent to us: its bytes until they are read, and how far that is."""

    __tablename__ = "statement_upload"
    __table_args__ = (
        CheckConstraint("(content is null) = (ended_at is not null)", name="content"),
        Index("uq_statement_upload_sha256", "sha256", unique=True, postgresql_where=text("ended_at is null")),
        Index("ix_statement_upload_source", "source", postgresql_where=text("ended_at is null")),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(30))
    name: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes | None]
    zone: Mapped[str] = mapped_column(String(60))
    lines: Mapped[int | None]
    read: Mapped[int] = mapped_column(default=0, server_default="0")
    fresh: Mapped[int] = mapped_column(default=0, server_default="0")
    problem: Mapped[str | None] = mapped_column(String(20))
    problem_after: Mapped[str | None] = mapped_column(String(200))
    problem_minor: Mapped[int | None] = mapped_column(BigInteger)
    problem_currency: Mapped[str | None] = mapped_column(String(3))
    uploaded_by: Mapped[UUID]
    uploaded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class StatementLineRow(Base):
    """One line, once whatever file it came in again. Append-only."""

    __tablename__ = "statement_line"
    __table_args__ = (
        UniqueConstraint("source", "key"),
        Index("ix_statement_line_day", "source", "day"),
        Index("ix_statement_line_file", "file_id"),
        Index("ix_statement_line_ours", "source", "ours"),
        Index("ix_statement_line_theirs", "source", "theirs"),
        Index("ix_statement_line_settles", "settles_source", "settles_day"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    file_id: Mapped[UUID] = mapped_column(ForeignKey("statement_file.id"), index=True)
    source: Mapped[str] = mapped_column(String(30))
    key: Mapped[str] = mapped_column(String(60))
    position: Mapped[int]
    day: Mapped[date]
    at: Mapped[datetime | None]
    ours: Mapped[str] = mapped_column(String(200))
    theirs: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    succeeded: Mapped[bool]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    charge_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    text: Mapped[str] = mapped_column(String(200))
    settles_source: Mapped[str | None] = mapped_column(String(30))
    settles_day: Mapped[date | None]


class SettlementRow(Base):
    """What a line put in the journal, once: at the bank a day's takings, at an operator its charge. Append-only."""

    __tablename__ = "settlement"

    line_id: Mapped[UUID] = mapped_column(ForeignKey("statement_line.id"), primary_key=True)
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("journal_entry.id"))
    booked_at: Mapped[datetime]


class BreakRow(Base):
    """A difference between the books and a statement. `gone_at`: it was not found again before anybody resolved it.

    `refund_id`: it is about that refund; `attempt_id` is the payment then that it gives back.
    """

    __tablename__ = "reconciliation_break"
    __table_args__ = (
        UniqueConstraint("source", "day", "kind", "key"),
        CheckConstraint("(resolution is null) = (resolved_at is null)", name="resolved"),
        CheckConstraint("resolution is null or resolved_by is not null", name="resolver"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(30))
    day: Mapped[date]
    kind: Mapped[str] = mapped_column(String(30))
    key: Mapped[str] = mapped_column(String(60))
    line_id: Mapped[UUID | None] = mapped_column(ForeignKey("statement_line.id"))
    attempt_id: Mapped[UUID | None] = mapped_column(ForeignKey("payment_attempt.id"), index=True)
    refund_id: Mapped[UUID | None] = mapped_column(ForeignKey("refund.id"), index=True)
    amount_minor: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    found_at: Mapped[datetime]
    gone_at: Mapped[datetime | None]
    owner_id: Mapped[UUID | None]
    resolution: Mapped[str | None] = mapped_column(String(20))
    note: Mapped[str | None]
    resolved_by: Mapped[UUID | None]
    resolved_at: Mapped[datetime | None]
    entry_id: Mapped[UUID | None] = mapped_column(ForeignKey("journal_entry.id"))


class ReleaseRow(Base):
    """Money that came out of suspense, because what it was put there for was booked after all. Append-only."""

    __tablename__ = "suspense_release"

    break_id: Mapped[UUID] = mapped_column(ForeignKey("reconciliation_break.id"), primary_key=True)
    entry_id: Mapped[UUID] = mapped_column(ForeignKey("journal_entry.id"), unique=True)
    at: Mapped[datetime]


class DayActRow(Base):
    """A day that was signed off or reopened; the last act is how it stands. Append-only."""

    __tablename__ = "reconciliation_act"
    __table_args__ = (UniqueConstraint("source", "day", "number"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(30))
    day: Mapped[date]
    number: Mapped[int]
    act: Mapped[str] = mapped_column(String(20))
    by: Mapped[UUID]
    at: Mapped[datetime]
    note: Mapped[str]
