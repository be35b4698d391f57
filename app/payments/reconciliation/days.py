"""One day of one account: read whole by whoever compares it, and changed by one at a time."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Conflict
from app.core.events import record
from app.core.ids import new_id
from app.core.language import T
from app.payments.books.entries import Period
from app.payments.reconciliation.events import DayReopened, DaySignedOff
from app.payments.reconciliation.models import DayActRow
from app.payments.reconciliation.shapes import SHAPES
from app.payments.reconciliation.status import Act

_D = DayActRow
_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:name, 12))")


class DayIsSigned(Conflict):
    """Nothing changes on a day that was signed off; somebody else must reopen it first."""

    text = T("This day is signed off. Another person must reopen it before anything changes.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """A day of the account at `source`, in the court's zone `zone` unless the provider counts in one of its own."""

    source: str
    day: date
    zone: ZoneInfo

    @property
    def counted_in(self) -> ZoneInfo:
        """The zone in which the days of this account are counted."""
        shape = SHAPES.get(self.source)
        return (shape and shape.zone) or self.zone

    @property
    def begins(self) -> datetime:
        """The first instant that belongs to it."""
        found = Period(zone=self.counted_in, first=self.day).begins
        assert found is not None
        return found

    @property
    def ends(self) -> datetime:
        """The first instant that no longer belongs to it."""
        found = Period(zone=self.counted_in, last=self.day).ends
        assert found is not None
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAct:
    """The last thing that was done with a day."""

    number: int
    act: Act
    by: UUID
    at: datetime
    note: str


def lock_day(session: Session, day: Day) -> DayAct | None:
    """Let nobody else change the day until this transaction ends; its last act."""
    session.execute(_LOCK, {"name": f"{day.source} {day.day}"})
    return last_act(session, day)


def open_day(session: Session, day: Day) -> int:
    """Lock a day that isn't signed off; the number of its last act. Raises DayIsSigned."""
    last = lock_day(session, day)
    if last is not None and last.act is Act.SIGNED:
        raise DayIsSigned
    return last.number if last else 0


def last_act(session: Session, day: Day) -> DayAct | None:
    """How the day stands; None for one that was never signed off."""
    newest = select(_D).where(_D.source == day.source, _D.day == day.day).order_by(_D.number.desc()).limit(1)
    row = session.execute(newest).scalar()
    if row is None:
        return None
    return DayAct(number=row.number, act=Act(row.act), by=row.by, at=row.at, note=row.note)


def note_act(session: Session, actor: Actor, day: Day, act: Act, *, note: str, at: datetime) -> None:
    """Write one more act, and tell; the day must be locked."""
    assert actor.person_id is not None
    act_id = new_id()
    numbers = select(func.coalesce(func.max(_D.number), 0)).where(_D.source == day.source, _D.day == day.day)
    session.execute(
        insert(_D).values(
            id=act_id,
            source=day.source,
            day=day.day,
            number=numbers.scalar_subquery() + 1,
            act=act,
            by=actor.person_id,
            at=at,
            note=note,
        )
    )
    told = DaySignedOff if act is Act.SIGNED else DayReopened
    record(session, told(act_id=act_id, source=day.source, day=day.day), actor=actor, at=at)
