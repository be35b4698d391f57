"""The documents of a filing: add, look at, order, take off."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core.errors import Absent, Invalid
from app.documents.delivery import intake, send_document
from app.documents.ids import DocumentId
from app.documents.intake import Prepared, reassemble
from app.documents.limits import limits_text
from app.documents.queries import SourceView
from app.documents.queries import document as load_document
from app.documents.queries import documents as load_documents
from app.documents.reception import UPLOADS, arrived, sent_anything
from app.documents.service import RecordDocument, record_document
from app.documents.uploads import use
from app.filing.answers import PleadingSource
from app.filing.commands import AttachDocument
from app.filing.forms.documents import DocumentForm, LeadForm
from app.filing.queries import FilingView, document_of
from app.filing.service import attach_document, order_documents, remove_document, replace_document
from app.filing.views.blueprint import bp, draft, next_page, page, save, type_of
from app.web.access import actor, requires, signed_in
from app.web.transactions import now, reading, stop_reading, writing

Answer = Response | tuple[str, int]


@bp.get("/filings/<uuid:filing_id>/documents")
@requires(signed_in)
def documents(filing_id: UUID) -> Answer:
    """What has been added, and the form to add more."""
    view = draft(filing_id)
    return _page(view, DocumentForm.showing(type_of(view), intake().limits))


@bp.post("/filings/<uuid:filing_id>/documents")
@requires(signed_in)
def documents_post(filing_id: UUID) -> Answer:
    """Add a document, or go on when the list is complete."""
    view = draft(filing_id)
    if request.form.get("do") == "done" and not sent_anything("files"):
        return _done(view)
    form = DocumentForm.showing(type_of(view), intake().limits)
    if not form.validate():
        return _page(view, form, 422, waiting=request.form.getlist(UPLOADS))
    stop_reading()
    try:
        with arrived("files") as brought, writing() as session:
            use(session, actor(), brought.upload_ids, at=now())
            _attach(session, view, brought.prepared, form)
    except Invalid as refusal:
        form.refuse(refusal.problems)
        return _page(view, form, 422)
    return redirect(url_for("filing.documents", filing_id=filing_id, back=request.args.get("back")), 303)


def _attach(session: Session, view: FilingView, prepared: Prepared, form: DocumentForm) -> None:
    filing_type = type_of(view)
    document_id = record_document(session, actor(), RecordDocument(prepared=prepared), at=now())
    command = AttachDocument(
        filing_id=view.id, document_id=document_id, kind=form.kind.data, title=form.title_for(filing_type)
    )
    attach_document(session, actor(), command, most=intake().limits.max_files, at=now())


def _done(view: FilingView) -> Answer:
    form = LeadForm.showing(view.documents, _lead(view))
    chosen = form.pleading.data if form.validate() else _lead(view)
    own = chosen not in ("", PleadingSource.ANSWERS)
    answers = replace(
        view.answers,
        documents_done=True,
        pleading=PleadingSource.OWN if own else PleadingSource.ANSWERS,
        own_pleading=chosen if own else "",
    )
    save(view, "documents", answers)
    return next_page(view)


def _lead(view: FilingView) -> str:
    return view.answers.own_pleading if view.answers.pleading is PleadingSource.OWN else PleadingSource.ANSWERS


def _page(view: FilingView, form: DocumentForm, status: int = 200, *, waiting: Sequence[str] = ()) -> tuple[str, int]:
    """`waiting` are the resumable uploads that came with a form in which something else is missing."""
    papers = view.documents
    lead = LeadForm.showing(papers, _lead(view))
    lead.pleading.data = _lead(view)  # a post that adds a document says nothing about it
    kept = load_documents(reading(), [paper.document_id for paper in papers])
    values = {
        "limits": limits_text(intake().limits),
        "waiting": waiting,
        "of_photos": {document.id for document in kept.values() if document.sources},
    }
    return page("documents", view, part="documents", status=status, form=form, papers=papers, lead=lead, **values)


@bp.post("/filings/<uuid:filing_id>/documents/<uuid:document_id>/remove")
@requires(signed_in)
def remove(filing_id: UUID, document_id: UUID) -> Response:
    """Take a document off the draft."""
    with writing() as session:
        remove_document(session, actor(), filing_id, document_id, at=now())
    return redirect(url_for("filing.documents", filing_id=filing_id), 303)


@bp.post("/filings/<uuid:filing_id>/documents/<uuid:document_id>/up")
@requires(signed_in)
def move_up(filing_id: UUID, document_id: UUID) -> Response:
    """Move a document one place up."""
    view = draft(filing_id)
    order = [d.document_id for d in view.documents]
    if document_id not in order:
        abort(404)
    place = order.index(document_id)
    order.insert(max(place - 1, 0), order.pop(place))
    with writing() as session:
        order_documents(session, actor(), filing_id, tuple(DocumentId(i) for i in order), at=now())
    return redirect(url_for("filing.documents", filing_id=filing_id), 303)


@bp.get("/filings/<uuid:filing_id>/documents/<uuid:document_id>")
@requires(signed_in)
def document(filing_id: UUID, document_id: UUID) -> Response:
    """The untouched bytes, for the filer and the court."""
    if not document_of(reading(), actor(), filing_id, document_id):
        raise Absent
    found = load_document(reading(), document_id)
    if found is None:
        raise Absent
    stop_reading()
    return send_document(found)


@bp.get("/filings/<uuid:filing_id>/documents/<uuid:document_id>/pages")
@requires(signed_in)
def pages(filing_id: UUID, document_id: UUID) -> Answer:
    """The photos that a document was made of, in their order."""
    view = draft(filing_id)
    return page("pages", view, part="documents", document_id=document_id, photos=_photos(filing_id, document_id))


@bp.post("/filings/<uuid:filing_id>/documents/<uuid:document_id>/pages")
@requires(signed_in)
def pages_post(filing_id: UUID, document_id: UUID) -> Response:
    """Put a photo one place up, or leave it out; the document is made anew and takes the old one's place."""
    view = draft(filing_id)
    photos = list(_photos(filing_id, document_id))
    place = request.form.get("up", type=int) or request.form.get("drop", type=int) or 0
    if not 1 <= place <= len(photos) or ("drop" in request.form and len(photos) == 1):
        abort(400)
    photo = photos.pop(place - 1)
    if "up" in request.form:
        photos.insert(max(place - 2, 0), photo)
    stop_reading()
    prepared = reassemble(intake(), photos)
    with writing() as session:
        made = record_document(session, actor(), RecordDocument(prepared=prepared), at=now())
        replace_document(session, actor(), view.id, DocumentId(document_id), made, at=now())
    return redirect(url_for("filing.pages", filing_id=filing_id, document_id=made), 303)


def _photos(filing_id: UUID, document_id: UUID) -> tuple[SourceView, ...]:
    if not document_of(reading(), actor(), filing_id, document_id):
        raise Absent
    found = load_document(reading(), document_id)
    if found is None or not found.sources:
        raise Absent
    return found.sources
