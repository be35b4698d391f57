"""Who may look after refunds. Whoever paid is never among those who decide."""

from app.accounts.roles import Role
from app.core.actor import Actor
from app.payments.policies import keeps_books_of, takes_cash_at

SEERS = (Role.ACCOUNTANT, Role.CHIEF_REGISTRAR, Role.CASHIER)
"""Whoever holds one of these at a court sees its refunds."""


def sees_refunds_of(actor: Actor, court: str) -> bool:
    """Whether the actor sees this court's refunds."""
    return keeps_books_of(actor, court) or takes_cash_at(actor, court)


def approves_refunds_of(actor: Actor, court: str) -> bool:
    """Whether the actor says yes or no to this court's refunds, and closes what somebody else recorded."""
    return keeps_books_of(actor, court)


def records_refunds_of(actor: Actor, court: str) -> bool:
    """Whether the actor pays out by other means at this court and writes down that they did."""
    return keeps_books_of(actor, court) or takes_cash_at(actor, court)
