"""What every request must pass and every answer carries: clean input, our own origin, a token, headers."""

import unicodedata
from urllib.parse import urlsplit

from flask import Flask, Response, g, request
from flask_wtf.csrf import CSRFError, CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import Settings
from app.core.errors import Forbidden, Invalid
from app.core.language import T
from app.web.transactions import clock

SAFE = ("GET", "HEAD", "OPTIONS")
FORM_BYTES = 1_000_000
_CSP = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)
csrf = CSRFProtect()


class UncleanInput(Invalid):
    """A NUL or control character, or a key sent twice where one value is meant."""

    status = 400
    text = T("What was sent holds characters that can't be stored. Type it again, or paste it as plain text.")


class ForeignOrigin(Forbidden):
    """An unsafe request that another site caused, or whose token has run out."""

    status = 400
    text = T(
        "This page was open for too long, or the request did not come from our page. "
        "Nothing was changed. Go back, reload the page and try again."
    )


def set_up_security(app: Flask, settings: Settings) -> None:
    """Check each request and head each answer."""
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
    origin = _origin(settings.public_url)

    @app.before_request
    def _check() -> None:
        if request.content_length is not None:
            # Some servers promise a whole body and hand over what came before the line was cut: have the bytes counted.
            request.environ.pop("wsgi.input_terminated", None)
        _refuse_control_characters()
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


def _refuse_control_characters() -> None:
    texts = [request.path, request.query_string.decode("latin-1")]
    for key, values in (*request.args.lists(), *request.form.lists()):
        texts += [key, *values]
    texts += [file.filename or "" for file in request.files.values()]
    if any(_unclean(text) for text in texts):
        raise UncleanInput


def _unclean(text: str) -> bool:
    return not text.isprintable() and any(
        unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") and c not in "\r\n\t" for c in text
    )


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
