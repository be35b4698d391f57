"""Events come back from the table as they were recorded."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import ClassVar
from uuid import UUID

import pytest

from app.core.events import Event, _encode, decode
from app.core.ids import PersonId, new_id


class Mood(StrEnum):
    GOOD = "good"


@dataclass(frozen=True, slots=True, kw_only=True)
class SomethingTried(Event):
    subject_field: ClassVar[str] = "thing_id"

    thing_id: UUID
    by: PersonId | None
    at: datetime
    day: date
    mood: Mood
    counts: tuple[int, ...]
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SomethingSecret(Event):
    subject_field: ClassVar[str] = "thing_id"

    thing_id: UUID
    words: dict[str, str]


def test_every_kind_of_plain_value_survives_the_table() -> None:
    tried = SomethingTried(
        thing_id=new_id(),
        by=PersonId(new_id()),
        at=datetime(2026, 5, 4, 10, tzinfo=UTC),
        day=date(2026, 5, 4),
        mood=Mood.GOOD,
        counts=(1, 2),
    )
    assert decode("SomethingTried", _encode(tried)) == tried


def test_a_field_that_the_code_no_longer_has_is_left_out() -> None:
    tried = SomethingTried(
        thing_id=new_id(), by=None, at=datetime.now(UTC), day=date(2026, 5, 4), mood=Mood.GOOD, counts=()
    )
    assert decode("SomethingTried", {**_encode(tried), "gone": 1}) == tried


def test_an_event_can_not_carry_more_than_plain_values() -> None:
    with pytest.raises(TypeError):
        _encode(SomethingSecret(thing_id=new_id(), words={"name": "somebody"}))
