"""Who may bring bytes in. Who may see them is decided by the room that owns the link."""

from app.core.actor import Actor, ActorKind


def may_store(actor: Actor) -> bool:
    """Anyone signed in, and the system itself (papers that it makes)."""
    return actor.signed_in or actor.kind is ActorKind.SYSTEM
