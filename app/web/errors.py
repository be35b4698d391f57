"""Refusals become pages here, and nowhere else."""

import errno
import secrets

import structlog
from flask import Flask, g, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from app.core.actor import ANONYMOUS
from app.core.errors import Absent, Refusal, TooLarge, TooMany, Unavailable
from app.core.language import T, Text
from app.web.access import sign_in_again
from app.web.kept_words import words_to_keep
from app.web.security import ForeignOrigin

_log = structlog.get_logger()
_HTTP_WORDS = {
    405: T("This address can't be used in this way. Go back and use the button on the page."),
    413: T("What you sent is too large. Send fewer or smaller files at once."),
}
_DISK_FULL = T("We have no room to take files just now. Nothing you sent before is lost. Try again in a few minutes.")
_TITLES = {
    401: T("Sign in again"),
    403: T("You may not do this"),
    404: T("Page not found"),
    409: T("This has changed in the meantime"),
    413: T("Too large"),
    429: T("Too many tries"),
    503: T("Not available just now"),
}


def set_up_errors(app: Flask) -> None:
    """Answer each refusal, HTTP error and accident with a page in the reader's language."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(CSRFError, lambda _e: _refused(ForeignOrigin()))
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(DBAPIError, _database_error)
    app.register_error_handler(OSError, _disk_full)
    app.register_error_handler(Exception, _accident)


def _refused(refusal: Refusal) -> Response:
    response = _page(refusal.status, refusal.text)
    if isinstance(refusal, TooMany):
        response.headers["Retry-After"] = str(int(refusal.retry_after.total_seconds()))
    if isinstance(refusal, Unavailable):
        response.headers["Retry-After"] = "30"
    return response


def _http(error: HTTPException) -> Response:
    code = error.code or 500
    if 300 <= code < 400:
        return error.get_response()
    if code == 404:
        return _refused(Absent())
    if code == 413:
        return _refused(TooLarge(_HTTP_WORDS[413]))
    response = _page(code, _HTTP_WORDS.get(code, Refusal.text))
    if code == 405 and (allowed := error.get_response().headers.get("Allow")):
        response.headers["Allow"] = allowed
    return response


def _disk_full(error: OSError) -> Response:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        _log.error("disk_full")
        return _refused(Unavailable(_DISK_FULL))
    return _accident(error)


def _database_error(error: DBAPIError) -> Response:
    """A server that is gone or going is "not just now"; anything else is an accident of ours."""
    if isinstance(error, OperationalError) or error.connection_invalidated:
        _log.error("database_error", error=type(error.orig).__name__)
        return _refused(Unavailable())
    return _accident(error)


def _accident(error: Exception) -> Response:
    reference = secrets.token_hex(4).upper()
    _log.error("accident", reference=reference, exc_info=error)
    text = T(
        "Something went wrong on our side. Nothing that you sent before was lost. "
        "Try again. If it happens again, call us and give this reference: %(reference)s.",
        reference=reference,
    )
    return _page(500, text)


def _page(status: int, text: Text) -> Response:
    g.setdefault("actor", ANONYMOUS)
    g.setdefault("person", None)
    title = _TITLES.get(status, T("This did not work"))
    if request.path.startswith("/uploads") or request.headers.get("Accept") == "text/plain":
        response = make_response(str(text), status)
        response.content_type = "text/plain; charset=utf-8"
        return response
    # `quiet`: the frame asks the database nothing, for that may be what failed.
    values = {"title": title, "text": text, "status": status, "kept": words_to_keep()}
    page = render_template("web/error.html", **values, sign_in=sign_in_again(), quiet=True)
    return make_response(page, status)
