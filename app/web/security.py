"""What every request must pass: clean input, our own origin, a token."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Request, g, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import Settings
from app.core.errors import Forbidden
from app.core.language import T
from app.web.cleaning import BODY_BYTES, FILE_TYPES, FORM_BYTES, UncleanInput, clean_input
from app.web.kept_words import is_foreign
from app.web.transactions import clock

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

SAFE = ("GET", "HEAD", "OPTIONS")
csrf = CSRFProtect()


class ForeignOrigin(Forbidden):
    """An unsafe request that another site caused, or whose token has run out."""

    status = 400
    text = T(
        "This page was open for too long, or the request did not come from our page. "
        "Nothing was changed. Go back, reload the page and try again."
    )


class CountedRequest(Request):
    """A request whose body is read to its announced length or not at all."""

    def __init__(self, environ: "WSGIEnvironment", *more: Any, **named: Any) -> None:
        # Some servers promise a whole body and hand over what came before the line was cut: have the bytes counted.
        if environ.get("CONTENT_LENGTH"):
            environ.pop("wsgi.input_terminated", None)
        super().__init__(environ, *more, **named)
        # Only files may be large; all else is read into memory at once.
        if self.mimetype not in FILE_TYPES:
            self.max_content_length = BODY_BYTES


def set_up_security(app: Flask, settings: Settings) -> None:
    """Check each request."""
    app.request_class = CountedRequest
    app.config.update(
        SECRET_KEY=settings.secret_key,
        OUR_ORIGIN="{0.scheme}://{0.netloc}".format(urlsplit(settings.public_url)),
        SESSION_COOKIE_NAME="__Host-f" if settings.https else "f",
        SESSION_COOKIE_SECURE=settings.https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        WTF_CSRF_TIME_LIMIT=None,  # the token lives as long as the session it belongs to
        WTF_CSRF_SSL_STRICT=False,  # the Origin check below does its work
        MAX_CONTENT_LENGTH=settings.upload_max_bytes * 2 + FORM_BYTES,
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_FORM_PARTS=2000,
    )
    if settings.proxies:
        n = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=n, x_proto=n, x_host=n)  # type: ignore[method-assign]
    # "//courts" is no page of ours: leading to "/courts" would repeat whatever Host was sent.
    app.url_map.merge_slashes = False

    @app.before_request
    def _check() -> None:
        clean_input()
        view = app.view_functions.get(request.endpoint or "")
        if request.method not in SAFE and not getattr(view, "__callback__", False) and is_foreign():
            raise ForeignOrigin

    csrf.init_app(app)

    @app.before_request
    def _note_arrival() -> None:
        # The form parser has read the body to its last byte by now.
        g.received_at = clock().now()


__all__ = ["CSRFError", "ForeignOrigin", "UncleanInput", "csrf", "set_up_security"]
