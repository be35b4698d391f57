"""The public pages of paying for somebody else, and a person's own payments.

Whoever pays needs no account: the bill and the attempt are then reached by links that only we can make.
"""

from datetime import timedelta
from uuid import uuid4

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core.counters import hit, seen
from app.core.errors import Absent, Problem, Refusal, TooMany
from app.core.language import T
from app.courts.current import current_pack
from app.payments import checkout
from app.payments.attempt_queries import AttemptView
from app.payments.attempts import NothingDue
from app.payments.current import current_till
from app.payments.ids import ObligationId
from app.payments.moments import WAITING, moment_of_attempt
from app.payments.offers import offers
from app.payments.payers.forms import FindBillForm, PayForAnotherForm
from app.payments.payers.history import my_payments
from app.payments.payers.lookup import NoSuchBill, begun_attempt, bill_numbered
from app.payments.queries import ObligationView, obligation
from app.payments.reasons import advice_on
from app.payments.receipts.queries import receipt_of
from app.payments.receipts.views import send_receipt, shown
from app.web.access import actor, public, requires, signed_in
from app.web.network import network
from app.web.transactions import now, reading, stop_reading, writing

bp = Blueprint("payers", __name__)
Page = Response | tuple[str, int]
HOUR = timedelta(hours=1)
# A number is one of 30^9, so guessing finds nothing; the brake keeps anyone from trying at our cost. Wrong ones count
# only, because thousands of phones share one network of a mobile operator.
MOST_WRONG = 50


class TooManyNumbers(TooMany):
    """Too many numbers that no bill has."""

    text = T("Too many bill numbers were tried that do not exist. Wait an hour, then try again.")


@bp.get("/pay")
@public
def ask_number() -> Page:
    """Where to type a bill's number."""
    return render_template("payments/find.html", form=FindBillForm()), 200


@bp.post("/pay")
@public
def find_bill() -> Page:
    """Go to the bill; a wrong number says nothing but that it is wrong."""
    form = FindBillForm()
    if not form.validate():
        return render_template("payments/find.html", form=form), 422
    key, at = f"bill:{network()}", now()
    try:
        if seen(reading(), key, HOUR, at) >= MOST_WRONG:
            raise TooManyNumbers(HOUR)
        bill = bill_numbered(reading(), form.number.data)
    except NoSuchBill as wrong:
        form.number.errors = [wrong.text]
        with writing() as session:
            hit(session, key, HOUR, at)
        return render_template("payments/find.html", form=form), wrong.status
    return redirect(url_for(".show_bill", token=current_till().vault.link_token("bill", bill.id)), 303)


@bp.get("/pay/for/<token>")
@public
def show_bill(token: str) -> Page:
    """Amount, court and kind of fee; no names."""
    bill = _bill(token)
    return _bill_page(bill, _offered(bill, PayForAnotherForm(data={"key": str(uuid4())}))), 200


@bp.post("/pay/for/<token>")
@public
def pay(token: str) -> Page:
    """Ask whoever pays; pressed twice, it asks once."""
    bill = _bill(token)
    stop_reading()
    form = _offered(bill, PayForAnotherForm())
    if not form.validate():
        return _bill_page(bill, form), 422
    try:
        attempt_id = checkout.request_payment(current_till(), actor(), form.wish(bill, uuid4()))
    except NothingDue:
        return redirect(url_for(".show_bill", token=token), 303)
    except Refusal as refusal:
        return _bill_page(_bill(token), form, problems=(Problem("", refusal.text),)), refusal.status
    return redirect(url_for(".show_made", token=current_till().vault.link_token("attempt", attempt_id)), 303)


@bp.get("/pay/made/<token>")
@public
def show_made(token: str) -> Page:
    """What is happening to a payment that somebody made for another person, or its receipt."""
    bill, attempt = _made(token)
    found = receipt_of(reading(), attempt.id)
    facts = _status(token, bill, attempt)
    return render_template("payments/made.html", **facts, **(shown(found) if found else {})), 200


@bp.get("/pay/made/<token>/fragment")
@public
def made_fragment(token: str) -> Page:
    """The part of that page that changes."""
    return render_template("payments/made_fragment.html", **_status(token, *_made(token))), 200


@bp.get("/pay/made/<token>/receipt.pdf")
@public
def made_receipt(token: str) -> Response:
    """The receipt of that payment."""
    _, attempt = _made(token)
    found = receipt_of(reading(), attempt.id)
    if found is None:
        raise Absent
    return send_receipt(found)


@bp.get("/payments")
@requires(signed_in)
def show_mine() -> Page:
    """All bills and payments of the person who is signed in, the newest first."""
    page = my_payments(reading(), actor(), after=request.args.get("after", ""))
    title_of = current_till().title_of
    return render_template("payments/mine.html", page=page, title_of=title_of, pack=current_pack()), 200


def _bill(token: str) -> ObligationView:
    found = current_till().vault.linked("bill", token)
    if found is None:
        raise Absent
    return obligation(reading(), ObligationId(found))


def _made(token: str) -> tuple[ObligationView, AttemptView]:
    found = current_till().vault.linked("attempt", token)
    if found is None:
        raise Absent
    return begun_attempt(reading(), found)


def _offered(bill: ObligationView, form: PayForAnotherForm) -> PayForAnotherForm:
    form.offer(offers(current_till(), bill.due, now()))
    return form


def _bill_page(bill: ObligationView, form: PayForAnotherForm, *, problems: tuple[Problem, ...] = ()) -> str:
    return render_template(
        "payments/for_another.html",
        bill=bill,
        form=form,
        problems=problems,
        court=current_pack().court(bill.court_code).name,
        too_late=bill.valid_until is not None and now() > bill.valid_until,
    )


def _status(token: str, bill: ObligationView, attempt: AttemptView) -> dict[str, object]:
    moment = moment_of_attempt(attempt)
    provider = current_till().title_of(attempt.provider)
    return {
        "bill": bill,
        "attempt": attempt,
        "moment_name": moment,
        "waiting": moment in WAITING,
        "provider": provider,
        "advice": advice_on(attempt.reason, provider),
        "token": token,
        "again": current_till().vault.link_token("bill", bill.id),
    }
