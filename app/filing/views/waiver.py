"""Asking not to pay the fee: before Send it is kept with the draft, after Send it goes to the registrar at once."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core.errors import Absent, Conflict, Invalid, Problem
from app.documents.delivery import intake
from app.documents.limits import limits_text
from app.documents.queries import documents as load_documents
from app.documents.reception import UPLOADS, arrived, sent_anything
from app.documents.service import RecordDocument, record_document
from app.documents.uploads import use
from app.filing import waivers
from app.filing.answers import WaiverWish
from app.filing.commands import AskWaiver, SaveAnswers
from app.filing.forms.waiver import WaiverForm
from app.filing.queries import FilingView, filing
from app.filing.service import save_answers
from app.filing.views.blueprint import base_of, bp, pack, page, save
from app.payments.queries import obligation_of
from app.web.access import actor, requires, signed_in
from app.web.transactions import now, reading, stop_reading, writing

Answer = Response | tuple[str, int]


@bp.get("/filings/<uuid:filing_id>/fee/waiver")
@requires(signed_in)
def waiver(filing_id: UUID) -> Answer:
    """The reasons for paying no fee, and what to add."""
    view = _mine(filing_id)
    owed = None if view.editable or not view.obligation_id else obligation_of(reading(), view.id)
    if not view.editable and (owed is None or not owed.waivable or (owed.waiver and owed.waiver.waits)):
        return _there(view)
    return _page(view, _form(view))


@bp.post("/filings/<uuid:filing_id>/fee/waiver")
@requires(signed_in)
def waiver_post(filing_id: UUID) -> Answer:
    """Keep the wish with the draft, or ask the court."""
    view = _mine(filing_id)
    form = _form(view)
    fine = form.validate()
    if fine:
        form.refuse(form.lacks(pack(), brought=sent_anything("files")))
    if not fine or form.problems():
        return _page(view, form, 422, waiting=request.form.getlist(UPLOADS))
    stop_reading()
    try:
        _take(view, form)
    except Invalid as refusal:
        form.refuse(refusal.problems)
        return _page(view, form, refusal.status)
    except Conflict as refusal:
        form.refuse((Problem("", refusal.text),))
        return _page(_mine(filing_id), form, refusal.status)
    return _there(view)


@bp.post("/filings/<uuid:filing_id>/fee/waiver/drop")
@requires(signed_in)
def waiver_drop(filing_id: UUID) -> Response:
    """I will pay after all."""
    view = _mine(filing_id)
    if view.editable and view.answers.waiver is not None:
        save(view, "fee", replace(view.answers, waiver=None))
        return _there(view)
    with writing() as session:
        waivers.withdraw(session, actor(), pack(), filing_id, at=now())
    return redirect(url_for("filing.show", filing_id=filing_id), 303)


def _mine(filing_id: UUID) -> FilingView:
    view = filing(reading(), actor(), filing_id)
    if not view.mine:
        raise Absent
    return view


def _there(view: FilingView) -> Response:
    return redirect(url_for("filing.fee" if view.editable else "filing.show", filing_id=view.id), 303)


def _form(view: FilingView) -> WaiverForm:
    """With the filing's own papers, and those that were added here before."""
    wish = view.answers.waiver
    papers = [(str(paper.document_id), paper.title) for paper in view.documents]
    known = {document for document, _ in papers}
    added = [UUID(document) for document in wish.documents if document not in known] if wish else []
    kept = load_documents(reading(), added)
    papers += [(str(document.id), document.name) for document in kept.values()]
    return WaiverForm.showing(pack(), papers, intake().limits, wish)


def _take(view: FilingView, form: WaiverForm) -> None:
    """Record what came with it and ask, in one transaction."""
    if not sent_anything("files"):
        with writing() as session:
            _ask(session, view, form.wish())
        return
    with arrived("files") as brought, writing() as session:
        use(session, actor(), brought.upload_ids, at=now())
        made = record_document(session, actor(), RecordDocument(prepared=brought.prepared), at=now())
        _ask(session, view, form.wish(made))


def _ask(session: Session, view: FilingView, wish: WaiverWish) -> None:
    if view.editable:
        answers = replace(view.answers, waiver=wish, fee_seen=view.answers.fee_seen or "waiver")
        draft = SaveAnswers(filing_id=view.id, part="fee", base=base_of(view, "fee"), answers=answers)
        save_answers(session, actor(), draft, at=now())
        return
    documents = tuple(UUID(document) for document in wish.documents)
    command = AskWaiver(filing_id=view.id, category=wish.category, words=wish.words, documents=documents)
    waivers.ask(session, actor(), pack(), command, at=now())


def _page(view: FilingView, form: WaiverForm, status: int = 200, *, waiting: Sequence[str] = ()) -> tuple[str, int]:
    """`waiting` are the resumable uploads that came with a form in which something else is missing."""
    values = {
        "limits": limits_text(intake().limits),
        "waiting": waiting,
        "days": pack().switches.days_to_pay_after_refusal,
    }
    return page("waiver", view, part="fee", status=status, form=form, **values)
