"""What happens to accounts. Ids only: no names, no contacts."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.accounts.roles import Role
from app.core.events import Event
from app.core.ids import PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutPerson(Event):
    """The parent of all events of this room: the person is the subject."""

    subject_field: ClassVar[str] = "person_id"
    person_id: PersonId


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonRegistered(AboutPerson):
    """An account was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonSignedIn(AboutPerson):
    """A session was opened, with or without a second factor."""

    session_id: UUID
    second_factor: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsEnded(AboutPerson):
    """Open sessions were ended: by the person, or because the password or a role changed."""

    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PasswordChanged(AboutPerson):
    """A new password was set; `by_code` when the old one was forgotten."""

    by_code: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorEnrolled(AboutPerson):
    """An authenticator app was tied to the account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondFactorRemoved(AboutPerson):
    """An administrator took the authenticator app off, for instance because the phone was lost."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactChanged(AboutPerson):
    """A phone number or e-mail address was proven and is now the person's; `kind` is "phone" or "email"."""

    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvocateApplied(AboutPerson):
    """Somebody says they are an advocate; the court's staff must look."""

    grant_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvocateApproved(AboutPerson):
    """The person is now an advocate here."""

    grant_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvocateRefused(AboutPerson):
    """The person was not found to be an advocate."""

    grant_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleGranted(AboutPerson):
    """A role was given, at `court_code` when it belongs to a court."""

    grant_id: UUID
    role: Role
    court_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleEnded(AboutPerson):
    """A role was taken back."""

    grant_id: UUID
    role: Role
    court_code: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonDisabled(AboutPerson):
    """The account was closed: nobody can sign in to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonEnabled(AboutPerson):
    """A closed account was opened again."""
