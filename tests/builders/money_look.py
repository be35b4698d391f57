"""Everything that is compared, read at one moment: the portal's rows, and the operators' own books."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.core.actor import SYSTEM
from app.core.db import Database
from app.core.money import Money
from app.payments import queries
from app.payments.ids import ObligationId
from app.payments.queries import ObligationView
from app.payments.status import LIVE
from tests.builders.operators_books import Operators

CASH = "cash_desk"
_ATTEMPTS = (
    "select a.id, a.obligation_id, a.provider, a.reference_id, a.provider_id, a.provider_reference, a.state, "
    "a.amount_minor, a.currency, a.parked_at, a.prompt_expires_at, o.reference bill, "
    "exists (select from payment_receipt r where r.attempt_id = a.id) receipt, "
    "exists (select from payment_void v where v.attempt_id = a.id and v.state = 'confirmed') voided "
    "from payment_attempt a join obligation o on o.id = a.obligation_id"
)
_REFUNDS = "select id, attempt_id, state, amount_minor, currency from refund"
_ENTRIES = (
    "select e.id, e.kind, e.obligation_id, e.attempt_id, p.account, p.amount_minor, p.currency "
    "from journal_entry e join posting p on p.entry_id = e.id"
)
_STEPS = (
    "select s.attempt_id, s.at, s.from_state, s.to_state, e.kind, e.said, a.prompt_expires_at from attempt_event s "
    "join payment_attempt a on a.id = s.attempt_id left join payment_evidence e on e.id = s.evidence_id"
)
_UNIDENTIFIED = "select provider, provider_id, amount_minor, currency from unidentified_payment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """Rows have the names of their columns; `bills` are as the payer's pages show them."""

    attempts: Sequence[Any]
    refunds: Sequence[Any]
    entries: Sequence[Any]
    steps: Sequence[Any]
    unidentified: Sequence[Any]
    bills: Mapping[ObligationId, ObligationView]
    operators: Operators

    @property
    def succeeded(self) -> set[UUID]:
        """The attempts that are paid."""
        return {one.id for one in self.attempts if one.state == "succeeded"}

    @property
    def live(self) -> Sequence[Any]:
        """The attempts that are under way."""
        return [one for one in self.attempts if one.state in LIVE]

    def accounts(self, obligation_id: UUID | None = None) -> Counter[tuple[str, str]]:
        """What stands on each account and currency, of all entries or of one bill's."""
        found: Counter[tuple[str, str]] = Counter()
        for line in self.entries:
            if obligation_id is None or line.obligation_id == obligation_id:
                found[line.account, line.currency] += line.amount_minor
        return found


def name_of(attempt: Any) -> str:
    """What the operator calls an attempt."""
    return str(attempt.provider_id if attempt.provider == "mpesa" else attempt.reference_id)


def money_of(row: Any) -> Money:
    """The amount of a row."""
    return Money(row.amount_minor, row.currency)


def look(database: Database, operators: Operators) -> Look:
    """How all stands now."""

    with database.reading(SYSTEM) as session:

        def rows(statement: str) -> Sequence[Any]:
            return session.execute(text(statement)).all()

        ids = [ObligationId(row.id) for row in rows("select id from obligation")]
        return Look(
            attempts=rows(_ATTEMPTS),
            refunds=rows(_REFUNDS),
            entries=rows(_ENTRIES),
            steps=rows(_STEPS),
            unidentified=rows(_UNIDENTIFIED),
            bills=dict(queries.obligations(session, ids)),
            operators=operators,
        )
