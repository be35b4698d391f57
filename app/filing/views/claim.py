"""What the dispute is about, what is asked for, and the statement of truth."""

from dataclasses import replace
from uuid import UUID

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.ids import new_id
from app.filing.answers import Issue
from app.filing.forms.claim import DeclarationForm, IssueForm, PastedPleading, ReliefForm
from app.filing.queries import FilingView
from app.filing.rules import MOST_ISSUES, split_pleading
from app.filing.views.blueprint import bp, draft, new_item, next_page, pack, page, save, saved
from app.web.access import person, requires, signed_in

Answer = Response | tuple[str, int]


@bp.get("/filings/<uuid:filing_id>/issues")
@requires(signed_in)
def issues(filing_id: UUID) -> Answer:
    """The points of the dispute."""
    return page("issues", draft(filing_id), part="issues", most=MOST_ISSUES)


@bp.post("/filings/<uuid:filing_id>/issues")
@requires(signed_in)
def issues_post(filing_id: UUID) -> Response:
    """The list is complete."""
    view = draft(filing_id)
    save(view, "issues", replace(view.answers, issues_done=True))
    return next_page(view)


@bp.get("/filings/<uuid:filing_id>/issues/add")
@requires(signed_in)
def add_issue(filing_id: UUID) -> Answer:
    """An empty page for one more point."""
    return page("issue", draft(filing_id), part="issue:new", form=IssueForm.showing(None), issue=None, item=new_item())


@bp.post("/filings/<uuid:filing_id>/issues/add")
@requires(signed_in)
def add_issue_post(filing_id: UUID) -> Answer:
    """Add the point."""
    return _save_issue(draft(filing_id), new_item())


@bp.get("/filings/<uuid:filing_id>/issues/paste")
@requires(signed_in)
def paste(filing_id: UUID) -> Answer:
    """A place to paste a pleading written elsewhere."""
    return page("paste", draft(filing_id), part="issues", form=PastedPleading())


@bp.post("/filings/<uuid:filing_id>/issues/paste")
@requires(signed_in)
def paste_post(filing_id: UUID) -> Answer:
    """Split the pleading into points, added after those that are there."""
    view = draft(filing_id)
    form = PastedPleading()
    if not form.validate():
        return page("paste", view, part="issues", status=422, form=form)
    room = MOST_ISSUES - len(view.answers.issues)
    for title, text in split_pleading(form.text.data)[:room]:
        issue = Issue(id=str(new_id()), title=title[:150], facts=text)
        save(view, f"issue:{issue.id}", view.answers.with_issue(issue))
    return redirect(url_for("filing.issues", filing_id=filing_id), 303)


@bp.get("/filings/<uuid:filing_id>/issues/<issue_id>")
@requires(signed_in)
def issue(filing_id: UUID, issue_id: str) -> Answer:
    """One point."""
    view = draft(filing_id)
    there = _issue(view, issue_id)
    return page("issue", view, part=f"issue:{issue_id}", form=IssueForm.showing(there), issue=there)


@bp.post("/filings/<uuid:filing_id>/issues/<issue_id>")
@requires(signed_in)
def issue_post(filing_id: UUID, issue_id: str) -> Answer:
    """Save one point."""
    view = draft(filing_id)
    return _save_issue(view, _issue(view, issue_id).id)


@bp.post("/filings/<uuid:filing_id>/issues/<issue_id>/remove")
@requires(signed_in)
def remove_issue(filing_id: UUID, issue_id: str) -> Response:
    """Take a point away."""
    view = draft(filing_id)
    save(view, f"issue:{issue_id}", view.answers.without_issue(issue_id))
    return redirect(url_for("filing.issues", filing_id=filing_id), 303)


@bp.post("/filings/<uuid:filing_id>/issues/<issue_id>/move")
@requires(signed_in)
def move_issue(filing_id: UUID, issue_id: str) -> Response:
    """Move a point one place up."""
    view = draft(filing_id)
    order = list(view.answers.issues)
    place = order.index(_issue(view, issue_id))
    if place > 0:
        order[place - 1], order[place] = order[place], order[place - 1]
        save(view, "order", replace(view.answers, issues=tuple(order)))
    return redirect(url_for("filing.issues", filing_id=filing_id), 303)


def _save_issue(view: FilingView, issue_id: str) -> Answer:
    there = view.answers.issue(issue_id)
    form = IssueForm.showing(there)
    answers = view.answers.with_issue(form.issue(issue_id)) if form.validate() else None
    again = saved("issue", view, f"issue:{issue_id}", form, answers, issue=there, item=issue_id)
    return again or next_page(view, "issues")


def _issue(view: FilingView, issue_id: str) -> Issue:
    there = view.answers.issue(issue_id)
    if there is None:
        abort(404)
    return there


@bp.get("/filings/<uuid:filing_id>/relief")
@requires(signed_in)
def relief(filing_id: UUID) -> Answer:
    """What is asked for in all."""
    view = draft(filing_id)
    return page("relief", view, part="relief", form=ReliefForm.showing(view.answers, pack().currency))


@bp.post("/filings/<uuid:filing_id>/relief")
@requires(signed_in)
def relief_post(filing_id: UUID) -> Answer:
    """Save it."""
    view = draft(filing_id)
    form = ReliefForm.showing(view.answers, pack().currency)
    answers = form.answers(view.answers) if form.validate() else None
    return saved("relief", view, "relief", form, answers) or next_page(view)


@bp.get("/filings/<uuid:filing_id>/declaration")
@requires(signed_in)
def declaration(filing_id: UUID) -> Answer:
    """The statement of truth."""
    view = draft(filing_id)
    form = DeclarationForm.showing(view.answers, _own_name())
    return page("declaration", view, part="declaration", form=form)


@bp.post("/filings/<uuid:filing_id>/declaration")
@requires(signed_in)
def declaration_post(filing_id: UUID) -> Answer:
    """Save it and go on to the check page."""
    view = draft(filing_id)
    form = DeclarationForm.showing(view.answers, _own_name())
    answers = form.answers(view.answers) if form.validate() else None
    again = saved("declaration", view, "declaration", form, answers)
    return again or redirect(url_for("filing.check", filing_id=filing_id, back=request.args.get("back")), 303)


def _own_name() -> str:
    who = person()
    return who.name if who else ""
