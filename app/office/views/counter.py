"""Paper filings: the registrar begins one here and goes on in the same pages as everybody."""

from flask import redirect
from werkzeug.wrappers import Response

from app.core.errors import Invalid
from app.courts.current import current_pack
from app.filing.service import start_filing
from app.office.forms.counter import CounterForm
from app.office.policies import works_at_the_desk
from app.office.views.blueprint import bp, page
from app.web.access import actor, requires
from app.web.transactions import received_at, writing


@bp.get("/counter")
@requires(works_at_the_desk)
def show_counter() -> tuple[str, int]:
    """Which court took the paper, when, and what it is."""
    return page("counter.html", "counter", form=CounterForm.showing(current_pack(), actor()))


@bp.post("/counter")
@requires(works_at_the_desk)
def begin_at_counter() -> Response | tuple[str, int]:
    """Start the draft with the stamped time, and go on to its task list."""
    pack = current_pack()
    form = CounterForm.showing(pack, actor())
    if not form.complete(pack, now=received_at()):
        return page("counter.html", "counter", Invalid.status, form=form)
    with writing() as session:
        filing_id = start_filing(session, actor(), pack, form.to_command(pack.zone), at=received_at())
    return redirect(f"/filings/{filing_id}/tasks", 303)
