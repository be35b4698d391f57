"""What every page of the journey needs: the draft, its pack, and saving one part of it."""

from typing import TypeVar
from uuid import UUID

from flask import Blueprint, current_app, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core.errors import Problem
from app.core.ids import new_id
from app.courts import FilingType, Pack
from app.filing import parts
from app.filing.answers import Answers
from app.filing.commands import SaveAnswers
from app.filing.loading import AlreadySent
from app.filing.queries import FilingView, filing
from app.filing.service import StaleAnswers, save_answers
from app.filing.views.comparing import lines_of
from app.web.access import actor
from app.web.fields import Form
from app.web.transactions import now, reading, writing

bp = Blueprint("filing", __name__)
F = TypeVar("F", bound=Form)


def pack() -> Pack:
    """The jurisdiction of this installation."""
    found: Pack = current_app.extensions["pack"]
    return found


def draft(filing_id: UUID) -> FilingView:
    """The actor's own filing while it can be changed; raises NoSuchFiling, or AlreadySent (a redirect, see below)."""
    view = filing(reading(), actor(), filing_id)
    if not view.editable:
        g.sent_filing = view
        raise AlreadySent
    g.filing = view
    return view


@bp.errorhandler(AlreadySent)
def _already_sent(_refusal: AlreadySent) -> Response:
    """Pressing twice, reloading, an old tab: the page that says where the filing stands."""
    filing_id = (request.view_args or {}).get("filing_id")
    return redirect(url_for("filing.show", filing_id=filing_id), 303)


def type_of(view: FilingView) -> FilingType:
    """The filing's type in the catalogue."""
    return pack().filing_type(view.filing_type)


def base_of(view: FilingView, part: str) -> str:
    """The fingerprint that a form for `part` carries: the one it was opened with."""
    return request.form.get("base") or parts.fingerprint_of(view.answers, part)


def save(view: FilingView, part: str, answers: Answers) -> None:
    """Save one part in a transaction of its own; raises StaleAnswers, AlreadySent."""
    command = SaveAnswers(filing_id=view.id, part=part, base=base_of(view, part), answers=answers)
    with writing() as session:
        save_answers(session, actor(), command, at=now())


def page(template: str, view: FilingView, *, part: str, status: int = 200, **values: object) -> tuple[str, int]:
    """A section's page. `marks` are the registrar's points on this part when the filing came back for correction."""
    html = render_template(
        f"filing/{template}.html",
        filing=view,
        filing_type=type_of(view),
        base=base_of(view, part) if status != 409 else parts.fingerprint_of(view.answers, part),
        marks=marks_on(view, part),
        marked=marked(view),
        **values,
    )
    return html, status


def saved(  # the page's own values come on top of what every section's page has
    template: str, view: FilingView, part: str, form: Form, answers: Answers | None, **values: object
) -> tuple[str, int] | None:
    """Save and return None, or the page again: 422 with the form's problems, 409 with both versions.

    `answers` is None when the form was not valid.
    """
    if answers is None:
        return page(template, view, part=part, status=422, form=form, **values)
    try:
        save(view, part, answers)
    except StaleAnswers as stale:
        theirs = filing(reading(), actor(), view.id)
        kept = (Problem("", stale.text),)
        return page(
            template,
            theirs,
            part=part,
            status=409,
            form=form,
            problems=kept,
            theirs=lines_of(pack(), theirs.answers, part),
            **values,
        )
    return None


def marks_on(view: FilingView, part: str) -> list[str]:
    """The registrar's words on this part, when the filing is back for correction."""
    kind = part.split(":")[0]
    names = (part, {"party": "parties", "issue": "issues"}.get(kind, kind))
    return [text for name in dict.fromkeys(names) for text in marked(view).get(name, [])]


def marked(view: FilingView) -> dict[str, list[str]]:
    """The registrar's words by what they are pinned on ("relief", "party:<id>", "document:<id>")."""
    decision = view.last_decision
    if decision is None or decision.decision != "returned" or not view.editable:
        return {}
    found: dict[str, list[str]] = {}
    for mark in decision.marks:
        found.setdefault(mark.target, []).append(mark.text)
    return found


def new_item() -> str:
    """The id of a new party or point: the one its page was given, so that pressing twice adds it once."""
    given = request.form.get("item", "")
    try:
        return str(UUID(given))
    except ValueError:
        return str(new_id())


def next_page(view: FilingView, endpoint: str = "tasks") -> Response:
    """On to the next page, or back to the check page when the change link there was followed."""
    if request.args.get("back") == "check":
        return redirect(url_for("filing.check", filing_id=view.id), 303)
    return redirect(url_for(f"filing.{endpoint}", filing_id=view.id), 303)
