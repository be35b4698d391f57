"""One filing beside the images of its documents; taking it in hand and putting it back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.errors import Absent, Conflict, Problem
from app.courts import Court, FilingType, Pack
from app.courts.current import current_pack
from app.documents.delivery import intake, send_picture
from app.documents.queries import document
from app.documents.renditions import MEDIA_TYPE, WIDTHS, page_image
from app.filing import claims
from app.filing.dossier import Dossier, dossier
from app.filing.queries import FilingView, document_of, filing
from app.filing.status import FilingStatus
from app.office.forms.deciding import AcceptForm
from app.office.papers import Paper, papers_of, proof_of
from app.office.policies import works_at_the_desk
from app.office.views.blueprint import bp, page
from app.payments.queries import ObligationView, obligation_of
from app.payments.remissions.queries import RemissionView, remissions_of
from app.web.access import actor, requires
from app.web.transactions import now, reading, stop_reading, writing

_WIDTH = 960


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """A filing as it lies on the desk. `held`: in whose hand, "mine", "other" or ""; `stale`: may be taken over.

    `waivers` are the requests not to pay its fee, the newest first.
    """

    pack: Pack
    view: FilingView
    kind: FilingType
    court: Court
    around: Dossier
    owed: ObligationView | None
    waivers: tuple[RemissionView, ...]
    papers: tuple[Paper, ...]
    held: str
    stale: bool
    chief: bool

    @property
    def waiver_waits(self) -> bool:
        """Whether a registrar is to decide on the fee."""
        return self.owed is not None and self.owed.waiver is not None and self.owed.waiver.waits

    @property
    def proof_first(self) -> tuple[Paper, ...]:
        """The documents with those that were put to the newest request at the top."""
        proof = {paper.document_id for request in self.waivers[:1] for paper in request.proof}
        return tuple(sorted(self.papers, key=lambda paper: paper.id not in proof))

    @property
    def fee_unpaid(self) -> bool:
        """Whether the fee is unpaid after a refusal, or after its payment was voided, and a registrar must decide."""
        return self.owed is not None and self.owed.overdue


def lay_out(filing_id: UUID) -> Desk:
    """The filing with all around it; raises NoSuchFiling for whoever is no registrar of its court."""
    around = dossier(reading(), actor(), filing_id)
    view = filing(reading(), actor(), filing_id)
    pack = current_pack()
    held = ""
    if view.status is FilingStatus.UNDER_REVIEW:
        held = "mine" if view.claimed_by == actor().person_id else "other"
    owed = obligation_of(reading(), view.id) if view.obligation_id else None
    requests = remissions_of(reading(), owed.id) if owed and owed.waiver else ()
    papers = papers_of(view, around.lead)
    waited = now() - view.claimed_at if view.claimed_at else timedelta(0)
    return Desk(
        pack=pack,
        view=view,
        kind=pack.filing_type(view.filing_type),
        court=pack.court(view.court_code or ""),
        around=around,
        owed=owed,
        waivers=requests,
        papers=(*papers, *proof_of(requests, papers)),
        held=held,
        stale=held == "other" and waited >= claims.CLAIM_HOLDS,
        chief=actor().has("chief_registrar", view.court_code),
    )


def filing_page(
    desk: Desk, template: str = "filing.html", *, status: int = 200, values: Mapping[str, object] | None = None
) -> tuple[str, int]:
    """A page with this filing on it."""
    given = {"form": AcceptForm.showing(desk.kind), **(values or {})}
    return page(template, "queue", status, desk=desk, filing=desk.view, **given)


@bp.get("/filings/<uuid:filing_id>")
@requires(works_at_the_desk)
def show_filing(filing_id: UUID) -> tuple[str, int]:
    """The filing, and what can be done with it."""
    return filing_page(lay_out(filing_id))


@bp.post("/filings/<uuid:filing_id>/claim")
@requires(works_at_the_desk)
def claim(filing_id: UUID) -> Response | tuple[str, int]:
    """Take it in hand; when somebody was faster, the page says who."""
    return _handle(filing_id, take=True)


@bp.post("/filings/<uuid:filing_id>/release")
@requires(works_at_the_desk)
def release(filing_id: UUID) -> Response | tuple[str, int]:
    """Put it back into the queue."""
    return _handle(filing_id, take=False)


def _handle(filing_id: UUID, *, take: bool) -> Response | tuple[str, int]:
    act = claims.claim if take else claims.release
    try:
        with writing() as session:
            act(session, actor(), filing_id, at=now())
    except Conflict as refusal:
        problems = (Problem("", refusal.text),)
        return filing_page(lay_out(filing_id), status=refusal.status, values={"problems": problems})
    return redirect(url_for(".show_filing", filing_id=filing_id), 303)


@bp.get("/filings/<uuid:filing_id>/documents/<uuid:document_id>/pages/<int:number>.webp")
@requires(works_at_the_desk)
def page_picture(filing_id: UUID, document_id: UUID, number: int) -> Response:
    """One page of a document as a picture; `w` is the width wanted, in dots."""
    if not document_of(reading(), actor(), filing_id, document_id):
        raise Absent
    found = document(reading(), document_id)
    if found is None or number > found.pages:
        raise Absent
    stop_reading()
    asked = request.args.get("w", _WIDTH, type=int)
    width = asked if asked in WIDTHS else _WIDTH
    return send_picture(page_image(intake(), found.sha256, number, width), MEDIA_TYPE)
