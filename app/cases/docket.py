"""Reading the docket: the accepted filings of a case with their documents."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.cases.models import DocketDocumentRow, DocketEntryRow
from app.cases.queries import CaseView


@dataclass(frozen=True, slots=True, kw_only=True)
class DocketDocument:
    """A document of an entry."""

    document_id: UUID
    kind: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocketEntry:
    """An accepted filing with its documents, in order."""

    id: UUID
    position: int
    filing_id: UUID
    filing_type: str
    side: str
    received_at: datetime
    docketed_at: datetime
    documents: tuple[DocketDocument, ...]


def docket(session: Session, view: CaseView) -> tuple[DocketEntry, ...]:
    """The docket with its documents, oldest first, up to the moment the actor's view is frozen; one statement."""
    document = func.json_build_array(DocketDocumentRow.document_id, DocketDocumentRow.kind, DocketDocumentRow.title)
    documents = func.json_agg(aggregate_order_by(document, DocketDocumentRow.position))
    statement = (
        select(
            DocketEntryRow.id,
            DocketEntryRow.position,
            DocketEntryRow.filing_id,
            DocketEntryRow.filing_type,
            DocketEntryRow.side,
            DocketEntryRow.received_at,
            DocketEntryRow.docketed_at,
            documents,
        )
        .join(DocketDocumentRow, DocketDocumentRow.entry_id == DocketEntryRow.id)
        .where(DocketEntryRow.case_id == view.id)
        .group_by(DocketEntryRow.id)
        .order_by(DocketEntryRow.position)
    )
    if view.sees_until is not None and not view.by_court:
        statement = statement.where(DocketEntryRow.docketed_at <= view.sees_until)
    if not view.by_court:
        statement = statement.where(
            or_(DocketEntryRow.visibility == "parties", DocketEntryRow.side == view.side),
        )
    return tuple(
        DocketEntry(
            id=row[0],
            position=row[1],
            filing_id=row[2],
            filing_type=row[3],
            side=row[4],
            received_at=row[5],
            docketed_at=row[6],
            documents=tuple(DocketDocument(document_id=UUID(i), kind=k, title=t) for i, k, t in row[7]),
        )
        for row in session.execute(statement).all()
    )
