"""Identifiers of this room."""

from typing import NewType
from uuid import UUID

ScheduleId = NewType("ScheduleId", UUID)
