"""Loading a filing for a command: locked, and only when the actor may do that to it."""

from typing import TypedDict
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Absent, Conflict
from app.core.ids import PersonId
from app.core.language import T
from app.documents.queries import documents as load_documents
from app.filing.ids import FilingId
from app.filing.models import FilingDocumentRow, FilingRow
from app.filing.policies import is_filer, reviews
from app.filing.rules import AttachedDocument
from app.filing.status import EDITABLE, FilingStatus


class NoSuchFiling(Absent):
    """There is no such filing, or the actor may not see it."""


class AlreadySent(Conflict):
    """The filing has been sent; it can't be changed any more."""

    text = T("This filing has been sent. It can't be changed now.")


class AboutFiling(TypedDict):
    """What every event of a filing says."""

    filing_id: FilingId
    filer_id: PersonId | None
    court_code: str | None


def about(row: FilingRow) -> AboutFiling:
    """The fields that every event of a filing has."""
    filer = PersonId(row.filer_id) if row.filer_id else None
    return {"filing_id": FilingId(row.id), "filer_id": filer, "court_code": row.court_code}


def locked(session: Session, allowed: ColumnElement[bool], filing_id: UUID) -> FilingRow:
    """The filing, locked until the transaction ends; raises NoSuchFiling."""
    row = session.scalars(select(FilingRow).where(FilingRow.id == filing_id, allowed).with_for_update()).first()
    if row is None:
        raise NoSuchFiling
    return row


def locked_draft(session: Session, actor: Actor, filing_id: UUID) -> FilingRow:
    """The actor's own filing while it can be changed; raises NoSuchFiling or AlreadySent."""
    row = locked(session, is_filer(actor), filing_id)
    if FilingStatus(row.status) not in EDITABLE:
        raise AlreadySent
    return row


def locked_for_review(session: Session, actor: Actor, filing_id: UUID) -> FilingRow:
    """A filing of a court at which the actor is a registrar; raises NoSuchFiling."""
    return locked(session, reviews(actor), filing_id)


_LINKS = (
    select(
        FilingDocumentRow.document_id,
        FilingDocumentRow.kind,
        FilingDocumentRow.title,
        FilingDocumentRow.position,
    )
).order_by(FilingDocumentRow.position)


def attached(session: Session, filing_id: UUID) -> tuple[AttachedDocument, ...]:
    """The documents put to a filing, in their order; two statements."""
    rows = session.execute(_LINKS.where(FilingDocumentRow.filing_id == filing_id)).tuples().all()
    known = {UUID(str(view.id)): view for view in load_documents(session, [row[0] for row in rows]).values()}
    return tuple(
        AttachedDocument(
            document_id=document_id,
            kind=kind,
            title=title,
            position=position,
            sha256=known[document_id].sha256,
            size=known[document_id].size,
            pages=known[document_id].pages,
            media_type=known[document_id].media_type,
            name=known[document_id].name,
        )
        for document_id, kind, title, position in rows
    )
