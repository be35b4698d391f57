"""Loading a filing for a command: locked, and only when the actor may do that to it."""

from typing import Any, TypedDict
from uuid import UUID

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Absent, Conflict
from app.core.ids import PersonId
from app.core.language import T
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


_FACTS = ("document_id", "kind", "title", "position", "sha256", "size", "pages", "media_type", "name")
_FACT = func.json_build_object(*(part for name in _FACTS for part in (name, getattr(FilingDocumentRow, name))))
DOCUMENTS = (
    select(func.json_agg(aggregate_order_by(_FACT, FilingDocumentRow.position)))
    .where(FilingDocumentRow.filing_id == FilingRow.id)
    .correlate(FilingRow)
    .scalar_subquery()
)


def attached_from(data: list[dict[str, Any]] | None) -> tuple[AttachedDocument, ...]:
    """What the `DOCUMENTS` column holds, in the filer's order."""
    return tuple(AttachedDocument(**{**item, "document_id": UUID(item["document_id"])}) for item in data or ())


def attached(session: Session, filing_id: UUID) -> tuple[AttachedDocument, ...]:
    """The documents put to a filing, in their order."""
    return attached_from(session.execute(select(DOCUMENTS).where(FilingRow.id == filing_id)).scalar())


def locked_to_send(session: Session, actor: Actor, filing_id: UUID) -> tuple[FilingRow, tuple[AttachedDocument, ...]]:
    """As `locked_draft`, with the documents, in one statement."""
    found = session.execute(
        select(FilingRow, DOCUMENTS).where(FilingRow.id == filing_id, is_filer(actor)).with_for_update(of=FilingRow)
    ).first()
    if found is None:
        raise NoSuchFiling
    row, documents = found
    if FilingStatus(row.status) not in EDITABLE:
        raise AlreadySent
    return row, attached_from(documents)
