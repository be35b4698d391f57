"""The decisions: accept, return, refuse, move to the right court, take an acceptance back.

Whoever was slower than somebody else sees how the filing stands now, with every word they typed still there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Generic, TypeVar
from uuid import UUID

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core.errors import Absent, Conflict, Invalid, Problem
from app.core.language import T
from app.filing import review
from app.filing.status import FilingStatus
from app.office.forms.deciding import AcceptForm, RejectForm, TransferForm, VoidForm, reject_form
from app.office.forms.returning import ReturnForm, return_form
from app.office.policies import works_at_the_desk
from app.office.rules import markables
from app.office.views.blueprint import bp, page
from app.office.views.dossier import Desk, filing_page, lay_out
from app.web.access import actor, requires
from app.web.fields import Form
from app.web.transactions import now, writing

Answer = Response | tuple[str, int]
F = TypeVar("F", bound=Form)
View = Callable[[UUID], Answer]
_OUTCOMES = {
    "accepted": FilingStatus.ACCEPTED,
    "returned": FilingStatus.RETURNED,
    "rejected": FilingStatus.REJECTED,
    "voided": FilingStatus.SUBMITTED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[F]):
    """A decision: its page, its form and what it does; who may `see` it, and when it is `open` to be taken."""

    template: str
    form: Callable[[Desk], F]
    act: Callable[[Session, Desk, F], object]
    see: Callable[[Desk], bool] = lambda _desk: True
    open: Callable[[Desk], bool] = lambda desk: desk.held == "mine"


def _return_form(desk: Desk) -> ReturnForm:
    return return_form(markables(desk.pack, desk.kind, desk.view.answers, desk.view.documents), desk.view.language)


ACCEPT: Step[AcceptForm] = Step(
    template="filing.html",
    form=lambda desk: AcceptForm.showing(desk.kind),
    act=lambda session, desk, form: review.accept(session, actor(), desk.pack, form.to_command(desk.view.id), at=now()),
)
RETURN: Step[ReturnForm] = Step(
    template="return.html",
    form=_return_form,
    act=lambda session, desk, form: review.return_for_correction(
        session, actor(), desk.pack, form.to_command(desk.view.id), at=now()
    ),
)
REJECT: Step[RejectForm] = Step(
    template="reject.html",
    form=lambda desk: reject_form(desk.pack, desk.view.language),
    act=lambda session, desk, form: review.reject(session, actor(), desk.pack, form.to_command(desk.view.id), at=now()),
)
TRANSFER: Step[TransferForm] = Step(
    template="transfer.html",
    form=lambda desk: TransferForm.showing(desk.pack, desk.view.filing_type, desk.view.court_code),
    act=lambda session, desk, form: review.transfer(
        session, actor(), desk.pack, form.to_command(desk.view.id), at=now()
    ),
)
VOID: Step[VoidForm] = Step(
    template="void.html",
    form=lambda _desk: VoidForm(),
    act=lambda session, desk, form: review.void_acceptance(session, actor(), desk.view.id, form.text.data, at=now()),
    see=lambda desk: desk.chief,
    open=lambda desk: desk.view.status is FilingStatus.ACCEPTED,
)


def keeps_words(view: View) -> View:
    """Show what was typed when the filing has gone out of sight meanwhile, so that no word is lost."""

    @wraps(view)
    def kept(filing_id: UUID) -> Answer:
        try:
            return view(filing_id)
        except Absent:
            words = _typed()
            if not words:
                raise
            return page("gone.html", "queue", Absent.status, words=words)

    return kept


@bp.post("/filings/<uuid:filing_id>/accept")
@requires(works_at_the_desk)
def accept(filing_id: UUID) -> Answer:
    """Accept and register; the case gets its number."""
    return decide_on(filing_id, ACCEPT) or _done(filing_id)


@bp.route("/filings/<uuid:filing_id>/return", methods=["GET", "POST"])
@requires(works_at_the_desk)
@keeps_words
def send_back(filing_id: UUID) -> Answer:
    """Mark what must be corrected, each thing with its reason and words."""
    return decide_on(filing_id, RETURN) or _done(filing_id)


@bp.route("/filings/<uuid:filing_id>/reject", methods=["GET", "POST"])
@requires(works_at_the_desk)
@keeps_words
def reject(filing_id: UUID) -> Answer:
    """Refuse it for good, with a coded reason and words for the filer."""
    return decide_on(filing_id, REJECT) or _done(filing_id)


@bp.route("/filings/<uuid:filing_id>/transfer", methods=["GET", "POST"])
@requires(works_at_the_desk)
@keeps_words
def transfer(filing_id: UUID) -> Answer:
    """Move it to the right court's queue; it keeps its time."""
    again = decide_on(filing_id, TRANSFER)
    if again is not None:
        return again
    flash(str(T("The filing is moved. It waits at the right court now, with its first time.")))
    return redirect(url_for(".show_queue"), 303)


@bp.route("/filings/<uuid:filing_id>/void", methods=["GET", "POST"])
@requires(works_at_the_desk)
@keeps_words
def void(filing_id: UUID) -> Answer:
    """Take a mistaken acceptance back: a chief registrar's act; the number is never used again."""
    return decide_on(filing_id, VOID) or _done(filing_id)


@bp.get("/filings/<uuid:filing_id>/done")
@requires(works_at_the_desk)
def done(filing_id: UUID) -> Answer:
    """What was decided, the number to write down, and the key for the next filing."""
    desk = lay_out(filing_id)
    decision = desk.around.decisions[-1] if desk.around.decisions else None
    if decision is None or _OUTCOMES.get(decision.decision) is not desk.view.status:
        return redirect(url_for(".show_filing", filing_id=filing_id), 303)
    return page("done.html", "queue", desk=desk, filing=desk.view, decision=decision)


def _done(filing_id: UUID) -> Response:
    return redirect(url_for(".done", filing_id=filing_id), 303)


def decide_on(filing_id: UUID, step: Step[F]) -> Answer | None:
    """Take the step; None when it was taken, else the page to show."""
    desk = lay_out(filing_id)
    if not step.see(desk):
        raise Absent
    form = step.form(desk)
    if request.method != "POST":
        if not step.open(desk):
            return redirect(url_for(".show_filing", filing_id=filing_id), 303)
        return _page(desk, step, form, 200)
    if not form.validate():
        return _page(desk, step, form, 422)
    try:
        with writing() as session:
            step.act(session, desk, form)
    except Invalid as refusal:
        form.refuse(refusal.problems)
        return _page(desk, step, form, refusal.status)
    except Conflict as refusal:
        return _slower(filing_id, step, form, refusal)
    return None


def _page(desk: Desk, step: Step[F], form: F, status: int, **values: object) -> tuple[str, int]:
    return filing_page(desk, step.template, status=status, values={"form": form, **values})


def _slower(filing_id: UUID, step: Step[F], form: F, refusal: Conflict) -> Answer:
    """Somebody was faster. When it was the registrar's own second press, it leads to what the first one did."""
    desk = lay_out(filing_id)
    last = desk.around.decisions[-1] if desk.around.decisions else None
    if last and last.by == actor().person_id and _OUTCOMES.get(last.decision) is desk.view.status:
        return _done(filing_id)
    return _page(desk, step, form, refusal.status, problems=(Problem("", refusal.text),))


def _typed() -> list[str]:
    """The words of the posted form that belong to what was chosen, or to nothing in particular."""
    chosen = request.form.get("code", "")
    wanted = {"text", f"{chosen}-words"} | {f"{name}/words" for name in request.form}
    return [text for name, text in request.form.items() if name in wanted and text.strip()]
