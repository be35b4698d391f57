"""Money is an integer count of minor units and a currency (ISO 4217); never a float."""

from dataclasses import dataclass
from typing import Self

EXPONENTS = {"RWF": 0, "KES": 2, "UGX": 0, "EUR": 2, "USD": 2, "PKR": 2}


class CurrencyMismatch(ValueError):
    """Two amounts of different currencies were added or compared: a bug in the caller."""


@dataclass(frozen=True, slots=True)
class Money:
    """`minor` units of `currency`; RWF has no decimals, so 20000 RWF is `Money(20000, "RWF")`."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        """Refuse floats and booleans, which Python would take for whole numbers."""
        if type(self.minor) is not int or self.currency not in EXPONENTS:
            raise TypeError(f"not an amount: {self.minor!r} {self.currency!r}")

    @classmethod
    def zero(cls, currency: str) -> Self:
        """No money, in `currency`."""
        return cls(0, currency)

    def _same(self, other: "Money") -> int:
        if other.currency != self.currency:
            raise CurrencyMismatch(f"{self.currency} and {other.currency}")
        return other.minor

    def __add__(self, other: "Money") -> "Money":
        """The sum; raises CurrencyMismatch."""
        return Money(self.minor + self._same(other), self.currency)

    def __sub__(self, other: "Money") -> "Money":
        """The difference, which may be negative; raises CurrencyMismatch."""
        return Money(self.minor - self._same(other), self.currency)

    def __lt__(self, other: "Money") -> bool:
        """Whether this is less; raises CurrencyMismatch."""
        return self.minor < self._same(other)

    def __le__(self, other: "Money") -> bool:
        """Whether this is at most `other`; raises CurrencyMismatch."""
        return self.minor <= self._same(other)

    def __bool__(self) -> bool:
        """Whether there is any."""
        return self.minor != 0

    def __str__(self) -> str:
        """One form in every language: "RWF 20,000", "KES 1,250.50"."""
        exponent = EXPONENTS[self.currency]
        whole, part = divmod(abs(self.minor), 10**exponent)
        sign = "-" if self.minor < 0 else ""
        decimals = f".{part:0{exponent}d}" if exponent else ""
        return f"{self.currency} {sign}{whole:,}{decimals}"


def total(amounts: "list[Money] | tuple[Money, ...]", currency: str) -> Money:
    """The sum of `amounts`, zero in `currency` when there are none."""
    result = Money.zero(currency)
    for amount in amounts:
        result += amount
    return result
