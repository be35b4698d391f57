"""How the newest request on a bill stands, as a column for other statements: no page reads twice for it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core.money import Money
from app.payments.remissions.models import RemissionEvidenceRow, RemissionRow
from app.payments.remissions.status import RemissionStatus

_R = RemissionRow
# The id of an obligation in whatever table.
Obligation = InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """The newest request on a bill. `overdue`: what the decision left was not paid in time, and still isn't."""

    reference: str
    status: RemissionStatus
    category: str
    amount: Money | None
    applied_at: datetime
    reason_code: str
    reason_text: str
    pay_until: datetime | None
    overdue: bool
    demand_open: bool

    @property
    def waits(self) -> bool:
        """Whether a registrar is still to decide on it."""
        return self.status is RemissionStatus.APPLIED


def remitted_of(obligation: Obligation) -> ScalarSelect[int]:
    """What was waived on it, in minor units."""
    total = select(func.coalesce(func.sum(_R.amount_minor), 0)).where(_R.obligation_id == obligation)
    return total.correlate_except(_R).scalar_subquery()


def newest_of(obligation: Obligation) -> ScalarSelect[Any]:
    """The newest request on it, for `read`; null when there is none."""
    facts = func.json_build_object(
        *("reference", _R.reference, "status", _R.status, "category", _R.category, "amount", _R.amount_minor),
        *("currency", _R.currency, "applied_at", _R.applied_at, "code", _R.reason_code, "text", _R.reason_text),
        *("pay_until", _R.pay_until, "overdue_at", _R.overdue_at, "ended_at", _R.demand_ended_at),
    )
    newest = select(facts).where(_R.obligation_id == obligation).order_by(_R.applied_at.desc(), _R.id.desc()).limit(1)
    return newest.correlate_except(_R).scalar_subquery()


def read(data: dict[str, Any] | None) -> Summary | None:
    """What `newest_of` gave."""
    if data is None:
        return None
    demand_open = data["pay_until"] is not None and data["ended_at"] is None
    return Summary(
        reference=data["reference"],
        status=RemissionStatus(data["status"]),
        category=data["category"],
        amount=None if data["amount"] is None else Money(data["amount"], data["currency"]),
        applied_at=datetime.fromisoformat(data["applied_at"]),
        reason_code=data["code"] or "",
        reason_text=data["text"] or "",
        pay_until=datetime.fromisoformat(data["pay_until"]) if data["pay_until"] else None,
        overdue=demand_open and data["overdue_at"] is not None,
        demand_open=demand_open,
    )


def waits_on(obligation: Obligation) -> ColumnElement[bool]:
    """Whether a registrar is still to decide on a request on it."""
    waits = select(_R.id).where(_R.obligation_id == obligation, _R.status == RemissionStatus.APPLIED)
    return waits.correlate_except(_R).exists()


def overdue_on(obligation: Obligation) -> ColumnElement[bool]:
    """Whether what a decision left was not paid in time, and still isn't."""
    overdue = select(_R.id).where(
        _R.obligation_id == obligation,
        _R.pay_until.is_not(None),
        _R.overdue_at.is_not(None),
        _R.demand_ended_at.is_(None),
    )
    return overdue.correlate_except(_R).exists()


def wants_a_registrar(obligation: Obligation) -> ColumnElement[bool]:
    """Either of both: a request that waits, or a demand that was not met."""
    unmet = and_(_R.pay_until.is_not(None), _R.overdue_at.is_not(None), _R.demand_ended_at.is_(None))
    return obligation.in_(select(_R.obligation_id).where(or_(_R.status == RemissionStatus.APPLIED, unmet)))


def is_proof(obligation: Obligation, document_id: UUID) -> ColumnElement[bool]:
    """Whether that document was put to a request on it."""
    proof = (
        select(RemissionEvidenceRow.document_id)
        .join(_R, _R.id == RemissionEvidenceRow.remission_id)
        .where(_R.obligation_id == obligation, RemissionEvidenceRow.document_id == document_id)
    )
    return proof.correlate_except(_R, RemissionEvidenceRow).exists()
