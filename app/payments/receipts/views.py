"""The pages of receipts, and the public page on which anyone checks one."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.core.counters import hit, seen
from app.core.errors import TooMany
from app.core.language import T
from app.courts.current import current_pack
from app.documents.delivery import send_paper
from app.payments.current import current_till, subject_link
from app.payments.ids import AttemptId
from app.payments.receipts import paper
from app.payments.receipts.codes import grouped, read_code
from app.payments.receipts.forms import VerifyForm
from app.payments.receipts.queries import ReceiptView, genuine, receipt
from app.web.access import actor, public, requires, signed_in
from app.web.network import network
from app.web.transactions import now, reading, stop_reading, writing

bp = Blueprint("receipts", __name__)
HOUR = timedelta(hours=1)
# Wrong guesses only: whoever holds real receipts may check as many as they like. A mobile operator's customers share a
# network, so the count is wide; the length of the code is what makes guessing hopeless, see `codes`.
MOST_WRONG = 50


class TooManyChecks(TooMany):
    """Too many codes that no receipt has."""

    text = T("Too many codes were tried that no receipt has. Wait an hour, then try again.")


@bp.get("/receipts/<uuid:attempt_id>")
@requires(signed_in)
def show_receipt(attempt_id: UUID) -> str:
    """A payment's receipt: what, how much, by which law, by which rail, when, and its code."""
    view = receipt(reading(), actor(), AttemptId(attempt_id))
    return render_template("payments/receipt.html", **shown(view), pdf=url_for(".receipt_pdf", attempt_id=attempt_id))


@bp.get("/receipts/<uuid:attempt_id>/receipt.pdf")
@requires(signed_in)
def receipt_pdf(attempt_id: UUID) -> Response:
    """The same as PDF, in the reader's language."""
    return send_receipt(receipt(reading(), actor(), AttemptId(attempt_id)))


@bp.get("/verify")
@public
def ask_code() -> str:
    """Where to type the code of a receipt."""
    return render_template("payments/verify.html", form=VerifyForm())


@bp.post("/verify")
@public
def check_code() -> Response | tuple[str, int]:
    """Go to what is behind the code."""
    form = VerifyForm()
    if not form.validate():
        return render_template("payments/verify.html", form=form), 422
    return redirect(url_for(".verify", code=grouped(form.code.data)), 303)


@bp.get("/verify/<code>")
@public
def verify(code: str) -> tuple[str, int]:
    """Whether the receipt with this code is genuine: amount, date and bill number, and nothing of a person."""
    key, at = f"verify:{network()}", now()
    if seen(reading(), key, HOUR, at) >= MOST_WRONG:
        raise TooManyChecks(HOUR)
    wanted = read_code(code)
    found = genuine(reading(), wanted) if wanted else None
    if found is None:
        # The one thing that a GET writes: a guess must cost something, also when it is made by an address.
        with writing() as session:
            hit(session, key, HOUR, at)
        return render_template("payments/forged.html", typed=code[:40]), 404
    court = current_pack().court(found.court_code).name
    return render_template("payments/genuine.html", found=found, court=court, moment=_moment), 200


def shown(view: ReceiptView) -> dict[str, Any]:
    """What the page of a receipt needs."""
    return {
        "receipt": view,
        "court": current_pack().court(view.court_code).name,
        "code": grouped(view.code),
        "paid_by": paper.paid_by(view, current_till().title_of(view.provider)),
        "notice_words": paper.notice(view, current_pack().zone),
        "moment": _moment,
        "onward": subject_link()(view.subject) if actor().person_id == view.owner else None,
    }


def send_receipt(view: ReceiptView) -> Response:
    """The receipt as a download."""
    settings, pack, till = current_app.extensions["settings"], current_pack(), current_till()
    stop_reading()
    content = paper.receipt_pdf(
        view,
        zone=pack.zone,
        court=str(pack.court(view.court_code).name),
        judiciary=settings.judiciary_name,
        rail=till.title_of(view.provider),
        public_url=till.public_url,
    )
    return send_paper(content, f"{view.number}-receipt.pdf", inline=False)


def _moment(at: datetime) -> str:
    return paper.moment(at, current_pack().zone)
