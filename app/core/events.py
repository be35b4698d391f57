"""Events: what happened, in the past tense, with ids and plain values only.

The event table is outbox, timeline and audit source at once, and is only ever appended to; so an event never carries
personal text, codes or secrets. `record` ends a command: one event row and one delivery row for each handler that
wiring subscribed, in the caller's transaction and in one statement.
"""

import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, ClassVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Identity, Index, String, bindparam, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.core.actor import Actor
from app.core.db import Base
from app.core.ids import EventId, new_id

_TYPES: dict[str, type["Event"]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The parent of all events. A subclass is a frozen dataclass; its class name is its name in the table."""

    subject_field: ClassVar[str]

    def __init_subclass__(cls, **kwargs: Any) -> None:
        """Make the class known by name, so that stored rows can be read back."""
        super(Event, cls).__init_subclass__(**kwargs)
        _TYPES[cls.__name__] = cls

    @property
    def subject(self) -> UUID:
        """The id of the thing it happened to; `subject_field` names the attribute."""
        value: UUID = getattr(self, self.subject_field)
        return value

    @property
    def court(self) -> str | None:
        """The court's code, when the event has a `court_code`."""
        return getattr(self, "court_code", None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """An event as it stands in the table."""

    id: EventId
    at: datetime
    actor: str
    event: Event


Handler = Callable[[Session, Recorded, datetime], None]


class Subscriptions:
    """Which handlers hear which event; made once by wiring. A handler's name is stored, so it must not change."""

    def __init__(self, table: Mapping[type[Event], Sequence[tuple[str, Handler]]] | None = None) -> None:
        """`table`: event class -> (name, handler) pairs, for instance ("filing.payment_succeeded", handle)."""
        self._names: dict[str, list[str]] = {}
        self._handlers: dict[str, Handler] = {}
        for event_type, pairs in (table or {}).items():
            self._names[event_type.__name__] = [name for name, _ in pairs]
            self._handlers.update(dict(pairs))

    def names(self, event: Event) -> list[str]:
        """The names of the handlers that hear this event."""
        return self._names.get(type(event).__name__, [])

    def handler(self, name: str) -> Handler | None:
        """The handler with that name; None when the code no longer has it."""
        return self._handlers.get(name)


class EventRow(Base):
    """One thing that happened. Append-only: the app's role may not change it, and a trigger refuses it too."""

    __tablename__ = "event"
    __table_args__ = (Index("ix_event_subject_position", "subject", "position"),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, Identity(always=True), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    subject: Mapped[UUID]
    court_code: Mapped[str | None] = mapped_column(String(20))
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(40))
    data: Mapped[dict[str, Any]]


class EventDeliveryRow(Base):
    """One handler's copy of an event: queued until done, parked after too many tries."""

    __tablename__ = "event_delivery"
    __table_args__ = (
        Index("ix_event_delivery_due", "next_at", "id", postgresql_where=text("done_at is null and parked_at is null")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("event.id"), index=True)
    handler: Mapped[str] = mapped_column(String(80))
    next_at: Mapped[datetime]
    tries: Mapped[int] = mapped_column(default=0, server_default="0")
    done_at: Mapped[datetime | None]
    parked_at: Mapped[datetime | None]
    last_error: Mapped[str | None]


_INSERT = (
    "insert into event (id, name, subject, court_code, at, actor, data) "
    "values (:id, :name, :subject, :court_code, :at, :actor, :data)"
)
_RECORD = text(_INSERT).bindparams(bindparam("data", type_=JSONB))
_RECORD_AND_QUEUE = text(
    f"with e as ({_INSERT} returning id, at) "  # noqa: S608 - our own constant
    "insert into event_delivery (event_id, handler, next_at) select e.id, h, e.at from e, unnest(:handlers) h"
).bindparams(bindparam("data", type_=JSONB), bindparam("handlers", type_=ARRAY(String)))


def record(session: Session, event: Event, *, actor: Actor, at: datetime) -> EventId:
    """Write the event and queue it for each handler, in one statement of the caller's transaction."""
    subscriptions: Subscriptions = session.info["subscriptions"]
    handlers = subscriptions.names(event)
    event_id = EventId(new_id())
    row = {
        "id": event_id,
        "name": type(event).__name__,
        "subject": event.subject,
        "court_code": event.court,
        "at": at,
        "actor": actor.label(),
        "data": _encode(event),
    }
    if session.new or session.dirty:
        session.flush()
    if handlers:
        session.execute(_RECORD_AND_QUEUE, {**row, "handlers": handlers})
        session.info["wake"] = True
    else:
        session.execute(_RECORD, row)
    return event_id


# Built once, with an array for the subjects: one statement for PostgreSQL to know, however many there are.
_OF_SUBJECTS = text(
    "select id, at, actor, name, data from event where subject = any(:subjects) order by position desc limit :most"
).bindparams(bindparam("subjects", type_=ARRAY(PG_UUID(as_uuid=True))))


def events_of(session: Session, subjects: Sequence[UUID], *, limit: int = 200) -> list[Recorded]:
    """What happened to these things, oldest first: the newest `limit` events."""
    rows = session.execute(_OF_SUBJECTS, {"subjects": list(subjects), "most": limit}).all()
    return [recorded(*row) for row in reversed(rows)]


def recorded(event_id: UUID, at: datetime, actor: str, name: str, data: dict[str, Any]) -> Recorded:
    """A stored row as an event again."""
    return Recorded(id=EventId(event_id), at=at, actor=actor, event=decode(name, data))


def decode(name: str, data: dict[str, Any]) -> Event:
    """The event that was stored as `data`; fields that the code no longer has are left out."""
    event_type, readers = _readers(name)
    return event_type(
        **{
            field: value if value is None or (read := readers[field]) is None else read(value)
            for field, value in data.items()
            if field in readers
        }
    )


def _encode(event: Event) -> dict[str, Any]:
    return {f.name: _encode_value(getattr(event, f.name)) for f in fields(event)}


def _encode_value(value: Any) -> Any:
    match value:
        case None | bool() | int() | str():
            return value
        case UUID():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case tuple():
            return [_encode_value(v) for v in value]
    raise TypeError(f"an event carries plain values only, not {type(value).__name__}")


Reader = Callable[[Any], Any]


@cache
def _readers(name: str) -> tuple[type[Event], dict[str, Reader | None]]:
    """What makes a value of each field from its stored form; None where the stored form is the value."""
    event_type = _TYPES[name]
    hints = get_type_hints(event_type)
    return event_type, {f.name: _reader(hints[f.name]) for f in fields(event_type)}


def _reader(hint: Any) -> Reader | None:
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(arg for arg in get_args(hint) if arg is not type(None))
    if get_origin(hint) is tuple:
        read = _reader(get_args(hint)[0])
        return tuple if read is None else lambda values: tuple(v if v is None else read(v) for v in values)
    target = getattr(hint, "__supertype__", hint)
    if target in (datetime, date):
        found: Reader = target.fromisoformat
        return found
    return target if isinstance(target, type) and issubclass(target, UUID | StrEnum) else None
