"""The whole filing on one page."""

from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.errors import Problem
from app.filing.forms.whole import WholeForm, whole_form
from app.filing.queries import FilingView, filing
from app.filing.service import StaleAnswers
from app.filing.views.blueprint import bp, draft, pack, page, save, type_of
from app.web.access import actor, person, requires, signed_in
from app.web.transactions import reading

Answer = Response | tuple[str, int]


@bp.get("/filings/<uuid:filing_id>/page")
@requires(signed_in)
def one_page(filing_id: UUID) -> Answer:
    """Everything but the files, on one page."""
    view = draft(filing_id)
    return page("whole", view, part="everything", form=_form(view))


@bp.post("/filings/<uuid:filing_id>/page")
@requires(signed_in)
def one_page_post(filing_id: UUID) -> Answer:
    """Save all of it; then more rows, the documents, or the check page."""
    view = draft(filing_id)
    form = _form(view)
    if not form.validate():
        return page("whole", view, part="everything", status=422, form=form)
    try:
        save(view, "everything", form.answers(view.answers))
    except StaleAnswers as stale:
        theirs = filing(reading(), actor(), filing_id)
        kept = (Problem("", stale.text),)
        return page("whole", theirs, part="everything", status=409, form=form, problems=kept)
    onward = {"more": "one_page", "documents": "documents"}.get(request.form.get("do", ""), "check")
    return redirect(url_for(f"filing.{onward}", filing_id=filing_id), 303)


def _form(view: FilingView) -> WholeForm:
    who = person()
    own_name = who.name if who else ""
    return whole_form(pack(), type_of(view), view.answers, own_name=own_name, advocate=actor().has("advocate"))
