"""The loader's memory: which items of a world are done. It lives in the event table, so that it can't be half true."""

from dataclasses import dataclass
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.events import Event, events_of, record
from app.demo.events import WorldBegun, WorldItemLoaded, WorldLoaded

_NAMESPACE = uuid5(NAMESPACE_URL, "https://ikirego.example/world")


@dataclass(frozen=True, slots=True)
class Ledger:
    """What is known of the world called `name`."""

    name: str

    @property
    def world_id(self) -> UUID:
        """The same for every load of this world."""
        return uuid5(_NAMESPACE, self.name)

    def item_id(self, item: str) -> UUID:
        """The same for every load of this item."""
        return uuid5(self.world_id, item)

    def begin(self, session: Session, now: datetime) -> tuple[datetime, bool]:
        """From when times are counted, and whether everything is done already."""
        known = [recorded.event for recorded in events_of(session, [self.world_id])]
        anchors = [event.anchor for event in known if isinstance(event, WorldBegun)]
        if anchors:
            return anchors[0], any(isinstance(event, WorldLoaded) for event in known)
        self._write(session, WorldBegun(world_id=self.world_id, anchor=now), now)
        return now, False

    def made(self, session: Session, item: str) -> UUID | None:
        """What the item made, or None when it isn't done."""
        known = [recorded.event for recorded in events_of(session, [self.item_id(item)])]
        return next((event.made_id for event in known if isinstance(event, WorldItemLoaded)), None)

    def note(self, session: Session, item: str, made_id: UUID, at: datetime) -> None:
        """The item is done, if this transaction commits."""
        self._write(session, WorldItemLoaded(item_id=self.item_id(item), made_id=made_id), at)

    def end(self, session: Session, now: datetime) -> None:
        """Everything is done."""
        self._write(session, WorldLoaded(world_id=self.world_id), now)

    @staticmethod
    def _write(session: Session, event: Event, at: datetime) -> None:
        record(session, event, actor=SYSTEM, at=at)
