"""The papers of a filing: the pleading (preview or as filed) and the receipt."""

from uuid import UUID

from flask import current_app
from werkzeug.wrappers import Response

from app.core.errors import Absent
from app.documents.delivery import send_paper
from app.documents.queries import document
from app.filing.pleading import pleading_pdf
from app.filing.queries import filing
from app.filing.receipt import receipt_pdf
from app.filing.status import SENT
from app.filing.views.blueprint import bp, draft, pack
from app.payments.queries import obligation_of
from app.web.access import actor, requires, signed_in
from app.web.transactions import now, reading, stop_reading


@bp.get("/filings/<uuid:filing_id>/preview.pdf")
@requires(signed_in)
def preview(filing_id: UUID) -> Response:
    """The pleading as it would be sent now, marked as a draft."""
    view = draft(filing_id)
    papers = view.documents
    stop_reading()
    content = pleading_pdf(pack(), view, papers, judiciary=_judiciary(), at=now(), draft=True)
    return send_paper(content, f"{view.number}-draft.pdf")


@bp.get("/filings/<uuid:filing_id>/receipt.pdf")
@requires(signed_in)
def receipt(filing_id: UUID) -> Response:
    """The receipt: number, times, parties, fee, payment, fingerprints of the documents."""
    view = filing(reading(), actor(), filing_id)
    if view.status not in SENT or view.received_at is None:
        raise Absent
    papers = view.documents
    owed = obligation_of(reading(), view.id) if view.obligation_id else None
    lead = document(reading(), view.pleading_id) if view.pleading_id else None
    stop_reading()
    content = receipt_pdf(pack(), view, papers, lead=lead, owed=owed, judiciary=_judiciary())
    return send_paper(content, f"{view.number}-receipt.pdf", inline=False)


def _judiciary() -> str:
    name: str = current_app.extensions["settings"].judiciary_name
    return name
