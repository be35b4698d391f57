"""Who may call which route. Default is deny: each (route, method) declares its policy, or the app doesn't start.

The policy of a route says what kind of actor may come in. Which objects they see is decided by the queries that load
them: what an actor may not see is not found (404, the same page).
"""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from flask import Flask, g, redirect, request
from flask.globals import request_ctx
from flask_login import LoginManager
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.core.actor import ANONYMOUS, Actor
from app.core.errors import Absent, Refusal
from app.core.language import T
from app.web.transactions import reading, stop_reading

Policy = Callable[[Actor], bool]
View = TypeVar("View", bound=Callable[..., Any])


class Person(Protocol):
    """The signed-in person, as the pages need them; Flask-Login calls it the user."""

    @property
    def actor(self) -> Actor:
        """What the person may do."""
        ...

    @property
    def locale(self) -> str:
        """The language they chose."""
        ...

    @property
    def name(self) -> str:
        """How to greet them."""
        ...

    @property
    def is_authenticated(self) -> bool:
        """Always true; Flask-Login asks."""
        ...


# Loads the person of a session cookie and sets the actor, in one statement; bound in wiring.
PersonLoader = Callable[[Session, str], Person | None]


class SignedOut(Refusal):
    """Somebody posts a form of theirs after their session has ended."""

    status = 401
    text = T("You are no longer signed in, so this was not saved. Sign in, then do it again.")


class RouteWithoutPolicy(RuntimeError):
    """A route says nothing about who may call it; the app refuses to start."""


def public(view: View) -> View:
    """Anyone may call this route."""
    view.__access__ = lambda _actor: True  # type: ignore[attr-defined]
    return view


def requires(*policies: Policy) -> Callable[[View], View]:
    """Only actors that every one of `policies` lets in may call this route."""

    def declare(view: View) -> View:
        view.__access__ = lambda actor: all(policy(actor) for policy in policies)  # type: ignore[attr-defined]
        return view

    return declare


def signed_in(actor: Actor) -> bool:
    """A policy: anyone with an account who is signed in."""
    return actor.signed_in


def holds(*roles: str) -> Policy:
    """A policy: holders of one of these roles, at whatever court."""
    return lambda actor: any(actor.has(role) for role in roles)


def actor() -> Actor:
    """Who makes this request."""
    found: Actor = g.actor
    return found


def person() -> Person | None:
    """The signed-in person of this request."""
    found: Person | None = g.person
    return found


def session_cookie(app: Flask) -> str:
    """The name of the cookie that carries the session's id; `__Host-` when we are reached over https."""
    return "__Host-sid" if app.config["SESSION_COOKIE_SECURE"] else "sid"


def check_routes(app: Flask) -> None:
    """Raise RouteWithoutPolicy when any (route, method) has no policy."""
    bare = [
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
        if not hasattr(app.view_functions[rule.endpoint], "__access__")
    ]
    if bare:
        raise RouteWithoutPolicy(f"no policy for {', '.join(bare)}")


def set_up_access(app: Flask, load_person: PersonLoader) -> None:
    """Guard every request."""
    login = LoginManager(app)
    login.session_protection = None

    @login.request_loader  # type: ignore[untyped-decorator]
    def _user(_request: Any) -> Person | None:
        found: Person | None = g.get("person")
        return found

    @app.before_request
    def _guard() -> Response | None:
        token = request.cookies.get(session_cookie(app))
        g.person = load_person(reading(), token) if token else None
        g.actor = g.person.actor if g.person else ANONYMOUS
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            stop_reading()
        return _decide(app)


def _decide(app: Flask) -> Response | None:
    view = app.view_functions.get(request.endpoint or "")
    if view is None:
        return None  # Flask answers 404 or 405 by itself.
    allowed: Policy = view.__access__  # type: ignore[union-attr]
    if allowed(g.actor):
        return None
    if not g.actor.signed_in and request.method == "GET":
        return redirect(sign_in_again(), 303)
    if not g.actor.signed_in and request.method == "POST" and session_cookie(app) in request.cookies:
        raise SignedOut
    raise Absent


def sign_in_again() -> str:
    """Where to sign in and come back to this address, or to the start when it has no page."""
    adapter = request_ctx.url_adapter
    opens = adapter is not None and adapter.test(request.path, "GET")
    return "/sign-in?" + urlencode({"next": request.full_path.rstrip("?") if opens else "/"})
