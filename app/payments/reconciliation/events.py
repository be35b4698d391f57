"""What happened to statements and days, in the past tense. An account is shared by all courts: none is named."""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar
from uuid import UUID

from app.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementTaken(Event):
    """A statement was uploaded; so many of its lines were new."""

    subject_field: ClassVar[str] = "file_id"
    file_id: UUID
    source: str
    fresh: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakResolved(Event):
    """Somebody settled a difference; `entry_id` is its entry in the journal, if it needed one."""

    subject_field: ClassVar[str] = "break_id"
    break_id: UUID
    source: str
    day: date
    kind: str
    resolution: str
    entry_id: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _OfDay(Event):
    """What both events of a day say."""

    subject_field: ClassVar[str] = "act_id"
    act_id: UUID
    source: str
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySignedOff(_OfDay):
    """Somebody said that a day is right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayReopened(_OfDay):
    """Another person let a signed day change again."""
