"""Reading what was posted: every rule of the wire that can refuse it."""

import re
from typing import Any
from urllib.parse import urlsplit

from sandbox import money
from sandbox.stripe.form import mapping, texts
from sandbox.stripe.objects import Order
from sandbox.stripe.refunds import RefundOrder
from sandbox.stripe.wire import Refused, refused

_WHOLE = re.compile(r"[0-9]{1,8}", re.ASCII)
_SHORTEST, _LONGEST, _SLACK = 1800.0, 86_400.0, 60.0
_REASONS = ("duplicate", "fraudulent", "requested_by_customer")
_SESSION_PARAMETERS = frozenset(
    {
        *("mode", "line_items", "success_url", "cancel_url", "client_reference_id", "metadata", "expires_at"),
        *("payment_intent_data", "locale", "customer_email", "payment_method_types"),
    }
)


def read_session(sent: dict[str, Any], now: float) -> Order:
    """The session that was posted; refuses with Stripe's own words."""
    _only(sent, _SESSION_PARAMETERS)
    if _text(sent, "mode") != "payment":
        raise refused(400, "Invalid mode: only payment is simulated here.", param="mode")
    amount, currency, name = _lines(mapping(sent.get("line_items")))
    reference = sent.get("client_reference_id")
    if reference is not None and not (isinstance(reference, str) and 0 < len(reference) <= 200):
        raise refused(400, "Invalid string: must be at most 200 characters", param="client_reference_id")
    return Order(
        amount=amount,
        currency=currency,
        name=name,
        success_url=_url(sent, "success_url"),
        cancel_url=_url(sent, "cancel_url") if "cancel_url" in sent else None,
        client_reference_id=reference,
        metadata=_metadata(sent.get("metadata")),
        intent_metadata=_metadata(mapping(sent.get("payment_intent_data")).get("metadata")),
        locale=sent.get("locale") if isinstance(sent.get("locale"), str) else None,
        expires_at=_expires_at(sent.get("expires_at"), now),
    )


def read_refund(sent: dict[str, Any]) -> RefundOrder:
    """The refund that was posted."""
    _only(sent, frozenset({"payment_intent", "amount", "reason", "metadata"}))
    amount, reason = sent.get("amount"), sent.get("reason")
    if reason is not None and reason not in _REASONS:
        raise refused(400, f"Invalid reason: must be one of {', '.join(_REASONS)}", param="reason")
    return RefundOrder(
        intent_id=_text(sent, "payment_intent"),
        amount=None if amount is None else _whole(amount, "amount"),
        reason=reason,
        metadata=_metadata(sent.get("metadata")),
    )


def _lines(lines: dict[str, Any]) -> tuple[int, str, str]:
    if not lines:
        raise _missing("line_items")
    total, currencies, names = 0, set(), []
    for place, line in lines.items():
        price = mapping(mapping(line).get("price_data"))
        where = f"line_items[{place}]"
        currencies.add(_text(price, "currency", f"{where}[price_data][currency]").lower())
        names.append(_text(mapping(price.get("product_data")), "name", f"{where}[price_data][product_data][name]"))
        unit = _whole(price.get("unit_amount"), f"{where}[price_data][unit_amount]")
        total += unit * _whole(mapping(line).get("quantity", "1"), f"{where}[quantity]")
    [currency, *others] = currencies
    if others or currency.upper() not in money.EXPONENTS:
        raise refused(400, f"Invalid currency: {currency}", param="line_items[0][price_data][currency]")
    return total, currency, names[0]


def _whole(found: object, param: str) -> int:
    if not isinstance(found, str) or found == "":
        raise _missing(param)
    if not _WHOLE.fullmatch(found):
        raise refused(400, f"Invalid integer: {found}", "parameter_invalid_integer", param)
    if int(found) < 1:
        raise refused(400, "This value must be greater than or equal to 1.", "parameter_invalid_integer", param)
    return int(found)


def _text(sent: dict[str, Any], name: str, param: str | None = None) -> str:
    found = sent.get(name)
    if not isinstance(found, str) or not found:
        raise _missing(param or name)
    return found


def _url(sent: dict[str, Any], name: str) -> str:
    found = _text(sent, name)
    if urlsplit(found).scheme not in ("http", "https") or not urlsplit(found).hostname:
        raise refused(400, "Not a valid URL", "url_invalid", name)
    return found


def _expires_at(found: object, now: float) -> float:
    if found is None:
        return now + _LONGEST
    if not isinstance(found, str) or not found.isascii() or not found.isdigit():
        raise refused(400, f"Invalid timestamp: {found}", "parameter_invalid_integer", "expires_at")
    at = float(found)
    if not now + _SHORTEST - _SLACK <= at <= now + _LONGEST + _SLACK:
        text = "The `expires_at` timestamp must be at least 30 minutes and less than 24 hours from creation."
        raise refused(400, text, param="expires_at")
    return at


def _metadata(found: object) -> dict[str, str]:
    kept = texts(found)
    if len(kept) > 50 or any(len(name) > 40 or len(value) > 500 for name, value in kept.items()):
        raise refused(400, "Metadata has at most 50 keys of 40 characters, and values of 500.", param="metadata")
    return kept


def _only(sent: dict[str, Any], known: frozenset[str]) -> None:
    for name in sent:
        if name not in known:
            raise refused(400, f"Received unknown parameter: {name}", "parameter_unknown", name)


def _missing(param: str) -> Refused:
    return refused(400, f"Missing required param: {param}.", "parameter_missing", param)
