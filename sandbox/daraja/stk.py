"""The token, and M-Pesa Express over HTTP."""

import binascii
import re
import secrets
from base64 import b64decode
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify, request

from sandbox.daraja import triggers
from sandbox.daraja.access import TOKEN_SECONDS
from sandbox.daraja.payment import Order, result_text
from sandbox.daraja.stamps import stamp
from sandbox.daraja.wire import Refused, body, carry_out, check_token, error, refused, text, wrong
from sandbox.faults import Moment
from sandbox.plan import Outcome
from sandbox.world import world

pages = Blueprint("daraja_stk", __name__)

_TYPES = ("CustomerPayBillOnline", "CustomerBuyGoodsOnline")
_STAMP = re.compile(r"20[0-9]{12}", re.ASCII)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@pages.errorhandler(Refused)
def _answer(refusal: Refused) -> Response:
    return refusal.response


@pages.get("/oauth/v1/generate")
def token() -> Response:
    return carry_out(Moment.TOKEN, _token)


def _token() -> Response:
    if request.args.get("grant_type") != "client_credentials":
        return error("400.008.02", "Invalid grant type passed")
    scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
    try:
        pair = b64decode(encoded.strip(), validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, UnicodeDecodeError):
        pair = ""
    key, _, secret = pair.partition(":")
    issued = world().daraja_access.issue_token(key, secret)
    if issued is None:
        return error("400.008.01", "Invalid Authentication passed")
    # A string, not a number.
    return jsonify(access_token=issued, expires_in=str(TOKEN_SECONDS))


@pages.post("/mpesa/stkpush/v1/processrequest")
def push() -> Response:
    sent = request.get_json(force=True, silent=True)
    payer = sent.get("PhoneNumber") if isinstance(sent, dict) else None
    return carry_out(Moment.REQUEST, _push, str(payer) if payer else None)


def _push() -> Response:
    check_token()
    order = _read(body())
    plan = triggers.plan_for(order.msisdn)
    if plan.outcome is Outcome.REFUSE:
        raise refused(str(plan.reason))
    world().daraja.take_in(order, plan)
    said = "Success. Request accepted for processing"
    return jsonify(
        MerchantRequestID=order.merchant_id,
        CheckoutRequestID=order.checkout_id,
        ResponseCode="0",
        ResponseDescription=said,
        CustomerMessage=said,
    )


def _read(sent: dict[str, object]) -> Order:
    _check_password(sent)
    if sent.get("TransactionType") not in _TYPES:
        raise wrong("TransactionType")
    shortcode, msisdn = text(sent, "BusinessShortCode"), text(sent, "PhoneNumber")
    if text(sent, "PartyB") != shortcode:
        raise wrong("PartyB")
    if not triggers.serves(msisdn):
        raise wrong("PhoneNumber")
    if text(sent, "PartyA") != msisdn:
        raise wrong("PartyA")
    return Order(
        checkout_id=f"ws_CO_{stamp(world().clock.now())}{secrets.randbelow(10**9):09d}{msisdn[-9:]}",
        merchant_id=f"{secrets.randbelow(10**5):05d}-{secrets.randbelow(10**8):08d}-1",
        shortcode=shortcode,
        amount=_amount(sent) * 100,
        msisdn=msisdn,
        account_reference=text(sent, "AccountReference", 12),
        description=text(sent, "TransactionDesc", 13),
        callback_url=_callback_url(sent),
    )


def _check_password(sent: dict[str, object]) -> None:
    if text(sent, "BusinessShortCode") != world().settings.daraja.shortcode:
        raise refused("500.001.1001", "Merchant does not exist")
    timestamp = text(sent, "Timestamp")
    if not _STAMP.fullmatch(timestamp):
        raise wrong("Timestamp")
    if text(sent, "Password") != world().daraja_access.password(timestamp):
        raise refused("500.001.1001", "Wrong credentials")


def _amount(sent: dict[str, object]) -> int:
    """Whole shillings, as a number or as its digits."""
    found = sent.get("Amount")
    if isinstance(found, str) and found.isascii() and found.isdecimal():
        found = int(found[:9])
    if isinstance(found, bool) or not isinstance(found, int) or not 1 <= found <= 250_000:
        raise wrong("Amount")
    return found


def _callback_url(sent: dict[str, object]) -> str:
    url = text(sent, "CallBackURL", 500)
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise wrong("CallBackURL")
    return url


@pages.post("/mpesa/stkpushquery/v1/query")
def query() -> Response:
    sent = request.get_json(force=True, silent=True)
    asked = sent.get("CheckoutRequestID") if isinstance(sent, dict) else None
    payment = world().daraja.find(asked) if isinstance(asked, str) else None
    return carry_out(Moment.STATUS, _query, payment.order.msisdn if payment else None)


def _query() -> Response:
    check_token()
    sent = body()
    _check_password(sent)
    payment = world().daraja.find(text(sent, "CheckoutRequestID"))
    if payment is None:
        raise wrong("CheckoutRequestID")
    if payment.code is None:
        raise refused("500.001.1001")
    return jsonify(
        ResponseCode="0",
        ResponseDescription="The service request has been accepted successsfully",
        MerchantRequestID=payment.order.merchant_id,
        CheckoutRequestID=payment.order.checkout_id,
        # Text here, a number in the callback.
        ResultCode=payment.code,
        ResultDesc=result_text(payment.code),
    )
