"""Refunds: what waits for a yes, what the operator could not pay, and how each one came where it is.

Every act is one press; whoever was slower than somebody else sees the refund as it stands now.
"""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from flask import current_app, flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts.queries import contact_points
from app.core.errors import Conflict, Forbidden, Problem
from app.core.ids import PersonId
from app.core.language import T, Text
from app.office import refund_words as words
from app.office.forms.refunds import RecordForm, RefuseForm, SettleForm
from app.office.policies import handles_refunds
from app.office.views.blueprint import bp, page
from app.payments.current import current_till
from app.payments.ids import RefundId
from app.payments.refunds import service
from app.payments.refunds.acts import acts_of
from app.payments.refunds.queries import PAGE, RefundStory, counts, refunds, story
from app.payments.refunds.tabs import Act, Tab
from app.web.access import actor, requires
from app.web.fields import Form
from app.web.transactions import now, reading, writing

Answer = Response | tuple[str, int]
_TEMPLATE = "refund.html"


@bp.get("/payments/refunds")
@requires(handles_refunds)
def show_refunds() -> tuple[str, int]:
    """The refunds of the actor's courts, a page at a time."""
    tab = _tab(request.args.get("tab", ""))
    lines = refunds(reading(), actor(), tab, after=_id(request.args.get("after", "")))
    return page(
        "refunds.html",
        "refunds",
        200,
        tab=tab,
        lines=lines,
        older=lines[-1].id if len(lines) == PAGE else None,
        counts=counts(reading(), actor()),
        title_of=current_till().title_of,
        **_words(),
    )


@bp.get("/payments/refunds/<uuid:refund_id>")
@requires(handles_refunds)
def show_refund(refund_id: UUID) -> tuple[str, int]:
    """One refund with its story, and what may be done with it."""
    return _page(refund_id)


@bp.post("/payments/refunds/<uuid:refund_id>/approve")
@requires(handles_refunds)
def approve_refund(refund_id: UUID) -> Answer:
    """Say yes."""
    return _press(refund_id, partial(service.approve, alone_up_to=_alone_up_to()), T("Your yes is noted."))


@bp.post("/payments/refunds/<uuid:refund_id>/refuse")
@requires(handles_refunds)
def refuse_refund(refund_id: UUID) -> Answer:
    """Say no, with the reason."""
    return _say(refund_id, (Act.REFUSE, RefuseForm()), service.refuse, T("The refund is refused. The payer is told."))


@bp.post("/payments/refunds/<uuid:refund_id>/record")
@requires(handles_refunds)
def record_refund(refund_id: UUID) -> Answer:
    """Write down how it was settled."""
    form = RecordForm.showing(_story(refund_id).line.state)
    return _fill(
        refund_id,
        (Act.RECORD, form),
        lambda s: service.record_means(s, actor(), form.to_command(RefundId(refund_id)), at=now()),
        T("It is noted. A second person closes it."),
    )


@bp.post("/payments/refunds/<uuid:refund_id>/close")
@requires(handles_refunds)
def close_refund(refund_id: UUID) -> Answer:
    """Agree with what was noted."""
    return _press(refund_id, service.close, T("The refund is closed."))


@bp.post("/payments/refunds/<uuid:refund_id>/send-back")
@requires(handles_refunds)
def send_refund_back(refund_id: UUID) -> Answer:
    """Disagree with what was noted."""
    return _say(refund_id, (Act.CLOSE, SettleForm()), service.send_back, T("The refund waits again."))


@bp.post("/payments/refunds/<uuid:refund_id>/unpaid")
@requires(handles_refunds)
def refund_unpaid(refund_id: UUID) -> Answer:
    """The operator's statement shows that nothing went back."""
    done = T("It is noted. The money now goes back in another way.")
    return _say(refund_id, (Act.UNPAID, SettleForm()), service.say_unpaid, done)


@bp.post("/payments/refunds/<uuid:refund_id>/look-again")
@requires(handles_refunds)
def look_again_at_refund(refund_id: UUID) -> Answer:
    """Have the operator asked once more."""
    return _press(refund_id, service.look_again, T("The operator is asked now. Look here again in a minute."))


@bp.post("/payments/refunds/<uuid:refund_id>/anew")
@requires(handles_refunds)
def ask_refund_anew(refund_id: UUID) -> Answer:
    """Ask for it again after a refusal."""
    return _press(refund_id, service.ask_anew, T("It is asked for again. It stands in the list as a new refund."))


def _press(refund_id: UUID, act: Callable[..., object], done: Text) -> Answer:
    """Do what needs no more than a press."""
    return _act(refund_id, lambda s: act(s, actor(), RefundId(refund_id), at=now()), done)


def _say(
    refund_id: UUID, filled: tuple[Act, RefuseForm | SettleForm], act: Callable[..., object], done: Text
) -> Answer:
    """Do what needs words."""
    said = filled[1].text
    return _fill(refund_id, filled, lambda s: act(s, actor(), RefundId(refund_id), words=said.data, at=now()), done)


def _fill(refund_id: UUID, filled: tuple[Act, Form], act: Callable[[Session], object], done: Text) -> Answer:
    """Do `act` when the form is complete, else show it again."""
    kind, form = filled
    if not form.validate():
        return _page(refund_id, 422, filled={kind: form})
    return _act(refund_id, act, done, filled={kind: form})


def _act(
    refund_id: UUID, act: Callable[[Session], object], done: Text, filled: dict[Act, Form] | None = None
) -> Answer:
    _story(refund_id)
    try:
        with writing() as session:
            act(session)
    except (Conflict, Forbidden) as refusal:
        return _page(refund_id, refusal.status, filled=filled, problems=(Problem("", refusal.text),))
    flash(str(done))
    return redirect(url_for(".show_refund", refund_id=refund_id), 303)


def _page(
    refund_id: UUID,
    status: int = 200,
    *,
    filled: dict[Act, Form] | None = None,
    problems: tuple[Problem, ...] = (),
) -> tuple[str, int]:
    found = _story(refund_id)
    forms: dict[Act, Form] = {
        Act.REFUSE: RefuseForm(),
        Act.RECORD: RecordForm.showing(found.line.state),
        Act.CLOSE: SettleForm(),
        Act.UNPAID: SettleForm(),
    }
    return page(
        _TEMPLATE,
        "refunds",
        status,
        refund=found,
        acts=acts_of(actor(), found),
        forms=forms | (filled or {}),
        form=next(iter((filled or {}).values()), None),
        problems=problems,
        names={str(one): person.name for one, person in contact_points(reading(), _people(found)).items()},
        two=found.line.amount.minor > _alone_up_to(),
        title_of=current_till().title_of,
        **_words(),
    )


def _story(refund_id: UUID) -> RefundStory:
    return story(reading(), actor(), RefundId(refund_id))


def _people(found: RefundStory) -> set[PersonId]:
    acted = {PersonId(UUID(step.actor)) for step in found.steps if len(step.actor) == 36}
    return acted | {person_id for person_id, _ in found.approvals}


def _words() -> dict[str, object]:
    return {
        "tabs": words.TABS,
        "empty": words.EMPTY,
        "states": words.STATES,
        "setbacks": words.SETBACKS,
        "causes": words.CAUSES,
        "means_words": words.MEANS,
    }


def _alone_up_to() -> int:
    limit: int = current_app.extensions["settings"].refund_two_persons_above
    return limit


def _tab(text: str) -> Tab:
    return Tab(text) if text in {tab.value for tab in Tab} else Tab.DECIDE


def _id(text: str) -> RefundId | None:
    try:
        return RefundId(UUID(text))
    except ValueError:
        return None
