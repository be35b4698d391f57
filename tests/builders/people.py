"""People for tests: with proven contacts, a password and roles; and browsers in which they are signed in."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import count
from typing import Any, TypedDict, Unpack

import flask
from flask import Flask
from flask.testing import FlaskClient
from flask_wtf.csrf import generate_csrf
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import ContactRow, PersonRow, RoleGrantRow
from app.accounts.passwords import hash_password
from app.accounts.roles import STAFF, Role
from app.accounts.sessions import open_session
from app.accounts.status import GrantState
from app.accounts.totp import keep_secret
from app.accounts.vault import Vault
from app.core.actor import SYSTEM, Actor, Grant, person
from app.core.ids import PersonId, new_id
from app.web.access import session_cookie
from tests.builders.settings import ENVIRON

PASSWORD = "inyenyeri zirindwi mu kirere"
"""What every made person has, unless the test says otherwise."""

TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
"""The authenticator secret of every made member of staff."""

_MADE_AT = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)
_numbers = count(1)
# Hashing is slow on purpose: once a run is enough for the password that all share.
_hashes: dict[str, str] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePerson:
    """What a test needs to know of a person; `actor` has all their roles, second factor passed."""

    id: PersonId
    name: str
    locale: str
    phone: str | None
    email: str | None
    password: str
    actor: Actor
    totp_secret: str | None

    @property
    def staff(self) -> bool:
        """Whether they hold a role of the court's staff."""
        return any(grant.role in STAFF for grant in self.actor.grants)


def fresh_phone() -> str:
    """A number on MTN's prefix that nobody has in this run."""
    return f"+25078{next(_numbers) + 2_000_000:07d}"


class Facts(TypedDict, total=False):
    """What a test may say of a person; the rest is made up."""

    name: str
    locale: str
    phone: str | None
    email: str | None
    password: str
    grants: tuple[Grant, ...]
    bar_number: str
    totp_secret: str | None
    at: datetime


def make_person(session: Session, **facts: Unpack[Facts]) -> MadePerson:
    """A person who could sign in. `phone=None` leaves the phone out; without it a fresh number is made."""
    phone = facts["phone"] if "phone" in facts else fresh_phone()
    at = facts.get("at", _MADE_AT)
    grants = facts.get("grants", ())
    made = MadePerson(
        id=PersonId(new_id()),
        name=facts.get("name", "Uwase Aline"),
        locale=facts.get("locale", "en"),
        phone=phone,
        email=facts.get("email"),
        password=facts.get("password", PASSWORD),
        actor=SYSTEM,
        totp_secret=facts.get("totp_secret"),
    )
    made = replace(made, actor=person(made.id, Grant(Role.LITIGANT), *grants))
    _write(session, made, at)
    for grant in grants:
        _grant(session, made.id, grant, facts.get("bar_number"), at)
    session.flush()
    return made


def make_staff(
    session: Session, role: Role = Role.REGISTRAR, court: str | None = "TGI-NYGE", **facts: Unpack[Facts]
) -> MadePerson:
    """A member of staff at `court`, with an authenticator; an administrator belongs to no court."""
    held_at = None if role is Role.ADMINISTRATOR else court
    mine: Facts = {"name": "Mugisha Jean", "totp_secret": TOTP_SECRET, "grants": (Grant(role, held_at),), **facts}
    return make_person(session, **mine)


def make_advocate(session: Session, **facts: Unpack[Facts]) -> MadePerson:
    """An approved advocate."""
    mine: Facts = {
        "name": "Ingabire Solange",
        "bar_number": f"RBA/{next(_numbers)}",
        "grants": (Grant(Role.ADVOCATE),),
        **facts,
    }
    return make_person(session, **mine)


def signed_in_client(app: Flask, who: MadePerson) -> FlaskClient:
    """A browser in which `who` (committed) is signed in, staff with their second factor."""
    client = app.test_client()
    with app.extensions["database"].transaction(SYSTEM) as session:
        row = session.get_one(PersonRow, who.id)
        at = app.extensions["clock"].now()
        opened = open_session(session, row, browser="Test", second_factor=bool(who.totp_secret), at=at)
    client.set_cookie(session_cookie(app), opened.token)
    return client


def post(client: FlaskClient, url: str, data: dict[str, Any] | None = None, **options: Any) -> TestResponse:
    """POST a form as our own page would: with the browser's CSRF token in it."""
    return client.post(url, data={"csrf_token": csrf_token(client), **(data or {})}, **options)


def csrf_token(client: FlaskClient) -> str:
    """A token that this browser may send."""
    with client.session_transaction() as kept:
        raw = kept.get("csrf_token")
    with client.application.test_request_context():
        if raw:
            flask.session["csrf_token"] = raw
        token: str = generate_csrf()
        raw = flask.session["csrf_token"]
    with client.session_transaction() as kept:
        kept["csrf_token"] = raw
    return token


def _write(session: Session, made: MadePerson, at: datetime) -> None:
    row = PersonRow(id=made.id, name=made.name, locale=made.locale, created_at=at, version=1)
    row.password_hash = _hashed(made.password)
    if made.totp_secret:
        row.totp_secret = keep_secret(Vault(ENVIRON["SECRET_KEY"]), made.id, made.totp_secret)
    session.add(row)
    session.flush()
    for kind, value in (("phone", made.phone), ("email", made.email)):
        if value:
            session.add(ContactRow(id=new_id(), person_id=made.id, kind=kind, value=value, verified_at=at))


def _grant(session: Session, person_id: PersonId, grant: Grant, bar_number: str | None, at: datetime) -> None:
    session.add(
        RoleGrantRow(
            id=new_id(),
            person_id=person_id,
            role=str(grant.role),
            court_code=grant.court,
            state=GrantState.ACTIVE.value,
            bar_number=bar_number if grant.role == Role.ADVOCATE else None,
            asked_at=at,
            decided_at=at,
        )
    )


def _hashed(password: str) -> str:
    if password not in _hashes:
        _hashes[password] = hash_password(password)
    return _hashes[password]
