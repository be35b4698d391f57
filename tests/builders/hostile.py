"""What an attacker works from: a small portal with people in it, and every form that its pages show."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from urllib.parse import urljoin

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.roles import Role
from app.core.actor import SYSTEM
from app.core.db import Database
from app.filing.status import FilingStatus
from app.web.access import session_cookie
from tests.builders.filings import MadeFiling, make_filing
from tests.builders.people import MadePerson, make_person, make_staff, signed_in_client
from tests.builders.treasury import Treasury, make_treasury
from tests.builders.waivers import make_asking

TOKEN = "csrf_token"
_ENDINGS = ("/drop", "/cancel", "/remove", "/sign-out", "/end")
# Buttons decide what a form does; the others carry words.
_TYPED = frozenset({"text", "tel", "email", "search", "number", "textarea"})
_IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """One input: `kind` is its type ("textarea" and "select" too), `value` what a browser would send unasked."""

    name: str
    kind: str
    value: str

    @property
    def typed(self) -> bool:
        """Whether a person types words into it."""
        return self.kind in _TYPED


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenForm:
    """A form as a page shows it, and whose page it was."""

    who: str
    page: str
    url: str
    multipart: bool
    inputs: tuple[Input, ...]

    def __str__(self) -> str:
        return f"{self.who}: POST {self.url} ({', '.join(i.name for i in self.inputs)})"

    @property
    def values(self) -> dict[str, str]:
        """What a browser sends when nothing is changed, the token left out."""
        return {i.name: i.value for i in self.inputs if i.name != TOKEN}


class _Reader(HTMLParser):
    """Collects the forms of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[dict[str, str], list[Input]]] = []
        self.area: str | None = None
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.found.append((given, []))
        if not self.found or not (name := given.get("name")):
            return
        inputs = self.found[-1][1]
        if tag == "textarea":
            self.area, self.text = name, ""
        elif tag == "select":
            inputs.append(Input(name=name, kind="select", value=""))
        elif tag in ("input", "button") and not any(i.name == name and i.kind == "radio" for i in inputs):
            kind = given.get("type", "text") if tag == "input" else "button"
            inputs.append(Input(name=name, kind=kind, value=given.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea" and self.area is not None:
            self.found[-1][1].append(Input(name=self.area, kind="textarea", value=self.text.strip()))
            self.area = None


def forms_on(who: str, client: FlaskClient, page: str) -> Iterator[SeenForm]:
    """The forms that post, on one page of `who`; each once."""
    response = client.get(page)
    if response.status_code >= 400 or response.mimetype != "text/html":
        return
    reader = _Reader()
    reader.feed(response.text)
    for given, inputs in reader.found:
        if given.get("method", "").lower() == "post":
            yield SeenForm(
                who=who,
                page=page,
                url=urljoin(page, given.get("action") or page),
                multipart="multipart" in given.get("enctype", ""),
                inputs=tuple({i.name: i for i in inputs}.values()),
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Village:
    """People by name, each with a browser ("stranger" is nobody signed in), and filings in a few states."""

    people: dict[str, MadePerson]
    clients: dict[str, FlaskClient]
    filings: dict[FilingStatus, MadeFiling]
    asking: MadeFiling
    money: Treasury

    def with_new_browsers(self, app: Flask) -> "Village":
        """The same village, each person signed in as they were when it was made, with nothing else in their browser."""
        return replace(self, clients={name: _browser(app, client) for name, client in self.clients.items()})

    def forms(self) -> list[SeenForm]:
        """Every form that the pages of these people show, each kind once; those that end what others need come last."""
        seen: dict[tuple[str, ...], SeenForm] = {}
        for who, pages in self._pages().items():
            for page in pages:
                for form in forms_on(who, self.clients[who], page):
                    names = sorted(_IDS.sub("*", i.name) for i in form.inputs)
                    seen.setdefault((_IDS.sub("*", form.url), *names), form)
        return sorted(seen.values(), key=lambda form: form.url.endswith(_ENDINGS))

    def _pages(self) -> dict[str, list[str]]:
        draft = f"/filings/{self.filings[FilingStatus.DRAFT].id}"
        unpaid, accepted = self.filings[FilingStatus.AWAITING_PAYMENT], self.filings[FilingStatus.ACCEPTED]
        claimed = f"/desk/filings/{self.filings[FilingStatus.UNDER_REVIEW].id}"
        parts = "issues issues/add issues/paste relief declaration court court/choose documents check fee parties page"
        own = "account account/profile account/password account/contact account/advocate start/civil_claim"
        desk = ("", "/return", "/reject", "/transfer")
        money, room = self.money, "/desk/payments"
        days = f"{room}/reconciliation"
        return {
            "stranger": ["/register", "/sign-in", "/reset", "/pay", "/verify", f"/pay/for/{money.bill_token}"],
            "owner": [
                *(f"/{name}" for name in own.split()),
                *(f"{draft}/{name}" for name in (*parts.split(), "parties/add/claimant")),
                *(f"/pay/{unpaid.obligation_id}", f"/cases/{accepted.case_id}", f"/filings/{unpaid.id}"),
                *(f"{draft}/fee/waiver", f"/filings/{self.asking.id}", "/payments"),
            ],
            "clerk": [
                *("/desk", "/desk/counter", *(claimed + name for name in desk)),
                *("/desk/waivers", f"/desk/filings/{self.asking.id}/waiver"),
            ],
            "cashier": [
                *(f"{room}/new?bill={money.open_bill.reference}", f"{room}/{money.entry}", room, f"{room}/close"),
            ],
            "accountant": [
                *(days, f"{days}/mtn_momo/{money.day}", f"{days}/breaks/{money.difference}"),
                *(f"{room}/refunds", f"{room}/refunds/{money.refund}", "/desk/fees", "/desk/fees/new"),
            ],
            "chief": [f"/desk/filings/{accepted.id}/void", "/desk/trouble", "/desk/advocates"],
            "administrator": ["/people", f"/people/{self.people['clerk'].id}"],
        }


def make_village(app: Flask) -> Village:
    """The village, in the portal's own database."""
    database: Database = app.extensions["database"]
    with database.transaction(SYSTEM) as session:
        people = _people(session)
        wanted = (
            *(FilingStatus.DRAFT, FilingStatus.AWAITING_PAYMENT, FilingStatus.UNDER_REVIEW, FilingStatus.ACCEPTED),
            FilingStatus.SUBMITTED,
        )
        filings = {
            status: make_filing(session, status=status, filer=people["owner"], registrar=people["clerk"])
            for status in wanted
        }
        asking = make_asking(session, filer=people["owner"])
        staff = people["cashier"], people["accountant"]
        money = make_treasury(session, people["owner"], staff, at=app.extensions["clock"].now())
    clients = {name: signed_in_client(app, who) for name, who in people.items()}
    clients = {**clients, "stranger": app.test_client()}
    return Village(people=people, clients=clients, filings=filings, asking=asking, money=money)


def _browser(app: Flask, before: FlaskClient) -> FlaskClient:
    client = app.test_client()
    if signed_in := before.get_cookie(session_cookie(app)):
        client.set_cookie(session_cookie(app), signed_in.value)
    return client


def _people(session: Session) -> dict[str, MadePerson]:
    return {
        "owner": make_person(session, name="Uwase Aline", email="aline@example.org"),
        "other": make_person(session, name="Gasana Eric"),
        "clerk": make_staff(session, Role.REGISTRAR),
        "chief": make_staff(session, Role.CHIEF_REGISTRAR),
        "administrator": make_staff(session, Role.ADMINISTRATOR),
        "cashier": make_staff(session, Role.CASHIER),
        "accountant": make_staff(session, Role.ACCOUNTANT),
    }


def books(database: Database, *, without: tuple[str, ...] = ()) -> dict[str, int]:
    """A fingerprint of every table but `without` and the counters: the same before and after when nothing changed."""
    left_out = {"counter", "heartbeat", "alembic_version", "web_session", *without}
    with database.reading(SYSTEM) as session:
        named = session.execute(text("select tablename from pg_tables where schemaname = 'public'")).scalars().all()
        return {
            name: hash(tuple(session.execute(text(f'select t::text from "{name}" t order by 1')).scalars()))
            for name in sorted(set(named) - left_out)
        }
