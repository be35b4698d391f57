"""Ids sort by time; slots of the clock; back-off; languages of dates."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.core.ids import new_id
from app.core.language import T, last_day, long_date, speaking, weekday_date
from app.core.outbox import back_off
from app.core.ticks import slot_of


def test_ids_are_version_seven_and_never_alike() -> None:
    made = [new_id() for _ in range(2000)]
    assert len(set(made)) == 2000
    assert all(i.version == 7 for i in made)
    assert made[0].int >> 80 <= made[-1].int >> 80


@given(st.datetimes(datetime(2020, 1, 1), datetime(2050, 1, 1)), st.integers(1, 86_400))  # noqa: DTZ001
def test_a_moment_lies_in_its_slot(naive: datetime, seconds: int) -> None:
    moment, every = naive.replace(tzinfo=UTC), timedelta(seconds=seconds)
    slot = slot_of(moment, every)
    assert slot <= moment < slot + every
    assert slot_of(slot, every) == slot


@given(st.integers(0, 200))
def test_waiting_grows_but_never_past_an_hour(tries: int) -> None:
    assert timedelta(seconds=0.5) <= back_off(tries) <= timedelta(hours=1)


def test_dates_are_written_day_first_in_each_language() -> None:
    day = date(2026, 5, 4)
    said = {}
    for language in ("rw", "en", "fr"):
        with speaking(language):
            said[language] = (long_date(day), weekday_date(day))
    assert said["rw"] == ("4 Gicurasi 2026", "Kuwa mbere 4 Gicurasi 2026")
    assert said["en"] == ("4 May 2026", "Monday 4 May 2026")
    assert said["fr"] == ("4 mai 2026", "lundi 4 mai 2026")


def test_the_last_day_is_the_one_that_still_counts_and_a_time_is_named_only_when_it_matters() -> None:
    kigali = ZoneInfo("Africa/Kigali")
    with speaking("en"):
        assert last_day(datetime(2026, 11, 30, 22, 0, tzinfo=UTC), kigali) == "30 November 2026"
        assert last_day(datetime(2026, 11, 30, 15, 0, tzinfo=UTC), kigali) == "30 November 2026, 17:00"


def test_a_text_speaks_the_language_of_the_moment_it_is_shown() -> None:
    text = T("%(a)s and %(b)s", a=T("Yes"), b=3)
    with speaking("en"):
        assert str(text) == "Yes and 3"
    assert UUID(int=0) != text
