"""Am I in time? The last day of a time limit, and a plain answer."""

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.core.errors import Absent
from app.core.language import T
from app.courts.court_days import court_day_from
from app.courts.pack import Pack
from app.courts.time_limits import TimeLimit

SOON = timedelta(days=7)


class NoSuchTimeLimit(Absent):
    """The pack has no time limit with this code."""

    text = T("There is no such time limit here.")


class Verdict(StrEnum):
    """The answer: in time, in time but the last week has begun, too late, or no length is confirmed."""

    IN_TIME = "in_time"
    LAST_DAYS = "last_days"
    TOO_LATE = "too_late"
    NOT_KNOWN = "not_known"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeAnswer:
    """The answer and what it rests on. `last_day` and `days_left` are None when no length is confirmed.

    `days_left` counts today: 0 on the last day, negative after it. `confirm`: say "confirm with the registry".
    """

    verdict: Verdict
    limit: TimeLimit
    last_day: date | None
    days_left: int | None

    @property
    def confirm(self) -> bool:
        """Whether a page must say "confirm with the registry"."""
        return self.limit.source.confirm


def am_i_in_time(pack: Pack, limit: str, *, started: date, today: date) -> TimeAnswer:
    """Whether there is still time under `limit`, which began to run on `started`; raises NoSuchTimeLimit.

    Both days are dates in the court's zone.
    """
    if limit not in pack.time_limits:
        raise NoSuchTimeLimit
    rule = pack.time_limits[limit]
    last = last_day_of(pack, rule, started)
    if last is None:
        return TimeAnswer(verdict=Verdict.NOT_KNOWN, limit=rule, last_day=None, days_left=None)
    left = last - today
    verdict = Verdict.TOO_LATE if today > last else Verdict.LAST_DAYS if left < SOON else Verdict.IN_TIME
    return TimeAnswer(verdict=verdict, limit=rule, last_day=last, days_left=left.days)


def last_day_of(pack: Pack, limit: TimeLimit, started: date) -> date | None:
    """The last day, or None when no length is confirmed.

    The day of the event isn't counted; months and years end on the same day of the month, or on the month's last. A
    last day on which courts are closed moves to the next court day where the pack says so.
    """
    if not limit.length_known:
        return None
    if limit.days is not None:
        last = started + timedelta(days=limit.days)
    else:
        last = _months_later(started, limit.months or (limit.years or 0) * 12)
    return court_day_from(pack, last) if pack.switches.last_day_moves_to_court_day else last


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
