"""When something happens in a world: said from the moment at which the world is loaded, or as a day and a time."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

MEANING = '"5 days ago at 10:30" (from 2 days), "3 hours ago" (up to 20), "40 minutes ago", or "2026-05-04 10:30"'
_DAYS = re.compile(r"([0-9]{1,4}) days ago at ([0-9]{2}:[0-9]{2})")
_JUST_NOW = re.compile(r"([0-9]{1,4}) (hour|minute)s? ago")
_FIRST_DAY, _MOST_HOURS = 2, 20


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A moment: so many days before the load, at a time of the court's day; or so long before it; or a fixed one.

    Days begin at 2 and hours end at 20, so that the order of two moments is the same at whatever hour the world is
    loaded.
    """

    days: int = 0
    clock: time | None = None
    before: timedelta | None = None
    fixed: datetime | None = None

    def at(self, anchor: datetime, zone: ZoneInfo) -> datetime:
        """The moment in a world that is loaded at `anchor`, in the court's `zone`; aware."""
        if self.fixed is not None:
            return self.fixed.replace(tzinfo=zone)
        if self.before is not None:
            return anchor - self.before
        assert self.clock is not None
        day = anchor.astimezone(zone).date() - timedelta(days=self.days)
        return datetime.combine(day, self.clock, tzinfo=zone)


def read_when(text: str) -> When | None:
    """The moment that `text` names; None when it names none (see MEANING)."""
    try:
        if found := _DAYS.fullmatch(text):
            days = int(found[1])
            return When(days=days, clock=time.fromisoformat(found[2])) if days >= _FIRST_DAY else None
        if found := _JUST_NOW.fullmatch(text):
            before = timedelta(**{f"{found[2]}s": int(found[1])})
            return When(before=before) if timedelta(0) < before <= timedelta(hours=_MOST_HOURS) else None
        return When(fixed=datetime.strptime(text, "%Y-%m-%d %H:%M"))  # noqa: DTZ007 - the zone is the court's
    except ValueError:
        return None
