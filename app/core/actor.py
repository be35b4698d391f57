"""Who acts: a person with roles, the system itself, or a stranger. Always an argument."""

from dataclasses import dataclass, field
from enum import StrEnum

from app.core.ids import PersonId


class ActorKind(StrEnum):
    """What kind of actor it is."""

    ANONYMOUS = "anonymous"
    PERSON = "person"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Grant:
    """An active role, and the court it is held at; None means the role is not tied to one court."""

    role: str
    court: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who asks. `grants` holds active roles only."""

    kind: ActorKind
    person_id: PersonId | None = None
    grants: frozenset[Grant] = field(default_factory=frozenset)

    @property
    def signed_in(self) -> bool:
        """Whether a person stands behind it."""
        return self.person_id is not None

    def has(self, role: str, court: str | None = None) -> bool:
        """Whether the role is held; with `court`, whether it is held there (or at every court)."""
        return any(g.role == role and (court is None or g.court in (None, court)) for g in self.grants)

    def courts(self, *roles: str) -> frozenset[str]:
        """The courts at which one of `roles` is held."""
        return frozenset(g.court for g in self.grants if g.court is not None and g.role in roles)

    def label(self) -> str:
        """What the database is told of the actor: the person's id, `system` or `anonymous`."""
        return str(self.person_id) if self.person_id else self.kind.value


ANONYMOUS = Actor(kind=ActorKind.ANONYMOUS)
SYSTEM = Actor(kind=ActorKind.SYSTEM)


def person(person_id: PersonId, *grants: Grant) -> Actor:
    """An actor for a person with these active roles."""
    return Actor(kind=ActorKind.PERSON, person_id=person_id, grants=frozenset(grants))
