"""Pages for anyone: find a court, check a fee, and the checks before signing in. They read the pack and the fees."""

from datetime import date

from flask import Blueprint, render_template, request, url_for
from werkzeug.wrappers import Response

from app.courts import forms
from app.courts.court_days import court_date, holiday_name, is_court_day, next_court_day
from app.courts.current import current_pack, priced_pack
from app.courts.estimates import cost_in_all
from app.courts.fee_book import FeeNotKnown
from app.courts.proposals import propose_courts
from app.courts.timeliness import am_i_in_time
from app.web.access import public
from app.web.transactions import now

bp = Blueprint("courts", __name__)

Page = str | Response | tuple[str, int]


def _today() -> date:
    return court_date(current_pack(), now())


@bp.get("/courts")
@public
def find_court() -> Page:
    """The courts of a district, or all of them by level."""
    pack = current_pack()
    form = forms.FindCourt()
    form.offer(pack)
    valid = form.validate()
    chosen = form.district.data
    shown = {
        level: [court for court in pack.courts_at(level.code) if not chosen or chosen in court.districts]
        for level in pack.levels.values()
    }
    page = render_template(
        "courts/courts.html", form=form, shown=shown, district=pack.districts.get(chosen or ""), pack=pack
    )
    return (page, 200) if valid else (page, 422)


@bp.get("/courts/<code>")
@public
def show_court(code: str) -> Page:
    """One court: where it is, when it is open, what it hears, what filing there costs."""
    pack = current_pack()
    court = pack.court(code)
    today = _today()
    schedule = priced_pack().fees.schedule(today)
    return render_template(
        "courts/court.html",
        court=court,
        level=pack.levels[court.level],
        districts=[pack.districts[item].name for item in court.districts],
        deposit=schedule.amount("deposit", court.level),
        open_today=is_court_day(pack, today),
        holiday=holiday_name(pack, today),
        next_open=next_court_day(pack, today),
        pack=pack,
    )


@bp.get("/fees")
@public
def check_fee() -> Page:
    """The fees of every level of court, today or on the day asked for."""
    pack = priced_pack()
    form = forms.FeesOn()
    valid = form.validate()
    on = form.on.data or _today()
    try:
        schedule = pack.fees.schedule(on)
    except FeeNotKnown:
        schedule = None
    coming = pack.fees.coming(on) if on >= _today() else None
    page = render_template("courts/fees.html", form=form, on=on, schedule=schedule, coming=coming, pack=pack)
    return (page, 200) if valid else (page, 422)


@bp.get("/check")
@public
def check() -> Page:
    """What can be checked before signing in."""
    return render_template("courts/check.html")


@bp.get("/check/court")
@public
def which_court() -> Page:
    """Which court: first the kind of dispute, then what matters for it, then the answer."""
    pack = current_pack()
    kind = request.args.get("kind", "")
    if kind not in forms.KINDS:
        first = forms.DisputeKind()
        first.offer(pack)
        status = 422 if first.asked and not first.validate() else 200
        return render_template("courts/which_kind.html", form=first), status
    form = forms.Dispute()
    form.offer(pack, kind)
    if not form.asked or not form.validate():
        status = 422 if form.asked else 200
        return render_template("courts/which_court.html", form=form, kind=pack.case_types[kind]), status
    found = [(item, pack.court(item.court_code)) for item in propose_courts(pack, form.to_answers())]
    types = {item.case_type: item for item in pack.offered_filing_types()}
    return render_template("courts/proposals.html", found=found, types=types, again=url_for(".which_court", kind=kind))


@bp.get("/check/time")
@public
def in_time() -> Page:
    """Am I in time: the limit and its first day, then the answer on the same page."""
    pack = current_pack()
    form = forms.InTime()
    form.offer(pack)
    today = _today()
    answer, status = None, 200
    if form.asked:
        if form.validate() and form.refuse_future(today):
            answer = am_i_in_time(pack, form.limit.data, started=form.started.data, today=today)
        else:
            status = 422
    return render_template("courts/in_time.html", form=form, answer=answer, pack=pack), status


@bp.get("/check/cost")
@public
def what_cost() -> Page:
    """What will it cost in all: first what is filed, then where, then the sum."""
    pack = current_pack()
    filing = request.args.get("filing", "")
    if filing not in {item.code for item in pack.offered_filing_types()}:
        first = forms.WhatToFile()
        first.offer(pack)
        status = 422 if first.asked and not first.validate() else 200
        return render_template("courts/what_to_file.html", form=first), status
    form = forms.CostAt()
    form.offer(pack, filing)
    filing_type = pack.filing_type(filing)
    if not form.asked or not form.validate():
        status = 422 if form.asked else 200
        return render_template("courts/cost_where.html", form=form, filing_type=filing_type), status
    wish = {"filing_type": filing, "court": form.court.data, "exemption": form.exemption.data}
    estimate = cost_in_all(priced_pack(), on=_today(), **wish)
    court = pack.court(form.court.data)
    return render_template("courts/cost.html", estimate=estimate, filing_type=filing_type, court=court, pack=pack)
