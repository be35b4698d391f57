"""A telephone on the screen: the payment prompts and the text messages of a number."""

import re
from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sandbox import money
from sandbox.clock import iso
from sandbox.mtn.operator import NoSuchPrompt
from sandbox.mtn.payment import Payment
from sandbox.pages.answers import json_answer
from sandbox.sms.message import Message
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
    waiting = world().operator.waiting()
    return [(number, waiting.get(number, 0)) for number in sorted({*waiting, *world().gateway.numbers()})]


@pages.get("/<msisdn>")
def show(msisdn: str) -> str | AnyResponse:
    number = _number(msisdn)
    if number != msisdn:
        return redirect(url_for("handset.show", msisdn=number))
    payments = world().operator.of_handset(number)
    prompts = [payment for payment in payments if payment.is_prompt and not payment.ignored]
    return render_template(
        "sandbox/handset.html",
        number=number,
        prompts=prompts,
        past=[payment for payment in payments if payment not in prompts],
        inbox=world().gateway.inbox(number),
        balance=world().operator.wallet(number, "RWF"),
        problem=request.args.get("problem"),
    )


@pages.get("/<msisdn>.json")
def as_json(msisdn: str) -> Response:
    number = _number(msisdn)
    payments = world().operator.of_handset(number)
    return jsonify(
        number=number,
        balance={"amount": world().operator.wallet(number, "RWF"), "currency": "RWF"},
        prompts=[_payment(payment) for payment in payments if payment.is_prompt],
        payments=[_payment(payment) for payment in payments],
        messages=[_message(message) for message in world().gateway.inbox(number)],
    )


def _payment(payment: Payment) -> dict[str, Any]:
    order = payment.order
    return {
        "reference_id": order.reference_id,
        "external_id": order.external_id,
        "amount": money.wire(order.amount, order.currency),
        "currency": order.currency,
        "message": order.payer_message,
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
    operator = world().operator
    if action == "approve" and not _PIN.fullmatch(request.form.get("pin", "")):
        return _pressed(number, 422, "Type a PIN of 4 or 5 digits. Any will do.")
    try:
        match action:
            case "approve":
                operator.approve(number, reference_id)
            case "wrong-pin":
                operator.decline(number, reference_id, "PAYMENT_NOT_APPROVED")
            case "decline":
                operator.decline(number, reference_id, "APPROVAL_REJECTED")
            case "ignore":
                operator.ignore(number, reference_id)
            case _:
                abort(400)
    except NoSuchPrompt:
        return _pressed(number, 409, "That prompt is no longer waiting.")
    return _pressed(number, 200, None)


@pages.post("/<msisdn>/balance")
def fill(msisdn: str) -> AnyResponse:
    """Make the wallet hold a whole number of francs."""
    number, text = _number(msisdn), request.form.get("amount", "")
    if not re.fullmatch(r"[0-9]{1,12}", text, re.ASCII):
        return _pressed(number, 422, "Type a whole number of francs.")
    world().operator.fill_wallet(number, "RWF", int(text))
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
