"""Reading cases: column selects into frozen dataclasses; what the actor may not see is not there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, Subquery, and_, bindparam, func, literal, or_, select, tuple_
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.cases.ids import CaseId, PartyId
from app.cases.models import (
    CaseAccessRow,
    CaseNoteRow,
    CaseNumberRow,
    CaseRow,
    PartyRow,
)
from app.cases.policies import SEES_CASE, reader, serves_court
from app.cases.service import NoSuchCase
from app.cases.status import CaseStatus
from app.core.actor import Actor
from app.core.ids import PersonId

PAGE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A person's own label and note; version 0 when there is none."""

    label: str = ""
    note: str = ""
    version: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    """One case as the actor may see it. `side` is the actor's own ("" for the court); `sees_until` freezes the view."""

    id: CaseId
    number: str
    caption: str
    court_code: str
    case_type: str
    status: CaseStatus
    filing_id: UUID
    sealed: bool
    notice: str
    received_at: datetime
    registered_at: datetime
    side: str
    capacity: str
    sees_until: datetime | None
    by_court: bool
    note: Note


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyView:
    """A party. `details` is empty where identity and contact are not for the actor's eyes."""

    id: PartyId
    side: str
    role: str
    kind: str
    name: str
    details: dict[str, Any]
    representative: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseLine:
    """A case in a list."""

    id: CaseId
    number: str
    caption: str
    court_code: str
    status: CaseStatus
    registered_at: datetime
    capacity: str
    ended: bool
    label: str


def _case_statement() -> Any:
    mine = and_(CaseAccessRow.case_id == CaseRow.id, CaseAccessRow.person_id == bindparam("reader"))
    note = and_(CaseNoteRow.subject == CaseRow.id, CaseNoteRow.person_id == bindparam("reader"))
    return (
        select(
            CaseRow.id,
            CaseNumberRow.printed,
            CaseRow.caption,
            CaseRow.court_code,
            CaseRow.case_type,
            CaseRow.status,
            CaseRow.filing_id,
            CaseRow.sealed,
            CaseRow.notice,
            CaseRow.received_at,
            CaseRow.registered_at,
            CaseAccessRow.side,
            CaseAccessRow.capacity,
            CaseAccessRow.ends_at,
            CaseNoteRow.label,
            CaseNoteRow.note,
            CaseNoteRow.version,
        )
        .outerjoin(CaseNumberRow, CaseNumberRow.case_id == CaseRow.id)
        .outerjoin(CaseAccessRow, mine)
        .outerjoin(CaseNoteRow, note)
        .where(CaseRow.id == bindparam("case_id"), SEES_CASE)
        .order_by(CaseAccessRow.ends_at.desc().nulls_first())
        .limit(1)
    )


_CASE = _case_statement()
_PARTIES = (
    select(
        PartyRow.id,
        PartyRow.side,
        PartyRow.role,
        PartyRow.kind,
        PartyRow.name,
        PartyRow.details,
        PartyRow.representative,
    )
    .where(PartyRow.case_id == bindparam("case_id"))
    .order_by(PartyRow.position)
)


def case(session: Session, actor: Actor, case_id: UUID) -> CaseView:
    """The case, with the actor's own note; raises NoSuchCase."""
    row = session.execute(_CASE, {"case_id": case_id, **reader(actor)}).first()
    if row is None:
        raise NoSuchCase
    return CaseView(
        id=CaseId(row.id),
        number=row.printed or "",
        caption=row.caption,
        court_code=row.court_code,
        case_type=row.case_type,
        status=CaseStatus(row.status),
        filing_id=row.filing_id,
        sealed=row.sealed,
        notice=row.notice,
        received_at=row.received_at,
        registered_at=row.registered_at,
        side=row.side or "",
        capacity=row.capacity or "",
        sees_until=row.ends_at,
        by_court=serves_court(actor, row.court_code),
        note=Note(label=row.label or "", note=row.note or "", version=row.version or 0),
    )


