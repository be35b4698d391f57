"""What happened to money, in the past tense. `subject` is the thing that is paid for, such as a filing."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.core.events import Event
from app.payments.ids import AttemptId, ObligationId
from app.payments.reasons import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfObligation(Event):
    """What every event of this room says."""

    subject_field: ClassVar[str] = "subject_id"
    obligation_id: ObligationId
    subject_id: UUID
    court_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationOpened(_OfObligation):
    """Something is owed; zero when a filing costs nothing."""

    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationRaised(_OfObligation):
    """More is owed than before, by this amount."""

    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationVoided(_OfObligation):
    """Nothing is owed any more; what was paid is due back."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequested(_OfObligation):
    """The payer is about to be asked."""

    attempt_id: AttemptId
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentSucceeded(_OfObligation):
    """Money arrived. `completed_at`: the provider's time, else when its word first reached us.

    `obligation_paid`: nothing more is owed now; false also when the obligation is void.
    """

    attempt_id: AttemptId
    amount_minor: int
    currency: str
    completed_at: datetime
    obligation_paid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFailed(_OfObligation):
    """The attempt came to nothing; another may be made."""

    attempt_id: AttemptId
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentExpired(_OfObligation):
    """Nobody approved the attempt in time; another may be made."""

    attempt_id: AttemptId


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentQuarantined(_OfObligation):
    """The provider reports a payment that isn't the one asked for; staff must look."""

    attempt_id: AttemptId


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundDue(_OfObligation):
    """Money must go back. `cause`: "surplus", "void" or "waiver"."""

    attempt_id: AttemptId
    amount_minor: int
    currency: str
    cause: str
