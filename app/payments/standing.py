"""An obligation read and locked, so that what is due is decided by one transaction at a time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.core.errors import Absent
from app.core.ids import PersonId
from app.core.money import Money
from app.payments import rules, voided
from app.payments.ids import ObligationId
from app.payments.models import ObligationLineRow, ObligationRow, PaymentAttemptRow, RefundDueRow
from app.payments.remissions.models import RemissionRow
from app.payments.status import LIVE, AttemptState

_LOCK = select(
    ObligationRow.id,
    ObligationRow.subject,
    ObligationRow.court_code,
    ObligationRow.owner_id,
    ObligationRow.reference,
    ObligationRow.currency,
    ObligationRow.valid_until,
    ObligationRow.voided_at,
).with_for_update()


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedObligation:
    """An obligation that nobody else can pay, void or add to until this transaction ends."""

    id: ObligationId
    subject: UUID
    court_code: str
    owner: PersonId
    reference: str
    currency: str
    valid_until: datetime | None
    void: bool
    fees: Money
    remitted: Money
    paid: Money
    refund_due: Money

    @property
    def of_nobody(self) -> bool:
        """Whether it only stands for money that nobody could place, so that this can be sent back."""
        return self.subject == self.id

    @property
    def due(self) -> Money:
        """What remains to be paid."""
        return rules.still_due(
            fees=self.fees, remitted=self.remitted, paid=self.paid, refund_due=self.refund_due, void=self.void
        )

    def asking(self, session: Session) -> bool:
        """Whether a payment is on its way."""
        live = select(PaymentAttemptRow.id).where(
            PaymentAttemptRow.obligation_id == self.id, PaymentAttemptRow.state.in_(sorted(LIVE))
        )
        return session.execute(live.limit(1)).first() is not None


def lock(session: Session, obligation_id: ObligationId) -> LockedObligation:
    """Lock and read it; raises Absent when there is none."""
    row = session.execute(_LOCK.where(ObligationRow.id == obligation_id)).first()
    if row is None:
        raise Absent
    # A second statement, so that it sees what the transaction we may have waited for has written.
    fees, remitted, paid, refund_due = session.execute(sums_of(obligation_id)).one()
    return LockedObligation(
        id=obligation_id,
        subject=row.subject,
        court_code=row.court_code,
        owner=PersonId(row.owner_id),
        reference=row.reference,
        currency=row.currency,
        valid_until=row.valid_until,
        void=row.voided_at is not None,
        fees=Money(int(fees), row.currency),
        remitted=Money(int(remitted), row.currency),
        paid=Money(int(paid), row.currency),
        refund_due=Money(int(refund_due), row.currency),
    )


def sums_of(obligation_id: ObligationId) -> Select[int, int, int, int]:
    """Fees, what was waived of them, successful payments and refunds due, in minor units; without what was voided."""
    fees = select(func.coalesce(func.sum(ObligationLineRow.amount_minor), 0))
    remitted = select(func.coalesce(func.sum(RemissionRow.amount_minor), 0))
    paid = select(func.coalesce(func.sum(PaymentAttemptRow.amount_minor), 0))
    refunds = select(func.coalesce(func.sum(RefundDueRow.amount_minor), 0))
    return select(
        fees.where(ObligationLineRow.obligation_id == obligation_id).scalar_subquery(),
        remitted.where(RemissionRow.obligation_id == obligation_id).scalar_subquery(),
        paid.where(
            PaymentAttemptRow.obligation_id == obligation_id,
            PaymentAttemptRow.state == AttemptState.SUCCEEDED,
            voided.stands(PaymentAttemptRow.id),
        ).scalar_subquery(),
        refunds.where(
            RefundDueRow.obligation_id == obligation_id, voided.stands(RefundDueRow.attempt_id)
        ).scalar_subquery(),
    )
