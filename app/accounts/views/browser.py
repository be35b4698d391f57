"""What this room keeps in a browser: the session's cookie, the tokens of roads half walked, who signed in here before.

The device cookie opens nothing. It only lets a browser pass the wide brakes on guessing at an account that was opened
in it before.
"""

import re
import secrets
from typing import Any
from urllib.parse import urlsplit

import flask
from flask import current_app, redirect, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.wrappers import Response

from app.accounts.service import NewSession, SecondFactorDue
from app.accounts.status import FlowPurpose
from app.accounts.views.blueprint import vault
from app.accounts.visitor import Visitor, mark_of
from app.core.language import LANGUAGES
from app.web.access import session_cookie
from app.web.i18n import COOKIE as LANGUAGE_COOKIE
from app.web.network import network_of

_YEAR = 365 * 24 * 3600
_REMEMBERED = 5
_BROWSERS = (
    ("Opera Mini", "Opera Mini"),
    ("OPR/", "Opera"),
    ("Edg", "Edge"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"))


def visitor() -> Visitor:
    """The browser of this request."""
    device = _device()
    return Visitor(
        network=network_of(request.remote_addr),
        browser=browser_words(request.headers.get("User-Agent", "")),
        device=device.get("d"),
        known_to=frozenset(device.get("p", ())),
    )


def browser_words(user_agent: str) -> str:
    """ "Chrome, Android": enough to know one's own browser in a list."""
    found = [next((name for mark, name in table if mark in user_agent), "") for table in (_BROWSERS, _SYSTEMS)]
    return ", ".join(name for name in found if name)


def safe_next(path: str | None) -> str | None:
    """`path` when it is an address on this site, else None."""
    if not path or not re.fullmatch(r"/[!-\[\]-~]{0,999}", path) or path.startswith("//"):
        return None
    parts = urlsplit(path)
    return path if not parts.netloc and not parts.scheme and parts.path != "/sign-out" else None


def next_path() -> str | None:
    """Where this request wants to go on to afterwards, when that is on this site."""
    return safe_next(request.values.get("next"))


def switched_language() -> str | None:
    """The language chosen by the switch on a page, if it ever was."""
    kept = request.args.get("lang") or request.cookies.get(LANGUAGE_COOKIE, "")
    return kept if kept in LANGUAGES else None


def keep_flow(purpose: FlowPurpose, token: str) -> None:
    """Remember the road this browser walks."""
    flask.session[f"flow.{purpose}"] = token


def flow_token(purpose: FlowPurpose) -> str | None:
    """The token of the road this browser walks, if any."""
    token = flask.session.get(f"flow.{purpose}")
    return token if isinstance(token, str) else None


def admit(outcome: NewSession | SecondFactorDue, then: str | None) -> Response:
    """Answer a right password: with a session, or by sending on to the second factor."""
    # What belonged to the browser before, its CSRF token too, ends here.
    flask.session.clear()
    if isinstance(outcome, SecondFactorDue):
        keep_flow(FlowPurpose.SIGN_IN, outcome.token)
        return redirect("/sign-in/enrol" if outcome.enrol else "/sign-in/second-factor", 303)
    return with_session(redirect(then or "/", 303), outcome)


def with_session(response: Response, opened: NewSession) -> Response:
    """The answer with the new session's cookie, and with this browser known to the person from now on."""
    _set(response, session_cookie(current_app), opened.token)
    device = _device()
    mark = mark_of(vault(), opened.person_id)
    marks = [mark, *(m for m in device.get("p", ()) if m != mark)][:_REMEMBERED]
    value = _signer().dumps({"d": device.get("d") or secrets.token_urlsafe(12), "p": marks})
    _set(response, _device_cookie(), value, max_age=_YEAR)
    return response


def without_session(response: Response) -> Response:
    """The answer, with the session's cookie gone."""
    flask.session.clear()
    response.delete_cookie(session_cookie(current_app), secure=_secure(), httponly=True, samesite="Lax")
    return response


def with_language(response: Response, locale: str) -> Response:
    """The answer, with the language switch set to `locale`, so that it doesn't contradict the account."""
    _set(response, LANGUAGE_COOKIE, locale, max_age=_YEAR)
    return response


def _set(response: Response, name: str, value: str, *, max_age: int | None = None) -> None:
    response.set_cookie(name, value, max_age=max_age, secure=_secure(), httponly=True, samesite="Lax")


def _secure() -> bool:
    return bool(current_app.config["SESSION_COOKIE_SECURE"])


def _device_cookie() -> str:
    return "__Host-device" if _secure() else "device"


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="accounts.device")


def _device() -> dict[str, Any]:
    try:
        found = _signer().loads(request.cookies.get(_device_cookie(), ""))
    except BadSignature:
        return {}
    return found if isinstance(found, dict) else {}
