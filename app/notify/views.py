"""The reader's messages, and the door at which the SMS gateway tells what became of a text."""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue

from app.core.errors import Absent, Forbidden
from app.notify import queries, service
from app.notify.queries import MessageView
from app.notify.sender import Outside
from app.notify.templates import Wording
from app.notify.ways import said
from app.notify.wording import Letterhead, link, worded
from app.web.access import actor, public, requires, signed_in
from app.web.security import csrf
from app.web.transactions import now, reading, writing

bp = Blueprint("notify", __name__)


class UnsignedReceipt(Forbidden):
    """A receipt that the SMS gateway did not sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A message as a template shows it."""

    view: MessageView
    wording: Wording
    url: str | None
    ways: tuple[str, ...]


@bp.get("/messages")
@requires(signed_in)
def messages() -> ResponseReturnValue:
    """All of the reader's messages, newest first."""
    views = queries.inbox(reading(), actor(), before=_before(), limit=queries.PAGE + 1)
    g.unread_count = views[0].unread if views else None
    shown = views[: queries.PAGE]
    older = f"/messages?before={shown[-1].id}" if len(views) > len(shown) else None
    newer = "/messages" if "before" in request.args else None
    pages = [_page(view) for view in shown]
    lost = any(view.lost for view in shown)
    return render_template("notify/messages.html", pages=pages, older=older, newer=newer, lost=lost, active="messages")


@bp.get("/messages/<uuid:message_id>")
@requires(signed_in)
def message(message_id: UUID) -> ResponseReturnValue:
    """One message in full. Opening it is the proof that it was read, so this page writes that down."""
    with writing() as session:
        service.open_message(session, actor(), message_id, at=now())
        view = queries.message(session, actor(), message_id)
    g.unread_count = view.unread
    return render_template("notify/message.html", page=_page(view), active="messages")


@bp.post("/callbacks/sms/<uuid:delivery_id>")
@public
def sms_receipt(delivery_id: UUID) -> ResponseReturnValue:
    """The gateway's receipt for one text message, signed over this very address."""
    fields = request.form.to_dict()
    url = letterhead().callback_url + request.full_path.rstrip("?")
    signature = request.headers.get("X-Twilio-Signature", "")
    receipt = outside().sms.read_receipt(url=url, fields=fields, signature=signature)
    if receipt is None:
        raise UnsignedReceipt
    with writing() as session:
        service.take_receipt(session, delivery_id, receipt, at=now())
    return Response(status=204)


csrf.exempt(sms_receipt)
sms_receipt.__callback__ = True  # type: ignore[attr-defined]


@bp.app_context_processor
def _count() -> dict[str, object]:
    return {"unread_count": unread_count}


def unread_count() -> int:
    """How many messages the reader hasn't opened; at most one statement a page, none on pages that know it."""
    known: int | None = g.get("unread_count")
    if known is None:
        asked = request.method == "GET" and actor().signed_in
        known = g.unread_count = queries.unread_count(reading(), actor()) if asked else 0
    return known


def letterhead() -> Letterhead:
    """What all messages of this portal share."""
    found: Letterhead = current_app.extensions["letterhead"]
    return found


def outside() -> Outside:
    """The carriers of this process."""
    found: Outside = current_app.extensions["outside"]
    return found


def _page(view: MessageView) -> Page:
    ways = tuple(said(way, letterhead().zone) for way in view.ways)
    return Page(view=view, wording=worded(view.news, letterhead()), url=link(view.news), ways=ways)


def _before() -> UUID | None:
    text = request.args.get("before")
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Absent from None
