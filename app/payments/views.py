"""The pages of paying: the bill, what is happening, the receipt; and the address at which providers reach us."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts import queries as people
from app.core.actor import SYSTEM
from app.core.errors import Absent, Problem, Refusal
from app.core.ids import PersonId
from app.core.language import Text
from app.payments import callbacks, checkout, queries
from app.payments.attempts import NothingDue
from app.payments.current import current_till, subject_link, waiver_link
from app.payments.forms import PayForm
from app.payments.ids import ObligationId
from app.payments.moments import WAITING, Moment, moment_of
from app.payments.offers import offers, pay_origins
from app.payments.posted import posted_body
from app.payments.provider import RawCallback
from app.payments.queries import ObligationView
from app.payments.reasons import advice_on
from app.payments.repricing import pending_change, reprice
from app.payments.till import CALLBACK_PATHS
from app.web.access import actor, public, requires, signed_in
from app.web.last_resort import content_policy
from app.web.security import csrf
from app.web.transactions import now, reading, stop_reading, writing

bp = Blueprint("payments", __name__)
_WORDS = ", ".join(CALLBACK_PATHS)

Page = str | Response | tuple[str, int]
# While one of these holds there is something to pay and nobody is being asked.
_PAYABLE = frozenset({Moment.NOT_STARTED, Moment.FAILED, Moment.PART_PAID})


@bp.get("/pay/<uuid:obligation_id>")
@requires(signed_in)
def show_bill(obligation_id: UUID) -> Page:
    """What is owed and why, and the number to pay from."""
    bill = _bill(obligation_id)
    if moment_of(bill) not in _PAYABLE:
        return redirect(url_for(".show_status", obligation_id=obligation_id), 303)
    change = pending_change(reading(), bill, current_till().fee_of)
    if change is not None:
        return render_template(
            "payments/fee_changed.html", bill=bill, change=change, onward=subject_link()(bill.subject)
        )
    return _bill_page(bill, _offered(bill, PayForm(phone=_own_phone(bill.owner))))


@bp.post("/pay/<uuid:obligation_id>/fee")
@requires(signed_in)
def take_new_fee(obligation_id: UUID) -> Page:
    """Bring the bill up to the fee of its day; nothing is asked of anybody yet."""
    bill = _bill(obligation_id)
    with writing() as session:
        reprice(session, actor(), bill.id, current_till().fee_of, at=now())
    return redirect(url_for(".show_bill", obligation_id=obligation_id), 303)


@bp.post("/pay/<uuid:obligation_id>")
@requires(signed_in)
def pay(obligation_id: UUID) -> Page:
    """Ask the payer's phone, or lead to the provider's page; pressed twice, it asks once and leads to the same page."""
    bill = _bill(obligation_id)
    stop_reading()
    form = _offered(bill, PayForm())
    if not form.validate():
        return _bill_page(bill, form), 422
    try:
        checkout.request_payment(current_till(), actor(), form.to_command(bill.id, bill.due.currency))
    except (Absent, NothingDue):
        pass  # The status page says how it stands, or that there is no such bill.
    except Refusal as refusal:
        return _bill_page(_bill(obligation_id), form, problems=(Problem("", refusal.text),)), refusal.status
    return redirect(_page_to_pay_on(_bill(obligation_id)) or url_for(".show_status", obligation_id=obligation_id), 303)


@bp.get("/pay/<uuid:obligation_id>/status")
@requires(signed_in)
def show_status(obligation_id: UUID) -> Page:
    """What is happening, or the receipt."""
    bill = _bill(obligation_id)
    if moment_of(bill) is Moment.NOT_STARTED:
        return redirect(url_for(".show_bill", obligation_id=obligation_id), 303)
    return render_template("payments/status.html", **_status(bill))


@bp.get("/pay/<uuid:obligation_id>/status/fragment")
@requires(signed_in)
def status_fragment(obligation_id: UUID) -> Page:
    """The part of the status page that changes, for the script that asks for it."""
    return render_template("payments/fragment.html", **_status(_bill(obligation_id)))


@bp.route(f"/callbacks/<any({_WORDS}):word>/<secret>", methods=["PUT", "POST"])
@public
def receive_callback(word: str, secret: str) -> Page:
    """A provider tells us something: it is kept, and believed only when the provider says it again on being asked."""
    callback = _callback()
    with writing(SYSTEM) as session:
        callbacks.receive(session, current_till(), word, secret, callback, at=now())
    return "", 200


@bp.post(f"/callbacks/<any({_WORDS}):word>")
@public
def receive_at_one_address(word: str) -> Page:
    """The same from a provider that has one address for all its callbacks."""
    callback = _callback()
    with writing(SYSTEM) as session:
        callbacks.receive_at_one_address(session, current_till(), word, callback, at=now())
    return "", 200


receive_callback.__callback__ = True  # type: ignore[attr-defined]
receive_at_one_address.__callback__ = True  # type: ignore[attr-defined]
csrf.exempt(receive_callback)
csrf.exempt(receive_at_one_address)


def _callback() -> RawCallback:
    return RawCallback(headers=dict(request.headers), body=posted_body())


@bp.after_request
def _let_the_form_lead_on(response: Response) -> Response:
    """The bill's form leads, by way of us, to a provider's page, and browsers ask the page with the form for leave."""
    if request.endpoint in ("payments.show_bill", "payments.pay"):
        response.headers["Content-Security-Policy"] = content_policy(*pay_origins(current_till()))
    return response


def _page_to_pay_on(bill: ObligationView) -> str | None:
    return bill.live.pay_url if bill.live and moment_of(bill) is Moment.APPROVE else None


def _bill(obligation_id: UUID) -> ObligationView:
    return queries.bill(reading(), actor(), ObligationId(obligation_id))


def _offered(bill: ObligationView, form: PayForm) -> PayForm:
    return form.offer(offers(current_till(), bill.due, now()))


def _own_phone(owner: PersonId) -> str | None:
    """The number to begin with. Who entered a paper filing at the counter pays from somebody else's phone."""
    if actor().has("registrar") or actor().has("chief_registrar"):
        return None
    points = people.contact_points(reading(), [owner]).get(owner)
    return points.phone if points else None


def _bill_page(bill: ObligationView, form: PayForm, *, problems: tuple[Problem, ...] = ()) -> str:
    return render_template(
        "payments/bill.html",
        bill=bill,
        form=form,
        problems=problems,
        too_late=bill.valid_until is not None and now() > bill.valid_until,
        onward=subject_link()(bill.subject),
        ask_waiver=waiver_link()(bill.subject),
    )


def _status(bill: ObligationView) -> dict[str, object]:
    moment = moment_of(bill)
    latest = bill.live or bill.latest
    provider: Text | str = current_till().title_of(latest.provider) if latest else ""
    return {
        "bill": bill,
        "moment": moment,
        "waiting": moment in WAITING,
        "attempt": latest,
        "provider": provider,
        "title_of": current_till().title_of,
        "advice": advice_on(latest.reason, provider) if latest else None,
        "onward": subject_link()(bill.subject),
    }
