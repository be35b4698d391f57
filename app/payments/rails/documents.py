"""What every JSON wire has in common: an object or nothing, money or nothing, a short text or nothing."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from app.core.money import EXPONENTS, Money
from app.payments.provider import MalformedReport

MOST_BYTES = 64_000


def document(body: bytes) -> dict[str, Any]:
    """The JSON object in `body`; raises MalformedReport for anything else. Numbers with a point are Decimal."""
    if len(body) > MOST_BYTES:
        raise MalformedReport("too long")
    try:
        found = json.loads(body, parse_float=Decimal, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise MalformedReport("not JSON") from error
    if not isinstance(found, dict):
        raise MalformedReport("not an object")
    return found


def part(found: object, name: str) -> dict[str, Any]:
    """The object under `name`, an empty one when there is none."""
    inner = found.get(name) if isinstance(found, dict) else None
    return inner if isinstance(inner, dict) else {}


def major_units(value: object, currency: object) -> Money | None:
    """Money from an amount such as 20000.0 or "12.50", or None for what isn't, parts of a minor unit included."""
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


def short(value: object, most: int = 100) -> str | None:
    """A text (or a whole number as one) of at most `most` characters that can be printed, else None."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    if isinstance(value, int) and abs(value) >= 10**most:
        return None
    text = str(value).strip()
    return text if text and len(text) <= most and text.isprintable() else None


def uuid_in(value: object) -> UUID | None:
    """Our own reference, if this is one."""
    try:
        return UUID(value) if isinstance(value, str) and len(value) == 36 else None
    except ValueError:
        return None


def redacted(found: dict[str, Any], kept: tuple[str, ...]) -> str:
    """The fields named in `kept`, shortened, as JSON: all that may be stored of a document."""
    return json.dumps({name: _plain(found[name]) for name in kept if name in found})


def _plain(value: object) -> object:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value[:100].replace("\x00", "")
    return short(str(value)) if isinstance(value, Decimal) else short(value) or "unreadable"


def _refuse(constant: str) -> Any:
    raise ValueError(constant)
