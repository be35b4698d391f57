"""The queue: what is in the registrar's hands, what waits, and the key for the next one."""

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.language import T
from app.courts.current import current_pack
from app.filing.claims import claim_next
from app.filing.desk import QueueLine, in_hand, queue, queue_length
from app.filing.queries import PAGE
from app.office.policies import works_at_the_desk
from app.office.rules import place_of, read_place
from app.office.views.blueprint import bp, page
from app.web.access import actor, requires
from app.web.transactions import now, reading, writing

_LONGEST_SEARCH = 100


@bp.get("")
@requires(works_at_the_desk)
def show_queue() -> tuple[str, int]:
    """What waits at the registrar's courts: urgent first, then the oldest."""
    search = request.args.get("q", "").strip()[:_LONGEST_SEARCH]
    after = read_place(request.args.get("after", ""))
    lines = queue(reading(), actor(), search=search, after=after)
    mine: tuple[QueueLine, ...] = () if search or after else in_hand(reading(), actor())
    return page(
        "queue.html",
        "queue",
        pack=current_pack(),
        lines=[line for line in lines if not (mine and line.mine)],
        mine=mine,
        search=search,
        waiting=queue_length(reading(), actor()),
        first=after is None,
        following=place_of(lines[-1]) if len(lines) == PAGE else None,
    )


@bp.post("/next")
@requires(works_at_the_desk)
def take_next() -> Response:
    """Take the next filing in hand and go to it."""
    with writing() as session:
        filing_id = claim_next(session, actor(), at=now())
    if filing_id is None:
        flash(str(T("Nothing waits: every filing is decided on or in somebody's hands.")))
        return redirect(url_for(".show_queue"), 303)
    return redirect(url_for(".show_filing", filing_id=filing_id), 303)
