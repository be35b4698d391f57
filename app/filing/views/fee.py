"""The fee, as a breakdown with its legal source, before anything is paid."""

from dataclasses import replace
from uuid import UUID

from werkzeug.wrappers import Response

from app.filing.views.blueprint import bp, draft, next_page, pack, page, save
from app.filing.views.tasks import fee_now, fee_seen_before
from app.payments.queries import obligation_of
from app.web.access import requires, signed_in
from app.web.transactions import now, reading

Answer = Response | tuple[str, int]


@bp.get("/filings/<uuid:filing_id>/fee")
@requires(signed_in)
def fee(filing_id: UUID) -> Answer:
    """What it costs, why, and how it is paid."""
    view = draft(filing_id)
    court = pack().courts.get(view.answers.court.court_code)
    quoted = fee_now(view)
    values = {
        "fee": quoted,
        "fee_was": fee_seen_before(view, quoted),
        "court": court,
        "days": pack().switches.days_to_pay,
        "owed": obligation_of(reading(), view.id) if view.obligation_id else None,
        "reasons": pack().fees.exemptions,
    }
    return page("fee", view, part="fee", status=200, **values)


@bp.post("/filings/<uuid:filing_id>/fee")
@requires(signed_in)
def fee_post(filing_id: UUID) -> Response:
    """Seen and understood."""
    view = draft(filing_id)
    quoted = fee_now(view)
    seen = str(quoted.total) if quoted else now().date().isoformat()
    save(view, "fee", replace(view.answers, fee_seen=seen))
    return next_page(view)
