"""People who say that they are advocates: somebody looks them up in the bar's roll and says yes or no."""

from uuid import UUID

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from app.accounts import service as accounts
from app.accounts.policies import decides_on_advocates
from app.accounts.queries import waiting_advocates
from app.core.errors import Conflict, Problem
from app.core.language import T
from app.office.views.blueprint import bp, page
from app.web.access import actor, requires
from app.web.transactions import reading, received_at, writing


@bp.get("/advocates")
@requires(decides_on_advocates)
def show_advocates() -> tuple[str, int]:
    """Who waits, longest first."""
    return page("advocates.html", "advocates", waiting=waiting_advocates(reading(), actor()))


@bp.post("/advocates/<uuid:grant_id>/approve")
@requires(decides_on_advocates)
def approve(grant_id: UUID) -> Response | tuple[str, int]:
    """Make the person an advocate."""
    return _decide(grant_id, approved=True)


@bp.post("/advocates/<uuid:grant_id>/refuse")
@requires(decides_on_advocates)
def refuse(grant_id: UUID) -> Response | tuple[str, int]:
    """Say no; the person may ask again."""
    return _decide(grant_id, approved=False)


def _decide(grant_id: UUID, *, approved: bool) -> Response | tuple[str, int]:
    act = accounts.approve_advocate if approved else accounts.refuse_advocate
    try:
        with writing() as session:
            act(session, actor(), grant_id, at=received_at())
    except Conflict as refusal:
        waiting = waiting_advocates(reading(), actor())
        problems = (Problem("", refusal.text),)
        return page("advocates.html", "advocates", refusal.status, waiting=waiting, problems=problems)
    done = T("The advocate is approved.") if approved else T("The application is refused. The person may ask again.")
    flash(str(done))
    return redirect(url_for(".show_advocates"), 303)
