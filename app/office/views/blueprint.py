"""The blueprint, and what the pages of the desk share."""

from flask import Blueprint, render_template

from app.core.language import T
from app.office.policies import handles_trouble, works_at_the_desk
from app.office.rules import age
from app.web.access import actor
from app.web.transactions import now

bp = Blueprint("office", __name__, url_prefix="/desk")

_PLACES = (
    ("queue", "/desk", T("Filings"), works_at_the_desk),
    ("waivers", "/desk/waivers", T("Fee waivers"), works_at_the_desk),
    ("counter", "/desk/counter", T("Paper filing"), works_at_the_desk),
    ("advocates", "/desk/advocates", T("Advocates"), lambda _actor: True),
    ("trouble", "/desk/trouble", T("Stuck"), handles_trouble),
)


def page(template: str, place: str, status: int = 200, **values: object) -> tuple[str, int]:
    """A page of the desk; `place` is where in its menu it stands."""
    places = [(key, url, text) for key, url, text, policy in _PLACES if policy(actor())]
    html = render_template(
        f"office/{template}",
        active="desk",
        places=places,
        here=place,
        age=lambda since: age(since, now()),
        **values,
    )
    return html, status
