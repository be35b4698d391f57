"""What happens to a filing. `subject` is the filing's id."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.core.events import Event
from app.core.ids import PersonId
from app.filing.ids import FilingId


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingEvent(Event):
    """The parent of a filing's events. `filer_id` is None for a paper filing entered at the counter."""

    subject_field: ClassVar[str] = "filing_id"

    filing_id: FilingId
    filer_id: PersonId | None
    court_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingStarted(FilingEvent):
    """Saved for the first time; it has its number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingSent(FilingEvent):
    """The filer pressed Send; `received_at` is fixed. With `pay_until` it is not filed until paid by then.

    `again` says that it was sent again after a correction.
    """

    received_at: datetime
    obligation_id: UUID | None
    pay_until: datetime | None
    again: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingSubmitted(FilingEvent):
    """Sent, and paid, nothing due, or a fee waiver asked for: the court's queue has it.

    `revived` says that it had lapsed before, `waiver_asked` that a registrar is to decide on the fee.
    """

    received_at: datetime
    paid: bool
    revived: bool
    waiver_asked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingClaimed(FilingEvent):
    """A registrar has taken it in hand."""

    registrar_id: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingReleased(FilingEvent):
    """It is back in the queue, undecided."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingAccepted(FilingEvent):
    """Accepted, and registered as a case."""

    case_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingReturned(FilingEvent):
    """Sent back for correction; `correct_until` is when its first time is lost."""

    correct_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingRejected(FilingEvent):
    """Refused, with a coded reason."""

    reason_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingTransferred(FilingEvent):
    """Moved to the right court's queue; its time is kept. `court_code` is the new court."""

    from_court: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingCancelled(FilingEvent):
    """Withdrawn by the filer before the court had it in hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingLapsed(FilingEvent):
    """Not paid, or not corrected, in time. `unpaid` says which."""

    unpaid: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingReminder(FilingEvent):
    """A day to act is near: pay (or correct) until `until`; `days_left` may be 0.

    `lapses` is false when a registrar decides what follows.
    """

    unpaid: bool
    until: datetime
    days_left: int
    lapses: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeDemanded(FilingEvent):
    """A fee waiver was refused, granted in part or taken back: it waits for payment until `pay_until`."""

    pay_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeUnpaid(FilingEvent):
    """What was demanded was not paid in time: it is back in the court's queue, for a registrar to decide."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptanceVoided(FilingEvent):
    """A mistaken acceptance was undone: the case is void and its number is never used again."""

    case_id: UUID
