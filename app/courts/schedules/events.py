"""What happened to fee schedules, in the past tense."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from app.core.events import Event
from app.courts.schedules.ids import ScheduleId


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfSchedule(Event):
    """What every event of a fee schedule says."""

    subject_field: ClassVar[str] = "schedule_id"
    schedule_id: ScheduleId
    starts: date


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeScheduleDrafted(_OfSchedule):
    """Somebody wrote it down, or changed what they had written; nothing changes for anybody yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeScheduleApproved(_OfSchedule):
    """A second person said yes: it is in force from its day on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeScheduleWithdrawn(_OfSchedule):
    """It will not come into force."""
