"""The home page, and my cases."""

from flask import render_template

from app.courts.current import current_pack
from app.filing.queries import my_filings
from app.filing.status import EDITABLE
from app.portal.forms import SearchForm
from app.portal.my_list import my_list
from app.portal.views.blueprint import bp
from app.web.access import actor, public, requires, signed_in
from app.web.transactions import reading

MOST_DRAFTS = 3


@bp.get("/")
@public
def home() -> str:
    """What can be done here; for people who are signed in also what they can go on with."""
    drafts = []
    if actor().signed_in:
        touched = my_filings(reading(), actor())
        drafts = [line for line in touched if line.status in EDITABLE][:MOST_DRAFTS]
    return render_template("portal/home.html", drafts=drafts, pack=current_pack(), active="home")


@bp.get("/cases")
@requires(signed_in)
def cases() -> tuple[str, int]:
    """Every filing and case of the signed-in person, with a search."""
    form = SearchForm()
    valid = form.validate()
    listed = my_list(reading(), actor(), form.asked())
    page = render_template("portal/cases.html", form=form, listed=listed, pack=current_pack(), active="cases")
    return page, 200 if valid else 422
