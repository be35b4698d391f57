"""Money that nobody could place: the list, one payment, the bill that it is put on, or its way back."""

from collections.abc import Callable
from uuid import UUID

from flask import current_app, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts.queries import contact_points
from app.core.errors import Conflict, Forbidden, Invalid, Problem, Refusal
from app.core.language import T, Text
from app.courts.current import current_pack
from app.office.forms.placing import FindForm, PlaceForm, SendBackForm
from app.office.policies import MONEY_ROLES, works_with_money
from app.office.views.blueprint import bp, page
from app.payments.current import current_till
from app.payments.payers.lookup import NoSuchBill, bill_numbered
from app.payments.policies import works_with_money_of
from app.payments.provider import Capabilities
from app.payments.queries import ObligationView
from app.payments.refunds.rules import obstacle, people_needed
from app.payments.unidentified import placing
from app.payments.unidentified.queries import PAGE, UnidentifiedStory, unidentified, unidentified_story
from app.payments.unidentified.status import PlacementState
from app.web.access import actor, requires
from app.web.fields import Form
from app.web.transactions import now, reading, writing

Answer = Response | tuple[str, int]
_PLACE = "unplaced"
_DONE = {
    PlacementState.ASKED: T("It is noted. A second person must agree."),
    PlacementState.PLACED: T("The money is on the bill. Whoever filed is told."),
    PlacementState.REFUSED: T("The bill is refused. The money waits again."),
}


@bp.get("/payments/unplaced")
@requires(works_with_money)
def show_unplaced() -> tuple[str, int]:
    """What waits, or what was settled, a page at a time."""
    settled = request.args.get("tab") == "settled"
    lines = unidentified(reading(), actor(), settled=settled, after=_id(request.args.get("after", "")))
    return page(
        "unplaced.html",
        _PLACE,
        settled=settled,
        lines=lines,
        older=lines[-1].id if len(lines) == PAGE else None,
        title_of=current_till().title_of,
    )


@bp.get("/payments/unplaced/<uuid:payment_id>")
@requires(works_with_money)
def show_unplaced_payment(payment_id: UUID) -> tuple[str, int]:
    """One payment, with the bill that was looked up for it."""
    typed = request.args.get("bill", "")[:40]
    bill = _bill(typed)
    missing = (Problem("bill", NoSuchBill.text),) if typed and bill is None else ()
    return _page(payment_id, 200, typed=typed, problems=missing)


@bp.post("/payments/unplaced/<uuid:payment_id>/place")
@requires(works_with_money)
def place_money(payment_id: UUID) -> Answer:
    """Put it on a bill."""
    form, limit = PlaceForm(), current_app.extensions["settings"].refund_two_persons_above
    return _act(
        payment_id,
        form,
        lambda s: placing.place(s, actor(), form.to_command(payment_id), alone_up_to=limit, at=now()),
    )


@bp.post("/payments/unplaced/<uuid:payment_id>/decide")
@requires(works_with_money)
def decide_on_placement(payment_id: UUID) -> Answer:
    """Agree to the bill that a colleague named, or refuse it."""
    agree = request.form.get("do") == "agree"
    return _act(payment_id, None, lambda s: placing.decide(s, actor(), payment_id, agree=agree, at=now()))


@bp.post("/payments/unplaced/<uuid:payment_id>/send-back")
@requires(works_with_money)
def send_money_back(payment_id: UUID) -> Answer:
    """Have it go back over the rail on which it came."""
    form = SendBackForm.showing(_courts())
    can = _capabilities(_story(payment_id))
    return _act(
        payment_id,
        form,
        lambda s: placing.send_back(s, actor(), form.to_command(payment_id), capabilities=can, at=now()),
        T("The money goes back. It stands among the refunds now."),
    )


def _act(payment_id: UUID, form: Form | None, act: Callable[[Session], object], done: Text | None = None) -> Answer:
    """Do `act` when the form is complete, else show it again; the words for what was done come from its answer."""
    if form is not None and not form.validate():
        return _page(payment_id, Invalid.status, form=form)
    try:
        with writing() as session:
            became = act(session)
    except (Conflict, Forbidden, Invalid) as refusal:
        return _page(payment_id, refusal.status, form=form, problems=_problems(refusal))
    flash(str(done or _DONE[PlacementState(str(became))]))
    return redirect(url_for(".show_unplaced_payment", payment_id=payment_id), 303)


def _problems(refusal: Refusal) -> tuple[Problem, ...]:
    wrong = refusal.problems if isinstance(refusal, Invalid) else ()
    return wrong or (Problem("", refusal.text),)


def _page(
    payment_id: UUID, status: int, *, typed: str = "", form: Form | None = None, problems: tuple[Problem, ...] = ()
) -> tuple[str, int]:
    found = _story(payment_id)
    place = form if isinstance(form, PlaceForm) else PlaceForm(formdata=None)
    bill = _bill(place.bill.data or typed)
    for problem in problems:
        if problem.field == "more":
            place.refuse((problem,))
    people = {person for step in found.steps for person in (step.asked_by, step.decided_by) if person}
    last = found.last
    return page(
        "unplaced_payment.html",
        _PLACE,
        status,
        found=found,
        find=FindForm(formdata=None, data={"bill": bill.reference if bill else typed}),
        bill=bill,
        wish=place,
        giving=form if isinstance(form, SendBackForm) else SendBackForm.showing(_courts()),
        can_go_back=obstacle(_capabilities(found), found.line.amount, found.line.amount) is None,
        two=people_needed(found.line.amount, current_app.extensions["settings"].refund_two_persons_above) > 0,
        mine=last is not None and last.asked_by == actor().person_id,
        may_decide=last is not None and works_with_money_of(actor(), last.court_code),
        names={one: person.name for one, person in contact_points(reading(), people).items()},
        problems=tuple(problem for problem in problems if problem.field != "more"),
        form=form,
        pack=current_pack(),
        title_of=current_till().title_of,
    )


def _story(payment_id: UUID) -> UnidentifiedStory:
    return unidentified_story(reading(), actor(), payment_id)


def _bill(typed: str) -> ObligationView | None:
    """The bill, when it is of a court where the actor looks after money."""
    if not typed:
        return None
    try:
        bill = bill_numbered(reading(), typed)
    except NoSuchBill:
        return None
    return bill if works_with_money_of(actor(), bill.court_code) else None


def _capabilities(found: UnidentifiedStory) -> Capabilities | None:
    provider = current_till().providers.get(found.line.provider)
    return provider.capabilities if provider else None


def _courts() -> list[tuple[str, str]]:
    pack = current_pack()
    return [(code, str(pack.court(code).name)) for code in sorted(actor().courts(*MONEY_ROLES) & pack.courts.keys())]


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
