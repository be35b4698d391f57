"""Reads of fee schedules: those in force for pricing, and all of them for the staff who answer for them."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Absent
from app.core.ids import PersonId
from app.core.language import Localised
from app.courts.confidence import Confidence, Source
from app.courts.fee_book import FeeSchedule
from app.courts.pack import Pack
from app.courts.schedules.ids import ScheduleId
from app.courts.schedules.models import FeeScheduleRow
from app.courts.schedules.policies import sees_fee_schedules
from app.courts.schedules.rules import Content, Line
from app.courts.schedules.status import ScheduleStatus

PAGE = 20
_R = FeeScheduleRow
_SAID = (_R.version, _R.starts, _R.source, _R.amounts)
_FACT = func.json_build_object(
    *("version", _R.version, "currency", _R.currency, "starts", _R.starts, "source", _R.source, "amounts", _R.amounts)
)
APPROVED = (
    select(func.json_agg(aggregate_order_by(_FACT, _R.starts)))
    .where(_R.status == ScheduleStatus.APPROVED)
    .scalar_subquery()
)
"""Every approved schedule, for `approved_from`: a column of other statements, so that no page reads twice for them."""
_PEOPLE = (_R.drafted_by, _R.drafted_at, _R.approved_by, _R.approved_at, _R.withdrawn_by, _R.withdrawn_at)
_VIEW = select(_R.id, _R.status, _R.saves, *_SAID, *_PEOPLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleView:
    """A schedule, who acted on it and when; `saves` is what a page that goes on from it must send back."""

    id: ScheduleId
    status: ScheduleStatus
    content: Content
    saves: int
    drafted_by: PersonId
    drafted_at: datetime
    approved_by: PersonId | None
    approved_at: datetime | None
    withdrawn_by: PersonId | None
    withdrawn_at: datetime | None

    @property
    def people(self) -> frozenset[PersonId]:
        """Everybody who acted on it."""
        return frozenset(one for one in (self.drafted_by, self.approved_by, self.withdrawn_by) if one)

    def in_force_on(self, day: date) -> bool:
        """Whether its day of force had come by then."""
        return self.status is ScheduleStatus.APPROVED and self.content.starts <= day


def approved(session: Session) -> tuple[FeeSchedule, ...]:
    """Every approved schedule, those to come included, oldest first."""
    return approved_from(session.execute(select(APPROVED)).scalar())


def approved_from(data: list[dict[str, Any]] | None) -> tuple[FeeSchedule, ...]:
    """What the `APPROVED` column holds."""
    return tuple(
        FeeSchedule(
            version=one["version"],
            currency=one["currency"],
            starts=date.fromisoformat(one["starts"]),
            ends=None,
            source=Source(text=Localised(**one["source"]), confidence=Confidence.H),
            amounts=_amounts(one["amounts"]),
        )
        for one in data or ()
    )


def with_approved(session: Session, pack: Pack) -> Pack:
    """The pack with the approved schedules lying over its own, as this transaction sees them."""
    return laid_over(pack, approved(session))


def laid_over(pack: Pack, later: tuple[FeeSchedule, ...]) -> Pack:
    """The pack with these schedules lying over its own."""
    return replace(pack, fees=pack.fees.with_schedules(later))


def schedules(session: Session, actor: Actor, *, before: UUID | None = None) -> tuple[ScheduleView, ...]:
    """The newest drafts first, `PAGE` at a time, those made before `before`; raises Absent."""
    if not sees_fee_schedules(actor):
        raise Absent
    found = _VIEW.where(_R.id < before) if before else _VIEW
    return tuple(_seen(row) for row in session.execute(found.order_by(_R.id.desc()).limit(PAGE)).all())


def schedule(session: Session, actor: Actor, schedule_id: UUID) -> ScheduleView:
    """One of them; raises Absent."""
    row = session.execute(_VIEW.where(_R.id == schedule_id)).first()
    if row is None or not sees_fee_schedules(actor):
        raise Absent
    return _seen(row)


def _seen(row: Any) -> ScheduleView:
    return ScheduleView(
        id=ScheduleId(row.id),
        status=ScheduleStatus(row.status),
        content=Content(
            version=row.version, starts=row.starts, source=Localised(**row.source), amounts=_amounts(row.amounts)
        ),
        saves=row.saves,
        drafted_by=PersonId(row.drafted_by),
        drafted_at=row.drafted_at,
        approved_by=PersonId(row.approved_by) if row.approved_by else None,
        approved_at=row.approved_at,
        withdrawn_by=PersonId(row.withdrawn_by) if row.withdrawn_by else None,
        withdrawn_at=row.withdrawn_at,
    )


def _amounts(stored: dict[str, Any]) -> dict[Line, int]:
    return {(fee, level): minor for fee, by_level in stored.items() for level, minor in by_level.items()}
