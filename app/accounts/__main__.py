"""The first administrator of a new installation: python -m app.accounts "Full Name" 0788000000

Asks for the password on the terminal. Refused once there is an administrator: from then on administrators give roles on
the pages. The authenticator is set up at the first sign-in.
"""

import argparse
import getpass
import os
import sys
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts import passwords
from app.accounts.contacts import Contact, read_contact
from app.accounts.importing import ImportPerson, import_person
from app.accounts.queries import has_administrator
from app.accounts.roles import Role
from app.accounts.vault import Vault
from app.config import load_settings
from app.core.actor import SYSTEM, Grant
from app.core.clock import SystemClock
from app.core.db import Database
from app.core.errors import Conflict, Invalid, Refusal
from app.core.events import Subscriptions
from app.core.ids import PersonId
from app.core.language import T, speaking


class AlreadyAdministered(Conflict):
    """There is an administrator, who gives roles on the pages."""

    text = T("There is an administrator already. Ask them to give you the role.")


class WeakPassword(Invalid):
    """The password is too easy to guess."""


def first_administrator(
    session: Session, vault: Vault, *, name: str, contact: Contact, password: str, at: datetime
) -> PersonId:
    """Make the account; raises AlreadyAdministered, ContactTaken, or WeakPassword."""
    if has_administrator(session):
        raise AlreadyAdministered
    problem = passwords.problem_with(password, about=(name, contact.value))
    if problem is not None:
        raise WeakPassword(problem)
    command = ImportPerson(
        name=name, locale="en", contacts=(contact,), password=password, roles=frozenset({Grant(Role.ADMINISTRATOR)})
    )
    return import_person(session, vault, SYSTEM, command, at=at)


def main(words: list[str]) -> int:
    """Run it; 0 when the account was made."""
    parser = argparse.ArgumentParser(prog="python -m app.accounts", description="Make the first administrator.")
    parser.add_argument("name")
    parser.add_argument("contact", help="a mobile number or an e-mail address")
    given = parser.parse_args(words)
    settings = load_settings(os.environ)
    database = Database(settings.database_url, subscriptions=Subscriptions(), pool_size=1)
    try:
        with speaking("en"), database.transaction(SYSTEM) as session:
            contact = read_contact(given.contact)
            if contact is None:
                parser.error("the contact must be a mobile number or an e-mail address")
            password = getpass.getpass("Password: ")
            vault = Vault(settings.secret_key)
            at = SystemClock().now()
            first_administrator(session, vault, name=given.name, contact=contact, password=password, at=at)
    except Refusal as refusal:
        with speaking("en"):
            sys.stderr.write(f"{refusal.text}\n")
        return 1
    sys.stdout.write("Done. Sign in on the portal; it asks you to set up your authenticator.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
