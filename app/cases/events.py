"""What happens to a case. `subject` is the case's id."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from app.cases.ids import CaseId
from app.core.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRegistered(Event):
    """A filing became a case. Its number is joined by readers: it is issued after this event is written."""

    subject_field: ClassVar[str] = "case_id"

    case_id: CaseId
    court_code: str
    filing_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseVoided(Event):
    """The registration was a mistake; the number is never used again."""

    subject_field: ClassVar[str] = "case_id"

    case_id: CaseId
    court_code: str
    filing_id: UUID
