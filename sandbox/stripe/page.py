"""The hosted checkout page, and the books for the person who tests."""

from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, jsonify, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from sandbox.pages.answers import json_answer
from sandbox.stripe.account import NotOpen
from sandbox.stripe.objects import OPEN, Refund, Session
from sandbox.world import world

pages = Blueprint("stripe_page", __name__)

DECLINES = {
    "generic_decline": "Card refused",
    "insufficient_funds": "Not enough money",
    "expired_card": "Card has expired",
}


@pages.get("/c/pay/<session_id>")
def show(session_id: str) -> Response:
    session = _session(session_id)
    page = render_template(
        "sandbox/stripe.html",
        session=session,
        open=session.status == OPEN and world().clock.now() < session.expires_at,
        back=_back(session),
        declines=DECLINES,
        refunds=_refunds_of(session),
    )
    response = make_response(page)
    # The button leads, by way of us, back to the shop.
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self'; form-action 'self' {' '.join(sorted(_origins(session)))}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    return response


@pages.post("/c/pay/<session_id>")
def press(session_id: str) -> AnyResponse:
    """Pay, or have the card refused."""
    session = _session(session_id)
    action = request.form.get("action", "")
    try:
        if action == "pay":
            world().stripe.pay(session.id)
        elif action in DECLINES:
            world().stripe.refuse(session.id, action)
        else:
            abort(400)
    except NotOpen:
        return _done(session, 409, url_for("stripe_page.show", session_id=session.id))
    return _done(
        session, 200, _back(session) if action == "pay" else url_for("stripe_page.show", session_id=session.id)
    )


@pages.get("/books/stripe")
def books() -> Response:
    """Every session and refund, and which were paid. Amounts are minor units."""
    refunds = [
        {"id": r.id, "payment_intent": r.intent_id, "amount": r.amount, "currency": r.currency.upper(),
         "status": r.status, "metadata": r.metadata}
        for r in reversed(world().stripe_refunds.listed())
    ]  # fmt: skip
    return jsonify(**world().stripe.books(), refunds=refunds)


@pages.get("/sessions")
def sessions() -> str:
    return render_template("sandbox/stripe_list.html", sessions=world().stripe.listed()[:50])


def _done(session: Session, status: int, where: str) -> AnyResponse:
    if request.accept_mimetypes.best == "application/json":
        return json_answer(status, session=session.id)
    return redirect(where, 303)


def _session(session_id: str) -> Session:
    session = world().stripe.find(session_id)
    if session is None:
        abort(404)
    return session


def _refunds_of(session: Session) -> list[Refund]:
    return world().stripe_refunds.listed(session.intent_id) if session.intent_id else []


def _back(session: Session) -> str:
    return session.success_url.replace("{CHECKOUT_SESSION_ID}", session.id)


def _origins(session: Session) -> set[str]:
    parts = urlsplit(session.success_url)
    return {f"{parts.scheme}://{parts.netloc}"}
