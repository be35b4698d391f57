"""Commands on unidentified money."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.ids import new_id
from app.core.money import Money
from app.payments import ledger
from app.payments.reconciliation.releasing import release_unidentified
from app.payments.unidentified.models import UnidentifiedPaymentRow

NO_COURT = "-"
"""Whose money it is has not been found out, so no court has it in its books yet."""

_U = UnidentifiedPaymentRow


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepUnidentified:
    """`amount` came by the rail `provider`, which knows it as `provider_id`; `quoted` is what the payer called it."""

    provider: str
    provider_id: str
    quoted: str
    amount: Money
    completed_at: datetime
    tail: str | None
    raw: str


def keep_unidentified(session: Session, actor: Actor, command: KeepUnidentified, *, at: datetime) -> UUID:
    """Enter it in the books (Dr clearing, Cr suspense) and keep it; the same `provider_id` is kept once. Its id."""
    known = session.execute(
        select(_U.id).where(_U.provider == command.provider, _U.provider_id == command.provider_id)
    ).scalar()
    if known is not None:
        return known
    payment_id = new_id()
    sides = ledger.unidentified(command.provider, command.amount)
    entry_id = ledger.write_entry(session, "unidentified", sides, of=(None, NO_COURT, None), at=at)
    release_unidentified(session, command.provider, command.provider_id, at=at)
    # A race for the same payment ends here: the second one breaks the constraint and undoes its entry.
    session.execute(
        insert(_U).values(
            id=payment_id,
            provider=command.provider,
            provider_id=command.provider_id,
            quoted=command.quoted,
            amount_minor=command.amount.minor,
            currency=command.amount.currency,
            tail=command.tail,
            raw=command.raw,
            completed_at=command.completed_at,
            at=at,
            entry_id=entry_id,
        )
    )
    return payment_id
