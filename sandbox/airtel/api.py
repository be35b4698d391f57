"""Airtel's API over HTTP: token, encryption key, payment, enquiry, refund."""

from uuid import uuid4

from flask import Blueprint, Response, jsonify, request

from sandbox.airtel.access import TOKEN_SECONDS
from sandbox.airtel.answers import enquiry_body, envelope
from sandbox.airtel.orders import MERCHANT, read_payment, sent_msisdn
from sandbox.airtel.triggers import plan_for
from sandbox.airtel.wire import Refused, body, carry_out, check_caller, check_signature, error, inner, refused
from sandbox.faults import Kind, Moment
from sandbox.payment import SUCCESSFUL, Order, Payment
from sandbox.plan import AT_ONCE, Outcome
from sandbox.push import AlreadyTaken
from sandbox.world import world

pages = Blueprint("airtel", __name__)


@pages.errorhandler(Refused)
def _answer(refusal: Refused) -> Response:
    return refusal.response


@pages.post("/auth/oauth2/token")
def token() -> Response:
    return carry_out(Moment.TOKEN, _token)


def _token() -> Response:
    sent = request.get_json(force=True, silent=True)
    sent = sent if isinstance(sent, dict) else {}
    issued = None
    if sent.get("grant_type") == "client_credentials":
        issued = world().airtel_access.issue_token(sent.get("client_id"), sent.get("client_secret"))
    if issued is None:
        response = jsonify(error_description="Invalid client authentication", error="invalid_client")
        response.status_code = 401
        return response
    return jsonify(token_type="bearer", access_token=issued, expires_in=str(TOKEN_SECONDS))


@pages.get("/v1/rsa/encryption-keys")
def encryption_keys() -> Response:
    return carry_out(Moment.OTHER, _encryption_keys)


def _encryption_keys() -> Response:
    check_caller()
    access = world().airtel_access
    return jsonify(
        data={"key_id": 1, "key": access.public_key(), "valid_upto": access.valid_up_to()},
        status=envelope("DP02010001001", success=True) | {"message": "Success"},
    )


@pages.post("/merchant/v1/payments/")
def pay() -> Response:
    return carry_out(Moment.REQUEST, _pay, sent_msisdn())


def _pay() -> Response:
    check_caller()
    check_signature()
    order = read_payment()
    plan = plan_for(order.party_id.removeprefix("250"))
    known = world().airtel.find(order.reference_id)
    if known is None and plan.outcome is Outcome.REFUSE:
        raise refused(str(plan.reason), plan.http)
    try:
        payment = world().airtel.take_in(order, plan)
    except AlreadyTaken:
        return error("ESB000041")
    if plan.outcome is Outcome.ASK and plan.reason is not None:
        return error(plan.reason, plan.http)
    return jsonify(_pushed(payment))


def _pushed(payment: Payment) -> dict[str, object]:
    """The answer that says no more than that the handset is being asked."""
    shown = False if Kind.ID_FALSE in payment.shapes else payment.order.reference_id
    status = envelope("DP00800001006", success=True) | {"message": "SUCCESS"}
    return {"data": {"transaction": {"id": shown, "status": "SUCCESS"}}, "status": status}


@pages.get("/standard/v1/payments/<transaction_id>")
def enquire(transaction_id: str) -> Response:
    payment = world().airtel.find(transaction_id)
    return carry_out(Moment.STATUS, lambda: _enquire(transaction_id), payment.order.party_id if payment else None)


def _enquire(transaction_id: str) -> Response:
    check_caller()
    payment, now = world().airtel.find(transaction_id), world().clock.now()
    if payment is None or payment.order.kind != "collection" or now < payment.hidden_until:
        raise refused("ESB000045")
    return jsonify(enquiry_body(payment, now))


@pages.post("/standard/v1/payments/refund")
def refund() -> Response:
    return carry_out(Moment.REQUEST, _refund)


def _refund() -> Response:
    """Pay a whole payment back. A repeat pays it back again: the caller has no id of its own to send."""
    check_caller()
    check_signature()
    found = inner(body(), "transaction").get("airtel_money_id")
    paid = world().airtel.find_receipt(found) if isinstance(found, str) else None
    if paid is None or paid.order.kind != "collection" or paid.status != SUCCESSFUL:
        raise refused("ESB000045")
    back = world().airtel.take_in(_refund_of(paid.order), AT_ONCE)
    if back.status != SUCCESSFUL:
        raise refused("ESB000011")
    # Airtel's own example says success false here, beside a refund that was carried out.
    status = envelope("ESB000010", success=False) | {"message": "SUCCESS"}
    return jsonify(data={"transaction": {"airtel_money_id": back.financial_id, "status": "SUCCESS"}}, status=status)


def _refund_of(paid: Order) -> Order:
    return Order(
        reference_id=str(uuid4()),
        kind="refund",
        user_id=paid.user_id,
        target=MERCHANT,
        party_type=paid.party_type,
        party_id=paid.party_id,
        amount=paid.amount,
        currency=paid.currency,
        external_id=paid.external_id,
        refund_of=paid.reference_id,
    )
