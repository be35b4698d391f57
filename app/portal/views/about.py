"""What the service says of itself."""

from flask import render_template

from app.portal.views.blueprint import bp
from app.portal.working import things
from app.web.access import public
from app.web.health import checks
from app.web.transactions import now, stop_reading


@bp.get("/status")
@public
def status() -> str:
    """Is everything working, in plain words; the same checks as /readyz."""
    stop_reading()
    found = things(checks())
    return render_template("portal/status.html", things=found, all_well=all(t.works for t in found), at=now())


@bp.get("/accessibility")
@public
def accessibility() -> str:
    """For whom the pages are made to work, and what to do when they don't."""
    return render_template("portal/accessibility.html")
