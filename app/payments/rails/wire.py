"""What every rail's documents have in common: JSON that may be anything, and amounts that are money or nothing."""

import json
import re
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from app.core.money import EXPONENTS, Money
from app.payments.provider import MalformedReport

MOST_BYTES = 64_000
# Python writes no whole number of more than 4,300 digits out.
_MOST = 10**100
_DIGITS = re.compile(r"\d{6,}")


def document(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`; raises MalformedReport for anything else. Numbers with a point are Decimal."""
    if len(body) > MOST_BYTES:
        raise MalformedReport("too long")
    try:
        found = json.loads(body, parse_float=Decimal, parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedReport("not JSON") from error
    if not isinstance(found, dict):
        raise MalformedReport("not an object")
    return found


def amount_on_wire(amount: Money) -> str:
    """The amount in units of its currency: "20000" for RWF 20,000, "12.50" for EUR 12.50."""
    exponent = EXPONENTS[amount.currency]
    return str(Decimal(amount.minor).scaleb(-exponent).quantize(Decimal(1).scaleb(-exponent)))


def amount_from_wire(value: object, currency: object) -> Money | None:
    """Money, or None for what isn't: no number, a fraction of a minor unit, below zero, a currency we don't know."""
    if not isinstance(currency, str) or currency not in EXPONENTS:
        return None
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return None
    try:
        amount = Decimal(value.strip() if isinstance(value, str) else value)
        if not amount.is_finite() or amount < 0 or amount.adjusted() > 15 or len(amount.as_tuple().digits) > 30:
            return None
        minor = amount.scaleb(EXPONENTS[currency])
    except (InvalidOperation, ValueError):
        return None
    return Money(int(minor), currency) if minor == minor.to_integral_value() else None


def part(found: object, name: str) -> dict[str, Any]:
    """The object under `name`, an empty one when there is none."""
    inner = found.get(name) if isinstance(found, dict) else None
    return inner if isinstance(inner, dict) else {}


def uuid_in(value: object) -> UUID | None:
    """Our own reference, if this is one."""
    try:
        return UUID(value) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return None


def redacted(found: dict[str, Any], kept: tuple[str, ...]) -> str:
    """The fields named in `kept`, shortened, as JSON: all that may be stored of a document."""
    return json.dumps({name: plain(found[name]) for name in kept if name in found})


def plain(value: object) -> object:
    """A scalar short enough to keep; anything else is "unreadable"."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) >= _MOST:
        return "unreadable"
    return str(value)[:100].replace("\x00", "") if isinstance(value, str | int | Decimal) else "unreadable"


def masked(text: str) -> str:
    """At most 300 characters of a text, with long numbers cut to their last three digits."""
    return _DIGITS.sub(lambda found: "..." + found.group()[-3:], text[:300])


def short(value: object, most: int = 100) -> str | None:
    """A provider's number for something, when it is one that can be kept: printable, at most `most` characters."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    if isinstance(value, int) and abs(value) >= _MOST:
        return None
    text = str(value).strip()
    return text if text and len(text) <= most and text.isprintable() else None


def refuse_constant(constant: str) -> Any:
    """NaN and Infinity are not JSON."""
    raise ValueError(constant)
