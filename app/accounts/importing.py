"""People brought in from a world file, by the system only: proven contacts, roles and second factor included."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from app.accounts import passwords, totp
from app.accounts.contacts import Contact
from app.accounts.events import AdvocateApproved, PersonRegistered, RoleGranted, SecondFactorEnrolled
from app.accounts.models import PersonRow, RoleGrantRow
from app.accounts.registration import keep_contact
from app.accounts.roles import AT_A_COURT, Role
from app.accounts.status import GrantState
from app.accounts.vault import Vault
from app.core.actor import Actor, ActorKind, Grant
from app.core.errors import Forbidden
from app.core.events import record
from app.core.ids import PersonId, new_id


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPerson:
    """A person as a world file names them. `roles` are active at once; an advocate needs `bar_number`."""

    name: str
    locale: str
    contacts: tuple[Contact, ...]
    password: str
    roles: frozenset[Grant] = field(default_factory=frozenset)
    bar_number: str | None = None
    totp_secret: str | None = None


class OnlyTheSystem(Forbidden):
    """No person brings others in."""


def import_person(session: Session, vault: Vault, actor: Actor, command: ImportPerson, *, at: datetime) -> PersonId:
    """Make the account as the file says, whatever the password is like.

    Raises OnlyTheSystem, ContactTaken; ValueError when a role lacks its court or bar number.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise OnlyTheSystem
    person_id = PersonId(new_id())
    row = PersonRow(id=person_id, name=command.name, locale=command.locale, created_at=at, version=1)
    row.password_hash = passwords.hash_password(command.password)
    session.add(row)
    session.flush()
    for contact in command.contacts:
        keep_contact(session, person_id, contact, at=at)
    record(session, PersonRegistered(person_id=person_id), actor=actor, at=at)
    if command.totp_secret:
        row.totp_secret = totp.keep_secret(vault, person_id, command.totp_secret)
        record(session, SecondFactorEnrolled(person_id=person_id), actor=actor, at=at)
    for grant in sorted(command.roles, key=lambda g: (g.role, g.court or "")):
        _give(session, actor, person_id, grant, command.bar_number, at=at)
    return person_id


def _give(
    session: Session, actor: Actor, person_id: PersonId, grant: Grant, bar_number: str | None, *, at: datetime
) -> None:
    role = Role(grant.role)
    if (role in AT_A_COURT) != (grant.court is not None):
        raise ValueError(f"{role} at {grant.court}: a registrar or judge works at a court, others don't")
    if role is Role.LITIGANT:
        return
    if role is Role.ADVOCATE and not bar_number:
        raise ValueError("an advocate needs a bar number")
    row = RoleGrantRow(
        id=new_id(),
        person_id=person_id,
        role=role.value,
        court_code=grant.court,
        state=GrantState.ACTIVE.value,
        bar_number=bar_number if role is Role.ADVOCATE else None,
        asked_at=at,
        decided_at=at,
    )
    session.add(row)
    session.flush()
    if role is Role.ADVOCATE:
        record(session, AdvocateApproved(person_id=person_id, grant_id=row.id), actor=actor, at=at)
    else:
        event = RoleGranted(person_id=person_id, grant_id=row.id, role=role, court_code=grant.court)
        record(session, event, actor=actor, at=at)
