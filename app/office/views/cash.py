"""The cash desk: recording a payment, one entry with its receipt, and voiding it by two people."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from app.core.errors import Conflict, Forbidden, Invalid, Problem, Refusal
from app.core.language import T
from app.courts.current import current_pack
from app.office.forms.cash import CashForm, VoidForm
from app.office.policies import takes_cash, works_with_money
from app.office.views.blueprint import bp, page
from app.payments.attempts import AmountChanged
from app.payments.counter.days import entry
from app.payments.counter.recording import new_number, record_cash
from app.payments.counter.voiding import DecideVoid, ask_void, decide_void
from app.payments.current import current_till
from app.payments.ids import AttemptId
from app.payments.payers.lookup import NoSuchBill, bill_numbered
from app.payments.policies import takes_cash_at
from app.payments.queries import ObligationView
from app.payments.repricing import reprice
from app.web.access import actor, requires
from app.web.transactions import now, reading, writing

Page = tuple[str, int]


@bp.get("/payments/new")
@requires(takes_cash)
def show_cash_form() -> Page:
    """Find the bill, then enter what was handed over."""
    typed = request.args.get("bill", "")[:40]
    bill = _bill(typed)
    form = CashForm(data={"number": new_number(), "bill": bill.reference if bill else typed}).offer()
    missing = (Problem("bill", NoSuchBill.text),) if typed and bill is None else ()
    return page("cash.html", "money", form=form, bill=bill, problems=missing, pack=current_pack())


@bp.post("/payments/new")
@requires(takes_cash)
def record_payment() -> Response | Page:
    """Book it; sent twice, it is booked once."""
    form = CashForm().offer()
    if not form.validate():
        return _again(form, 422)
    try:
        _take_new_fee(form.bill.data)
        with writing() as session:
            attempt_id = record_cash(session, actor(), form.to_command(), zone=current_pack().zone, at=now())
    except Invalid as wrong:
        form.refuse(wrong.problems or (Problem("bill", wrong.text),))
        return _again(form, wrong.status)
    except Conflict as refusal:
        form.refuse((Problem("", refusal.text),))
        return _again(form, refusal.status)
    return redirect(url_for(".show_entry", attempt_id=attempt_id), 303)


@bp.get("/payments/<uuid:attempt_id>")
@requires(works_with_money)
def show_entry(attempt_id: UUID) -> Page:
    """One entry: its receipt, and the way to void it."""
    return _entry_page(attempt_id, VoidForm(), 200)


@bp.post("/payments/<uuid:attempt_id>/void")
@requires(works_with_money)
def ask_to_void(attempt_id: UUID) -> Response | Page:
    """Ask a colleague to void it."""
    form = VoidForm()
    if not form.validate():
        return _entry_page(attempt_id, form, 422)
    with writing() as session:
        ask_void(session, actor(), form.to_command(attempt_id), at=now())
    flash(str(T("A colleague must confirm it now. Until then the entry counts.")))
    return redirect(url_for(".show_entry", attempt_id=attempt_id), 303)


@bp.post("/payments/<uuid:attempt_id>/decide")
@requires(works_with_money)
def decide_on_void(attempt_id: UUID) -> Response | Page:
    """Confirm or refuse what a colleague asks."""
    command = DecideVoid(attempt_id=AttemptId(attempt_id), confirm=request.form.get("do") == "confirm")
    try:
        with writing() as session:
            decide_void(session, actor(), command, zone=current_pack().zone, at=now())
    except (Forbidden, Conflict) as refusal:
        return _entry_page(attempt_id, VoidForm(formdata=None), refusal.status, refusal)
    flash(str(T("The entry is void.") if command.confirm else T("The entry stays as it is.")))
    return redirect(url_for(".show_entry", attempt_id=attempt_id), 303)


def _take_new_fee(typed: str) -> None:
    """Bring the bill up to the fee of its day before money is booked on it; raises AmountChanged when that did."""
    bill = _bill(typed)
    if bill is None:
        return
    with writing() as session:
        changed = reprice(session, actor(), bill.id, current_till().fee_of, at=now())
    if changed:
        raise AmountChanged


def _entry_page(attempt_id: UUID, form: VoidForm, status: int, refusal: Refusal | None = None) -> Page:
    found = entry(reading(), actor(), attempt_id)
    problems = (Problem("", refusal.text),) if refusal else ()
    mine = found.void_asked_by == actor().person_id
    return page("entry.html", "money", status, entry=found, form=form, problems=problems, mine=mine)


def _again(form: CashForm, status: int) -> Page:
    return page("cash.html", "money", status, form=form, bill=_bill(form.bill.data), problems=(), pack=current_pack())


def _bill(typed: str) -> ObligationView | None:
    """The bill, when it is of a court at which the actor takes cash."""
    try:
        bill = bill_numbered(reading(), typed)
    except NoSuchBill:
        return None
    return bill if takes_cash_at(actor(), bill.court_code) else None
