"""Reads of attempts to pay, as plain values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.core.ids import PersonId
from app.core.money import Money
from app.payments import voided
from app.payments.ids import AttemptId
from app.payments.models import PaymentAttemptRow
from app.payments.reasons import Reason
from app.payments.status import AttemptState

_A = PaymentAttemptRow


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptView:
    """One attempt to pay; `tail` is the last three digits of the payer's number."""

    id: AttemptId
    reference_id: UUID
    number: int
    provider: str
    state: AttemptState
    reason: Reason | None
    amount: Money
    tail: str | None
    submitted_at: datetime
    prompt_expires_at: datetime
    completed_at: datetime | None
    provider_reference: str | None
    quarantined: bool
    receipt_reference: str | None
    pay_url: str | None
    voided_at: datetime | None
    begun_by: PersonId | None

    @property
    def counts(self) -> bool:
        """Whether its money is there: it succeeded, and nobody has voided it."""
        return self.state is AttemptState.SUCCEEDED and self.voided_at is None


ATTEMPT = (
    _A.id,
    _A.reference_id,
    _A.obligation_id,
    _A.number,
    _A.provider,
    _A.state,
    _A.reason,
    _A.amount_minor,
    _A.currency,
    _A.msisdn_tail,
    _A.submitted_at,
    _A.prompt_expires_at,
    _A.completed_at,
    _A.provider_reference,
    _A.quarantined_at,
    _A.pay_url,
    _A.begun_by,
    voided.when(_A.id).label("voided_at"),
)


def attempt_view(row: Any, bill_reference: str) -> AttemptView:
    """An attempt from a row of the columns ATTEMPT."""
    state = AttemptState(row.state)
    return AttemptView(
        id=AttemptId(row.id),
        reference_id=row.reference_id,
        number=row.number,
        provider=row.provider,
        state=state,
        reason=Reason(row.reason) if row.reason else None,
        amount=Money(row.amount_minor, row.currency),
        tail=row.msisdn_tail,
        submitted_at=row.submitted_at,
        prompt_expires_at=row.prompt_expires_at,
        completed_at=row.completed_at,
        provider_reference=row.provider_reference,
        quarantined=row.quarantined_at is not None,
        receipt_reference=f"{bill_reference}-{row.number}" if state is AttemptState.SUCCEEDED else None,
        pay_url=row.pay_url,
        voided_at=row.voided_at,
        begun_by=row.begun_by,
    )