def parties(session: Session, view: CaseView) -> tuple[PartyView, ...]:
    """The parties of a case that was loaded for the actor; hidden contacts only for the court and the own side."""
    rows = session.execute(_PARTIES, {"case_id": view.id}).all()
    return tuple(
        PartyView(
            id=PartyId(row.id),
            side=row.side,
            role=row.role,
            kind=row.kind,
            name=row.name,
            details=row.details if view.by_court or row.side == view.side else {},
            representative=row.representative,
        )
        for row in rows
    )


def my_cases(
    session: Session, actor: Actor, *, search: str = "", before: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> tuple[CaseLine, ...]:
    """The cases in which the actor is or was party, filer or advocate, newest first, each once.

    `before` pages by the (registered_at, id) of the last line shown; `search` looks in number, caption and own label.
    """
    statement = _lines_of(actor).limit(limit)
    if before is not None:
        statement = statement.where(tuple_(CaseRow.registered_at, CaseRow.id) < tuple_(*map(literal, before)))
    if search:
        statement = statement.where(_matches(search))
    return tuple(
        CaseLine(
            id=CaseId(row.id),
            number=row.printed or "",
            caption=row.caption,
            court_code=row.court_code,
            status=CaseStatus(row.status),
            registered_at=row.registered_at,
            capacity=row.capacity,
            ended=row.ends_at is not None,
            label=row.label or "",
        )
        for row in session.execute(statement).all()
    )


def _lines_of(actor: Actor) -> Any:
    """What a list shows of each of the actor's cases, newest first."""
    note = and_(CaseNoteRow.subject == CaseRow.id, CaseNoteRow.person_id == actor.person_id)
    access = _last_access(actor)
    return (
        select(
            CaseRow.id,
            CaseNumberRow.printed,
            CaseRow.caption,
            CaseRow.court_code,
            CaseRow.status,
            CaseRow.registered_at,
            access.c.capacity,
            access.c.ends_at,
            CaseNoteRow.label,
        )
        .join(access, access.c.case_id == CaseRow.id)
        .outerjoin(CaseNumberRow, CaseNumberRow.case_id == CaseRow.id)
        .outerjoin(CaseNoteRow, note)
        .order_by(CaseRow.registered_at.desc(), CaseRow.id.desc())
    )


def _last_access(actor: Actor) -> Subquery:
    """One access of the actor to each case: the one that lasts longest."""
    return (
        select(CaseAccessRow.case_id, CaseAccessRow.capacity, CaseAccessRow.ends_at)
        .ext(distinct_on(CaseAccessRow.case_id))
        .where(CaseAccessRow.person_id == actor.person_id)
        .order_by(CaseAccessRow.case_id, CaseAccessRow.ends_at.desc().nulls_first())
        .subquery()
    )


def _matches(search: str) -> Any:
    wanted = f"%{_escaped(search)}%"
    squeezed = f"%{_escaped(''.join(search.split()))}%"
    return or_(
        CaseRow.caption.ilike(wanted, escape="\\"),
        CaseNoteRow.label.ilike(wanted, escape="\\"),
        func.replace(CaseNumberRow.printed, " ", "").ilike(squeezed, escape="\\"),
    )


def _escaped(search: str) -> str:
    return search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def people_of(session: Session, case_id: UUID) -> tuple[PersonId, ...]:
    """Everybody with a live access to the case, for messages."""
    rows = session.scalars(
        select(CaseAccessRow.person_id).where(CaseAccessRow.case_id == case_id, CaseAccessRow.ends_at.is_(None))
    )
    return tuple(PersonId(r) for r in dict.fromkeys(rows))


def numbers(session: Session, case_ids: Sequence[UUID]) -> dict[UUID, str]:
    """The printed numbers of these cases."""
    rows = session.execute(
        select(CaseNumberRow.case_id, CaseNumberRow.printed).where(CaseNumberRow.case_id.in_(case_ids))
    )
    return {row[0]: row[1] for row in rows}


def number_of(case_id: ColumnElement[UUID] | InstrumentedAttribute[UUID | None]) -> ScalarSelect[str]:
    """The printed number of the case whose id that column holds, to stand in another room's statement."""
    found = select(CaseNumberRow.printed).where(CaseNumberRow.case_id == case_id)
    return found.correlate_except(CaseNumberRow).scalar_subquery()
