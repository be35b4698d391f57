"""Which court: a few plain questions, then a proposal with its reason."""

from dataclasses import replace
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.language import T
from app.courts import CourtProposal, propose_courts
from app.filing.forms.court import ChooseCourt, CourtQuestions, court_answers
from app.filing.queries import FilingView
from app.filing.views.blueprint import bp, draft, next_page, pack, page, saved, type_of
from app.web.access import requires, signed_in

Answer = Response | tuple[str, int]


@bp.get("/filings/<uuid:filing_id>/court")
@requires(signed_in)
def court(filing_id: UUID) -> Answer:
    """The questions."""
    view = draft(filing_id)
    return page("court", view, part="court", form=CourtQuestions.showing(pack(), type_of(view), view.answers))


@bp.post("/filings/<uuid:filing_id>/court")
@requires(signed_in)
def court_post(filing_id: UUID) -> Answer:
    """Save the answers and go on to the proposal."""
    view = draft(filing_id)
    form = CourtQuestions.showing(pack(), type_of(view), view.answers)
    answers = form.answers(view.answers) if form.validate() else None
    again = saved("court", view, "court", form, answers)
    if again:
        return again
    # The proposal follows also when somebody came from the check page: other answers may mean another court.
    return redirect(url_for("filing.choose_court", filing_id=view.id, back=request.args.get("back")), 303)


@bp.get("/filings/<uuid:filing_id>/court/choose")
@requires(signed_in)
def choose_court(filing_id: UUID) -> Answer:
    """The courts to propose, each with its reason."""
    view = draft(filing_id)
    proposals, form = _choice(view)
    return page("choose_court", view, part="court", form=form, proposals=proposals)


@bp.post("/filings/<uuid:filing_id>/court/choose")
@requires(signed_in)
def choose_court_post(filing_id: UUID) -> Answer:
    """Save the court."""
    view = draft(filing_id)
    proposals, form = _choice(view)
    answers = None
    if form.validate():
        reason = next((p.reason for p in proposals if p.court_code == form.chosen()), None)
        chosen = replace(view.answers.court, court_code=form.chosen(), chosen_because="proposed" if reason else "own")
        answers = replace(view.answers, court=chosen)
    again = saved("choose_court", view, "court", form, answers, proposals=proposals)
    return again or next_page(view)


def _choice(view: FilingView) -> tuple[tuple[CourtProposal, ...], ChooseCourt]:
    filing_type = type_of(view)
    there = {court.code for court in pack().courts_for(filing_type.code)}
    found = propose_courts(pack(), court_answers(filing_type.case_type, view.answers.court))
    proposals = tuple(p for p in found if p.court_code in there)[:4]
    chosen = view.answers.court.court_code
    proposed = {p.court_code for p in proposals}
    if not chosen and proposals:
        chosen = proposals[0].court_code
    form = ChooseCourt(
        data={
            "court_code": chosen if chosen in proposed else ("other" if chosen else None),
            "other_court": chosen if chosen not in proposed else None,
        }
    )
    form.court_code.choices = [
        *((p.court_code, pack().court(p.court_code).name, p.reason) for p in proposals),
        ("other", T("Another court")),
    ]
    form.other_court.choices = [(c.code, c.name) for c in pack().courts_for(filing_type.code)]
    return proposals, form
