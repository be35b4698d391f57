"""Fee schedules on the desk: what is in force and what comes, drafted by one person and approved by another."""

from collections.abc import Callable
from uuid import UUID

from flask import flash, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.accounts.queries import contact_points
from app.core.errors import Absent, Conflict, Forbidden, Invalid, Problem
from app.core.language import T, Text
from app.courts import FeeNotKnown, FeeSchedule, Pack, court_date
from app.courts.current import current_pack, priced_pack
from app.courts.schedules import service
from app.courts.schedules.policies import approves_fees, drafts_fees
from app.courts.schedules.queries import PAGE, ScheduleView, schedule, schedules
from app.courts.schedules.rules import changes
from app.courts.schedules.service import ChangeDraft
from app.courts.schedules.status import ScheduleStatus
from app.office.forms.fees import ScheduleForm, schedule_form
from app.office.policies import answers_for_fees
from app.office.views.blueprint import bp, page
from app.web.access import actor, requires
from app.web.transactions import now, reading, writing

Answer = Response | tuple[str, int]
_STATES = {
    ScheduleStatus.DRAFT: (T("Draft: another person must approve it"), "wait"),
    ScheduleStatus.APPROVED: (T("Approved"), "go"),
    ScheduleStatus.WITHDRAWN: (T("Withdrawn"), ""),
}


@bp.get("/fees")
@requires(answers_for_fees)
def show_fee_schedules() -> Answer:
    """What is in force, what comes, and every schedule of the desk, the newest first."""
    found = schedules(reading(), actor(), before=_id(request.args.get("before", "")))
    pack, today = priced_pack(), court_date(current_pack(), now())
    return page(
        "fees.html",
        "fees",
        schedules=found,
        states=_STATES,
        older=url_for(".show_fee_schedules", before=found[-1].id) if len(found) == PAGE else None,
        now_in_force=_in_force(pack),
        coming=[one for one in pack.fees.schedules if one.starts is not None and one.starts > today],
        pack=pack,
        may_draft=drafts_fees(actor()),
    )


@bp.route("/fees/new", methods=["GET", "POST"])
@requires(answers_for_fees)
def draft_fee_schedule() -> Answer:
    """Write a new one down, beginning with the amounts in force."""
    if not drafts_fees(actor()):
        raise Absent
    pack = priced_pack()
    present = _in_force(pack)
    form = schedule_form(pack, present.amounts if present else {})
    if request.method != "POST":
        return _form_page(form, present)
    return _keep(form, present, lambda session: service.draft(session, actor(), pack, form.to_content(), at=now()))


@bp.get("/fees/<uuid:schedule_id>")
@requires(answers_for_fees)
def show_fee_schedule(schedule_id: UUID) -> Answer:
    """One of them, amount by amount beside what holds before it."""
    return _schedule_page(schedule(reading(), actor(), schedule_id))


@bp.route("/fees/<uuid:schedule_id>/change", methods=["GET", "POST"])
@requires(answers_for_fees)
def change_fee_schedule(schedule_id: UUID) -> Answer:
    """Change one's own draft."""
    found = schedule(reading(), actor(), schedule_id)
    if found.drafted_by != actor().person_id or found.status is not ScheduleStatus.DRAFT:
        raise Absent
    pack = priced_pack()
    present = _in_force(pack)
    form = schedule_form(pack, found.content.amounts, found.content, saves=found.saves)
    if request.method != "POST":
        return _form_page(form, present)

    def keep(session: Session) -> UUID:
        command = ChangeDraft(schedule_id=schedule_id, content=form.to_content(), saves=form.saves.data or 0)
        service.change(session, actor(), pack, command, at=now())
        return schedule_id

    return _keep(form, present, keep)


@bp.post("/fees/<uuid:schedule_id>/approve")
@requires(answers_for_fees)
def approve_fee_schedule(schedule_id: UUID) -> Answer:
    """Put somebody else's draft into force from its day on."""
    saves, pack = request.form.get("saves", 0, type=int), current_pack()
    return _act(
        schedule_id,
        lambda session: service.approve(session, actor(), pack, schedule_id, saves=saves, at=now()),
        T("The schedule is approved. It holds from its day of force on."),
    )


@bp.post("/fees/<uuid:schedule_id>/withdraw")
@requires(answers_for_fees)
def withdraw_fee_schedule(schedule_id: UUID) -> Answer:
    """Give it up before its day of force."""
    return _act(
        schedule_id,
        lambda session: service.withdraw(session, actor(), current_pack(), schedule_id, at=now()),
        T("The schedule is withdrawn."),
    )


def _act(schedule_id: UUID, act: Callable[[Session], None], done: Text) -> Answer:
    found = schedule(reading(), actor(), schedule_id)
    try:
        with writing() as session:
            act(session)
    except (Conflict, Forbidden) as refusal:
        found = schedule(reading(), actor(), schedule_id)
        return _schedule_page(found, refusal.status, (Problem("", refusal.text),))
    flash(str(done))
    return redirect(url_for(".show_fee_schedule", schedule_id=found.id), 303)


def _keep(form: ScheduleForm, present: FeeSchedule | None, keep: Callable[[Session], UUID]) -> Answer:
    """Keep the draft and show it, or the form again."""
    if not form.validate():
        return _form_page(form, present, 422)
    try:
        with writing() as session:
            schedule_id = keep(session)
    except Invalid as wrong:
        form.refuse(wrong.problems)
        return _form_page(form, present, wrong.status)
    except Conflict as refusal:
        form.refuse((Problem("", refusal.text),))
        return _form_page(form, present, refusal.status)
    flash(str(T("The draft is kept. Another person must approve it now.")))
    return redirect(url_for(".show_fee_schedule", schedule_id=schedule_id), 303)


def _form_page(form: ScheduleForm, present: FeeSchedule | None, status: int = 200) -> Answer:
    return page("fee_draft.html", "fees", status, form=form, rows=form.rows(present), present=present)


def _schedule_page(found: ScheduleView, status: int = 200, problems: tuple[Problem, ...] = ()) -> Answer:
    pack, today = priced_pack(), court_date(current_pack(), now())
    draft, mine = found.status is ScheduleStatus.DRAFT, found.drafted_by == actor().person_id
    in_force = found.in_force_on(today)
    over = found.status is ScheduleStatus.WITHDRAWN or in_force
    return page(
        "fee_schedule.html",
        "fees",
        status,
        schedule=found,
        state=(T("In force"), "go") if in_force else _STATES[found.status],
        changes=changes(pack, found.content),
        names={one: person.name for one, person in contact_points(reading(), found.people).items()},
        may_change=draft and mine,
        may_approve=draft and not mine and approves_fees(actor()),
        may_withdraw=not over and (approves_fees(actor()) or (draft and mine)),
        problems=problems,
    )


def _in_force(pack: Pack) -> FeeSchedule | None:
    try:
        return pack.fees.schedule(court_date(pack, now()))
    except FeeNotKnown:
        return None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
