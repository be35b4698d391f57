"""Reading a request to pay or to refund: every rule of the wire that can refuse one."""

import re

from flask import request

from sandbox import money
from sandbox.mtn.access import ApiUser
from sandbox.mtn.wire import body, callback_url, refused, uuid4
from sandbox.payment import Order

_MSISDN = re.compile(r"[1-9][0-9]{7,14}", re.ASCII)
_PARTY_TYPES = ("MSISDN", "EMAIL", "PARTY_CODE")
# The test environment takes euros only; a country takes its own money.
_CURRENCIES = {
    "sandbox": "EUR",
    "mtnrwanda": "RWF",
    "mtnuganda": "UGX",
    "mtnghana": "GHS",
    "mtnzambia": "ZMW",
    "mtncameroon": "XAF",
    "mtncongo": "XAF",
    "mtnivorycoast": "XOF",
    "mtnbenin": "XOF",
}


def reference() -> str:
    """The X-Reference-Id of the request; refuses what is no UUID of version 4."""
    return uuid4(request.headers.get("X-Reference-Id"))


def currency_of(user: ApiUser) -> str:
    """The one currency that the caller's environment takes."""
    return _CURRENCIES.get(user.target, "EUR")


def read_collection(user: ApiUser) -> Order:
    """The request to pay that was posted; refuses with MTN's own codes."""
    sent = body()
    payer = sent.get("payer")
    if not isinstance(payer, dict):
        raise _wrong("payer must be an object.")
    party_type, party_id = payer.get("partyIdType"), payer.get("partyId")
    if party_type not in _PARTY_TYPES or not isinstance(party_id, str) or not party_id:
        raise _wrong("payer must have a partyIdType of MSISDN, EMAIL or PARTY_CODE, and a partyId.")
    if party_type == "MSISDN" and not _MSISDN.fullmatch(party_id):
        raise _wrong("partyId must be an international number without a plus sign.")
    return Order(
        reference_id=reference(),
        kind="collection",
        user_id=user.id,
        target=user.target,
        party_type=str(party_type),
        party_id=party_id,
        amount=_amount(sent, user),
        currency=currency_of(user),
        external_id=_external_id(sent),
        payer_message=_text(sent, "payerMessage"),
        payee_note=_text(sent, "payeeNote"),
        callback_url=callback_url(user),
    )


def read_refund(user: ApiUser, refunded: Order) -> Order:
    """The refund that was posted, of the collection `refunded`."""
    sent = body()
    return Order(
        reference_id=reference(),
        kind="refund",
        user_id=user.id,
        target=user.target,
        party_type=refunded.party_type,
        party_id=refunded.party_id,
        amount=_amount(sent, user),
        currency=currency_of(user),
        external_id=_external_id(sent),
        payer_message=_text(sent, "payerMessage"),
        payee_note=_text(sent, "payeeNote"),
        callback_url=callback_url(user),
        refund_of=refunded.reference_id,
    )


def _amount(sent: dict[str, object], user: ApiUser) -> int:
    currency = sent.get("currency")
    if not isinstance(currency, str) or currency != currency_of(user):
        raise refused(500, "INVALID_CURRENCY")
    amount = sent.get("amount")
    if not isinstance(amount, str):
        raise _wrong("amount must be a string.")
    try:
        return money.minor(amount, currency)
    except money.BadAmount:
        raise _wrong(f"amount is no amount of {currency}.") from None


def _external_id(sent: dict[str, object]) -> str:
    found = sent.get("externalId")
    if not isinstance(found, str) or not found or " " in found or len(found) > 64:
        raise _wrong("externalId must be a string without spaces.")
    return found


def _text(sent: dict[str, object], name: str) -> str | None:
    found = sent.get(name)
    if found is None:
        return None
    if not isinstance(found, str) or len(found) > 160 or "'" in found:
        raise _wrong(f"{name} must be at most 160 characters, without an apostrophe.")
    return found


def _wrong(text: str) -> Exception:
    return refused(400, "VALIDATION_ERROR", text)
