"""How a new installation gets its first administrator, and no second one by that road."""

import pytest
from sqlalchemy.orm import Session

from app.accounts.__main__ import AlreadyAdministered, WeakPassword, first_administrator
from app.accounts.contacts import read_contact
from app.accounts.queries import person_card
from app.accounts.roles import Role
from app.accounts.vault import Vault
from tests.builders.people import PASSWORD, make_staff
from tests.builders.settings import ENVIRON
from tests.conftest import NOON

VAULT = Vault(ENVIRON["SECRET_KEY"])


def _make(session: Session, password: str = PASSWORD) -> None:
    contact = read_contact("0788000999")
    assert contact is not None
    made = first_administrator(session, VAULT, name="Demo Head", contact=contact, password=password, at=NOON)
    session.flush()
    assert Role.ADMINISTRATOR in {grant.role for grant in person_card(session, made).roles}


def test_an_empty_installation_gets_an_administrator(session: Session) -> None:
    _make(session)


def test_a_weak_password_is_refused(session: Session) -> None:
    with pytest.raises(WeakPassword):
        _make(session, "password12")


def test_where_there_is_one_the_command_makes_no_other(session: Session) -> None:
    make_staff(session, Role.ADMINISTRATOR)
    with pytest.raises(AlreadyAdministered):
        _make(session)
