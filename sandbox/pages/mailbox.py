"""The e-mails that came, by address."""

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sandbox.mail.mailbox import as_json
from sandbox.world import world

pages = Blueprint("mailbox", __name__)


@pages.get("/mailbox")
def addresses() -> str | AnyResponse:
    asked = request.args.get("address", "").strip()
    if asked:
        return redirect(url_for("mailbox.show", address=asked))
    return render_template("sandbox/mailboxes.html", addresses=world().mailbox.addresses())


@pages.get("/mailbox.json")
def addresses_as_json() -> Response:
    return jsonify(addresses=[{"address": a, "messages": n} for a, n in world().mailbox.addresses()])


@pages.get("/mailbox/<address>")
def show(address: str) -> str:
    return render_template("sandbox/mailbox.html", address=address, mails=world().mailbox.of_address(address))


@pages.get("/mailbox/<address>.json")
def show_as_json(address: str) -> Response:
    return jsonify(address=address, messages=[as_json(mail) for mail in world().mailbox.of_address(address)])
