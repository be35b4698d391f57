"""The books beside the operators' and the bank's statements: the days, a statement's upload, and one day."""

import hashlib
from datetime import date, timedelta
from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.accounts.queries import contact_points
from app.core.errors import Absent, Invalid, Problem, Refusal
from app.core.ids import PersonId
from app.core.language import T, Text
from app.courts.current import current_pack
from app.office.forms.reconciling import RESOLUTIONS, JournalForm, ReopenForm, StatementForm, words_for
from app.office.policies import keeps_accounts
from app.office.views.blueprint import bp, page
from app.payments.current import current_till
from app.payments.reconciliation import queries, service, uploads
from app.payments.reconciliation.days import Day
from app.payments.reconciliation.joining import holes
from app.payments.reconciliation.reading import offered, sources
from app.payments.reconciliation.uploads import KeepUpload, UploadView
from app.web.access import actor, requires
from app.web.transactions import now, reading, received_at, writing

Answer = Response | tuple[str, int]
PLACE = "reconciliation"


def known_sources() -> dict[str, Text | str]:
    """Whose statements are read, by their names for people."""
    return sources(_titles())


def _titles() -> dict[str, str]:
    return {code: provider.title for code, provider in current_till().providers.items()}


def statement_form() -> StatementForm:
    """The form for a statement of the bank's, or of an operator that is set up here."""
    return StatementForm.showing(offered(_titles()))


@bp.get("/payments/reconciliation")
@requires(keeps_accounts)
def show_days() -> Answer:
    """The days, newest first, and the form for a statement."""
    return days_page(statement_form())


@bp.post("/payments/reconciliation")
@requires(keeps_accounts)
def upload_statement() -> Answer:
    """Keep a statement for the worker; a file that we had changes nothing."""
    form = statement_form()
    if not form.validate():
        return days_page(form, Invalid.status)
    try:
        upload_id = _keep(form)
    except Refusal as refusal:
        form.refuse((Problem("file", refusal.text),))
        return days_page(form, refusal.status)
    if upload_id is None:
        flash(str(_KNOWN))
        return redirect(url_for(".show_days"), 303)
    return redirect(url_for(".show_upload", import_id=upload_id), 303)


_KNOWN = T("All lines of this statement are here already. Nothing was changed.")


def _keep(form: StatementForm) -> UUID | None:
    (file,) = form.file.data
    content = file.stream.read()
    command = KeepUpload(
        source=form.source.data,
        name=file.filename or "",
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        zone=current_pack().zone,
    )
    with writing() as session:
        return uploads.keep_upload(session, actor(), command, at=received_at())


@bp.get("/payments/reconciliation/statements/<uuid:import_id>")
@requires(keeps_accounts)
def show_upload(import_id: UUID) -> Answer:
    """How far a statement is read, and what came of it."""
    return page("statement_upload.html", PLACE, found=_upload(import_id), sources=known_sources())


@bp.get("/payments/reconciliation/statements/<uuid:import_id>/fragment")
@requires(keeps_accounts)
def upload_fragment(import_id: UUID) -> Answer:
    """The part of that page that changes, for the script that asks for it."""
    fragment = "office/statement_fragment.html"
    return render_template(fragment, found=_upload(import_id), sources=known_sources()), 200


def _upload(import_id: UUID) -> UploadView:
    return uploads.upload(reading(), actor(), import_id)


def days_page(form: StatementForm, status: int = 200, journal: JournalForm | None = None) -> tuple[str, int]:
    """The days before the one in the address, with the forms."""
    zone = current_pack().zone
    before = _date(request.args.get("before", "")) or now().astimezone(zone).date() + timedelta(days=1)
    found = queries.days(reading(), actor(), zone, before=before)
    older = url_for(".show_days", before=found[-1].day) if len(found) == queries.DAYS_A_PAGE else None
    return page(
        "reconciliation.html",
        PLACE,
        status,
        form=form,
        journal=journal or JournalForm.showing(),
        problems=(journal or form).problems(),
        days=found,
        today=now().astimezone(zone).date(),
        older=older,
        sources=known_sources(),
    )


@bp.get("/payments/reconciliation/<source>/<day>")
@requires(keeps_accounts)
def show_day(source: str, day: str) -> Answer:
    """One day of one account, with all that differs."""
    return day_page(day_at(source, day), ReopenForm())


@bp.post("/payments/reconciliation/<source>/<day>/compare")
@requires(keeps_accounts)
def compare_day(source: str, day: str) -> Answer:
    """Look again, because something has changed since."""
    asked = day_at(source, day)
    try:
        with writing() as session:
            service.compare_again(session, actor(), asked, at=now())
    except Refusal as refusal:
        return day_page(asked, ReopenForm(), refusal)
    return _back_to(asked, T("The day is compared again."))


@bp.post("/payments/reconciliation/<source>/<day>/sign-off")
@requires(keeps_accounts)
def sign_day_off(source: str, day: str) -> Answer:
    """Say that the day is right."""
    asked = day_at(source, day)
    try:
        with writing() as session:
            service.sign_off(session, actor(), asked, at=now())
    except Refusal as refusal:
        return day_page(asked, ReopenForm(), refusal)
    return _back_to(asked, T("You have signed this day off."))


@bp.post("/payments/reconciliation/<source>/<day>/reopen")
@requires(keeps_accounts)
def reopen_day(source: str, day: str) -> Answer:
    """Let it change again: for another person than the one who signed."""
    asked, form = day_at(source, day), ReopenForm()
    if not form.validate():
        return day_page(asked, form, status=Invalid.status)
    try:
        with writing() as session:
            service.reopen(session, actor(), asked, note=form.note.data, at=now())
    except Refusal as refusal:
        return day_page(asked, form, refusal)
    return _back_to(asked, T("The day is open again."))


def day_at(source: str, day: str) -> Day:
    """The day that an address names; raises Absent."""
    found = _date(day)
    if found is None or source not in known_sources():
        raise Absent
    return Day(source=source, day=found, zone=current_pack().zone)


def day_page(day: Day, form: ReopenForm, refusal: Refusal | None = None, *, status: int = 200) -> tuple[str, int]:
    """One day; `refusal` is shown on top."""
    session = reading()
    line = queries.day_line(session, actor(), day)
    if line is None:
        raise Absent
    found, acts = queries.breaks_of(session, actor(), day), queries.acts_of(session, day)
    people = {one for found_one in found for one in (found_one.owner, found_one.resolved_by) if one}
    names = contact_points(session, {PersonId(one) for one in people | {act.by for act in acts}})
    return page(
        "reconciliation_day.html",
        PLACE,
        refusal.status if refusal else status,
        day=day,
        line=line,
        breaks=found,
        acts=acts,
        holes=holes(session, day.source, day.day, day.day),
        names={who: card.name for who, card in names.items()},
        me=actor().person_id,
        form=form,
        problems=(Problem("", refusal.text),) if refusal else form.problems(),
        title=known_sources()[day.source],
        words_for=words_for,
        today=now().astimezone(day.counted_in).date(),
        resolutions=RESOLUTIONS,
    )


def _back_to(day: Day, done: Text) -> Response:
    flash(str(done))
    return redirect(url_for(".show_day", source=day.source, day=day.day), 303)


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year <= 2200 else None
