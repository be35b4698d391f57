"""The Disbursements product over HTTP: refunds of collections."""

from flask import Blueprint, Response, jsonify

from sandbox import money
from sandbox.faults import Moment
from sandbox.mtn.answers import status_body
from sandbox.mtn.orders import currency_of, read_refund, reference
from sandbox.mtn.wire import Refused, body, caller, carry_out, error, refused, uuid4
from sandbox.payment import SUCCESSFUL, Order
from sandbox.plan import AT_ONCE
from sandbox.push import AlreadyTaken
from sandbox.world import world

pages = Blueprint("mtn_disbursement", __name__, url_prefix="/disbursement")


@pages.errorhandler(Refused)
def _answer(refusal: Refused) -> Response:
    return refusal.response


@pages.post("/<any('v1_0', 'v2_0'):version>/refund")
def refund(version: str) -> Response:
    return carry_out(Moment.REQUEST, _refund)


def _refund() -> Response:
    user = caller("disbursement")
    if world().operator.find(reference()) is not None:
        raise refused(409, "RESOURCE_ALREADY_EXIST")
    collected = _collected(body().get("referenceIdToRefund"))
    order = read_refund(user, collected)
    if order.amount + world().operator.refunded(collected.reference_id) > collected.amount:
        raise refused(500, "NOT_ALLOWED", "More than was paid cannot be refunded.")
    try:
        world().operator.take_in(order, AT_ONCE)
    except AlreadyTaken:
        return error(409, "RESOURCE_ALREADY_EXIST")
    return Response(status=202)


def _collected(reference_id: object) -> Order:
    payment = world().operator.find(uuid4(reference_id if isinstance(reference_id, str) else None))
    if payment is None or payment.order.kind != "collection" or payment.status != SUCCESSFUL:
        raise refused(404, "RESOURCE_NOT_FOUND")
    return payment.order


@pages.get("/v1_0/refund/<reference_id>")
def status(reference_id: str) -> Response:
    return carry_out(Moment.STATUS, lambda: _status(reference_id))


def _status(reference_id: str) -> Response:
    user = caller("disbursement")
    payment = world().operator.find(uuid4(reference_id))
    if payment is None or payment.order.user_id != user.id or payment.order.kind != "refund":
        raise refused(404, "RESOURCE_NOT_FOUND")
    return jsonify(status_body(payment, world().clock.now()))


@pages.get("/v1_0/account/balance")
def balance() -> Response:
    return carry_out(Moment.OTHER, _balance)


def _balance() -> Response:
    user = caller("disbursement")
    currency = currency_of(user)
    return jsonify(
        availableBalance=money.wire(world().operator.takings(user.target, currency), currency), currency=currency
    )
