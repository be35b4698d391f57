"""Who may do what with accounts. The staff roles of an actor have always passed a second factor."""

from app.accounts.roles import STAFF, Role
from app.core.actor import Actor, ActorKind
from app.web.access import Policy


def staff(*roles: Role) -> Policy:
    """A policy: holders of one of these roles of the court's staff (of any, when none is named)."""
    wanted = frozenset(roles) or STAFF
    return lambda actor: any(grant.role in wanted & STAFF for grant in actor.grants)


def grants_roles(actor: Actor) -> bool:
    """Who gives and takes roles, and closes accounts."""
    return actor.kind is ActorKind.SYSTEM or actor.has(Role.ADMINISTRATOR)


def decides_on_advocates(actor: Actor) -> bool:
    """Who looks an applicant up in the bar's roll and says yes or no."""
    decides = (Role.REGISTRAR, Role.CHIEF_REGISTRAR, Role.ADMINISTRATOR)
    return actor.kind is ActorKind.SYSTEM or any(actor.has(role) for role in decides)
