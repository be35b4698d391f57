"""Tables of a case. Private to this room."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.cases.status import TRANSITIONS, CaseStatus
from app.core.db import Base


class CaseRow(Base):
    """A registered case. Its number stands in `case_number`, written last in the same transaction."""

    __tablename__ = "court_case"
    __table_args__ = (Index("ix_court_case_court_registered", "court_code", "registered_at"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    court_code: Mapped[str] = mapped_column(String(20))
    case_type: Mapped[str] = mapped_column(String(40))
    filing_id: Mapped[UUID] = mapped_column(index=True)
    status: Mapped[str] = mapped_column(String(30))
    caption: Mapped[str] = mapped_column(Text)
    sealed: Mapped[bool] = mapped_column(server_default=text("false"))
    notice: Mapped[str] = mapped_column(String(20), server_default="normal")
    received_at: Mapped[datetime]
    registered_at: Mapped[datetime]
    registered_by: Mapped[UUID | None]
    version: Mapped[int] = mapped_column(server_default="1")

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy reads a class attribute

    def move_to(self, status: CaseStatus) -> None:
        """The only writer of the status; raises IllegalTransition."""
        TRANSITIONS.check(CaseStatus(self.status), status)
        self.status = status


class CaseCounterRow(Base):
    """The last sequence given out for a (code, court, year)."""

    __tablename__ = "case_counter"

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    court_code: Mapped[str] = mapped_column(String(20), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    last: Mapped[int]


class CaseNumberRow(Base):
    """A number given to a case: never two cases with one number, never reused, also when the case is void."""

    __tablename__ = "case_number"
    __table_args__ = (UniqueConstraint("code", "court_code", "year", "sequence"), UniqueConstraint("printed"))

    case_id: Mapped[UUID] = mapped_column(ForeignKey("court_case.id"), primary_key=True)
    code: Mapped[str] = mapped_column(String(20))
    court_code: Mapped[str] = mapped_column(String(20))
    year: Mapped[int]
    sequence: Mapped[int]
    printed: Mapped[str] = mapped_column(String(60))


class PartyRow(Base):
    """A party to a case. `details` holds identity and contact as they were given at registration."""

    __tablename__ = "party"
    __table_args__ = (Index("ix_party_case_position", "case_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("court_case.id"))
    court_code: Mapped[str] = mapped_column(String(20))
    position: Mapped[int]
    side: Mapped[str] = mapped_column(String(20))
    role: Mapped[str] = mapped_column(String(30))
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(300))
    details: Mapped[dict[str, Any]] = mapped_column(JSONB)
    representative: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    contact_hidden: Mapped[bool] = mapped_column(server_default=text("false"))


class CaseAccessRow(Base):
    """Why a person sees a case, from when until when. An ended access freezes the view at its end.

    A typed identity number proves nothing, so there is no access by it: the filer has one, a redeemed service code or
    a registrar's identity check gives one.
    """

    __tablename__ = "case_access"
    __table_args__ = (
        Index("ix_case_access_person", "person_id", "case_id"),
        Index("ix_case_access_case", "case_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("court_case.id"))
    court_code: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"))
    capacity: Mapped[str] = mapped_column(String(20))
    side: Mapped[str] = mapped_column(String(20))
    basis: Mapped[str] = mapped_column(String(30))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]


class DocketEntryRow(Base):
    """An accepted filing in the case register."""

    __tablename__ = "docket_entry"
    __table_args__ = (UniqueConstraint("case_id", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(ForeignKey("court_case.id"))
    court_code: Mapped[str] = mapped_column(String(20))
    position: Mapped[int] = mapped_column(Integer)
    filing_id: Mapped[UUID]
    filing_type: Mapped[str] = mapped_column(String(40))
    side: Mapped[str] = mapped_column(String(20))
    visibility: Mapped[str] = mapped_column(String(20), server_default="parties")
    received_at: Mapped[datetime]
    docketed_at: Mapped[datetime]


class DocketDocumentRow(Base):
    """A document of a docket entry, in order; the lead document is the first."""

    __tablename__ = "docket_document"
    __table_args__ = (Index("ix_docket_document_document", "document_id"),)

    entry_id: Mapped[UUID] = mapped_column(ForeignKey("docket_entry.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[UUID] = mapped_column(ForeignKey("document.id"))
    kind: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(300))


class CaseNoteRow(Base):
    """A person's own label and private note on a case or a filing; nobody else sees it."""

    __tablename__ = "case_note"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("person.id"), primary_key=True)
    subject: Mapped[UUID] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column(String(60), server_default="")
    note: Mapped[str] = mapped_column(Text, server_default="")
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(server_default="1")
