"""Fee waivers on the desk: what waits for a decision, the decision, and what was not paid after a refusal."""

from datetime import datetime
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.errors import Absent, Conflict, Problem
from app.core.language import T
from app.courts.current import current_pack
from app.filing import waivers
from app.filing.desk import waivers as waiver_lines
from app.filing.queries import PAGE
from app.office.forms.waiver import WaiverDecisionForm, waiver_form
from app.office.policies import works_at_the_desk
from app.office.views.blueprint import bp, page
from app.office.views.deciding import Step, decide_on, keeps_words
from app.office.views.dossier import filing_page, lay_out
from app.web.access import actor, requires
from app.web.transactions import now, reading, writing

Answer = Response | tuple[str, int]

WAIVER: Step[WaiverDecisionForm] = Step(
    template="waiver.html",
    form=lambda desk: waiver_form(desk.pack, desk.view.language),
    act=lambda session, desk, form: waivers.decide(
        session, actor(), desk.pack, form.to_command(desk.view.id), at=now()
    ),
    # Nobody decides on their own request: for them the page isn't there.
    see=lambda desk: not desk.view.mine,
    open=lambda desk: desk.waiver_waits,
)


@bp.get("/waivers")
@requires(works_at_the_desk)
def show_waivers() -> tuple[str, int]:
    """Requests not to pay, and fees that were not paid after a refusal, at the registrar's courts."""
    after = _read_place(request.args.get("after", ""))
    lines = waiver_lines(reading(), actor(), after=after)
    return page(
        "waivers.html",
        "waivers",
        pack=current_pack(),
        waiting=[line for line in lines if line.waits],
        unpaid=[line for line in lines if line.unpaid],
        first=after is None,
        following=f"{lines[-1].received_at.isoformat()}_{lines[-1].id}" if len(lines) == PAGE else None,
    )


@bp.route("/filings/<uuid:filing_id>/waiver", methods=["GET", "POST"])
@requires(works_at_the_desk)
@keeps_words
def decide_waiver(filing_id: UUID) -> Answer:
    """The request beside its proof, and the decision."""
    again = decide_on(filing_id, WAIVER)
    if again is not None:
        return again
    flash(str(T("The decision is kept, and the person is told now.")))
    return redirect(url_for(".show_waivers"), 303)


@bp.post("/filings/<uuid:filing_id>/waiver/more-time")
@requires(works_at_the_desk)
def give_more_time(filing_id: UUID) -> Answer:
    """Ask once more for a fee that was not paid in time."""
    desk = lay_out(filing_id)
    if desk.view.mine:
        raise Absent
    try:
        with writing() as session:
            waivers.give_more_time(session, actor(), desk.pack, filing_id, at=now())
    except Conflict as refusal:
        problems = (Problem("", refusal.text),)
        return filing_page(lay_out(filing_id), status=refusal.status, values={"problems": problems})
    flash(str(T("The person has more time to pay, and is told now.")))
    return redirect(url_for(".show_waivers"), 303)


def _read_place(text: str) -> tuple[datetime, UUID] | None:
    """The place in the list that an address names; None for its start and for anything unreadable."""
    moment, _, filing_id = text.partition("_")
    try:
        place = datetime.fromisoformat(moment), UUID(filing_id)
    except ValueError:
        return None
    return place if place[0].tzinfo is not None else None
