"""What tells a second load that a thing of a world is there. Written in the transaction that makes the thing."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from app.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldBegun(Event):
    """A world is being loaded; its times are counted from `anchor`, also when the load is taken up again."""

    subject_field: ClassVar[str] = "world_id"

    world_id: UUID
    anchor: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldItemLoaded(Event):
    """One item of a world is done; `made_id` is the person or filing that it made or changed."""

    subject_field: ClassVar[str] = "item_id"

    item_id: UUID
    made_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldLoaded(Event):
    """Everything of a world is done."""

    subject_field: ClassVar[str] = "world_id"

    world_id: UUID
