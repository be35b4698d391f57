"""A court with its registrars, filings that lie there, and browsers in which they are signed in."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Unpack
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from app.accounts.roles import Role
from app.core.actor import SYSTEM
from app.filing.queries import FilingView, filing
from app.filing.status import FilingStatus
from app.wiring import House
from tests.builders.filings import Facts, MadeFiling, make_filing
from tests.builders.people import MadePerson, make_staff, signed_in_client

COURT = "TGI-NYGE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Court:
    """A court at work. `client` is the browser of its registrar, `chief_client` of the chief registrar."""

    app: Flask
    house: House
    registrar: MadePerson
    colleague: MadePerson
    chief: MadePerson

    @property
    def client(self) -> FlaskClient:
        return signed_in_client(self.app, self.registrar)

    @property
    def colleague_client(self) -> FlaskClient:
        return signed_in_client(self.app, self.colleague)

    @property
    def chief_client(self) -> FlaskClient:
        return signed_in_client(self.app, self.chief)

    def receive(self, status: FilingStatus = FilingStatus.SUBMITTED, **facts: Unpack[Facts]) -> MadeFiling:
        """A filing in this state; the registrar has it in hand where somebody must."""
        mine: Facts = {"registrar": self.registrar, **facts}
        with self.house.database.transaction(SYSTEM) as session:
            return make_filing(session, status=status, **mine)

    def filing(self, filing_id: UUID | str) -> FilingView:
        """How it stands now; the id as it stands in an address will do."""
        with self.house.database.reading(SYSTEM) as session:
            return filing(session, SYSTEM, UUID(str(filing_id)))

    def staff(self, role: Role, court: str | None) -> FlaskClient:
        """The browser of one more member of staff."""
        with self.house.database.transaction(SYSTEM) as session:
            who = make_staff(session, role, court)
        return signed_in_client(self.app, who)


@pytest.fixture
def court(app: Flask, house: House) -> Court:
    """Nyarugenge's intermediate court: two registrars and their chief."""
    with house.database.transaction(SYSTEM) as session:
        return Court(
            app=app,
            house=house,
            registrar=make_staff(session, Role.REGISTRAR, COURT, name="Mugisha Jean"),
            colleague=make_staff(session, Role.REGISTRAR, COURT, name="Keza Diane"),
            chief=make_staff(session, Role.CHIEF_REGISTRAR, COURT, name="Gasana Paul"),
        )


@dataclass
class Counted:
    """The statements of one request."""

    statements: list[str] = field(default_factory=list)


@pytest.fixture
def counting(house: House) -> Callable[[], Any]:
    """`with counting() as counted:` notes every statement that reaches PostgreSQL."""

    @contextmanager
    def count() -> Iterator[Counted]:
        counted = Counted()

        def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            counted.statements.append(re.sub(r"\s+", " ", statement)[:120])

        event.listen(house.database.engine, "before_cursor_execute", note)
        try:
            yield counted
        finally:
            event.remove(house.database.engine, "before_cursor_execute", note)

    return count
