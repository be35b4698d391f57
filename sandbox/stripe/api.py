"""Sessions, payment intents and refunds over HTTP."""

from typing import Any

from flask import Blueprint, Response, request

from sandbox.faults import Moment, Taken
from sandbox.stripe.account import NotOpen
from sandbox.stripe.objects import Session, intent_body, list_body, refund_body, session_body
from sandbox.stripe.orders import read_refund, read_session
from sandbox.stripe.refunds import NotRefundable
from sandbox.stripe.wire import carry_out, kept, keyed, ok, parameters, refused
from sandbox.world import world

pages = Blueprint("stripe_api", __name__, url_prefix="/v1")


@pages.post("/checkout/sessions")
def open_session() -> Response:
    return carry_out(Moment.REQUEST, _open_session)


def _open_session(taken: Taken) -> Response:
    post = keyed(taken)
    order = read_session(parameters(), world().clock.now())
    base = f"{request.host_url.rstrip('/')}{request.script_root}/c/pay"
    return kept(world().stripe.open_session(order, base, post))


@pages.get("/checkout/sessions/<session_id>")
def show_session(session_id: str) -> Response:
    return carry_out(Moment.STATUS, lambda _: ok(session_body(_session(session_id))))


@pages.get("/checkout/sessions")
def list_sessions() -> Response:
    return carry_out(Moment.LIST, lambda _: _list_sessions())


def _list_sessions() -> Response:
    asked = parameters()
    found = [
        session_body(session)
        for session in world().stripe.listed()
        if asked.get("payment_intent") in (None, session.intent_id) and asked.get("status") in (None, session.status)
    ]
    return ok(list_body("/v1/checkout/sessions", found, _limit(asked)))


@pages.post("/checkout/sessions/<session_id>/expire")
def expire_session(session_id: str) -> Response:
    return carry_out(Moment.OTHER, lambda taken: _expire_session(session_id, taken))


def _expire_session(session_id: str, taken: Taken) -> Response:
    session = _session(session_id)
    try:
        return kept(world().stripe.expire(session_id, keyed(taken)))
    except NotOpen:
        text = f'Only Checkout Sessions with a status in ["open"] can be expired. This one is {session.status}.'
        raise refused(400, text) from None


@pages.get("/payment_intents/<intent_id>")
def show_intent(intent_id: str) -> Response:
    return carry_out(Moment.STATUS, lambda _: _show_intent(intent_id))


def _show_intent(intent_id: str) -> Response:
    session = world().stripe.find_by_intent(intent_id)
    if session is None:
        raise refused(404, f"No such payment_intent: '{intent_id}'", "resource_missing", "intent")
    return ok(intent_body(session))


@pages.post("/refunds")
def make_refund() -> Response:
    return carry_out(Moment.OTHER, _make_refund)


def _make_refund(taken: Taken) -> Response:
    try:
        return kept(world().stripe_refunds.make(read_refund(parameters()), keyed(taken), taken))
    except NotRefundable as problem:
        raise refused(404 if problem.code == "resource_missing" else 400, str(problem), problem.code) from None


@pages.get("/refunds/<refund_id>")
def show_refund(refund_id: str) -> Response:
    return carry_out(Moment.STATUS, lambda _: _show_refund(refund_id))


def _show_refund(refund_id: str) -> Response:
    refund = world().stripe_refunds.find(refund_id)
    if refund is None:
        raise refused(404, f"No such refund: '{refund_id}'", "resource_missing", "id")
    return ok(refund_body(refund))


@pages.get("/refunds")
def list_refunds() -> Response:
    return carry_out(Moment.LIST, lambda _: _list_refunds())


def _list_refunds() -> Response:
    asked = parameters()
    intent = asked.get("payment_intent")
    found = [refund_body(refund) for refund in world().stripe_refunds.listed(intent if intent else None)]
    return ok(list_body("/v1/refunds", found, _limit(asked)))


def _session(session_id: str) -> Session:
    session = world().stripe.find(session_id)
    if session is None:
        raise refused(404, f"No such checkout.session: {session_id}", "resource_missing", "session")
    return session


def _limit(asked: dict[str, Any]) -> int:
    text = str(asked.get("limit", "10"))
    return min(max(int(text), 1), 100) if text.isascii() and text.isdigit() else 10
