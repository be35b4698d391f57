"""The court's money of a day: by rail, by cashier, entry by entry; and the close of a drawer."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.errors import Absent, Invalid
from app.core.language import T
from app.courts.current import current_pack
from app.office.forms.cash import CloseForm
from app.office.policies import MONEY_ROLES, works_with_money
from app.office.views.blueprint import bp, page
from app.payments.alarms import for_staff
from app.payments.counter.closing import close_day
from app.payments.counter.days import cashier_days, entries, rail_totals, waiting_voids
from app.payments.current import current_till
from app.payments.policies import keeps_books_of, takes_cash_at
from app.web.access import actor, requires
from app.web.transactions import now, reading, writing

Page = tuple[str, int]


@bp.get("/payments")
@requires(works_with_money)
def show_money() -> Page:
    """A day's totals and entries at one court; accountants see every rail and what needs staff."""
    court, day = _place()
    before = request.args.get("before", "")
    lines, older = entries(reading(), actor(), court, day, before=_key(before))
    keeps = keeps_books_of(actor(), court)
    return page(
        "money.html",
        "money",
        **_frame(court, day),
        lines=lines,
        older=older,
        first=not before,
        drawers=cashier_days(reading(), actor(), court, day),
        rails=rail_totals(reading(), actor(), court, day, zone=current_pack().zone),
        voids=waiting_voids(reading(), actor(), court),
        alarms=[item for item in for_staff(reading(), actor()) if item.court_code == court] if keeps else [],
        title_of=current_till().title_of,
    )


@bp.get("/payments/close")
@requires(works_with_money)
def show_close() -> Page:
    """Count the drawer."""
    court, day = _place()
    return _close_page(court, day, _cashier(court), CloseForm(), 200)


@bp.post("/payments/close")
@requires(works_with_money)
def close() -> Response | Page:
    """Close the day of a drawer."""
    court, day = _place()
    cashier, form = _cashier(court), CloseForm()
    if not form.validate():
        return _close_page(court, day, cashier, form, 422)
    try:
        with writing() as session:
            close_day(session, actor(), form.to_command(court, cashier, day), zone=current_pack().zone, at=now())
    except Invalid as wrong:
        form.refuse(wrong.problems)
        return _close_page(court, day, cashier, form, wrong.status)
    flash(str(T("The day is closed.")))
    return redirect(url_for(".show_money", court=court, day=day.isoformat()), 303)


def _close_page(court: str, day: date, cashier: UUID, form: CloseForm, status: int) -> Page:
    drawer = next((d for d in cashier_days(reading(), actor(), court, day) if d.cashier_id == cashier), None)
    if drawer is None:
        raise Absent
    return page("close.html", "money", status, **_frame(court, day), form=form, drawer=drawer)


def _frame(court: str, day: date) -> dict[str, Any]:
    today = now().astimezone(current_pack().zone).date()
    return {
        "court": court,
        "courts": [(code, current_pack().court(code).name) for code in _courts()],
        "court_name": current_pack().court(court).name,
        "day": day,
        "day_before": day - timedelta(days=1),
        "day_after": day + timedelta(days=1) if day < today else None,
        "cashier": takes_cash_at(actor(), court),
        "keeps": keeps_books_of(actor(), court),
        "me": actor().person_id,
    }


def _courts() -> list[str]:
    return sorted(actor().courts(*MONEY_ROLES) & current_pack().courts.keys())


def _place() -> tuple[str, date]:
    """The court and the day that the address names; the actor's first court, and today, without a word."""
    courts = _courts()
    court = request.args.get("court") or (courts[0] if courts else "")
    if court not in courts:
        raise Absent
    today = now().astimezone(current_pack().zone).date()
    try:
        day = date.fromisoformat(request.args.get("day") or today.isoformat())
    except ValueError:
        raise Absent from None
    return court, min(day, today)


def _cashier(court: str) -> UUID:
    """Whose drawer: one's own, or the one that the books' keeper names."""
    own = actor().person_id
    wanted = _key(request.args.get("cashier", "").replace("-", ""))
    if wanted is not None and keeps_books_of(actor(), court):
        return wanted
    if own is None:
        raise Absent
    return own


def _key(text: str) -> UUID | None:
    return UUID(text) if len(text) == 32 and all(c in "0123456789abcdef" for c in text) else None
