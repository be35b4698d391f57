"""The blueprint, and what all pages of this room share."""

import structlog
from flask import Blueprint, current_app, flash, g, make_response, redirect, render_template
from sqlalchemy.exc import DBAPIError
from werkzeug.wrappers import Response

from app.accounts import service
from app.accounts.flows import FlowOver
from app.accounts.queries import SignedInPerson
from app.accounts.sessions import TOUCH_EVERY
from app.accounts.status import FlowPurpose
from app.accounts.vault import Vault
from app.core.errors import Refusal
from app.web.access import person
from app.web.fields import Form
from app.web.transactions import now, writing

bp = Blueprint("accounts", __name__)
_log = structlog.get_logger()
_START = {
    FlowPurpose.REGISTER: "/register",
    FlowPurpose.RESET: "/reset",
    FlowPurpose.SIGN_IN: "/sign-in",
    FlowPurpose.CONTACT: "/account",
}


def vault() -> Vault:
    """This process's vault; bound in wiring."""
    found: Vault = current_app.extensions["vault"]
    return found


def me() -> SignedInPerson:
    """The signed-in person, on a page that asks for one."""
    found = person()
    assert isinstance(found, SignedInPerson)
    return found


def page(template: str, form: Form | None = None, **given: object) -> Response:
    """The page; 422 when it comes back because something in its form needs attention."""
    wrong = form is not None and bool(form.errors)
    return make_response(render_template(f"accounts/{template}", form=form, **given), 422 if wrong else 200)


@bp.errorhandler(FlowOver)
def start_again(over: FlowOver) -> Response:
    """A step out of order leads back to the first one, and says why."""
    flash(str(over.text), "stop")
    return redirect(_START[over.purpose], 303)


@bp.teardown_app_request
def note_activity(_error: BaseException | None) -> None:
    """Keep a session alive that is in use. A GET can't write, so this comes after it, every few minutes only."""
    found = g.get("person")
    if not isinstance(found, SignedInPerson) or now() - found.last_seen_at < TOUCH_EVERY:
        return
    try:
        with writing() as session:
            service.touch(session, found.session_id, at=now())
    except (DBAPIError, Refusal) as error:
        _log.warning("activity_not_noted", error=type(error).__name__)
