"""Statements that were sent to us: kept at once, read by the worker, with how far it has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Absent, Refusal
from app.core.ids import new_id
from app.core.language import T
from app.core.money import Money
from app.payments.policies import reconciles
from app.payments.reconciliation.days import DayIsSigned
from app.payments.reconciliation.joining import Hole, holes_beside
from app.payments.reconciliation.models import StatementFileRow, StatementLineRow, StatementUploadRow
from app.payments.reconciliation.statement import LineMissing, UnreadableStatement

MOST_BYTES = 40 * 1024 * 1024
_U, _F, _L = StatementUploadRow, StatementFileRow, StatementLineRow
_UNFINISHED = _U.ended_at.is_(None)


class TooLargeStatement(UnreadableStatement):
    """More than a day's statement can be."""

    text = T("This file is too large for a statement. Choose one of a single day.")


class NotReadThrough(Refusal):
    """We failed, not the file."""

    text = T("The statement could not be read through because of a fault of ours. Send it again.")


class Problem(StrEnum):
    """Why a statement was not taken in."""

    UNREADABLE = "unreadable"
    LINE_MISSING = "line_missing"
    DAY_SIGNED = "day_signed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepUpload:
    """A file as it came; `zone` is the court's."""

    source: str
    name: str
    sha256: str
    content: bytes
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class UploadView:
    """How far a statement is read: `read` of `lines` (None until they are counted), of which `fresh` were new.

    `refusal` says why it was not taken in. `days` are those (account, day) that its new lines are about, `holes` where
    it does not join the statements next to it.
    """

    id: UUID
    source: str
    name: str
    lines: int | None
    read: int
    fresh: int
    uploaded_at: datetime
    ended: bool
    refusal: Refusal | None
    days: Sequence[tuple[str, date]] = ()
    holes: Sequence[Hole] = ()


def keep_upload(session: Session, actor: Actor, command: KeepUpload, *, at: datetime) -> UUID | None:
    """Keep the file for the worker; where to see how far it is. None for a file that is taken in already.

    The same file while it is read is the same upload. Raises Absent, TooLargeStatement.
    """
    if not reconciles(actor):
        raise Absent
    if len(command.content) > MOST_BYTES:
        raise TooLargeStatement
    unfinished = select(_U.id).where(_U.sha256 == command.sha256, _UNFINISHED)
    found = session.execute(unfinished).scalar()
    if found is not None:
        return found
    if _is_here(session, command.sha256):
        return None
    kept = session.execute(
        insert(_U)
        .values(
            id=new_id(),
            source=command.source,
            name=command.name[:200],
            sha256=command.sha256,
            content=command.content,
            zone=str(command.zone),
            uploaded_by=actor.person_id,
            uploaded_at=at,
            next_at=at,
        )
        .on_conflict_do_nothing()
        .returning(_U.id)
    ).scalar()
    session.info["wake"] = True
    return kept or session.execute(unfinished).scalar()


def _is_here(session: Session, sha256: str) -> bool:
    """A file that we failed to read through is only half here."""
    last = select(_U.problem).where(_U.sha256 == sha256).order_by(_U.uploaded_at.desc(), _U.id.desc()).limit(1)
    begun = session.execute(select(_F.id).where(_F.sha256 == sha256)).first() is not None
    return begun and session.execute(last).scalar() != Problem.FAILED


def upload(session: Session, actor: Actor, upload_id: UUID) -> UploadView:
    """How far it is. Raises Absent."""
    shown = (_U.id, _U.source, _U.name, _U.sha256, _U.lines, _U.read, _U.fresh, _U.uploaded_at, _U.ended_at)
    told = (_U.problem, _U.problem_after, _U.problem_minor, _U.problem_currency)
    row = session.execute(select(*shown, *told).where(_U.id == upload_id)).first()
    if row is None or not reconciles(actor):
        raise Absent
    return UploadView(
        id=row.id,
        source=row.source,
        name=row.name,
        lines=row.lines,
        read=row.read,
        fresh=row.fresh,
        uploaded_at=row.uploaded_at,
        ended=row.ended_at is not None,
        refusal=_refusal(row.problem, row.problem_after, row.problem_minor, row.problem_currency),
        days=days_of(session, row.sha256) if row.ended_at else (),
        holes=holes_beside(session, row.sha256) if row.ended_at else (),
    )


def days_of(session: Session, sha256: str) -> Sequence[tuple[str, date]]:
    """The days (account, day) that the new lines of a file are about, in order."""
    source, day = func.coalesce(_L.settles_source, _L.source), func.coalesce(_L.settles_day, _L.day)
    wanted = select(source, day).join(_F, _F.id == _L.file_id).where(_F.sha256 == sha256)
    return [(row[0], row[1]) for row in session.execute(wanted.distinct().order_by(source, day)).all()]


def being_read(session: Session, source: str) -> bool:
    """Whether a statement of this account is not read through yet."""
    return session.execute(select(_U.id).where(_U.source == source, _UNFINISHED).limit(1)).first() is not None


def _refusal(problem: str | None, after: str | None, minor: int | None, currency: str | None) -> Refusal | None:
    match problem:
        case None:
            return None
        case Problem.UNREADABLE:
            return UnreadableStatement()
        case Problem.DAY_SIGNED:
            return DayIsSigned()
        case Problem.LINE_MISSING if minor is not None and currency is not None:
            return LineMissing(after or "0", Money(minor, currency))
        case _:
            return NotReadThrough()
