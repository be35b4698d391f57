"""What a refund went through: rows that are only ever added."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.ids import new_id
from app.payments.ids import RefundId
from app.payments.refunds.models import RefundEventRow
from app.payments.refunds.status import Means, RefundState, Setback


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundStep:
    """One edge of the machine; the first one comes from nowhere. `words` are staff's, `raw` the rail's, redacted."""

    after: RefundState
    before: RefundState | None = None
    setback: Setback | None = None
    words: str | None = None
    means: Means | None = None
    means_reference: str | None = None
    raw: str | None = None


def note(session: Session, refund: tuple[RefundId, str], step: RefundStep, *, actor: Actor, at: datetime) -> None:
    """Note the step that a refund (its id and its court) has taken."""
    refund_id, court_code = refund
    session.execute(
        insert(RefundEventRow).values(
            id=new_id(),
            refund_id=refund_id,
            court_code=court_code,
            at=at,
            actor=actor.label(),
            from_state=step.before,
            to_state=step.after,
            setback=step.setback,
            words=step.words,
            means=step.means,
            means_reference=step.means_reference,
            raw=step.raw,
        )
    )
