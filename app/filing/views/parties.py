"""The parties on both sides, one page each."""

from dataclasses import replace
from uuid import UUID

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from app.accounts.queries import contact_points
from app.core.ids import new_id
from app.courts import Side
from app.filing.answers import ActingAs, Party, PartyKind
from app.filing.forms.parties import PartyForm
from app.filing.queries import FilingView
from app.filing.rules import MOST_PARTIES
from app.filing.saved_parties import keep_party, saved_parties
from app.filing.views.blueprint import bp, draft, new_item, next_page, pack, page, save, saved, type_of
from app.web.access import actor, requires, signed_in
from app.web.transactions import now, reading, writing

Answer = Response | tuple[str, int]


@bp.get("/filings/<uuid:filing_id>/parties")
@requires(signed_in)
def parties(filing_id: UUID) -> Answer:
    """Who is on which side."""
    view = draft(filing_id)
    kept = saved_parties(reading(), actor())
    return page("parties", view, part="parties", kept=kept, most=MOST_PARTIES)


@bp.post("/filings/<uuid:filing_id>/parties")
@requires(signed_in)
def parties_post(filing_id: UUID) -> Response:
    """The list is complete."""
    view = draft(filing_id)
    save(view, "parties", replace(view.answers, parties_done=True))
    return next_page(view)


@bp.get("/filings/<uuid:filing_id>/parties/add/<side_code>")
@requires(signed_in)
def add_party(filing_id: UUID, side_code: str) -> Answer:
    """An empty page for one more party."""
    view = draft(filing_id)
    side = _side(view, side_code)
    oneself = _oneself(view, side)
    form = PartyForm.showing(pack(), side, oneself)
    if oneself:
        form.identity_kind.data = form.identity_kind.empty
    return page("party", view, part="party:new", form=form, side=side, party=None, item=new_item())


@bp.post("/filings/<uuid:filing_id>/parties/add/<side_code>")
@requires(signed_in)
def add_party_post(filing_id: UUID, side_code: str) -> Answer:
    """Add the party."""
    view = draft(filing_id)
    side = _side(view, side_code)
    return _save(view, side, new_item())


@bp.post("/filings/<uuid:filing_id>/parties/add/<side_code>/saved")
@requires(signed_in)
def add_saved_party(filing_id: UUID, side_code: str) -> Response:
    """Add a party that the filer keeps, from the list."""
    view = draft(filing_id)
    side = _side(view, side_code)
    wanted = next((k for k in saved_parties(reading(), actor()) if str(k.id) == request.form.get("saved")), None)
    if wanted is None:
        abort(404)
    party = replace(wanted.party, id=str(new_id()), side=side.code, role=side.roles[0])
    save(view, f"party:{party.id}", view.answers.with_party(party))
    return redirect(url_for("filing.party", filing_id=filing_id, party_id=party.id), 303)


@bp.get("/filings/<uuid:filing_id>/parties/<party_id>")
@requires(signed_in)
def party(filing_id: UUID, party_id: str) -> Answer:
    """One party."""
    view = draft(filing_id)
    there = _party(view, party_id)
    side = _side(view, there.side)
    form = PartyForm.showing(pack(), side, there)
    return page("party", view, part=f"party:{party_id}", form=form, side=side, party=there)


@bp.post("/filings/<uuid:filing_id>/parties/<party_id>")
@requires(signed_in)
def party_post(filing_id: UUID, party_id: str) -> Answer:
    """Save one party."""
    view = draft(filing_id)
    there = _party(view, party_id)
    return _save(view, _side(view, there.side), there.id)


@bp.post("/filings/<uuid:filing_id>/parties/<party_id>/remove")
@requires(signed_in)
def remove_party(filing_id: UUID, party_id: str) -> Response:
    """Take a party off."""
    view = draft(filing_id)
    save(view, f"party:{party_id}", view.answers.without_party(party_id))
    return redirect(url_for("filing.parties", filing_id=filing_id), 303)


def _save(view: FilingView, side: Side, party_id: str) -> Answer:
    there = view.answers.party(party_id)
    form = PartyForm.showing(pack(), side, there)
    part = f"party:{party_id}"
    wanted = form.party(party_id, side) if form.validate() else None
    answers = view.answers.with_party(wanted) if wanted else None
    again = saved("party", view, part, form, answers, side=side, party=there, item=party_id)
    if again:
        return again
    if wanted and wanted.name and actor().has("advocate"):
        with writing() as session:
            keep_party(session, actor(), wanted, at=now())
    return next_page(view, "parties")


def _oneself(view: FilingView, side: Side) -> Party | None:
    """The filer as the first party of what they file for themselves, so that nobody types what is known already."""
    me = actor().person_id
    mine = view.answers.acting_as is ActingAs.SELF and view.channel == "online"
    if me is None or not mine or side.code != "claimant" or view.answers.on_side(side.code):
        return None
    known = contact_points(reading(), [me])[me]
    return Party(
        id="",
        side=side.code,
        role=side.roles[0],
        kind=PartyKind.PERSON,
        name=known.name,
        phone=known.phone or "",
        email=known.email or "",
        is_filer=True,
    )


def _side(view: FilingView, code: str) -> Side:
    side = next((s for s in type_of(view).sides if s.code == code), None)
    if side is None:
        abort(404)
    return side


def _party(view: FilingView, party_id: str) -> Party:
    there = view.answers.party(party_id)
    if there is None:
        abort(404)
    return there
