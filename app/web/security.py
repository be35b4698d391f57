"""What every request must pass and every answer carries: clean input, our own origin, a token, headers."""

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from flask import Flask, Request, Response, g, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import Settings
from app.core.errors import Forbidden
from app.core.language import T
from app.web.cleaning import BODY_BYTES, FILE_TYPES, FORM_BYTES, UncleanInput, clean_input
from app.web.transactions import clock

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

SAFE = ("GET", "HEAD", "OPTIONS")
_CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
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
    """Check each request and head each answer."""
    app.request_class = CountedRequest
    app.config.update(
        SECRET_KEY=settings.secret_key,
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
    origin = _origin(settings.public_url)

    @app.before_request
    def _check() -> None:
        clean_input()
        if request.method not in SAFE and not getattr(
            app.view_functions.get(request.endpoint or ""), "__callback__", False
        ):
            _refuse_foreign(origin)

    csrf.init_app(app)

    @app.before_request
    def _note_arrival() -> None:
        # The form parser has read the body to its last byte by now.
        g.received_at = clock().now()

    @app.after_request
    def _head(response: Response) -> Response:
        return _with_headers(response, https=settings.https)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _refuse_foreign(ours: str) -> None:
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        raise ForeignOrigin
    sent = request.headers.get("Origin")
    if sent is not None and sent not in (ours, request.host_url.rstrip("/")):
        raise ForeignOrigin


def _with_headers(response: Response, *, https: bool) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", _CSP)
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Permissions-Policy", "geolocation=(), microphone=(), payment=()")
    headers.setdefault("Cache-Control", "no-store")
    if https:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    return response


__all__ = ["CSRFError", "ForeignOrigin", "UncleanInput", "csrf", "set_up_security"]
