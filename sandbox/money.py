"""Amounts on the wire are decimal texts; inside they are integer minor units."""

import re
from decimal import Decimal

# Digits after the point, by ISO 4217. A currency that isn't here is refused.
EXPONENTS = {"RWF": 0, "UGX": 0, "XAF": 0, "XOF": 0, "EUR": 2, "USD": 2, "KES": 2, "GHS": 2, "ZMW": 2}

_AMOUNT = re.compile(r"(0|[1-9][0-9]{0,14})(\.[0-9]{1,4})?", re.ASCII)


class BadAmount(Exception):
    """The text is no amount of that currency."""


def minor(text: str, currency: str) -> int:
    """`text` in minor units of `currency`; raises BadAmount for zero, parts of a minor unit and anything else."""
    exponent = EXPONENTS.get(currency)
    if exponent is None or not _AMOUNT.fullmatch(text):
        raise BadAmount(text)
    units = Decimal(text).scaleb(exponent)
    if units <= 0 or units != units.to_integral_value():
        raise BadAmount(text)
    return int(units)


def wire(units: int, currency: str) -> str:
    """Minor units as MTN prints them: no trailing zeros, so "12.50" comes back as "12.5"."""
    text = f"{Decimal(units).scaleb(-EXPONENTS[currency]):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def shown(units: int, currency: str) -> str:
    """Minor units for a person to read: "RWF 20,000"."""
    return f"{currency} {Decimal(units).scaleb(-EXPONENTS[currency]):,}"
