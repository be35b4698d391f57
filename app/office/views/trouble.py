"""What is stuck: events that a handler can't take, messages that did not arrive, payments without a clear answer."""

from uuid import UUID

from flask import current_app, flash, redirect, url_for
from werkzeug.wrappers import Response

from app.accounts.queries import contact_points
from app.core.errors import Absent, Conflict, Problem
from app.core.language import T
from app.core.outbox import parked_deliveries, redrive
from app.office.messages import CHANNELS, FAILURES, NEWS, LostMessages, Resend
from app.office.policies import handles_trouble
from app.office.views.blueprint import bp, page
from app.payments import inquiry
from app.payments.alarms import for_staff
from app.payments.current import current_till
from app.payments.ids import AttemptId
from app.web.access import actor, requires
from app.web.transactions import now, reading, stop_reading, writing


@bp.get("/trouble")
@requires(handles_trouble)
def show_trouble() -> tuple[str, int]:
    """All of it, with what can be done."""
    return _page()


def _page(status: int = 200, problems: tuple[Problem, ...] = ()) -> tuple[str, int]:
    lost = _lost_messages()(reading(), actor())
    return page(
        "trouble.html",
        "trouble",
        status,
        problems=problems,
        parked=parked_deliveries(reading()),
        payments=for_staff(reading(), actor()),
        lost=lost,
        people=contact_points(reading(), {message.person_id for message in lost}),
        channels=CHANNELS,
        failures=FAILURES,
        news=NEWS,
    )


@bp.post("/trouble/events/<int(max=9223372036854775807):delivery_id>")
@requires(handles_trouble)
def try_again(delivery_id: int) -> Response:
    """Hand a parked event to its handler again."""
    with writing() as session:
        redrive(session, delivery_id, at=now())
    flash(str(T("It is tried again now. Look here again in a minute.")))
    return redirect(url_for(".show_trouble"), 303)


@bp.post("/trouble/payments/<uuid:attempt_id>")
@requires(handles_trouble)
def ask_operator(attempt_id: UUID) -> Response:
    """Ask the operator once more how a payment stands; nothing is open while we ask."""
    if not any(item.attempt.id == attempt_id for item in for_staff(reading(), actor())):
        raise Absent
    stop_reading()
    asked = inquiry.ask(current_till(), AttemptId(attempt_id))
    settled = bool(asked.verdict.steps)
    flash(str(T("The operator has answered, and the payment is settled.") if settled else T("No clear answer yet.")))
    return redirect(url_for(".show_trouble"), 303)


@bp.post("/trouble/messages/<uuid:lost_id>")
@requires(handles_trouble)
def resend_message(lost_id: UUID) -> Response | tuple[str, int]:
    """Have a message that did not arrive sent again, to the contact that the person has now."""
    resend: Resend = current_app.extensions["resend_message"]
    try:
        with writing() as session:
            resend(session, actor(), lost_id, at=now())
    except Conflict as refusal:
        return _page(refusal.status, (Problem("", refusal.text),))
    flash(str(T("It is sent again now. If it does not arrive, you find it here once more.")))
    return redirect(url_for(".show_trouble"), 303)


def _lost_messages() -> LostMessages:
    """What did not arrive; bound in wiring."""
    found: LostMessages = current_app.extensions["lost_messages"]
    return found
