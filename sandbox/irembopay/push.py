"""A request on a telephone to pay an invoice."""

import re
from dataclasses import dataclass
from enum import StrEnum

_NETWORKS = {"MTN": re.compile(r"07[89][0-9]{7}", re.ASCII), "AIRTEL": re.compile(r"07[23][0-9]{7}", re.ASCII)}
_PHONE = re.compile(r"07[0-9]{8}", re.ASCII)
PROVIDERS = tuple(_NETWORKS)


class PushState(StrEnum):
    WAITING = "waiting"
    PAID = "paid"
    DECLINED = "declined"
    EXPIRED = "expired"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One telephone that is or was asked."""

    reference: str
    invoice_number: str
    phone: str
    provider: str
    state: str
    due_at: float | None
    created_at: float

    @property
    def msisdn(self) -> str:
        """The number in international digits, as the wallets have it."""
        return f"250{self.phone[1:]}"


def problem_with(phone: str, provider: str) -> str | None:
    """The error code that a number and a network earn together, or None."""
    if provider not in _NETWORKS:
        return "BAD_PAYMENT_PROVIDER"
    if not phone:
        return "PHONE_NUMBER_MISSING"
    if not _PHONE.fullmatch(phone):
        return "BAD_PHONE_NUMBER"
    return None if _NETWORKS[provider].fullmatch(phone) else "PAYMENT_PROVIDER_ERROR"
