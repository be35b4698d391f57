"""One difference: who looks after it, and how it is settled."""

from uuid import UUID

from flask import flash, redirect, url_for
from werkzeug.wrappers import Response

from app.core.errors import Invalid, Problem, Refusal
from app.core.language import T
from app.courts.current import current_pack
from app.office.forms.reconciling import ResolveForm, words_for
from app.office.policies import keeps_accounts
from app.office.views.blueprint import bp, page
from app.office.views.reconciliation import PLACE, Answer, known_sources
from app.payments.reconciliation import queries, service
from app.payments.reconciliation.queries import BreakView
from app.web.access import actor, requires
from app.web.transactions import now, reading, writing


@bp.post("/payments/reconciliation/breaks/<uuid:break_id>/take")
@requires(keeps_accounts)
def take_break(break_id: UUID) -> Answer:
    """Become the one who looks after it."""
    found = queries.break_of(reading(), actor(), break_id)
    try:
        with writing() as session:
            service.take_break(session, actor(), break_id)
    except Refusal as refusal:
        return _settle_page(found, ResolveForm.showing(found), refusal)
    return _back_to_day(found)


@bp.get("/payments/reconciliation/breaks/<uuid:break_id>")
@requires(keeps_accounts)
def show_break(break_id: UUID) -> Answer:
    """The difference, and what can be done about it."""
    found = queries.break_of(reading(), actor(), break_id)
    if found.resolution is not None or found.gone:
        return _back_to_day(found)
    return _settle_page(found, ResolveForm.showing(found))


@bp.post("/payments/reconciliation/breaks/<uuid:break_id>")
@requires(keeps_accounts)
def resolve_break(break_id: UUID) -> Answer:
    """Settle it, with its entry in the books."""
    found = queries.break_of(reading(), actor(), break_id)
    form = ResolveForm.showing(found)
    if not form.validate():
        return _settle_page(found, form)
    try:
        with writing() as session:
            service.resolve_break(session, actor(), form.to_command(break_id), current_pack().zone, at=now())
    except Refusal as refusal:
        return _settle_page(found, form, refusal)
    flash(str(T("The difference is settled.")))
    return _back_to_day(found)


def _settle_page(found: BreakView, form: ResolveForm, refusal: Refusal | None = None) -> tuple[str, int]:
    problems = (Problem("", refusal.text),) if refusal else form.problems()
    status = refusal.status if refusal else Invalid.status if problems else 200
    title = known_sources()[found.source]
    return page(
        "reconciliation_break.html",
        PLACE,
        status,
        found=found,
        form=form,
        problems=problems,
        title=title,
        words=words_for(found),
    )


def _back_to_day(found: BreakView) -> Response:
    return redirect(url_for(".show_day", source=found.source, day=found.day), 303)
