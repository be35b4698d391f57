"""Reading documents. The caller has already found, by its own policy, that the reader may see these ids."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ScalarSelect, bindparam, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.core.ids import PersonId
from app.documents.ids import DocumentId
from app.documents.models import DocumentRow, DocumentSourceRow


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """A photo that a document was made from; `position` counts from 1."""

    position: int
    sha256: str
    size: int
    media_type: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentView:
    """A document; `size` in bytes, `sources` in the filer's order (none when a PDF was sent)."""

    id: DocumentId
    sha256: str
    size: int
    media_type: str
    name: str
    pages: int
    stored_at: datetime
    stored_by: PersonId | None
    sources: tuple[SourceView, ...]


_SOURCES = (
    select(
        func.json_agg(
            aggregate_order_by(
                func.json_build_object(
                    *("position", DocumentSourceRow.position, "sha256", DocumentSourceRow.sha256),
                    *("size", DocumentSourceRow.size, "media_type", DocumentSourceRow.media_type),
                    *("name", DocumentSourceRow.name),
                ),
                DocumentSourceRow.position,
            )
        )
    )
    .where(DocumentSourceRow.document_id == DocumentRow.id)
    .correlate(DocumentRow)
    .scalar_subquery()
)
_DOCUMENTS = select(
    DocumentRow.id,
    DocumentRow.sha256,
    DocumentRow.size,
    DocumentRow.media_type,
    DocumentRow.name,
    DocumentRow.pages,
    DocumentRow.stored_at,
    DocumentRow.stored_by,
    _SOURCES.label("sources"),
).where(DocumentRow.id.in_(bindparam("ids", expanding=True)))


def documents(session: Session, ids: Sequence[UUID]) -> dict[DocumentId, DocumentView]:
    """The documents by id, in one statement; ids that name nothing are left out."""
    if not ids:
        return {}
    rows = session.execute(_DOCUMENTS, {"ids": list(ids)}).mappings()
    views = (
        DocumentView(**{**row, "sources": tuple(SourceView(**source) for source in row["sources"] or ())})
        for row in rows
    )
    return {view.id: view for view in views}


def document(session: Session, document_id: UUID) -> DocumentView | None:
    """One document, or None."""
    return documents(session, [document_id]).get(DocumentId(document_id))


def facts_of(document_id: InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]) -> ScalarSelect[Any]:
    """{"name", "size", "pages", "sha256"} of the document whose id that column holds, for another room's statement."""
    row = DocumentRow
    facts = func.json_build_object("name", row.name, "size", row.size, "pages", row.pages, "sha256", row.sha256)
    return select(facts).where(row.id == document_id).correlate_except(row).scalar_subquery()
