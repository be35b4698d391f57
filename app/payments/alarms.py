"""Attempts that only people can settle."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.payments.attempt_queries import ATTEMPT, AttemptView, attempt_view
from app.payments.models import ObligationRow, PaymentAttemptRow
from app.payments.policies import sees_payments_of

_O, _A = ObligationRow, PaymentAttemptRow


@dataclass(frozen=True, slots=True, kw_only=True)
class StaffAttempt:
    """An attempt that needs somebody to look at it."""

    bill_reference: str
    court_code: str
    attempt: AttemptView


_ALARMS = (
    select(*ATTEMPT, _O.reference, _O.court_code)
    .join(_O, _O.id == _A.obligation_id)
    .where(_A.quarantined_at.is_not(None) | _A.parked_at.is_not(None))
    .order_by(_A.id)
)


def for_staff(session: Session, actor: Actor) -> tuple[StaffAttempt, ...]:
    """Attempts that only people can settle, at courts where the actor may see them: quarantined, or open for a day."""
    return tuple(
        StaffAttempt(bill_reference=row.reference, court_code=row.court_code, attempt=attempt_view(row, row.reference))
        for row in session.execute(_ALARMS).all()
        if sees_payments_of(actor, row.court_code)
    )
