"""The addresses at which an operator asks about payments to our number there, and tells of them."""

from flask import Blueprint, Response, jsonify

from app.core.actor import SYSTEM
from app.payments.current import current_till
from app.payments.paybill import service
from app.payments.paybill.port import Refusal
from app.payments.posted import posted_body
from app.payments.provider import MalformedReport
from app.web.access import public
from app.web.security import csrf
from app.web.transactions import now, writing

bp = Blueprint("paybill", __name__)


@bp.post("/callbacks/<word>/paybill/<secret>/validation")
@public
def validate(word: str, secret: str) -> Response:
    """Somebody is about to pay: let it come, or say why not."""
    till = current_till()
    provider = service.provider_at(till, word, secret)
    try:
        payment = provider.read_bill_payment(posted_body())
    except MalformedReport:
        return jsonify(provider.answer_validation(Refusal.UNREADABLE))
    with till.database.reading(SYSTEM) as session:
        refusal = service.refusal_of(session, provider, payment)
    return jsonify(provider.answer_validation(refusal))


@bp.post("/callbacks/<word>/paybill/<secret>/confirmation")
@public
def confirm(word: str, secret: str) -> tuple[Response, int]:
    """Somebody has paid: it is kept, and booked by the worker."""
    provider = service.provider_at(current_till(), word, secret)
    try:
        payment = provider.read_bill_payment(posted_body())
    except MalformedReport:
        return jsonify(ResultCode=1, ResultDesc="Unreadable"), 400
    with writing(SYSTEM) as session:
        service.keep(session, provider, payment, at=now())
    return jsonify(ResultCode=0, ResultDesc="Accepted"), 200


validate.__callback__ = True  # type: ignore[attr-defined]
confirm.__callback__ = True  # type: ignore[attr-defined]
csrf.exempt(validate)
csrf.exempt(confirm)
