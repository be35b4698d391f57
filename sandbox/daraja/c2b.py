"""The paybill's and the reversals' side of the API over HTTP."""

import re
import secrets
from urllib.parse import urlsplit

from flask import Blueprint, Response, jsonify

from sandbox import money
from sandbox.daraja import triggers
from sandbox.daraja.paybill import NotServed, Urls
from sandbox.daraja.payment import CURRENCY
from sandbox.daraja.reversals import Reversal, new_ids
from sandbox.daraja.stamps import stamp
from sandbox.daraja.wire import Refused, body, carry_out, check_token, refused, text, wrong
from sandbox.faults import Moment
from sandbox.world import world

pages = Blueprint("daraja_c2b", __name__)

# Words that Safaricom does not take in a registered address.
_FORBIDDEN = re.compile(r"m-?pesa|safaricom|exec?|cmd|sql|query", re.IGNORECASE)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_RECEIPT = re.compile(r"[0-9A-Z]{10}", re.ASCII)


@pages.errorhandler(Refused)
def _answer(refusal: Refused) -> Response:
    return refusal.response


@pages.post("/mpesa/c2b/<any('v1', 'v2'):version>/registerurl")
def register(version: str) -> Response:
    return carry_out(Moment.OTHER, _register)


def _register() -> Response:
    check_token()
    sent = body()
    _check_shortcode(sent, "ShortCode")
    if sent.get("ResponseType") not in ("Completed", "Cancelled"):
        raise wrong("ResponseType")
    urls = Urls(
        confirmation_url=_registered(sent, "ConfirmationURL"),
        validation_url=_registered(sent, "ValidationURL"),
        response_type=str(sent["ResponseType"]),
    )
    world().paybill.register(urls)
    # "Coversation" is Safaricom's own spelling.
    return jsonify(OriginatorCoversationID=new_ids("")[1], ResponseCode="0", ResponseDescription="Success")


@pages.post("/mpesa/c2b/<any('v1', 'v2'):version>/simulate")
def simulate(version: str) -> Response:
    return carry_out(Moment.OTHER, _simulate)


def _simulate() -> Response:
    check_token()
    sent = body()
    _check_shortcode(sent, "ShortCode")
    if sent.get("CommandID") != "CustomerPayBillOnline":
        raise wrong("CommandID")
    msisdn = text(sent, "Msisdn")
    if not triggers.serves(msisdn):
        raise wrong("Msisdn")
    try:
        world().paybill.pay(msisdn, text(sent, "BillRefNumber", 20), _amount(sent))
    except NotServed as problem:
        raise refused("500.002.1001", str(problem)) from None
    said = "Accept the service request successfully."
    return jsonify(OriginatorCoversationID=new_ids("")[1], ResponseCode="0", ResponseDescription=said)


@pages.post("/mpesa/reversal/v1/request")
def reverse() -> Response:
    return carry_out(Moment.OTHER, _reverse)


def _reverse() -> Response:
    check_token()
    sent, account = body(), world().settings.daraja
    _check_shortcode(sent, "ReceiverParty")
    given = text(sent, "SecurityCredential", 1000)
    if text(sent, "Initiator") != account.initiator or not secrets.compare_digest(
        given.encode(), account.security_credential.encode()
    ):
        raise refused("500.001.1001", "The initiator information is invalid.")
    if sent.get("CommandID") != "TransactionReversal":
        raise wrong("CommandID")
    if str(sent.get("RecieverIdentifierType")) != "11":  # spelled as Safaricom does
        raise wrong("RecieverIdentifierType")
    trans_id = text(sent, "TransactionID")
    if not _RECEIPT.fullmatch(trans_id):
        raise wrong("TransactionID")
    text(sent, "Remarks", 100)
    conversation, originator = new_ids(stamp(world().clock.now()))
    world().reversals.take_in(
        Reversal(
            conversation_id=conversation,
            originator_id=originator,
            trans_id=trans_id,
            shortcode=account.shortcode,
            amount=_amount(sent),
            result_url=_address(sent, "ResultURL"),
            timeout_url=_address(sent, "QueueTimeOutURL"),
        )
    )
    return jsonify(
        OriginatorConversationID=originator,
        ConversationID=conversation,
        ResponseCode="0",
        ResponseDescription="Accept the service request successfully.",
    )


def _check_shortcode(sent: dict[str, object], field: str) -> None:
    if text(sent, field) != world().settings.daraja.shortcode:
        raise wrong(field)


def _amount(sent: dict[str, object]) -> int:
    try:
        return money.minor(text(sent, "Amount", 12), CURRENCY)
    except money.BadAmount:
        raise wrong("Amount") from None


def _address(sent: dict[str, object], field: str) -> str:
    url = text(sent, field, 500)
    parts = urlsplit(url)
    secure = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if not secure:
        raise wrong(field)
    return url


def _registered(sent: dict[str, object], field: str) -> str:
    url = _address(sent, field)
    if _FORBIDDEN.search(urlsplit(url).path):
        raise wrong(field)
    return url
