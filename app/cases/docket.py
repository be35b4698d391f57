"""Reading the docket: the accepted filings of a case with their documents."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Boolean, bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import TIMESTAMP, aggregate_order_by
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


def _statement() -> Any:
    document = func.json_build_array(DocketDocumentRow.document_id, DocketDocumentRow.kind, DocketDocumentRow.title)
    until = bindparam("until", type_=TIMESTAMP(timezone=True))
    return (
        select(
            DocketEntryRow.id,
            DocketEntryRow.position,
            DocketEntryRow.filing_id,
            DocketEntryRow.filing_type,
            DocketEntryRow.side,
            DocketEntryRow.received_at,
            DocketEntryRow.docketed_at,
            func.json_agg(aggregate_order_by(document, DocketDocumentRow.position)),
        )
        .join(DocketDocumentRow, DocketDocumentRow.entry_id == DocketEntryRow.id)
        .where(
            DocketEntryRow.case_id == bindparam("case_id"),
            or_(until.is_(None), DocketEntryRow.docketed_at <= until),
            or_(
                bindparam("by_court", type_=Boolean()),
                DocketEntryRow.visibility == "parties",
                DocketEntryRow.side == bindparam("side"),
            ),
        )
        .group_by(DocketEntryRow.id)
        .order_by(DocketEntryRow.position)
    )


_DOCKET = _statement()


def docket(session: Session, view: CaseView) -> tuple[DocketEntry, ...]:
    """The docket with its documents, oldest first, up to the moment the actor's view is frozen; one statement."""
    until = None if view.by_court else view.sees_until
    asked = {"case_id": view.id, "until": until, "by_court": view.by_court, "side": view.side}
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
        for row in session.execute(_DOCKET, asked).all()
    )
