"""Am I in time? A plain answer with its last day, or an honest "not known here"."""

from datetime import date

import pytest

from app.courts import NoSuchTimeLimit, Pack, Verdict, am_i_in_time


def test_six_months_end_on_the_same_day_of_the_month(pack: Pack) -> None:
    answer = am_i_in_time(pack, "administrative_claim", started=date(2026, 1, 13), today=date(2026, 2, 1))
    assert (answer.verdict, answer.last_day, answer.days_left) == (Verdict.IN_TIME, date(2026, 7, 13), 162)


def test_a_month_too_short_ends_on_its_last_day(pack: Pack) -> None:
    answer = am_i_in_time(pack, "administrative_claim", started=date(2026, 8, 31), today=date(2026, 9, 1))
    # 28 February 2027 is a Sunday.
    assert answer.last_day == date(2027, 3, 1)


def test_the_day_of_the_event_is_not_counted(pack: Pack) -> None:
    answer = am_i_in_time(pack, "appeal", started=date(2026, 5, 4), today=date(2026, 5, 4))
    assert answer.last_day == date(2026, 6, 3)


def test_the_last_day_itself_is_in_time_and_the_next_is_too_late(pack: Pack) -> None:
    last = am_i_in_time(pack, "opposition", started=date(2026, 5, 4), today=date(2026, 5, 19))
    assert (last.verdict, last.days_left) == (Verdict.LAST_DAYS, 0)
    late = am_i_in_time(pack, "opposition", started=date(2026, 5, 4), today=date(2026, 5, 20))
    assert (late.verdict, late.days_left) == (Verdict.TOO_LATE, -1)


@pytest.mark.parametrize(
    ("today", "verdict"), [(date(2026, 5, 12), Verdict.IN_TIME), (date(2026, 5, 13), Verdict.LAST_DAYS)]
)
def test_the_last_week_is_said_to_be_the_last(pack: Pack, today: date, verdict: Verdict) -> None:
    assert am_i_in_time(pack, "opposition", started=date(2026, 5, 4), today=today).verdict is verdict


def test_a_last_day_on_a_closed_day_moves_on(pack: Pack) -> None:
    answer = am_i_in_time(pack, "opposition", started=date(2026, 4, 16), today=date(2026, 5, 4))
    assert (answer.last_day, answer.verdict) == (date(2026, 5, 4), Verdict.LAST_DAYS)


@pytest.mark.parametrize("limit", ["civil_claim", "commercial_claim", "labour_claim"])
def test_where_no_length_is_confirmed_none_is_made_up(pack: Pack, limit: str) -> None:
    answer = am_i_in_time(pack, limit, started=date(1990, 1, 1), today=date(2026, 5, 4))
    assert (answer.verdict, answer.last_day, answer.days_left, answer.confirm) == (Verdict.NOT_KNOWN, None, None, True)


def test_a_labour_claim_starts_with_the_inspector_and_an_administrative_one_with_a_complaint(pack: Pack) -> None:
    for limit, word in (("labour_claim", "labour inspector"), ("administrative_claim", "authority above")):
        step = pack.time_limits[limit].first_step
        assert step is not None
        assert word in step.en


def test_a_limit_that_the_pack_does_not_have_is_absent(pack: Pack) -> None:
    with pytest.raises(NoSuchTimeLimit):
        am_i_in_time(pack, "tomorrow", started=date(2026, 5, 4), today=date(2026, 5, 4))
