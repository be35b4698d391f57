"""The tester's other tools: the books, the authenticator, the clock."""

import math
from dataclasses import asdict
from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sandbox import wallets
from sandbox.authenticator import BadSecret
from sandbox.clock import iso
from sandbox.mail.mailbox import as_json
from sandbox.pages.answers import json_answer
from sandbox.payment import SUCCESSFUL
from sandbox.world import world

pages = Blueprint("desk", __name__)


@pages.get("/books")
def books() -> Response:
    """What was asked for and what moved, with both sides of every movement. Amounts are minor units."""
    daraja = {
        "payments": world().daraja.books(),
        "bills": world().paybill.books(),
        "reversals": world().reversals.books(),
    }
    payments = [line for operator in (world().operator, world().airtel) for line in operator.book_lines()]
    paid = [line for line in payments if line["kind"] == "collection" and line["status"] == SUCCESSFUL]
    with world().store.read() as db:
        moved = wallets.entries(db)
    return jsonify(payments=payments, debits=paid, entries=moved, daraja=daraja)


@pages.get("/books/messages")
def message_books() -> Response:
    """Every text message and e-mail that was taken in, in order."""
    texts = [
        {"sid": m.sid, "to": m.to_number, "from": m.from_number, "body": m.body, "status": m.status,
         "error_code": m.error_code, "created_at": iso(m.created_at), "sent_at": iso(m.sent_at)}
        for m in world().gateway.all()
    ]  # fmt: skip
    return jsonify(sms=texts, mails=[as_json(mail) for mail in world().mailbox.all()])


@pages.get("/authenticator")
def authenticator() -> str:
    return render_template("sandbox/authenticator.html", codes=world().authenticators.codes())


@pages.get("/authenticator.json")
def authenticator_as_json() -> Response:
    return jsonify(codes=[asdict(code) for code in world().authenticators.codes()])


@pages.post("/authenticator")
def keep_secret() -> AnyResponse:
    """Keep {label, secret}; a label that is there gets the new secret."""
    sent: Any = request.get_json(silent=True) if request.is_json else request.form
    label, secret = _text(sent, "label"), _text(sent, "secret").replace(" ", "").upper()
    try:
        if not label or not secret:
            raise BadSecret(label)
        world().authenticators.keep(label, secret)
    except BadSecret:
        return json_answer(422, error="Send a label and a base32 secret of at least 112 bits.")
    return json_answer(201, label=label) if request.is_json else redirect(url_for("desk.authenticator"), 303)


@pages.get("/clock")
def clock() -> Response:
    return jsonify(now=iso(world().clock.now()))


@pages.post("/clock")
def advance() -> Response:
    """Move the sandbox's clock forward by {seconds}, for tests."""
    sent: Any = request.get_json(silent=True) if request.is_json else request.form
    try:
        seconds = float(_text(sent, "seconds"))
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= 400 * 86400:
        return json_answer(422, error="Send seconds, from 0 to 400 days.")
    world().clock.advance(seconds)
    return clock()


def _text(sent: Any, name: str) -> str:
    found = sent.get(name) if hasattr(sent, "get") else None
    return "" if found is None else str(found).strip()
