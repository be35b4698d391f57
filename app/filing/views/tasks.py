"""The task list, and the check page before sending."""

from uuid import UUID

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.core.errors import Problem
from app.courts import FeeNotKnown, FeeQuote, court_date
from app.courts.current import priced_pack
from app.filing.commands import MarkedPoint
from app.filing.pricing import fee_of
from app.filing.queries import FilingView
from app.filing.rules import AttachedDocument, problems
from app.filing.service import cancel_filing
from app.filing.tasks import section_of_target, task_list
from app.filing.views.blueprint import bp, draft, pack, type_of
from app.web.access import actor, requires, signed_in
from app.web.transactions import now, writing


@bp.get("/filings/<uuid:filing_id>/tasks")
@requires(signed_in)
def tasks(filing_id: UUID) -> str:
    """How far the filing is, section by section."""
    view = draft(filing_id)
    papers = view.documents
    gaps = gaps_of(view, papers)
    marked = frozenset(section_of_target(m.target) for m in _marks(view))
    listed = task_list(type_of(view), view.answers, gaps, marked)
    return render_template(
        "filing/tasks.html",
        filing=view,
        filing_type=type_of(view),
        tasks=listed,
        ready=all(task.state == "done" for task in listed),
        marks=_marks(view),
    )


@bp.get("/filings/<uuid:filing_id>/check")
@requires(signed_in)
def check(filing_id: UUID) -> str:
    """Every answer with a link to change it, every gap with a link to fill it."""
    view = draft(filing_id)
    papers = view.documents
    return check_page(view, papers, gaps_of(view, papers))


def check_page(view: FilingView, papers: tuple[AttachedDocument, ...], gaps: tuple[Problem, ...]) -> str:
    """The check page with these gaps."""
    court = pack().courts.get(view.answers.court.court_code)
    fee = fee_now(view)
    return render_template(
        "filing/check.html",
        filing=view,
        filing_type=type_of(view),
        answers=view.answers,
        pack=pack(),
        court=court,
        papers=papers,
        problems=[Problem(g.field, g.text, f"/filings/{view.id}/{g.url}") for g in gaps],
        fee=fee,
        fee_was=fee_seen_before(view, fee),
        marks=_marks(view),
    )


@bp.post("/filings/<uuid:filing_id>/cancel")
@requires(signed_in)
def cancel(filing_id: UUID) -> Response:
    """Withdraw the filing."""
    with writing() as session:
        cancel_filing(session, actor(), filing_id, at=now())
    return redirect(url_for("filing.show", filing_id=filing_id), 303)


def gaps_of(view: FilingView, papers: tuple[AttachedDocument, ...]) -> tuple[Problem, ...]:
    """What still keeps the filing from being sent."""
    return problems(pack(), type_of(view), view.answers, papers, today=court_date(pack(), now()))


def fee_now(view: FilingView) -> FeeQuote | None:
    """The fee if it were sent now (or on its first day); None without a court or a known amount."""
    if not view.answers.court.court_code:
        return None
    try:
        return fee_of(priced_pack(), view.filing_type, view.answers.court.court_code, view.received_at or now())
    except FeeNotKnown:
        return None


def fee_seen_before(view: FilingView, fee: FeeQuote | None) -> str | None:
    """The amount that the filer had seen on the fee's page, when it is another now."""
    seen = view.answers.fee_seen
    amount = fee is not None and seen.startswith(f"{fee.total.currency} ")
    return seen if fee is not None and amount and seen != str(fee.total) else None


def _marks(view: FilingView) -> list[MarkedPoint]:
    decision = view.last_decision
    return list(decision.marks) if decision and decision.decision == "returned" else []
