"""Tables of a filing. Private to this room."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Index, Sequence, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base
from app.filing.status import TRANSITIONS, FilingStatus

# Filing numbers may have gaps (drafts are thrown away), so a sequence is enough.
FILING_SEQUENCE = Sequence("filing_number", metadata=Base.metadata)


class FilingRow(Base):
    """One filing from the first saved answer to its end.

    `version` counts every change of content; `received_at` is fixed by Send and survives a correction made in time.
    `likeness` holds fingerprints of the pairs of opponents, to warn of likely duplicates.
    """

    __tablename__ = "filing"
    __table_args__ = (
        UniqueConstraint("number"),
        Index("ix_filing_filer", "filer_id", "updated_at"),
        Index("ix_filing_court_queue", "court_code", "status", "submitted_at"),
        Index("ix_filing_due", "due_at", postgresql_where=text("due_at is not null")),
        Index("ix_filing_likeness", "likeness", postgresql_using="gin"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(40))
    filing_type: Mapped[str] = mapped_column(String(40))
    court_code: Mapped[str | None] = mapped_column(String(20))
    channel: Mapped[str] = mapped_column(String(10), server_default="online")
    filer_id: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    entered_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    status: Mapped[str] = mapped_column(String(30))
    language: Mapped[str] = mapped_column(String(2))
    answers: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(server_default="1")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    paper_received_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    reminded: Mapped[int | None]
    round: Mapped[int] = mapped_column(server_default="1")
    obligation_id: Mapped[UUID | None]
    pleading_id: Mapped[UUID | None] = mapped_column(ForeignKey("document.id"))
    sealed: Mapped[bool] = mapped_column(server_default=text("false"))
    notice: Mapped[str] = mapped_column(String(20), server_default="normal")
    urgent: Mapped[bool] = mapped_column(server_default=text("false"))
    caption: Mapped[str] = mapped_column(Text, server_default="")
    likeness: Mapped[list[str]] = mapped_column(ARRAY(String(16)), server_default="{}")
    claimed_by: Mapped[UUID | None] = mapped_column(ForeignKey("person.id"))
    claimed_at: Mapped[datetime | None]
    case_id: Mapped[UUID | None] = mapped_column(ForeignKey("court_case.id"))

    def move_to(self, status: FilingStatus) -> None:
        """The only writer of the status; raises IllegalTransition."""
        TRANSITIONS.check(FilingStatus(self.status), status)
        self.status = status


class FilingDocumentRow(Base):
    """A document put to a filing: its kind in the catalogue (or "other"), its title, its place.

    What is known of its bytes never changes, so it stands here too: a page and Send read it with the filing itself.
    """

    __tablename__ = "filing_document"
    __table_args__ = (Index("ix_filing_document_document", "document_id"),)

    filing_id: Mapped[UUID] = mapped_column(ForeignKey("filing.id"), primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(300))
    position: Mapped[int]
    added_at: Mapped[datetime]
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    pages: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(80))
    name: Mapped[str] = mapped_column(String(300))


class FilingDecisionRow(Base):
    """What the court decided on a filing, in order: returned with marks, rejected, accepted, transferred, voided.

    `marks`: [{"target": "relief" | "party:<id>" | "document:<id>" ..., "code": ..., "text": ...}].
    """

    __tablename__ = "filing_decision"
    __table_args__ = (Index("ix_filing_decision_filing", "filing_id", "at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    filing_id: Mapped[UUID] = mapped_column(ForeignKey("filing.id"))
    court_code: Mapped[str] = mapped_column(String(20))
    decision: Mapped[str] = mapped_column(String(20))
    decided_by: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    at: Mapped[datetime]
    code: Mapped[str] = mapped_column(String(60), server_default="")
    text: Mapped[str] = mapped_column(Text, server_default="")
    marks: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default="[]")
    checklist: Mapped[list[str]] = mapped_column(JSONB, server_default="[]")


class SavedPartyRow(Base):
    """A party that a filer keeps to use again (advocates file for the same clients)."""

    __tablename__ = "saved_party"
    __table_args__ = (UniqueConstraint("person_id", "name_key"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    name_key: Mapped[str] = mapped_column(String(300))
    party: Mapped[dict[str, Any]]
    updated_at: Mapped[datetime]
