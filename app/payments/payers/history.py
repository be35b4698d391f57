"""What a person owes and has paid, page by page: their own bills, and others' that they have paid for."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, exists, or_, select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Absent
from app.payments.attempt_queries import AttemptView
from app.payments.ids import ObligationId
from app.payments.models import ObligationRow, PaymentAttemptRow
from app.payments.policies import owns
from app.payments.queries import ObligationView, obligations

PAGE = 20
_O, _A = ObligationRow, PaymentAttemptRow
_PAID_BY_ME = exists(select(_A.id).where(_A.obligation_id == _O.id, _A.begun_by == bindparam("person_id")))
_IDS = (
    select(_O.id)
    .where(or_(_O.owner_id == bindparam("person_id"), _PAID_BY_ME), _O.id < bindparam("before"))
    .order_by(_O.id.desc())
    .limit(PAGE + 1)
)
_NEWEST = UUID(int=2**128 - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaidBill:
    """One bill. `mine`: the person owes it; else they have only paid for it, and see no more than their payments."""

    bill: ObligationView
    mine: bool
    payments: tuple[AttemptView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MyPayments:
    """One page, newest first; `older` is the key of the next one, None on the last."""

    bills: tuple[PaidBill, ...]
    older: str | None
    first: bool


def my_payments(session: Session, actor: Actor, *, after: str = "") -> MyPayments:
    """The page that begins after the key `after`; a key that isn't one begins at the start. Raises Absent."""
    if actor.person_id is None:
        raise Absent
    before = _key(after)
    ids = session.execute(_IDS, {"person_id": actor.person_id, "before": before or _NEWEST}).scalars().all()
    shown = [ObligationId(found) for found in ids[:PAGE]]
    bills = obligations(session, shown)
    return MyPayments(
        bills=tuple(_paid(bills[found], actor) for found in shown),
        older=shown[-1].hex if len(ids) > PAGE else None,
        first=before is None,
    )


def _paid(bill: ObligationView, actor: Actor) -> PaidBill:
    mine = owns(actor, bill.owner)
    seen = [a for a in bill.attempts if mine or a.begun_by == actor.person_id]
    return PaidBill(bill=bill, mine=mine, payments=tuple(reversed(seen)))


def _key(text: str) -> UUID | None:
    return UUID(text) if len(text) == 32 and text.isascii() and all(c in "0123456789abcdef" for c in text) else None
