"""What happened to money, in the past tense. `subject` is the thing that is paid for, such as a filing."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.core.events import Event
from app.payments.ids import AttemptId, ObligationId, RefundId
from app.payments.reasons import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfObligation(Event):
    """What every event of this room says."""

    subject_field: ClassVar[str] = "subject_id"
    obligation_id: ObligationId
    subject_id: UUID
    court_code: str

    @property
    def of_nobody(self) -> bool:
        """Whether it is about money that nobody could place: there is no filing, and nobody to tell."""
        return self.subject_id == self.obligation_id


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
class ObligationRepriced(_OfObligation):
    """Another fee schedule holds for it than the one it was opened under; `amount_minor` is the whole fee now."""

    before_minor: int
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
    """Money must go back. `cause`: "surplus", "void", "waiver" or "unidentified"."""

    attempt_id: AttemptId
    amount_minor: int
    currency: str
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfRefund(_OfObligation):
    """What every event of a refund says; its subject is still the thing that was paid for."""

    refund_id: RefundId
    attempt_id: AttemptId
    amount_minor: int
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundApproved(OfRefund):
    """The money may go back, and does without anybody's asking."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRefused(OfRefund):
    """Somebody who may approve it said no; their reason stands with the refund."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundWithdrawn(OfRefund):
    """Nothing goes back after all: the payment itself never came."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundFailed(OfRefund):
    """The rail can't or won't pay back: it goes by other means. `setback` is the code of why."""

    setback: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundStuck(OfRefund):
    """Nobody knows whether the rail paid back, and asking doesn't tell; staff must look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundPaid(OfRefund):
    """The money went back. `by_other_means`: not over the rail on which it came."""

    by_other_means: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDue(_OfObligation):
    """A registrar asks for what is unpaid after all, by that day."""

    due_minor: int
    currency: str
    pay_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOverdue(_OfObligation):
    """That day has passed, and it is still unpaid: a registrar must decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentVoided(_OfObligation):
    """Two people have voided an entry of the cash desk: that money never came, and what it paid may be due again."""

    attempt_id: AttemptId
    amount_minor: int
    currency: str
