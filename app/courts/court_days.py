"""The court's days: which day an instant belongs to, which days are court days, and until when people have.

Public holidays come from the `holidays` package, which is used here only; the pack adds and removes days.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache

import holidays

from app.core.language import Localised
from app.courts.pack import Pack
from app.courts.switches import CourtDayEnd

_LANGUAGE_NAMES = {"rw": "rw", "en": "en_US", "fr": "fr"}


def court_date(pack: Pack, instant: datetime) -> date:
    """The court's day to which an aware instant belongs, in the court's zone: 23:59:59 is still that day.

    Where the court's day ends with the desk's hours, an instant at or after closing belongs to the next day.
    """
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    local = instant.astimezone(pack.zone)
    match pack.switches.court_day_ends:
        case CourtDayEnd.MIDNIGHT:
            return local.date()
        case CourtDayEnd.CLOSING:
            closed = local.time() >= pack.usual_hours.closes
            return local.date() + timedelta(days=1) if closed else local.date()


def day_ends(pack: Pack, day: date) -> datetime:
    """The first instant (aware, in the court's zone) that no longer belongs to `day`."""
    match pack.switches.court_day_ends:
        case CourtDayEnd.MIDNIGHT:
            return datetime.combine(day + timedelta(days=1), time.min, tzinfo=pack.zone)
        case CourtDayEnd.CLOSING:
            return datetime.combine(day, pack.usual_hours.closes, tzinfo=pack.zone)


def is_court_day(pack: Pack, day: date) -> bool:
    """Whether courts sit and registries are open on that day."""
    calendar = pack.calendar
    if day in calendar.open_anyway:
        return True
    closed = day.weekday() in calendar.weekend or day in calendar.closed
    return not closed and day not in _public_holidays(calendar.holidays_of, day.year, "en")


def holiday_name(pack: Pack, day: date) -> Localised | None:
    """Why courts are closed on a day beyond the weekend, or None."""
    extra = pack.calendar.closed.get(day)
    if extra is not None:
        return extra.title
    country = pack.calendar.holidays_of
    if day in pack.calendar.open_anyway or day not in _public_holidays(country, day.year, "en"):
        return None
    return Localised(**{code: _public_holidays(country, day.year, code)[day] for code in _LANGUAGE_NAMES})


def court_day_from(pack: Pack, day: date) -> date:
    """`day` when it is a court day, otherwise the first court day after it."""
    while not is_court_day(pack, day):
        day += timedelta(days=1)
    return day


def next_court_day(pack: Pack, day: date) -> date:
    """The first court day after `day`."""
    return court_day_from(pack, day + timedelta(days=1))


def pay_by(pack: Pack, received_at: datetime) -> date:
    """The last day on which a filing sent at `received_at` can be paid and keep its time."""
    return _last_day(pack, received_at, pack.switches.days_to_pay)


def pay_after_refusal_by(pack: Pack, decided_at: datetime) -> date:
    """The last day to pay what a decision on a fee waiver, made at `decided_at`, left to pay."""
    return _last_day(pack, decided_at, pack.switches.days_to_pay_after_refusal)


def correct_by(pack: Pack, returned_at: datetime) -> date:
    """The last day on which a filing returned at `returned_at` can be sent again and keep its time."""
    return _last_day(pack, returned_at, pack.switches.days_to_correct)


def reminder_days(last_day: date, offsets: tuple[int, ...]) -> tuple[date, ...]:
    """The days on which to remind of `last_day`: `offsets` days before it, earliest first."""
    return tuple(sorted(last_day - timedelta(days=offset) for offset in offsets))


def _last_day(pack: Pack, instant: datetime, days: int) -> date:
    last = court_date(pack, instant) + timedelta(days=days)
    return court_day_from(pack, last) if pack.switches.last_day_moves_to_court_day else last


@lru_cache(maxsize=256)
def _public_holidays(country: str, year: int, language: str) -> dict[date, str]:
    found = holidays.country_holidays(country, years=year, language=_LANGUAGE_NAMES[language])
    return dict(found.items())
