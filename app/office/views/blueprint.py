"""The blueprint, and what the pages of the desk share."""

from flask import Blueprint, render_template

from app.accounts.policies import decides_on_advocates
from app.core.language import T
from app.office.policies import (
    answers_for_fees,
    handles_refunds,
    handles_trouble,
    keeps_accounts,
    works_at_the_desk,
    works_with_money,
)
from app.office.rules import age
from app.web.access import actor
from app.web.transactions import now

bp = Blueprint("office", __name__, url_prefix="/desk")

_PLACES = (
    ("queue", "/desk", T("Filings"), works_at_the_desk),
    ("waivers", "/desk/waivers", T("Fee waivers"), works_at_the_desk),
    ("counter", "/desk/counter", T("Paper filing"), works_at_the_desk),
    ("advocates", "/desk/advocates", T("Advocates"), decides_on_advocates),
    ("money", "/desk/payments", T("Payments"), works_with_money),
    ("refunds", "/desk/payments/refunds", T("Refunds"), handles_refunds),
    ("unplaced", "/desk/payments/unplaced", T("Unplaced money"), works_with_money),
    ("reconciliation", "/desk/payments/reconciliation", T("Reconciliation"), keeps_accounts),
    ("fees", "/desk/fees", T("Court fees"), answers_for_fees),
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
