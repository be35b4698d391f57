"""People who say that they are advocates: somebody looks them up in the bar's roll and says yes or no."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts import service as accounts
from app.accounts.policies import decides_on_advocates
from app.accounts.queries import waiting_advocate, waiting_advocates
from app.core.errors import Conflict, Problem
from app.core.language import T, Text
from app.office.forms.advocates import RefuseAdvocateForm
from app.office.views.blueprint import bp, page
from app.web.access import actor, requires
from app.web.transactions import reading, received_at, writing

Answer = Response | tuple[str, int]


@bp.get("/advocates")
@requires(decides_on_advocates)
def show_advocates() -> tuple[str, int]:
    """Who waits, longest first."""
    return page("advocates.html", "advocates", waiting=waiting_advocates(reading(), actor()))


@bp.post("/advocates/<uuid:grant_id>/approve")
@requires(decides_on_advocates)
def approve(grant_id: UUID) -> Answer:
    """Make the person an advocate."""
    done = T("The advocate is approved.")
    return _decide(lambda s: accounts.approve_advocate(s, actor(), grant_id, at=received_at()), done)


@bp.get("/advocates/<uuid:grant_id>/refuse")
@requires(decides_on_advocates)
def show_refusal(grant_id: UUID) -> Answer:
    """Ask for the reason."""
    return _refusal_page(grant_id, RefuseAdvocateForm(), 200)


@bp.post("/advocates/<uuid:grant_id>/refuse")
@requires(decides_on_advocates)
def refuse(grant_id: UUID) -> Answer:
    """Say no, with the reason that the person reads; they may ask again."""
    form = RefuseAdvocateForm()
    if not form.validate():
        return _refusal_page(grant_id, form, 422)
    done = T("The application is refused. The person is told why, and may ask again.")
    return _decide(lambda s: accounts.refuse_advocate(s, actor(), form.to_command(grant_id), at=received_at()), done)


def _refusal_page(grant_id: UUID, form: RefuseAdvocateForm, status: int) -> Answer:
    person = waiting_advocate(reading(), actor(), grant_id)
    return page("refuse_advocate.html", "advocates", status, person=person, form=form)


def _decide(act: Callable[[Session], None], done: Text) -> Answer:
    try:
        with writing() as session:
            act(session)
    except Conflict as refusal:
        waiting = waiting_advocates(reading(), actor())
        problems = (Problem("", refusal.text),)
        return page("advocates.html", "advocates", refusal.status, waiting=waiting, problems=problems)
    flash(str(done))
    return redirect(url_for(".show_advocates"), 303)
