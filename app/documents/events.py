"""What happened to documents."""

from dataclasses import dataclass

from app.core.events import Event
from app.documents.ids import DocumentId


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentStored(Event):
    """A document's bytes are kept and recorded. Its name isn't here: names are people's words."""

    subject_field = "document_id"

    document_id: DocumentId
    sha256: str
    size: int
    pages: int
