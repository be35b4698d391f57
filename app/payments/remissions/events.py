"""What happened to requests not to pay, in the past tense. `subject` is the thing that is paid for."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.core.events import Event
from app.payments.ids import ObligationId
from app.payments.remissions.ids import RemissionId
from app.payments.remissions.status import RemissionStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class RemissionEvent(Event):
    """The parent of this room's events."""

    subject_field: ClassVar[str] = "subject_id"
    remission_id: RemissionId
    obligation_id: ObligationId
    subject_id: UUID
    court_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemissionApplied(RemissionEvent):
    """Somebody asked not to pay."""

    category: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemissionDecided(RemissionEvent):
    """A registrar decided. `amount_minor` was taken off; `due_minor` is still to be paid, by `pay_until`."""

    status: RemissionStatus
    amount_minor: int
    due_minor: int
    currency: str
    reason_code: str
    pay_until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RemissionWithdrawn(RemissionEvent):
    """It was taken back, or has become pointless."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentDemanded(RemissionEvent):
    """More time was given to pay what a decision left: until `pay_until`."""

    due_minor: int
    currency: str
    pay_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandOverdue(RemissionEvent):
    """What a decision left was not paid in time: a registrar must decide what follows."""
