"""Documents, the photos they were made from, and uploads that are under way."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base


class DocumentRow(Base):
    """One document as somebody gave it. The same bytes given twice are two rows: access belongs to the row."""

    __tablename__ = "document"
    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        CheckConstraint("size > 0", name="size"),
        CheckConstraint("pages > 0", name="pages"),
        Index("ix_document_sha256", "sha256"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(120))
    pages: Mapped[int]
    stored_at: Mapped[datetime]
    stored_by: Mapped[UUID | None]


class DocumentSourceRow(Base):
    """A photo that a document was made from, kept beside it; `position` counts from 1 in the filer's order."""

    __tablename__ = "document_source"
    __table_args__ = (
        CheckConstraint("sha256 ~ '^[0-9a-f]{64}$'", name="sha256"),
        CheckConstraint("position > 0", name="position"),
    )

    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(120))


class UploadRow(Base):
    """A resumable upload (tus): its bytes lie in the spool under `file`, and `received` of them are durably there."""

    __tablename__ = "upload"
    __table_args__ = (
        CheckConstraint("received >= 0 and received <= length", name="received"),
        Index("ix_upload_expires_at", "expires_at"),
        Index("ix_upload_owner_id", "owner_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    owner_id: Mapped[UUID]
    name: Mapped[str] = mapped_column(String(120))
    file: Mapped[str] = mapped_column(String(64), unique=True)
    length: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    taken_at: Mapped[datetime | None]
