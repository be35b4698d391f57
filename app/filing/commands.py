"""What can be asked of a filing: imperative, frozen."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from app.core.money import Money
from app.courts import WaiverOutcome
from app.filing.answers import Answers
from app.filing.ids import FilingId


@dataclass(frozen=True, slots=True, kw_only=True)
class StartFiling:
    """Begin a draft of `filing_type`. `answers` carries over what was answered before signing in.

    At the counter a registrar enters a paper filing: `paper_received_at` is the moment stamped on the paper.
    """

    filing_type: str
    language: str
    answers: Answers
    paper_received_at: datetime | None = None
    counter_court: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveAnswers:
    """Save one part of the answers.

    `part` names it ("court", "relief", "party:<id>", ...); `base` is the fingerprint the form was opened with, so that
    a second tab can't undo the first one's words.
    """

    filing_id: FilingId
    part: str
    base: str
    answers: Answers


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachDocument:
    """Put a stored document to the filing, as `kind` of the catalogue."""

    filing_id: FilingId
    document_id: UUID
    kind: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SendFiling:
    """Send the filing as it stood at `version`."""

    filing_id: FilingId
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWaiver:
    """Ask not to pay the fee of a filing that was sent: the pack's `category`, why in words, recorded proof."""

    filing_id: FilingId
    category: str
    words: str
    documents: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideWaiver:
    """Waive the fee by `outcome`; `amount` says how much when it is a part. `code` is a coded reason of the pack."""

    filing_id: FilingId
    outcome: WaiverOutcome
    code: str
    text: str
    amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedPoint:
    """A point to correct: where (`target`: a part, "document:<id>"), the coded reason, and the registrar's words."""

    target: str
    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnForCorrection:
    """Send the filing back with the points to correct; at least one."""

    filing_id: FilingId
    marks: tuple[MarkedPoint, ...]
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reject:
    """Refuse the filing with a coded reason and words for the filer."""

    filing_id: FilingId
    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept:
    """Accept and register; `checklist` lists what the registrar ticked."""

    filing_id: FilingId
    checklist: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """Move the filing to the right court's queue, with the reason shown to the filer."""

    filing_id: FilingId
    court_code: str
    text: str
