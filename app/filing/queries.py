"""Reading filings: frozen dataclasses; what the actor may not see is not there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import and_, func, literal, or_, select, tuple_
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.ids import PersonId
from app.filing.answers import Answers, load
from app.filing.commands import MarkedPoint
from app.filing.ids import FilingId
from app.filing.loading import DOCUMENTS, NoSuchFiling, attached_from
from app.filing.models import FilingDecisionRow, FilingDocumentRow, FilingRow
from app.filing.policies import is_filer, sees_filing
from app.filing.rules import AttachedDocument
from app.filing.status import EDITABLE, FilingStatus
from app.payments.remissions.summary import is_proof

PAGE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What the court decided, when, with its reason and marks."""

    decision: str
    at: datetime
    code: str
    text: str
    marks: tuple[MarkedPoint, ...]
    checklist: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingView:
    """One filing as its filer or the court sees it. `mine`: the actor is its filer (or entered it at the counter).

    Times are aware; `due_at` is the first instant after the last day to pay or to correct.
    """

    id: FilingId
    number: str
    filing_type: str
    court_code: str | None
    channel: str
    filer_id: PersonId | None
    entered_by: PersonId | None
    status: FilingStatus
    language: str
    answers: Answers
    version: int
    created_at: datetime
    updated_at: datetime
    received_at: datetime | None
    sent_at: datetime | None
    submitted_at: datetime | None
    paper_received_at: datetime | None
    due_at: datetime | None
    round: int
    obligation_id: UUID | None
    pleading_id: UUID | None
    sealed: bool
    notice: str
    urgent: bool
    caption: str
    claimed_by: PersonId | None
    claimed_at: datetime | None
    case_id: UUID | None
    mine: bool
    last_decision: Decision | None
    documents: tuple[AttachedDocument, ...]

    @property
    def editable(self) -> bool:
        """Whether the filer may still change it."""
        return self.mine and self.status in EDITABLE


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingLine:
    """A filing in a list."""

    id: FilingId
    number: str
    filing_type: str
    court_code: str | None
    status: FilingStatus
    caption: str
    updated_at: datetime
    received_at: datetime | None
    due_at: datetime | None
    obligation_id: UUID | None
    case_id: UUID | None


_PLAIN = (
    *("id", "number", "filing_type", "court_code", "channel", "filer_id", "entered_by", "status", "language"),
    *("version", "created_at", "updated_at", "received_at", "sent_at", "submitted_at", "paper_received_at"),
    *("due_at", "round", "obligation_id", "pleading_id", "sealed", "notice", "urgent", "caption"),
    *("claimed_by", "claimed_at", "case_id"),
)
_LAST_DECISION = (
    select(
        func.json_build_object(
            *("decision", FilingDecisionRow.decision, "at", FilingDecisionRow.at, "code", FilingDecisionRow.code),
            *("text", FilingDecisionRow.text, "marks", FilingDecisionRow.marks),
            *("checklist", FilingDecisionRow.checklist),
        )
    )
    .where(FilingDecisionRow.filing_id == FilingRow.id)
    .order_by(FilingDecisionRow.at.desc(), FilingDecisionRow.id.desc())
    .limit(1)
    .correlate(FilingRow)
    .scalar_subquery()
)


def filing(session: Session, actor: Actor, filing_id: UUID) -> FilingView:
    """The filing with its last decision, in one statement; raises NoSuchFiling."""
    row = session.execute(
        select(
            *(getattr(FilingRow, name) for name in _PLAIN),
            FilingRow.answers,
            is_filer(actor).label("mine"),
            _LAST_DECISION.label("last_decision"),
            DOCUMENTS.label("documents"),
        ).where(FilingRow.id == filing_id, sees_filing(actor))
    ).first()
    if row is None:
        raise NoSuchFiling
    plain: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    plain["status"] = FilingStatus(plain["status"])
    return FilingView(
        **plain,
        answers=load(row.answers),
        mine=bool(row.mine),
        last_decision=_decision(row.last_decision) if row.last_decision else None,
        documents=attached_from(row.documents),
    )


def _decision(data: dict[str, Any]) -> Decision:
    return Decision(
        decision=data["decision"],
        at=datetime.fromisoformat(data["at"]),
        code=data["code"],
        text=data["text"],
        marks=tuple(MarkedPoint(**mark) for mark in data["marks"]),
        checklist=tuple(data["checklist"]),
    )


def decisions(session: Session, filing_id: UUID) -> tuple[Decision, ...]:
    """All decisions on a filing that the actor was found to see, oldest first."""
    rows = session.execute(
        select(
            FilingDecisionRow.decision,
            FilingDecisionRow.at,
            FilingDecisionRow.code,
            FilingDecisionRow.text,
            FilingDecisionRow.marks,
            FilingDecisionRow.checklist,
        )
        .where(FilingDecisionRow.filing_id == filing_id)
        .order_by(FilingDecisionRow.at)
    ).all()
    return tuple(
        Decision(
            decision=row.decision,
            at=row.at,
            code=row.code,
            text=row.text,
            marks=tuple(MarkedPoint(**mark) for mark in row.marks),
            checklist=tuple(row.checklist),
        )
        for row in rows
    )


_LINE = (
    *("id", "number", "filing_type", "court_code", "status", "caption", "updated_at", "received_at", "due_at"),
    *("obligation_id", "case_id"),
)


def my_filings(
    session: Session, actor: Actor, *, search: str = "", before: tuple[datetime, UUID] | None = None, limit: int = PAGE
) -> tuple[FilingLine, ...]:
    """The actor's filings that are not (yet) cases, last touched first.

    `before` pages by the (updated_at, id) of the last line shown; `search` looks in number and caption.
    """
    statement = (
        select(*(getattr(FilingRow, name) for name in _LINE))
        .where(is_filer(actor), FilingRow.status != FilingStatus.ACCEPTED)
        # A draft that was thrown away is gone; what was sent and then cancelled stays on the record.
        .where(or_(FilingRow.status != FilingStatus.CANCELLED, FilingRow.received_at.is_not(None)))
        .order_by(FilingRow.updated_at.desc(), FilingRow.id.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(tuple_(FilingRow.updated_at, FilingRow.id) < tuple_(*map(literal, before)))
    if search:
        wanted = contains(search)
        statement = statement.where(or_(FilingRow.number.ilike(wanted), FilingRow.caption.ilike(wanted)))
    return tuple(_line(row) for row in session.execute(statement).mappings())


def contains(search: str) -> str:
    """A pattern for `ilike` that finds `search` anywhere, whatever wildcards it holds."""
    escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


def _line(row: Any) -> FilingLine:
    return FilingLine(**{**row, "status": FilingStatus(row["status"])})


def document_of(session: Session, actor: Actor, filing_id: UUID, document_id: UUID) -> bool:
    """Whether the document belongs to that filing and the actor may see it."""
    linked = (
        select(FilingDocumentRow.document_id)
        .where(FilingDocumentRow.filing_id == FilingRow.id, FilingDocumentRow.document_id == document_id)
        .exists()
    )
    # Proof for a fee waiver is for the filer and the court alone; before Send it stands in the answers only.
    proof = is_proof(FilingRow.obligation_id, document_id)
    wished = and_(is_filer(actor), FilingRow.answers["waiver"]["documents"].contains([str(document_id)]))
    found = select(FilingRow.id).where(
        FilingRow.id == filing_id,
        sees_filing(actor),
        or_(linked, FilingRow.pleading_id == document_id, proof, wished),
    )
    return session.execute(found).first() is not None
