"""The Collections product over HTTP."""

import threading
from collections import deque

from flask import Blueprint, Response, jsonify, request

from sandbox import money
from sandbox.faults import Kind, Moment
from sandbox.mtn.answers import status_body
from sandbox.mtn.orders import currency_of, read_collection, reference
from sandbox.mtn.triggers import HOLDER_TEST_NUMBERS, is_active, plan_for
from sandbox.mtn.wire import Refused, caller, carry_out, error, refused, uuid4
from sandbox.payment import SUCCESSFUL, Payment
from sandbox.plan import Outcome
from sandbox.push import AlreadyTaken
from sandbox.world import world

pages = Blueprint("mtn_collection", __name__, url_prefix="/collection/v1_0")

_CAP = 10
_recent: deque[float] = deque(maxlen=_CAP)
_recent_lock = threading.Lock()


@pages.errorhandler(Refused)
def _answer(refusal: Refused) -> Response:
    return refusal.response


@pages.post("/requesttopay")
def request_to_pay() -> Response:
    return carry_out(Moment.REQUEST, _request_to_pay, _payer())


def _payer() -> str | None:
    sent = request.get_json(force=True, silent=True)
    payer = sent.get("payer") if isinstance(sent, dict) else None
    found = payer.get("partyId") if isinstance(payer, dict) else None
    return found if isinstance(found, str) else None


def _request_to_pay() -> Response:
    user = caller("collection")
    known = world().operator.find(reference())
    if known is not None and known.order.user_id != user.id:
        raise refused(409, "RESOURCE_ALREADY_EXIST")
    order = read_collection(user)
    plan = plan_for(order.party_type, order.party_id)
    if known is None and plan.outcome is Outcome.REFUSE:
        raise refused(plan.http, str(plan.reason))
    try:
        world().operator.take_in(order, plan)
    except AlreadyTaken:
        return error(409, "RESOURCE_ALREADY_EXIST")
    return Response(status=202)


@pages.get("/requesttopay/<reference_id>")
def status(reference_id: str) -> Response:
    payment = world().operator.find(reference_id.lower())
    return carry_out(Moment.STATUS, lambda: _status(reference_id), payment.order.party_id if payment else None)


def _status(reference_id: str) -> Response:
    payment = _own(reference_id)
    now = world().clock.now()
    if now < payment.hidden_until:
        raise refused(404, "RESOURCE_NOT_FOUND")
    if _over_cap(now):
        raise refused(429, "TOO_MANY_REQUESTS")
    return jsonify(status_body(payment, now))


def _own(reference_id: str) -> Payment:
    user = caller("collection")
    payment = world().operator.find(uuid4(reference_id))
    if payment is None or payment.order.user_id != user.id or payment.order.kind != "collection":
        raise refused(404, "RESOURCE_NOT_FOUND")
    return payment


def _over_cap(now: float) -> bool:
    if not any(fault.kind is Kind.RATE_CAP for fault in world().faults.listed()):
        return False
    with _recent_lock:
        if len(_recent) == _CAP and now - _recent[0] < 1:
            return True
        _recent.append(now)
        return False


@pages.post("/requesttopay/<reference_id>/deliverynotification")
def delivery_notification(reference_id: str) -> Response:
    return carry_out(Moment.OTHER, lambda: _delivery_notification(reference_id))


def _delivery_notification(reference_id: str) -> Response:
    payment = _own(reference_id)
    sent = request.get_json(force=True, silent=True)
    text = request.headers.get("notificationMessage") or (
        sent.get("notificationMessage") if isinstance(sent, dict) else None
    )
    if not isinstance(text, str) or not text or len(text) > 160:
        raise refused(400, "VALIDATION_ERROR", "notificationMessage must have 1 to 160 characters.")
    if payment.status != SUCCESSFUL:
        return Response(status=409)
    world().gateway.put_in_inbox(f"+{payment.order.party_id}", "M-Money", text)
    return Response(status=200)


@pages.get("/accountholder/<holder_type>/<holder_id>/active")
def is_holder_active(holder_type: str, holder_id: str) -> Response:
    return carry_out(Moment.OTHER, lambda: _is_holder_active(holder_type, holder_id), holder_id)


def _is_holder_active(holder_type: str, holder_id: str) -> Response:
    caller("collection")
    if holder_type not in ("msisdn", "email"):
        raise refused(400, "VALIDATION_ERROR", "The type must be msisdn or email, in lower case.")
    plan = HOLDER_TEST_NUMBERS.get(holder_id)
    if plan is not None:
        raise refused(plan.http, str(plan.reason))
    return jsonify(result=is_active(holder_type.upper(), holder_id))


@pages.get("/accountholder/<holder_type>/<holder_id>/basicuserinfo")
def basic_user_info(holder_type: str, holder_id: str) -> Response:
    return carry_out(Moment.OTHER, lambda: _basic_user_info(holder_type, holder_id), holder_id)


def _basic_user_info(holder_type: str, holder_id: str) -> Response:
    caller("collection")
    if not is_active(holder_type.upper(), holder_id):
        raise refused(404, "RESOURCE_NOT_FOUND")
    return jsonify(
        given_name="Payer",
        family_name=f"Number {holder_id[-3:]}",
        birthdate="1990-01-01",
        locale="rw_RW",
        gender="UNKNOWN",
        status="ACTIVE",
    )


@pages.get("/account/balance", defaults={"currency": None})
@pages.get("/account/balance/<currency>")
def balance(currency: str | None) -> Response:
    return carry_out(Moment.OTHER, lambda: _balance(currency))


def _balance(currency: str | None) -> Response:
    user = caller("collection")
    held_in = currency_of(user)
    if currency not in (None, held_in):
        raise refused(500, "INVALID_CURRENCY")
    held = world().operator.takings(user.target, held_in)
    return jsonify(availableBalance=money.wire(held, held_in), currency=held_in)
