"""Who may see and pay what."""

from uuid import UUID

from app.accounts.roles import Role
from app.core.actor import Actor
from app.core.ids import PersonId


def owns(actor: Actor, owner: PersonId) -> bool:
    """Whether it is the actor who owes it."""
    return actor.person_id == owner


def sees_payments_of(actor: Actor, court: str) -> bool:
    """Whether the actor looks after payments to this court."""
    return actor.has(Role.REGISTRAR, court) or keeps_books_of(actor, court)


def takes_cash_at(actor: Actor, court: str) -> bool:
    """Whether the actor may take money at this court's counter."""
    return actor.has(Role.CASHIER, court)


def keeps_books_of(actor: Actor, court: str) -> bool:
    """Whether the actor looks after this court's books."""
    return actor.has(Role.ACCOUNTANT, court) or actor.has(Role.CHIEF_REGISTRAR, court)


def reconciles(actor: Actor) -> bool:
    """Whether the actor compares the operators' accounts, which all courts share, with the books."""
    return actor.has(Role.ACCOUNTANT) or actor.has(Role.CHIEF_REGISTRAR)


def sees_unidentified(actor: Actor) -> bool:
    """Whether the actor sees money that no court has yet: whoever works with money somewhere may know whose it is."""
    return actor.has(Role.CASHIER) or reconciles(actor)


def works_with_money_of(actor: Actor, court: str) -> bool:
    """Whether the actor sits at this court's cash desk or looks after its books."""
    return takes_cash_at(actor, court) or keeps_books_of(actor, court)


def sees_receipt(actor: Actor, court: str, *, concerned: tuple[UUID | None, ...]) -> bool:
    """Whether the actor may see a receipt: whom the payment concerns, and who looks after the court's money."""
    if actor.person_id is not None and actor.person_id in concerned:
        return True
    return takes_cash_at(actor, court) or sees_payments_of(actor, court)


def may_begin_payment(actor: Actor, owner: PersonId, *, quoted: str | None, reference: str) -> bool:
    """Whether the actor may pay this bill: its owner, and anyone at all who quotes its number."""
    return owns(actor, owner) or quoted == reference
