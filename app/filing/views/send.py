"""Send, and where the filing stands afterwards."""

from uuid import UUID

from flask import current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.documents.delivery import intake
from app.documents.intake import Prepared, store_made
from app.filing.answers import PleadingSource
from app.filing.commands import SendFiling
from app.filing.pleading import pleading_pdf
from app.filing.queries import FilingView, decisions, filing
from app.filing.rules import AttachedDocument
from app.filing.sending import ContentChanged, NotReady, send_filing
from app.filing.status import EDITABLE, FilingStatus
from app.filing.views.blueprint import bp, draft, pack, type_of
from app.filing.views.tasks import check_page, gaps_of
from app.filing.waivers import ASKABLE
from app.payments.queries import ObligationView, obligation_of
from app.web.access import actor, requires, signed_in
from app.web.transactions import reading, received_at, stop_reading, writing


@bp.post("/filings/<uuid:filing_id>/send")
@requires(signed_in)
def send(filing_id: UUID) -> Response | tuple[str, int]:
    """Send it. Pressing twice, reloading or sending from two tabs files once: the second shows where it stands."""
    view = draft(filing_id)
    papers = view.documents
    if request.form.get("version", type=int) != view.version:
        raise ContentChanged
    gaps = gaps_of(view, papers)
    if gaps:
        return check_page(view, papers, gaps), 422
    stop_reading()
    made = _made(view, papers)
    command = SendFiling(filing_id=view.id, version=view.version)
    try:
        with writing() as session:
            send_filing(session, actor(), pack(), command, made=made, at=received_at())
    except NotReady as refusal:
        return check_page(view, papers, refusal.problems), 422
    return redirect(url_for("filing.show", filing_id=filing_id), 303)


def _made(view: FilingView, papers: tuple[AttachedDocument, ...]) -> Prepared | None:
    """The pleading, kept durably before the transaction that refers to it."""
    if view.answers.pleading is PleadingSource.OWN:
        return None
    judiciary = current_app.extensions["settings"].judiciary_name
    content = pleading_pdf(pack(), view, papers, judiciary=judiciary, at=received_at(), draft=False)
    return store_made(intake(), content, name=f"{view.number}.pdf")


def _can_ask(view: FilingView, owed: ObligationView | None) -> bool:
    """Whether the filer may ask now not to pay what was paid or is to be paid."""
    if owed is None or not view.mine or view.status not in ASKABLE or not owed.waivable:
        return False
    return owed.waiver is None or not owed.waiver.waits


@bp.get("/filings/<uuid:filing_id>")
@requires(signed_in)
def show(filing_id: UUID) -> Response | str:
    """Where the filing stands: its draft's task list, its receipt, or its case."""
    view = filing(reading(), actor(), filing_id)
    if view.editable and view.status is FilingStatus.DRAFT:
        return redirect(url_for("filing.tasks", filing_id=filing_id), 303)
    owed = obligation_of(reading(), view.id) if view.obligation_id else None
    return render_template(
        "filing/show.html",
        filing=view,
        filing_type=type_of(view),
        court=pack().courts.get(view.court_code or ""),
        papers=view.documents,
        owed=owed,
        can_ask=_can_ask(view, owed),
        decisions=decisions(reading(), view.id),
        pack=pack(),
        can_cancel=view.mine and view.status in (FilingStatus.AWAITING_PAYMENT, FilingStatus.SUBMITTED),
        can_correct=view.mine and view.status in EDITABLE,
    )
