"""Reads of requests not to pay, for rooms that have checked access themselves; one statement, whatever is on it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.accounts.queries import name_of
from app.core.money import Money
from app.documents.queries import facts_of
from app.payments.ids import ObligationId
from app.payments.remissions.ids import RemissionId
from app.payments.remissions.models import RemissionEvidenceRow, RemissionRow
from app.payments.remissions.status import RemissionStatus

_R, _E = RemissionRow, RemissionEvidenceRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofView:
    """A document that was put to a request; `size` in bytes."""

    document_id: UUID
    name: str
    size: int
    pages: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemissionView:
    """One request with its decision. `amount` was taken off, None unless something was; `decided_by` is a name."""

    id: RemissionId
    reference: str
    status: RemissionStatus
    category: str
    words: str
    amount: Money | None
    applied_at: datetime
    decided_at: datetime | None
    decided_by: str
    reason_code: str
    reason_text: str
    pay_until: datetime | None
    proof: tuple[ProofView, ...]


_PROOF = (
    select(
        func.json_agg(
            aggregate_order_by(
                func.json_build_object("id", _E.document_id, "facts", facts_of(_E.document_id)), _E.position
            )
        )
    )
    .where(_E.remission_id == _R.id)
    .correlate(_R)
    .scalar_subquery()
)
_OF = (
    select(
        *(getattr(_R, name) for name in ("id", "reference", "status", "category", "words", "currency")),
        *(getattr(_R, name) for name in ("amount_minor", "applied_at", "decided_at", "reason_code", "reason_text")),
        _R.pay_until,
        name_of(_R.decided_by).label("decided_by"),
        _PROOF.label("proof"),
    )
    .where(_R.obligation_id == bindparam("id"))
    .order_by(_R.applied_at.desc(), _R.id.desc())
)


def remissions_of(session: Session, obligation_id: ObligationId) -> tuple[RemissionView, ...]:
    """All requests on a bill, the newest first."""
    return tuple(_view(row) for row in session.execute(_OF, {"id": obligation_id}).all())


def _view(row: Any) -> RemissionView:
    return RemissionView(
        id=RemissionId(row.id),
        reference=row.reference,
        status=RemissionStatus(row.status),
        category=row.category,
        words=row.words,
        amount=None if row.amount_minor is None else Money(row.amount_minor, row.currency),
        applied_at=row.applied_at,
        decided_at=row.decided_at,
        decided_by=row.decided_by or "",
        reason_code=row.reason_code or "",
        reason_text=row.reason_text or "",
        pay_until=row.pay_until,
        proof=tuple(ProofView(document_id=UUID(item["id"]), **item["facts"]) for item in row.proof or ()),
    )
