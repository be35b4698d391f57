"""Commands of reconciliation: resolve what differs, sign a day off, reopen it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Absent, Conflict
from app.core.events import record
from app.core.language import T
from app.core.money import Money
from app.payments import ledger
from app.payments.policies import reconciles
from app.payments.reconciliation.comparing import compare, open_breaks
from app.payments.reconciliation.days import Day, lock_day, note_act, open_day
from app.payments.reconciliation.events import BreakResolved
from app.payments.reconciliation.models import BreakRow
from app.payments.reconciliation.releasing import booked_after_all
from app.payments.reconciliation.sides import banked, takings
from app.payments.reconciliation.status import (
    BANK_STATEMENT,
    RESOLUTIONS,
    SHARED_BOOK,
    Act,
    BreakKind,
    Resolution,
    resolution_sides,
)
from app.payments.reconciliation.uploads import being_read

_B = BreakRow


class AlreadyResolved(Conflict):
    """Somebody was faster, or it was not found again."""

    text = T("This is settled already. Look at the day again.")


class NotForThis(Conflict):
    """The resolution doesn't fit this kind of break."""

    text = T("This cannot be settled in that way. Choose another.")


class StillOpen(Conflict):
    """A day with open breaks, or without all its statements, can't be signed off."""

    text = T("Settle every difference first. Then you can sign the day off.")


class StatementsMissing(Conflict):
    """The provider's or the bank's word on the day isn't there yet."""

    text = T("The operator's statement and the bank's statement of this day must both be here first.")


class StillReading(Conflict):
    """A statement of this account is only half here."""

    text = T("A statement of this account is being read. Wait until all its lines are here.")


class OwnSignature(Conflict):
    """Who signed a day off can't reopen it."""

    text = T("You signed this day off. Another person must reopen it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveBreak:
    """Settle a break in this way; `note` says why, for whoever reads it later."""

    break_id: UUID
    resolution: Resolution
    note: str


def compare_again(session: Session, actor: Actor, day: Day, *, at: datetime) -> None:
    """Compare a day again, because our side has changed. Raises Absent, DayIsSigned, StillReading."""
    _check(actor)
    _check_read(session, day)
    compare(session, day, at=at)


def take_break(session: Session, actor: Actor, break_id: UUID) -> None:
    """Become the one who looks after it. Raises Absent, AlreadyResolved."""
    _check(actor)
    mine = update(_B).where(_B.id == break_id, _B.resolution.is_(None)).values(owner_id=actor.person_id)
    if session.execute(mine.returning(_B.id)).first() is None:
        raise AlreadyResolved


def resolve_break(session: Session, actor: Actor, command: ResolveBreak, zone: ZoneInfo, *, at: datetime) -> None:
    """Settle it, with its journal entry. Raises Absent, DayIsSigned, AlreadyResolved, NotForThis."""
    _check(actor)
    place = session.execute(select(_B.source, _B.day).where(_B.id == command.break_id)).first()
    if place is None:
        raise Absent
    open_day(session, Day(source=place.source, day=place.day, zone=zone))
    row = session.execute(select(_B).where(_B.id == command.break_id)).scalar_one()
    if row.resolution is not None or row.gone_at is not None:
        raise AlreadyResolved
    if booked_after_all(session, row):
        raise AlreadyResolved(T("What this is about has been booked meanwhile. Compare the day again."))
    if command.resolution not in RESOLUTIONS[BreakKind(row.kind)]:
        raise NotForThis
    sides = resolution_sides(command.resolution, row.source, Money(row.amount_minor, row.currency))
    entry_id = ledger.write_entry(session, "reconciliation", sides, of=(None, SHARED_BOOK, None), at=at)
    row.resolution, row.note = command.resolution, command.note
    row.owner_id, row.resolved_by = row.owner_id or actor.person_id, actor.person_id
    row.resolved_at, row.entry_id = at, entry_id
    session.flush()
    told = BreakResolved(
        break_id=row.id,
        source=row.source,
        day=row.day,
        kind=row.kind,
        resolution=command.resolution,
        entry_id=entry_id,
    )
    record(session, told, actor=actor, at=at)


def sign_off(session: Session, actor: Actor, day: Day, *, at: datetime) -> None:
    """Say that a day is right, after comparing it once more.

    Raises Absent, DayIsSigned, StatementsMissing, StillOpen, StillReading.
    """
    _check(actor)
    lock_day(session, day)
    _check_read(session, day)
    compare(session, day, at=at)
    if day.source != BANK_STATEMENT and not _told_by_both(session, day):
        raise StatementsMissing
    if open_breaks(session, day):
        raise StillOpen
    note_act(session, actor, day, Act.SIGNED, note="", at=at)


def _told_by_both(session: Session, day: Day) -> bool:
    theirs = takings(session, day)
    return theirs is not None and (not theirs.due or bool(banked(session, day)))


def reopen(session: Session, actor: Actor, day: Day, *, note: str, at: datetime) -> None:
    """Let a signed day change again; another person than the one who signed.

    Raises Absent, AlreadyResolved, OwnSignature.
    """
    _check(actor)
    last = lock_day(session, day)
    if last is None or last.act is not Act.SIGNED:
        raise AlreadyResolved(T("This day is open already."))
    if last.by == actor.person_id:
        raise OwnSignature
    note_act(session, actor, day, Act.REOPENED, note=note, at=at)


def _check(actor: Actor) -> None:
    if not reconciles(actor):
        raise Absent


def _check_read(session: Session, day: Day) -> None:
    if being_read(session, day.source) or being_read(session, BANK_STATEMENT):
        raise StillReading
