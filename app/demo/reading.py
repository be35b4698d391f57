"""Reading a world file: the whole of it is checked before anything is made."""

from pathlib import Path

from app.accounts.contacts import Contact, read_contact
from app.accounts.roles import AT_A_COURT, Role
from app.core.actor import Grant
from app.core.language import LANGUAGES
from app.courts import Pack, PackError
from app.courts.nodes import Fields, Node, open_yaml
from app.demo.plans import PersonPlan, World, WorldError
from app.demo.reading_filings import FilingReader
from app.demo.times import MEANING, When, read_when

_KEY = r"[a-z][a-z0-9_-]{0,39}"
_BASE32 = r"[A-Z2-7]{32}"


def read_world(path: Path, pack: Pack) -> World:
    """The world in the file at `path`; raises WorldError, which names file, line and field of the first mistake."""
    try:
        return _world(open_yaml(path, path.name), path.parent, pack)
    except PackError as mistake:
        raise WorldError(str(mistake)) from None
    except OSError as trouble:
        raise WorldError(f"{path}:1: file: can't be read: {trouble.strerror}") from None


def _world(node: Node, folder: Path, pack: Pack) -> World:
    fields = node.mapping()
    name = fields.need("world").matching(_KEY, "a short name of small letters, digits and -")
    fields.maybe("about")
    people = fields.each("people", lambda item: _person(item, pack))
    _check_once(node, "people", [person.key for person in people])
    _check_once(node, "people", [contact.value for person in people for contact in person.contacts])
    reader = FilingReader(pack=pack, folder=folder, people={person.key: person for person in people})
    filings = fields.each("filings", reader.read)
    _check_once(node, "filings", [filing.key for filing in filings])
    fields.done()
    return World(name=name, people=people, filings=filings)


def _check_once(node: Node, field: str, values: list[str]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise node.child(field).error(f"{value!r} stands here twice")


def _person(node: Node, pack: Pack) -> PersonPlan:
    fields = node.mapping()
    person = PersonPlan(
        key=fields.need("key").matching(_KEY, "a short name of small letters, digits and -"),
        where=f"{node.file}:{node.line}: {node.path}",
        name=fields.need("name").text(),
        language=_language(fields),
        contacts=_contacts(node, fields),
        password=fields.need("password").text(),
        registered=_registered(fields),
        roles=frozenset(fields.each("roles", lambda item: _grant(item, pack))),
        bar_number=fields.text("bar_number"),
        applies=fields.text("applies_as_advocate"),
        totp_secret=_totp(fields),
    )
    fields.done()
    _check_roles(node, person)
    return person


def _check_roles(node: Node, person: PersonPlan) -> None:
    advocate = any(grant.role is Role.ADVOCATE for grant in person.roles)
    if advocate != (person.bar_number is not None):
        raise node.error("an advocate needs a bar_number, and nobody else has one")
    staff = any(grant.role in AT_A_COURT or grant.role is Role.ADMINISTRATOR for grant in person.roles)
    if staff and person.totp_secret is None:
        raise node.error("staff sign in with a second factor: totp_secret is missing")


def _language(fields: Fields) -> str:
    node = fields.maybe("language")
    return "rw" if node is None else node.matching("|".join(LANGUAGES), f"one of {', '.join(LANGUAGES)}")


def _contacts(node: Node, fields: Fields) -> tuple[Contact, ...]:
    given = [fields.maybe(name) for name in ("phone", "email")]
    contacts = tuple(_contact(item) for item in given if item is not None)
    if not contacts:
        raise node.error("needs a phone or an email, to sign in with")
    return contacts


def _contact(node: Node) -> Contact:
    contact = read_contact(node.text())
    if contact is None:
        raise node.error("must be a mobile number or an e-mail address")
    return contact


def _registered(fields: Fields) -> When:
    node = fields.maybe("registered")
    found = read_when(node.text() if node else "60 days ago at 08:00")
    if found is None:
        assert node is not None
        raise node.error(f"must be a time: {MEANING}")
    return found


def _totp(fields: Fields) -> str | None:
    node = fields.maybe("totp_secret")
    return None if node is None else node.matching(_BASE32, "32 letters of base32")


def _grant(node: Node, pack: Pack) -> Grant:
    fields = node.mapping()
    role = fields.need("role").choice(Role)
    court = fields.text("court")
    fields.done()
    if (role in AT_A_COURT) != (court is not None):
        raise node.error("registrars and judges work at a court, others do not")
    if court is not None:
        node.refer("court", [court], pack.courts)
    return Grant(role, court)
