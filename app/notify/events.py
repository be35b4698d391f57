"""What happens to messages. Ids only; the words are never in an event."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.core.events import Event
from app.core.ids import PersonId
from app.notify.status import Channel, Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageEvent(Event):
    """The parent of this room's events. `about` is the filing or person that the message is about."""

    subject_field: ClassVar[str] = "message_id"

    message_id: UUID
    person_id: PersonId
    about: UUID
    channel: Channel
    court_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageDelivered(MessageEvent):
    """The phone has it, or the person opened it in the portal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageFailed(MessageEvent):
    """By this channel it will not arrive any more."""

    failure: Failure


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageSentAgain(MessageEvent):
    """Staff had one sent again that had failed for good."""
