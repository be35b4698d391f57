"""Reading a request to pay: every rule of Airtel's wire that can refuse one."""

import re

from flask import request

from sandbox import money
from sandbox.airtel.wire import COUNTRY, CURRENCY, DIALLING, body, inner, refused
from sandbox.payment import Order
from sandbox.world import world

MERCHANT = "airtel"
"""The name of the court's own account at Airtel."""
_NATIONAL = re.compile(r"[1-9][0-9]{8}", re.ASCII)
_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}", re.ASCII)


def sent_msisdn() -> str | None:
    """The number that a request means, in international digits, as far as it can be read."""
    sent = request.get_json(force=True, silent=True)
    subscriber = sent.get("subscriber") if isinstance(sent, dict) else None
    found = subscriber.get("msisdn") if isinstance(subscriber, dict) else None
    return f"{DIALLING}{found}" if isinstance(found, str | int) else None


def read_payment() -> Order:
    """The request to pay that was posted; refuses with Airtel's own codes."""
    sent = body()
    subscriber, transaction = inner(sent, "subscriber"), inner(sent, "transaction")
    for place in (subscriber, transaction):
        if place.get("country", COUNTRY) != COUNTRY:
            raise refused("ESB000034")
        if place.get("currency", CURRENCY) != CURRENCY:
            raise refused("ESB000035")
    reference, identifier = sent.get("reference"), transaction.get("id")
    if not isinstance(reference, str) or not 1 <= len(reference) <= 64:
        raise refused("ESB000008")
    if not isinstance(identifier, str) or not _ID.fullmatch(identifier):
        raise refused("ESB000008")
    return Order(
        reference_id=identifier,
        kind="collection",
        user_id=world().settings.airtel.client_id,
        target=MERCHANT,
        party_type="MSISDN",
        party_id=DIALLING + _national(subscriber.get("msisdn")),
        amount=_amount(transaction.get("amount")),
        currency=CURRENCY,
        external_id=reference,
        callback_url=world().settings.airtel.callback_url,
    )


def _national(found: object) -> str:
    """Nine digits; a country code or a leading zero is refused."""
    text = str(found) if isinstance(found, str | int) and not isinstance(found, bool) else ""
    if not _NATIONAL.fullmatch(text):
        raise refused("ESB000036")
    return text


def _amount(found: object) -> int:
    """Minor units; the wire has a JSON number in units of the currency, and francs have no decimals."""
    if isinstance(found, bool) or not isinstance(found, int | float):
        raise refused("ESB000008")
    try:
        return money.minor(str(found).removesuffix(".0"), CURRENCY)
    except money.BadAmount:
        raise refused("ESB000008") from None
