"""Starting: what can be filed, and the first save."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.core.language import language
from app.filing.answers import Answers, CourtChoice
from app.filing.commands import StartFiling
from app.filing.service import start_filing
from app.filing.views.blueprint import bp, pack
from app.web.access import actor, public, requires, signed_in
from app.web.transactions import now, writing


@bp.get("/start")
@public
def start() -> str:
    """What can be filed, in plain words; no account is needed to look."""
    return render_template("filing/start.html", types=pack().offered_filing_types(), active="home")


@bp.get("/start/<filing_type>")
@requires(signed_in)
def begin(filing_type: str) -> str:
    """What will be asked, what to have ready, and the button that starts the draft."""
    kind = pack().filing_type(filing_type)
    carried = {k: v for k, v in request.args.items() if k in ("court", "district") and len(v) <= 20}
    return render_template("filing/begin.html", filing_type=kind, carried=carried)


@bp.post("/start/<filing_type>")
@requires(signed_in)
def begin_post(filing_type: str) -> Response:
    """Start the draft; what was found out before signing in is carried over."""
    district = request.form.get("district", "")
    court = CourtChoice(
        district=district if district in pack().districts else "",
        court_code=_court(filing_type, request.form.get("court", "")),
    )
    command = StartFiling(filing_type=filing_type, language=language(), answers=Answers(court=court))
    with writing() as session:
        filing_id = start_filing(session, actor(), pack(), command, at=now())
    return redirect(url_for("filing.tasks", filing_id=filing_id), 303)


def _court(filing_type: str, code: str) -> str:
    known = {court.code for court in pack().courts_for(filing_type)}
    return code if code in known else ""
