"""The payment link: the page where a person pays an invoice, and the books for the person who tests."""

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sandbox.irembopay.invoice import Invoice
from sandbox.irembopay.office import NoSuchPush, NotPayable
from sandbox.irembopay.push import PROVIDERS, PushState, problem_with
from sandbox.pages.answers import json_answer
from sandbox.world import world

pages = Blueprint("irembopay_page", __name__)

_PROBLEMS = {
    "BAD_PAYMENT_PROVIDER": "Choose MTN or Airtel.",
    "PHONE_NUMBER_MISSING": "Type the number that pays.",
    "BAD_PHONE_NUMBER": "Type a Rwandan number of ten digits, such as 0788 000 000.",
    "PAYMENT_PROVIDER_ERROR": "This number is of the other network.",
    "INVOICE_EXPIRED": "The time for paying this invoice is over.",
    "INVOICE_ALREADY_PAID": "This invoice is paid already.",
}


@pages.get("/pay/<number>")
def show(number: str) -> str:
    invoice = _invoice(number)
    pushes = world().irembopay.pushes(number)
    return render_template(
        "sandbox/irembopay.html",
        invoice=invoice,
        expired=invoice.is_expired(world().clock.now()),
        waiting=[push for push in pushes if push.state == PushState.WAITING],
        past=[push for push in pushes if push.state != PushState.WAITING],
        providers=PROVIDERS,
        problem=_PROBLEMS.get(request.args.get("problem", "")),
    )


@pages.post("/pay/<number>")
def ask(number: str) -> AnyResponse:
    """Ask a telephone to pay."""
    invoice = _invoice(number)
    phone = "".join(c for c in request.form.get("phone", "") if c.isdigit())
    phone = f"0{phone[3:]}" if phone.startswith("250") else phone
    provider = request.form.get("provider", "")
    problem = problem_with(phone, provider)
    if problem is None:
        try:
            world().irembopay.ask(invoice.number, phone, provider)
        except NotPayable as refused:
            problem = refused.code
    return _done(number, problem)


@pages.post("/pay/<number>/prompt/<reference>")
def press(number: str, reference: str) -> AnyResponse:
    """Answer on the telephone."""
    _invoice(number)
    try:
        match request.form.get("action"):
            case "approve":
                world().irembopay.approve(reference)
            case "decline":
                world().irembopay.decline(reference)
            case _:
                abort(400)
    except NoSuchPush:
        return _done(number, "INVOICE_EXPIRED")
    return _done(number, None)


@pages.post("/pay/<number>/expire")
def expire(number: str) -> AnyResponse:
    """Let the time for paying be over now."""
    world().irembopay.expire(_invoice(number).number)
    return _done(number, None)


@pages.get("/books/irembopay")
def books() -> Response:
    """Every invoice, and which were paid. Amounts are minor units."""
    return jsonify(world().irembopay.books())


@pages.get("/invoices")
def invoices() -> str:
    return render_template("sandbox/irembopay_list.html", invoices=world().irembopay.listed())


def _done(number: str, problem: str | None) -> AnyResponse:
    """Back to the invoice for a person; a program that asks for JSON gets the status itself."""
    if request.accept_mimetypes.best == "application/json":
        return json_answer(200 if problem is None else 409, problem=problem)
    return redirect(url_for("irembopay_page.show", number=number, problem=problem), 303)


def _invoice(number: str) -> Invoice:
    invoice = world().irembopay.find(number)
    if invoice is None or invoice.number != number:
        abort(404)
    return invoice
