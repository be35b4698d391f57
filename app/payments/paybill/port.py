"""The port to an operator at which payers quote a bill's number."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from app.core.money import Money


class Refusal(StrEnum):
    """Why a payment should not be let through."""

    UNKNOWN_BILL = "unknown_bill"
    NOTHING_DUE = "nothing_due"
    WRONG_AMOUNT = "wrong_amount"
    WRONG_PAYEE = "wrong_payee"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class BillPayment:
    """One payment, as the operator tells of it. `transaction_id` is its receipt number, `payee` who got the money.

    `tail`: the last three digits of the payer's number, where they are shown; `raw` is redacted.
    """

    transaction_id: str
    bill_reference: str
    amount: Money
    payee: str
    completed_at: datetime
    tail: str | None
    raw: str


@runtime_checkable
class BillReferenceProvider(Protocol):
    """An operator that asks us before it takes such a payment, and tells us after."""

    @property
    def code(self) -> str:
        """The provider's name in our tables."""
        ...

    @property
    def payee(self) -> str:
        """Our own number there."""
        ...

    def read_bill_payment(self, body: bytes) -> BillPayment:
        """Read what it asks or tells; calls nobody. Raises MalformedReport."""
        ...

    def answer_validation(self, refusal: Refusal | None) -> dict[str, Any]:
        """The answer to its question, as JSON."""
        ...

    def register_addresses(self, confirmation_url: str, validation_url: str) -> bool:
        """Tell it where to ask and tell; whether it took note. Never raises."""
        ...
