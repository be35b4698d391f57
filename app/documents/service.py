"""Commands of this room."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Forbidden
from app.core.events import record
from app.core.ids import new_id
from app.documents.events import DocumentStored
from app.documents.ids import DocumentId
from app.documents.intake import Prepared
from app.documents.models import DocumentRow, DocumentSourceRow
from app.documents.policies import may_store


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDocument:
    """Record what `intake.store_files`, `prepare` or `store_made` has checked and kept."""

    prepared: Prepared


def record_document(session: Session, actor: Actor, command: RecordDocument, *, at: datetime) -> DocumentId:
    """A new document row, with its photos; writes DocumentStored. The caller links it to what it belongs to.

    The bytes are durably kept before this is called, so a committed row never points at nothing. Raises Forbidden.
    """
    if not may_store(actor):
        raise Forbidden
    document_id = DocumentId(new_id())
    kept = command.prepared.document
    session.add(
        DocumentRow(
            id=document_id,
            sha256=kept.sha256,
            size=kept.size,
            media_type=kept.media_type,
            name=kept.name,
            pages=kept.pages,
            stored_at=at,
            stored_by=actor.person_id,
        )
    )
    session.flush()
    session.add_all(
        DocumentSourceRow(
            document_id=document_id,
            position=position,
            sha256=photo.sha256,
            size=photo.size,
            media_type=photo.media_type,
            name=photo.name,
        )
        for position, photo in enumerate(command.prepared.sources, start=1)
    )
    event = DocumentStored(document_id=document_id, sha256=kept.sha256, size=kept.size, pages=kept.pages)
    record(session, event, actor=actor, at=at)
    return document_id
