"""Commands on fee schedules: one person drafts, another approves, and until the day of force it can be withdrawn."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Absent, Conflict, Forbidden, Invalid, Problem
from app.core.events import record
from app.core.ids import new_id
from app.core.language import LANGUAGES, T
from app.courts.court_days import court_date
from app.courts.pack import Pack
from app.courts.schedules.events import FeeScheduleApproved, FeeScheduleDrafted, FeeScheduleWithdrawn
from app.courts.schedules.ids import ScheduleId
from app.courts.schedules.models import FeeScheduleRow
from app.courts.schedules.policies import approves_fees, drafts_fees, sees_fee_schedules
from app.courts.schedules.rules import Content, problems
from app.courts.schedules.status import ScheduleStatus

_R = FeeScheduleRow
_S = ScheduleStatus
_LOCK = select(_R.id, _R.version, _R.status, _R.starts, _R.saves, _R.drafted_by, _R.approved_by).with_for_update()
# Numbers and first days are looked at across all schedules, and few people ever change one.
_ONE_AFTER_ANOTHER = text("select pg_advisory_xact_lock(7305018)")


class OnlyWhoDraftedIt(Forbidden):
    """Somebody else wrote this draft."""

    text = T("Only the person who drafted this schedule changes it. Ask them, or draft another.")


class AnotherMustApprove(Forbidden):
    """Nobody approves their own draft."""

    text = T("You drafted this schedule yourself. Another person must approve it.")


class NoLongerADraft(Conflict):
    """It was approved or withdrawn."""

    text = T("This schedule is not a draft any more. It can't be changed.")


class ChangedMeanwhile(Conflict):
    """The draft was saved again after the page had been opened."""

    text = T("This draft was changed after you opened the page. Read it again before you go on.")


class TooLateToApprove(Conflict):
    """Its day of force has passed."""

    text = T("Its first day has passed, and a fee never changes for days that have passed. Draft it with a later day.")


class DayTaken(Conflict):
    """Another approved schedule begins on that day."""

    text = T("Another approved schedule begins on the same day. Withdraw that one first, or choose another day.")


class InForceAlready(Conflict):
    """Its day of force has come."""

    text = T("This schedule is in force. It can't be withdrawn: draft a new one.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeDraft:
    """Say something else in a draft; `saves` counts the saves that the page had seen."""

    schedule_id: UUID
    content: Content
    saves: int


def draft(session: Session, actor: Actor, pack: Pack, content: Content, *, at: datetime) -> ScheduleId:
    """Write a schedule down; nothing changes for anybody yet. Raises Absent, Invalid that names each field."""
    if not drafts_fees(actor) or actor.person_id is None:
        raise Absent
    session.execute(_ONE_AFTER_ANOTHER)
    _check(session, pack, content, None, at=at)
    schedule_id = ScheduleId(new_id())
    values = {"id": schedule_id, "status": _S.DRAFT, "currency": pack.currency, "saves": 1}
    session.execute(insert(_R).values(**values, **_written(content), drafted_by=actor.person_id, drafted_at=at))
    record(session, FeeScheduleDrafted(schedule_id=schedule_id, starts=content.starts), actor=actor, at=at)
    return schedule_id


def change(session: Session, actor: Actor, pack: Pack, command: ChangeDraft, *, at: datetime) -> None:
    """Change one's own draft.

    Raises Absent, OnlyWhoDraftedIt, NoLongerADraft, ChangedMeanwhile, Invalid that names each field.
    """
    row, content = _locked(session, actor, command.schedule_id), command.content
    if row.drafted_by != actor.person_id or not drafts_fees(actor):
        raise OnlyWhoDraftedIt
    if row.status != _S.DRAFT:
        raise NoLongerADraft
    if row.saves != command.saves:
        raise ChangedMeanwhile
    _check(session, pack, content, row.id, at=at)
    session.execute(update(_R).where(_R.id == row.id).values(saves=row.saves + 1, **_written(content)))
    record(session, FeeScheduleDrafted(schedule_id=row.id, starts=content.starts), actor=actor, at=at)


def approve(session: Session, actor: Actor, pack: Pack, schedule_id: UUID, *, saves: int, at: datetime) -> None:
    """Put another person's draft into force from its day on.

    Raises Absent, Forbidden, AnotherMustApprove, NoLongerADraft, ChangedMeanwhile, TooLateToApprove, DayTaken.
    """
    row = _locked(session, actor, schedule_id)
    if row.drafted_by == actor.person_id:
        raise AnotherMustApprove
    if not approves_fees(actor):
        raise Forbidden
    if row.status != _S.DRAFT:
        raise NoLongerADraft
    if row.saves != saves:
        raise ChangedMeanwhile
    today = court_date(pack, at)
    if row.starts < today:
        raise TooLateToApprove
    if session.execute(select(_R.id).where(_R.status == _S.APPROVED, _R.starts == row.starts)).first():
        raise DayTaken
    done = {"approved_by": actor.person_id, "approved_at": at, "approved_on": today}
    _R.move_to(session, row.id, _S.DRAFT, _S.APPROVED, **done)
    record(session, FeeScheduleApproved(schedule_id=row.id, starts=row.starts), actor=actor, at=at)


def withdraw(session: Session, actor: Actor, pack: Pack, schedule_id: UUID, *, at: datetime) -> None:
    """Give it up: one's own draft, or, for whoever approves, any that is not in force yet. Again is fine.

    Raises Absent, Forbidden, InForceAlready.
    """
    row = _locked(session, actor, schedule_id)
    mine = row.status == _S.DRAFT and row.drafted_by == actor.person_id
    if not mine and not approves_fees(actor):
        raise Forbidden
    if row.status == _S.WITHDRAWN:
        return
    today = court_date(pack, at)
    if row.status == _S.APPROVED and row.starts <= today:
        raise InForceAlready
    done = {"withdrawn_by": actor.person_id, "withdrawn_at": at, "withdrawn_on": today}
    _R.move_to(session, row.id, ScheduleStatus(row.status), _S.WITHDRAWN, **done)
    record(session, FeeScheduleWithdrawn(schedule_id=row.id, starts=row.starts), actor=actor, at=at)


def _locked(session: Session, actor: Actor, schedule_id: UUID) -> Any:
    if not sees_fee_schedules(actor):
        raise Absent
    session.execute(_ONE_AFTER_ANOTHER)
    row = session.execute(_LOCK.where(_R.id == schedule_id)).first()
    if row is None:
        raise Absent
    return row


def _check(session: Session, pack: Pack, content: Content, own: UUID | None, *, at: datetime) -> None:
    found = list(problems(pack, content, today=court_date(pack, at)))
    same = select(_R.id).where(_R.version == content.version, _R.status != _S.WITHDRAWN, _R.id.is_distinct_from(own))
    if session.execute(same).first():
        found.append(Problem("version", T("There is a schedule with this number already.")))
    if found:
        raise Invalid(problems=tuple(found))


def _written(content: Content) -> Mapping[str, Any]:
    amounts: dict[str, dict[str, int]] = {}
    for (fee, level), minor in content.amounts.items():
        amounts.setdefault(fee, {})[level] = minor
    source = {code: content.source.said_in(code) for code in LANGUAGES}
    return {"version": content.version, "starts": content.starts, "source": source, "amounts": amounts}
