"""Who may draft, approve and see fee schedules. The staff roles of an actor have always passed a second factor."""

from app.accounts.roles import Role
from app.core.actor import Actor


def drafts_fees(actor: Actor) -> bool:
    """Whether the actor may write a new fee schedule down."""
    return actor.has(Role.ACCOUNTANT)


def approves_fees(actor: Actor) -> bool:
    """Whether the actor may put somebody else's fee schedule into force."""
    return actor.has(Role.CHIEF_REGISTRAR) or actor.has(Role.ADMINISTRATOR)


def sees_fee_schedules(actor: Actor) -> bool:
    """Whether the actor may see drafts, and who approved what."""
    return drafts_fees(actor) or approves_fees(actor)
