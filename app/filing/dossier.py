"""What the desk wants to know around a filing, beyond what it says: decided by whom, held by whom, filed before?"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from app.accounts.queries import name_of
from app.cases.queries import number_of
from app.core.actor import Actor
from app.core.ids import PersonId
from app.documents.queries import facts_of
from app.filing.commands import MarkedPoint
from app.filing.ids import FilingId
from app.filing.loading import NoSuchFiling
from app.filing.models import FilingDecisionRow, FilingRow
from app.filing.policies import reviews
from app.filing.status import FilingStatus

MOST_LIKELY = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One decision, with who made it. `code`: the reason's, or for a transfer the court it went to."""

    decision: str
    at: datetime
    by: PersonId
    by_name: str
    code: str
    text: str
    marks: tuple[MarkedPoint, ...]
    checklist: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Likely:
    """A filing between the same people. `case_number` is "" unless it has become a case."""

    id: FilingId
    number: str
    caption: str
    status: FilingStatus
    received_at: datetime
    case_number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeadDocument:
    """The document that was made from the answers; `size` in bytes."""

    name: str
    size: int
    pages: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dossier:
    """`decisions` oldest first; `likely` newest first; names are "" where nobody holds it or entered it."""

    decisions: tuple[Decided, ...]
    likely: tuple[Likely, ...]
    lead: LeadDocument | None
    holder: str
    clerk: str
    case_number: str


_D = FilingDecisionRow
_DECISION = func.json_build_object(
    *("decision", _D.decision, "at", _D.at, "by", _D.decided_by, "by_name", name_of(_D.decided_by)),
    *("code", _D.code, "text", _D.text, "marks", _D.marks, "checklist", _D.checklist),
)
_DECISIONS = (
    select(func.json_agg(aggregate_order_by(_DECISION, _D.at, _D.id)))
    .where(_D.filing_id == FilingRow.id)
    .correlate(FilingRow)
    .scalar_subquery()
)


def dossier(session: Session, actor: Actor, filing_id: UUID) -> Dossier:
    """All of it in one statement, for a registrar of the filing's court; raises NoSuchFiling for anybody else."""
    row = session.execute(
        select(
            _DECISIONS.label("decisions"),
            _likely(actor).label("likely"),
            facts_of(FilingRow.pleading_id).label("lead"),
            name_of(FilingRow.claimed_by).label("holder"),
            name_of(FilingRow.entered_by).label("clerk"),
            number_of(FilingRow.case_id).label("case_number"),
        ).where(FilingRow.id == filing_id, reviews(actor))
    ).first()
    if row is None:
        raise NoSuchFiling
    return Dossier(
        decisions=tuple(_decided(item) for item in row.decisions or ()),
        likely=tuple(_twin(item) for item in row.likely or ()),
        lead=LeadDocument(**row.lead) if row.lead else None,
        holder=row.holder or "",
        clerk=row.clerk or "",
        case_number=row.case_number or "",
    )


def _likely(actor: Actor) -> Any:
    """Other filings at the actor's courts that share a fingerprint of opponents with this one."""
    other = aliased(FilingRow)
    newest = (
        select(
            *(getattr(other, name) for name in ("id", "number", "caption", "status", "received_at")),
            number_of(other.case_id).label("case_number"),
        )
        .where(reviews(actor, other), other.id != FilingRow.id, other.likeness.op("&&")(FilingRow.likeness))
        .order_by(other.received_at.desc())
        .limit(MOST_LIKELY)
        .correlate(FilingRow)
        .subquery()
    )
    return select(func.json_agg(func.to_json(newest.table_valued()))).scalar_subquery()


def _decided(data: dict[str, Any]) -> Decided:
    parsed = {
        "at": datetime.fromisoformat(data["at"]),
        "by": PersonId(UUID(data["by"])),
        "marks": tuple(MarkedPoint(**mark) for mark in data["marks"]),
        "checklist": tuple(data["checklist"]),
    }
    return Decided(**{**data, **parsed})


def _twin(data: dict[str, Any]) -> Likely:
    return Likely(
        id=FilingId(UUID(data["id"])),
        number=data["number"],
        caption=data["caption"],
        status=FilingStatus(data["status"]),
        received_at=datetime.fromisoformat(data["received_at"]),
        case_number=data["case_number"] or "",
    )
