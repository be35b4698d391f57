"""Fields made of digits: money, identity numbers, one-time codes, counts."""

import re
from typing import Any

from app.core.language import T, Text
from app.core.money import Money
from app.web.fields.base import StrictField

_CURRENCY = re.compile(r"^(?:rwf|frw)\s*|\s*(?:rwf|frw)$", re.IGNORECASE)
_APART = re.compile(r"[\s\u00a0\u202f'\u2019_-]+")
_GROUPS = re.compile(r"\d{1,3}(?:[ .,]\d{2,3})*[ .,]\d{3}(?:[.,]0{1,2})?|\d+(?:[.,]0{1,2})?")
_MOST_FRANCS = 10**12


def _without_spaces(text: str) -> str:
    return _APART.sub("", text)


class NationalIdField(StrictField):
    """A 16-digit national identity number; spaces are taken out. `data` is a str of digits, or None."""

    inputmode = "numeric"
    width = 20

    def read(self, text: str) -> str:
        """The 16 digits; raises ValueError for anything else."""
        digits = _without_spaces(text)
        if not re.fullmatch(r"[0-9]{16}", digits):
            raise ValueError(T("Enter the 16 digits of the identity card."))
        return digits


class CodeField(StrictField):
    """A one-time code of `digits` digits; spaces are taken out. `data` is a str, or None."""

    inputmode = "numeric"
    autocomplete = "one-time-code"
    width = 10

    def __init__(self, label: Text | str = "", *, digits: int = 6, **options: Any) -> None:
        """`digits` is how many the code has."""
        super().__init__(label, **options)
        self.digits = digits

    def read(self, text: str) -> str:
        """The digits; raises ValueError for anything else."""
        code = _without_spaces(text)
        if not re.fullmatch(rf"[0-9]{{{self.digits}}}", code):
            raise ValueError(T("Enter the %(digits)s digits of the code.", digits=self.digits))
        return code


class WholeNumberField(StrictField):
    """A whole number from `least` to `largest`. `data` is an int, or None."""

    inputmode = "numeric"
    width = 5

    def __init__(self, label: Text | str = "", *, least: int = 0, largest: int = 10**9, **options: Any) -> None:
        """Both bounds are allowed values."""
        super().__init__(label, **options)
        self.least, self.largest = least, largest

    def read(self, text: str) -> int:
        """The number; raises ValueError when it isn't one or is out of bounds."""
        number = int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else None
        if number is None or not self.least <= number <= self.largest:
            bounds = {"least": self.least, "largest": self.largest}
            raise ValueError(T("Enter a whole number from %(least)s to %(largest)s.", **bounds))
        return number


class MoneyField(StrictField):
    """An amount of whole francs with any separators ("20000", "20,000", "20.000 RWF"). `data` is Money, or None."""

    inputmode = "numeric"
    width = 10

    def read(self, text: str) -> Money:
        """The amount; raises ValueError for cents, signs and words."""
        bare = _APART.sub(" ", _CURRENCY.sub("", text.strip())) if not text.startswith("-") else ""
        if not _GROUPS.fullmatch(bare) or not bare.isascii():
            raise ValueError(T("Enter the amount in whole francs, like 20,000."))
        francs = int(re.sub(r"[ .,]", "", re.sub(r"[.,]0{1,2}$", "", bare))[:20])
        if francs > _MOST_FRANCS:
            raise ValueError(T("This amount is too large. Check the number of zeros."))
        return Money(francs, "RWF")

    def show(self, value: Any) -> str:
        """The figures alone, in groups of three: the page shows the currency beside the input."""
        return f"{value.minor:,}" if value else ""
