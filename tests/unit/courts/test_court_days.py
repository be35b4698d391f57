"""Which day an instant belongs to, which days count, and until when people have."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.courts import (
    Pack,
    correct_by,
    court_date,
    court_day_from,
    day_ends,
    holiday_name,
    is_court_day,
    load_pack,
    next_court_day,
    pay_by,
    reminder_days,
)
from tests.unit.courts.conftest import Edit

KIGALI = ZoneInfo("Africa/Kigali")


def test_one_second_before_midnight_in_kigali_is_still_that_day(pack: Pack) -> None:
    assert court_date(pack, datetime(2026, 5, 4, 23, 59, 59, 999_999, tzinfo=KIGALI)) == date(2026, 5, 4)
    assert court_date(pack, datetime(2026, 5, 5, 0, 0, tzinfo=KIGALI)) == date(2026, 5, 5)


def test_an_evening_filing_is_not_dated_by_utc(pack: Pack) -> None:
    assert court_date(pack, datetime(2026, 5, 4, 22, 30, tzinfo=UTC)) == date(2026, 5, 5)
    assert court_date(pack, datetime(2026, 5, 4, 21, 59, 59, tzinfo=UTC)) == date(2026, 5, 4)


def test_an_instant_without_a_zone_is_refused(pack: Pack) -> None:
    with pytest.raises(ValueError, match="needs a time zone"):
        court_date(pack, datetime(2026, 5, 4, 12, 0))  # noqa: DTZ001 - the point of the test


def test_a_day_ends_where_the_next_begins(pack: Pack) -> None:
    end = day_ends(pack, date(2026, 5, 4))
    assert court_date(pack, end - timedelta(microseconds=1)) == date(2026, 5, 4)
    assert court_date(pack, end) == date(2026, 5, 5)


def test_where_the_day_ends_at_closing_a_later_filing_is_of_the_next_day(edited: Edit) -> None:
    closing = load_pack("rw", edited("pack.yaml", "court_day_ends: midnight", "court_day_ends: closing"))
    assert court_date(closing, datetime(2026, 5, 4, 16, 59, 59, tzinfo=KIGALI)) == date(2026, 5, 4)
    assert court_date(closing, datetime(2026, 5, 4, 17, 0, tzinfo=KIGALI)) == date(2026, 5, 5)
    assert day_ends(closing, date(2026, 5, 4)) == datetime(2026, 5, 4, 17, 0, tzinfo=KIGALI)


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        (date(2026, 5, 4), True),
        (date(2026, 5, 2), False),
        (date(2026, 5, 3), False),
        (date(2026, 4, 7), False),
        (date(2026, 7, 1), False),
        (date(2026, 12, 28), False),
        (date(2026, 12, 29), True),
    ],
)
def test_weekends_and_public_holidays_are_no_court_days(pack: Pack, day: date, open_: bool) -> None:
    assert is_court_day(pack, day) is open_


def test_the_next_court_day_is_after_and_the_one_from_may_be_the_same(pack: Pack) -> None:
    assert next_court_day(pack, date(2026, 5, 4)) == date(2026, 5, 5)
    assert court_day_from(pack, date(2026, 5, 4)) == date(2026, 5, 4)
    assert next_court_day(pack, date(2026, 4, 30)) == date(2026, 5, 4)
    assert court_day_from(pack, date(2026, 5, 1)) == date(2026, 5, 4)


def test_a_holiday_has_a_name_in_each_language(pack: Pack) -> None:
    name = holiday_name(pack, date(2026, 7, 1))
    assert name is not None
    assert name.en == "Independence Day"
    assert len({name.rw, name.en, name.fr}) == 3
    assert holiday_name(pack, date(2026, 7, 2)) is None


def test_the_pack_can_close_a_day_and_open_another(edited: Edit) -> None:
    closed = 'closed: [{day: 2026-05-05, title: {rw: "Amatora", en: "Election day", fr: "Élections"}}]'
    edited("pack.yaml", "closed: []", closed)
    changed = load_pack("rw", edited("pack.yaml", "open_anyway: []", "open_anyway: [2026-07-01]"))
    assert not is_court_day(changed, date(2026, 5, 5))
    name = holiday_name(changed, date(2026, 5, 5))
    assert name is not None
    assert name.en == "Election day"
    assert is_court_day(changed, date(2026, 7, 1))
    assert holiday_name(changed, date(2026, 7, 1)) is None


def test_the_last_day_to_pay_counts_from_the_day_after_sending(pack: Pack) -> None:
    assert pay_by(pack, datetime(2026, 5, 4, 23, 59, 59, tzinfo=KIGALI)) == date(2026, 5, 11)
    assert pay_by(pack, datetime(2026, 5, 5, 0, 0, tzinfo=KIGALI)) == date(2026, 5, 12)


def test_a_last_day_on_a_closed_day_moves_to_the_next_court_day(pack: Pack, edited: Edit, tmp_path: Path) -> None:
    sent = datetime(2026, 4, 24, 9, 0, tzinfo=KIGALI)
    assert pay_by(pack, sent) == date(2026, 5, 4)
    edited("pack.yaml", "last_day_moves_to_court_day: true", "last_day_moves_to_court_day: false")
    assert pay_by(load_pack("rw", tmp_path), sent) == date(2026, 5, 1)


def test_a_returned_filing_has_fifteen_days(pack: Pack) -> None:
    assert correct_by(pack, datetime(2026, 5, 4, 10, 0, tzinfo=KIGALI)) == date(2026, 5, 19)


def test_reminders_come_before_the_last_day_earliest_first(pack: Pack) -> None:
    assert reminder_days(date(2026, 5, 11), pack.switches.pay_reminder_days) == (
        date(2026, 5, 8),
        date(2026, 5, 10),
        date(2026, 5, 11),
    )


def test_both_times_are_kept_by_default_and_each_has_its_own_switch(pack: Pack, edited: Edit) -> None:
    assert pack.switches.keep_received_when_paid_in_time
    assert pack.switches.keep_received_when_corrected_in_time
    assert (pack.switches.days_to_pay, pack.switches.unpaid_lapse_days, pack.switches.days_to_correct) == (7, 7, 15)
    other = load_pack(
        "rw", edited("pack.yaml", "keep_received_when_paid_in_time: true", "keep_received_when_paid_in_time: false")
    )
    assert not other.switches.keep_received_when_paid_in_time
    assert other.switches.keep_received_when_corrected_in_time
