"""The outermost layer: headers on every answer, whoever made it, and a page when nothing else could make one."""

import secrets
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import structlog
from flask import Flask

from app.config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_log = structlog.get_logger()


def content_policy(*form_targets: str) -> str:
    """The Content-Security-Policy of a page whose forms lead to us, and by way of us to these origins."""
    targets = " ".join(("'self'", *form_targets))
    return (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; "
        f"form-action {targets}; "
        "base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
    )


_HEADERS = {
    "Content-Security-Policy": content_policy(),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "geolocation=(), microphone=(), payment=()",
    "Cache-Control": "no-store",
}
# No template and no catalogue: either may be what failed. In the three languages of the portal.
_PAGE = """<!doctype html>
<html lang="rw"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ikirego</title></head><body><main>
<h1>{reference}</h1>
<p>Habaye ikibazo iwacu. Ibyo wari wamaze kohereza nta cyatakaye. Ongera ugerageze.</p>
<p lang="en">Something went wrong on our side. Nothing that you sent before was lost. Try again.</p>
<p lang="fr">Une erreur s'est produite chez nous. Rien de ce que vous aviez envoyé n'est perdu. Réessayez.</p>
<p><a href="/">Ikirego</a></p>
</main></body></html>
"""


class LastResort:
    """A WSGI application around another."""

    def __init__(self, inner: "WSGIApplication", *, https: bool) -> None:
        """`https` adds HSTS."""
        self._inner = inner
        self._headers = dict(_HEADERS)
        if https:
            self._headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """The inner answer with what it lacks of the headers, or a plain page with a reference that the log has too."""

        started = False

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            nonlocal started
            there = {name.lower() for name, _ in headers}
            missing = [(name, value) for name, value in self._headers.items() if name.lower() not in there]
            answer = start_response(status, [*headers, *missing], *more)
            started = True
            return answer

        try:
            return self._inner(environ, start)
        except Exception as error:
            reference = secrets.token_hex(4).upper()
            _log.error("accident", reference=reference, exc_info=error)
            page = _PAGE.format(reference=reference).encode()
            headers = [("Content-Type", "text/html; charset=utf-8"), ("Content-Length", str(len(page)))]
            # To begin again, a server wants to be told why.
            start("500 Internal Server Error", headers, *([sys.exc_info()] if started else []))
            return [page]


def set_up_last_resort(app: Flask, settings: Settings) -> None:
    """Put it around everything else; the last thing to be set up around the application."""
    app.wsgi_app = LastResort(app.wsgi_app, https=settings.https)  # type: ignore[method-assign]
