"""A telephone on the screen: the payment prompts and the text messages of a number."""

import re
from collections import Counter
from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sandbox import money
from sandbox.clock import iso
from sandbox.daraja.paybill import NotServed
from sandbox.pages.answers import json_answer
from sandbox.prompt import NoSuchPrompt, Press, Prompt
from sandbox.sms.message import Message
from sandbox.wallets import currency_of
from sandbox.world import world

pages = Blueprint("handset", __name__, url_prefix="/handset")

_NUMBER = re.compile(r"[1-9][0-9]{7,14}", re.ASCII)
_PIN = re.compile(r"[0-9]{4,5}", re.ASCII)


def digits(text: str) -> str:
    """A number as people write it, in international digits: "0788 123 456" and "+250788123456" are 250788123456."""
    found = re.sub(r"[^0-9]", "", text)
    return f"250{found[1:]}" if found.startswith("07") else found


@pages.get("")
def numbers() -> str | AnyResponse:
    asked = request.args.get("number", "")
    if asked:
        return redirect(url_for("handset.show", msisdn=digits(asked)))
    return render_template("sandbox/handsets.html", numbers=_known())


def _known() -> list[tuple[str, int]]:
    """Every number that was ever asked or written to, with how many prompts wait."""
    waiting: Counter[str] = Counter()
    for asker in world().askers:
        waiting.update(asker.waiting())
    return [(number, waiting[number]) for number in sorted({*waiting, *world().gateway.numbers()})]


def _prompts(number: str) -> list[Prompt]:
    """What every operator asks or has asked of a number, newest first."""
    found = [prompt for asker in world().askers for prompt in asker.prompts(number)]
    return sorted(found, key=lambda prompt: prompt.created_at, reverse=True)


@pages.get("/<msisdn>")
def show(msisdn: str) -> str | AnyResponse:
    number = _number(msisdn)
    if number != msisdn:
        return redirect(url_for("handset.show", msisdn=number))
    payments = _prompts(number)
    prompts = [payment for payment in payments if payment.waiting and not payment.ignored]
    return render_template(
        "sandbox/handset.html",
        number=number,
        prompts=prompts,
        past=[payment for payment in payments if payment not in prompts],
        inbox=world().gateway.inbox(number),
        balance=world().wallets.held(number),
        currency=currency_of(number),
        pays_bills=world().daraja.serves(number),
        problem=request.args.get("problem"),
    )


@pages.get("/<msisdn>.json")
def as_json(msisdn: str) -> Response:
    number = _number(msisdn)
    payments = _prompts(number)
    return jsonify(
        number=number,
        balance={"amount": world().wallets.held(number), "currency": currency_of(number)},
        prompts=[_payment(payment) for payment in payments if payment.waiting],
        payments=[_payment(payment) for payment in payments],
        messages=[_message(message) for message in world().gateway.inbox(number)],
    )


def _payment(payment: Prompt) -> dict[str, Any]:
    return {
        "asker": payment.asker,
        "reference_id": payment.reference_id,
        "external_id": payment.reference,
        "amount": money.wire(payment.amount, payment.currency),
        "currency": payment.currency,
        "message": payment.message,
        "status": payment.status,
        "reason": payment.reason,
        "ignored": payment.ignored,
        "created_at": iso(payment.created_at),
    }


def _message(message: Message) -> dict[str, Any]:
    return {
        "sid": message.sid,
        "from": message.from_number or message.service,
        "body": message.body,
        "status": message.status,
        "at": iso(message.created_at),
    }


@pages.post("/<msisdn>/prompts/<reference_id>")
def press(msisdn: str, reference_id: str) -> AnyResponse:
    number, action = _number(msisdn), request.form.get("action")
    if action not in list(Press):
        abort(400)
    if action == Press.APPROVE and not _PIN.fullmatch(request.form.get("pin", "")):
        return _pressed(number, 422, "Type a PIN of 4 or 5 digits. Any will do.")
    for asker in world().askers:
        try:
            asker.press(number, reference_id, Press(action))
        except NoSuchPrompt:
            continue
        return _pressed(number, 200, None)
    return _pressed(number, 409, "That prompt is no longer waiting.")


@pages.post("/<msisdn>/bills")
def pay_bill(msisdn: str) -> AnyResponse:
    """Pay any amount to the court's paybill under any account number, as M-Pesa's own menu does."""
    number = _number(msisdn)
    try:
        amount = money.minor(request.form.get("amount", "").strip(), currency_of(number))
    except money.BadAmount:
        return _pressed(number, 422, "Type an amount of shillings above zero.")
    try:
        refusal = world().paybill.pay(number, request.form.get("account", "").strip(), amount)
    except NotServed as problem:
        return _pressed(number, 409, str(problem))
    return _pressed(number, 409 if refusal else 200, refusal)


@pages.post("/<msisdn>/balance")
def fill(msisdn: str) -> AnyResponse:
    """Make the wallet hold a whole number of francs or shillings."""
    number, text = _number(msisdn), request.form.get("amount", "")
    if not re.fullmatch(r"[0-9]{1,12}", text, re.ASCII):
        return _pressed(number, 422, "Type a whole number.")
    world().wallets.fill(number, int(text) * 10 ** money.EXPONENTS[currency_of(number)])
    return _pressed(number, 200, None)


def _pressed(number: str, status: int, problem: str | None) -> AnyResponse:
    """Back to the handset for a person; a program that asks for JSON gets the status itself."""
    if request.accept_mimetypes.best == "application/json":
        return json_answer(status, problem=problem)
    return redirect(url_for("handset.show", msisdn=number, problem=problem), 303)


def _number(text: str) -> str:
    found = digits(text)
    if not _NUMBER.fullmatch(found):
        abort(404)
    return found
