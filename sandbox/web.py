"""The sandbox's WSGI application: the operators' APIs, and pages for the person who tests."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from typing import TYPE_CHECKING

from flask import Flask, Response, abort, request

from sandbox import money
from sandbox.airtel import api as airtel
from sandbox.daraja import c2b, stk
from sandbox.irembopay import api as irembopay_api
from sandbox.irembopay import page as irembopay_page
from sandbox.mtn import collection, disbursement, provisioning
from sandbox.pages import desk, faults, front, handset, mailbox, statements
from sandbox.sms import api
from sandbox.stripe import api as stripe_api
from sandbox.stripe import page as stripe_page
from sandbox.world import WORLD, World, world

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Only its own stylesheet and forms; what came by mail or text message can load and run nothing.
_CSP = "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
# Each operator has a host of its own in the world; here it may have a folder, which its own paths know nothing of.
_FOLDERS = ("/mtn", "/airtel", "/daraja", "/irembopay", "/stripe", "/twilio")
_ROOMS = (
    *(provisioning, collection, disbursement, airtel, stk, c2b, api, irembopay_api, irembopay_page),
    *(stripe_api, stripe_page),
    *(front, handset, mailbox, faults, desk, statements),
)
_KIGALI = timezone(timedelta(hours=2), "CAT")


def serving(opened: World) -> "WSGIApplication":
    """An application on an opened world, every path also under each of the operators' folders.

    It may be served by any threaded WSGI server. All worlds of a process share the pages, which take long to make.
    """
    pages = _pages()

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        environ[WORLD] = opened
        path = environ["PATH_INFO"]
        for folder in _FOLDERS:
            if path.startswith(f"{folder}/"):
                environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + folder
                environ["PATH_INFO"] = path.removeprefix(folder)
                break
        return pages(environ, start_response)

    return serve


@cache
def _pages() -> Flask:
    app = Flask(__name__, static_folder="static", template_folder="templates")
    app.config["MAX_CONTENT_LENGTH"] = 1024 * 1024
    app.json.sort_keys = False  # type: ignore[attr-defined]  # DefaultJSONProvider has it
    for room in _ROOMS:
        app.register_blueprint(room.pages)
    app.before_request(_refuse_other_sites)
    app.after_request(_headers)
    app.add_template_filter(_when, "when")
    app.add_template_filter(money.shown, "money")
    app.context_processor(lambda: {"portal_url": world().settings.portal_url})
    return app


def _refuse_other_sites() -> None:
    """A page of another site must not press buttons here."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        abort(403)


def _headers(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _CSP)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Sandbox"] = "SIMULATED: no money moves"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response


def _when(moment: float | None) -> str:
    """A moment for a person to read, in Kigali's time."""
    if moment is None:
        return ""
    return datetime.fromtimestamp(moment, UTC).astimezone(_KIGALI).strftime("%-d %b %Y, %H:%M:%S")
