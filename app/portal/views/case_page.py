"""The case page, its documents, and one's own note on it."""

from uuid import UUID

from flask import redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.cases.docket import docket
from app.cases.queries import case
from app.cases.service import NoteChanged, save_note
from app.core.errors import Absent
from app.core.language import gettext as _
from app.courts.current import current_pack
from app.documents.delivery import send_document
from app.documents.queries import document as load_document
from app.portal.case_file import case_file
from app.portal.forms import NoteForm
from app.portal.views.blueprint import bp
from app.web.access import actor, requires, signed_in
from app.web.transactions import now, reading, stop_reading, writing

Answer = Response | tuple[str, int]


@bp.get("/cases/<uuid:case_id>")
@requires(signed_in)
def show_case(case_id: UUID) -> Answer:
    """Where the case stands, what comes next, what happened, who is in it, and its documents."""
    return _page(case_id, None, 200)


def _page(case_id: UUID, form: NoteForm | None, status: int) -> tuple[str, int]:
    found = case_file(reading(), actor(), current_pack(), case_id)
    shown = form or NoteForm.showing(found.view.note)
    return render_template("portal/case.html", file=found, case=found.view, form=shown, active="cases"), status


@bp.post("/cases/<uuid:case_id>/note")
@requires(signed_in)
def note(case_id: UUID) -> Answer:
    """Keep one's own label and note."""
    form = NoteForm()
    if not form.validate():
        return _page(case_id, form, 422)
    try:
        with writing() as session:
            view = case(session, actor(), case_id)
            save_note(session, actor(), form.to_command(view.id), at=now())
    except NoteChanged:
        return _both(case_id, form)
    return redirect(url_for("portal.show_case", case_id=case_id, _anchor="own"), 303)


def _both(case_id: UUID, form: NoteForm) -> tuple[str, int]:
    """What is kept now beside what was typed."""
    kept = case(reading(), actor(), case_id).note
    rows = [
        {"key": _("Your own name for this case"), "theirs": kept.label, "yours": form.label.data},
        {"key": _("Your private note"), "theirs": kept.note, "yours": form.note.data},
    ]
    url = url_for("portal.show_case", case_id=case_id, _anchor="own")
    return render_template("web/conflict.html", rows=rows, url=url, active="cases"), 409


@bp.get("/cases/<uuid:case_id>/documents/<uuid:document_id>")
@requires(signed_in)
def case_document(case_id: UUID, document_id: UUID) -> Response:
    """A document of the docket, as it was filed, for those who see its entry."""
    view = case(reading(), actor(), case_id)
    seen = {d.document_id for entry in docket(reading(), view) for d in entry.documents}
    found = load_document(reading(), document_id) if document_id in seen else None
    if found is None:
        raise Absent
    stop_reading()
    return send_document(found)
