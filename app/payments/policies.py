"""Who may see and pay what."""

from app.accounts.roles import Role
from app.core.actor import Actor
from app.core.ids import PersonId


def owns(actor: Actor, owner: PersonId) -> bool:
    """Whether it is the actor who owes it."""
    return actor.person_id == owner


def sees_payments_of(actor: Actor, court: str) -> bool:
    """Whether the actor looks after payments to this court."""
    return actor.has(Role.REGISTRAR, court) or actor.has(Role.CHIEF_REGISTRAR, court)


def takes_cash_at(actor: Actor, court: str) -> bool:
    """Whether the actor may take money at this court's counter."""
    return actor.has(Role.CASHIER, court)


def keeps_books_of(actor: Actor, court: str) -> bool:
    """Whether the actor looks after this court's books."""
    return actor.has(Role.ACCOUNTANT, court) or actor.has(Role.CHIEF_REGISTRAR, court)
