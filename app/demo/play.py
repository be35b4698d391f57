"""One load under way: the world, the parts of the portal, and who is who."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.queries import person_card
from app.accounts.roles import Role
from app.core.actor import SYSTEM, Actor, Grant, person
from app.core.ids import PersonId
from app.demo.ledger import Ledger
from app.demo.plans import World
from app.demo.times import When
from app.demo.tools import Tools


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """Everything that an item of the world needs to be made. `anchor` is when the world was first loaded."""

    tools: Tools
    ledger: Ledger
    world: World
    anchor: datetime
    _actors: dict[str, Actor] = field(default_factory=dict)

    def moment(self, when: When) -> datetime:
        """That moment of this world."""
        return when.at(self.anchor, self.tools.pack.zone)

    @property
    def now(self) -> datetime:
        """The moment at which the load stands."""
        return self.tools.clock.now()

    def made(self, item: str) -> UUID | None:
        """What an item made; None when it isn't done."""
        with self.tools.database.reading(SYSTEM) as session:
            return self.ledger.made(session, item)

    def make_once(self, actor: Actor, item: str, make: Callable[[Session], UUID]) -> None:
        """Make the item and note that it is done, in one transaction; nothing when it is done already."""
        with self.tools.database.transaction(actor) as session:
            if self.ledger.made(session, item) is None:
                self.ledger.note(session, item, make(session), self.now)

    def do_once(self, actor: Actor, item: str, subject: UUID, act: Callable[[Session], None]) -> None:
        """Note that the item is done and then do it, in one transaction; nothing when it is done already.

        The note comes first, because a case number must be issued by the last statement of its transaction.
        """
        with self.tools.database.transaction(actor) as session:
            if self.ledger.made(session, item) is None:
                self.ledger.note(session, item, subject, self.now)
                act(session)

    def actor(self, key: str) -> Actor:
        """The person with that key, with the roles they hold."""
        if key not in self._actors:
            made = self.made(person_item(key))
            assert made is not None, f"{key} is made before anything they do"
            with self.tools.database.reading(SYSTEM) as session:
                card = person_card(session, PersonId(made))
            self._actors[key] = person(card.id, Grant(Role.LITIGANT), *card.roles)
        return self._actors[key]


def person_item(key: str) -> str:
    """How the ledger calls a person."""
    return f"person:{key}"


def step_item(key: str, number: int) -> str:
    """How the ledger calls a step of a filing; step 0 made it."""
    return f"filing:{key}:{number}"
