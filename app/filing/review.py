"""The registrar's decisions. The same commands serve the desk's pages and the court's own system."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.cases import service as cases
from app.cases.ids import CaseId
from app.core.actor import Actor
from app.core.errors import Conflict, Forbidden, Invalid, Problem
from app.core.events import record
from app.core.ids import new_id
from app.core.language import T
from app.courts import Pack, correct_by, court_date, day_ends
from app.filing.commands import Accept, MarkedPoint, Reject, ReturnForCorrection, Transfer
from app.filing.events import (
    AcceptanceVoided,
    FilingAccepted,
    FilingRejected,
    FilingReturned,
    FilingTransferred,
)
from app.filing.loading import about, locked_for_review
from app.filing.models import FilingDecisionRow, FilingRow
from app.filing.registration import registration
from app.filing.status import FilingStatus
from app.filing.waivers import check_paid, end_with


class NotInHand(Conflict):
    """The filing must be claimed before it is decided on."""

    text = T("Take this filing in hand first. Somebody may have decided on it in the meantime.")


class OwnFiling(Forbidden):
    """Nobody decides on what they filed themselves."""

    text = T("You filed this yourself, so another registrar must decide on it.")


class MarksMissing(Invalid):
    """A return for correction without anything to correct."""

    text = T("Say what must be corrected: choose at least one reason.")


class WordsMissing(Invalid):
    """A rejection or a transfer without a reason in words."""

    text = T("Write the reason, so that the filer understands it.")


def accept(session: Session, actor: Actor, pack: Pack, command: Accept, *, at: datetime) -> str:
    """Accept the filing, register the case and return its number, all in this transaction.

    Raises NotInHand, or FeeNotPaid when the fee was demanded and not paid.

    The number is issued by the last statement: nothing may be written to the session afterwards.
    """
    row = _in_hand(session, actor, command.filing_id)
    check_paid(session, row)
    case_id = cases.register_case(session, actor, registration(session, pack, row), at=at)
    row.move_to(FilingStatus.ACCEPTED)
    row.case_id = case_id
    row.claimed_by = row.claimed_at = None
    _decide(session, actor, row, _Decision(kind="accepted", checklist=command.checklist), at=at)
    record(session, FilingAccepted(**about(row), case_id=case_id), actor=actor, at=at)
    session.flush()
    return cases.issue_number(session, case_id, _series(pack, row, at))


def return_for_correction(
    session: Session, actor: Actor, pack: Pack, command: ReturnForCorrection, *, at: datetime
) -> None:
    """Send the filing back with marks. Corrected in time, it keeps its first time. Raises NotInHand, MarksMissing."""
    row = _in_hand(session, actor, command.filing_id)
    if not command.marks:
        raise MarksMissing(problems=(Problem("marks", MarksMissing.text),))
    row.move_to(FilingStatus.RETURNED)
    row.due_at = day_ends(pack, correct_by(pack, at))
    row.reminded = None
    row.round += 1
    row.claimed_by = row.claimed_at = None
    _decide(session, actor, row, _Decision(kind="returned", text=command.text, marks=command.marks), at=at)
    record(session, FilingReturned(**about(row), correct_until=row.due_at), actor=actor, at=at)


def reject(session: Session, actor: Actor, pack: Pack, command: Reject, *, at: datetime) -> None:
    """Refuse the filing with a coded reason of the pack and words for the filer. Raises NotInHand, WordsMissing."""
    row = _in_hand(session, actor, command.filing_id)
    if command.code not in pack.rejection_reasons or not command.text.strip():
        raise WordsMissing(problems=(Problem("text", WordsMissing.text),))
    row.move_to(FilingStatus.REJECTED)
    end_with(session, actor, row, at=at)
    row.claimed_by = row.claimed_at = None
    _decide(session, actor, row, _Decision(kind="rejected", code=command.code, text=command.text), at=at)
    record(session, FilingRejected(**about(row), reason_code=command.code), actor=actor, at=at)


def transfer(session: Session, actor: Actor, pack: Pack, command: Transfer, *, at: datetime) -> None:
    """Move the filing to the right court's queue; it keeps its time. Raises NotInHand, WordsMissing, NoSuchCourt."""
    row = _in_hand(session, actor, command.filing_id)
    wanted = pack.court(command.court_code)
    if wanted not in pack.courts_for(row.filing_type) or wanted.code == row.court_code:
        text = T("Choose another court that takes this kind of claim.")
        raise WordsMissing(text, problems=(Problem("court_code", text),))
    if not command.text.strip():
        raise WordsMissing(problems=(Problem("text", WordsMissing.text),))
    before = row.court_code or ""
    _decide(session, actor, row, _Decision(kind="transferred", code=wanted.code, text=command.text), at=at)
    row.move_to(FilingStatus.SUBMITTED)
    row.court_code = wanted.code
    row.claimed_by = row.claimed_at = None
    record(session, FilingTransferred(**about(row), from_court=before), actor=actor, at=at)


def void_acceptance(session: Session, actor: Actor, filing_id: UUID, text: str, *, at: datetime) -> None:
    """Undo a mistaken acceptance: the filing goes back to the queue with its time, the number is never used again.

    A chief registrar's act. Raises Forbidden, NotInHand when nothing was accepted, WordsMissing.
    """
    row = locked_for_review(session, actor, filing_id)
    if not actor.has("chief_registrar", row.court_code):
        raise Forbidden
    if row.status != FilingStatus.ACCEPTED or row.case_id is None:
        raise NotInHand
    if not text.strip():
        raise WordsMissing(problems=(Problem("text", WordsMissing.text),))
    case_id = CaseId(row.case_id)
    cases.void_case(session, actor, case_id, at=at)
    row.move_to(FilingStatus.SUBMITTED)
    row.case_id = None
    _decide(session, actor, row, _Decision(kind="voided", text=text), at=at)
    record(session, AcceptanceVoided(**about(row), case_id=case_id), actor=actor, at=at)


def _in_hand(session: Session, actor: Actor, filing_id: UUID) -> FilingRow:
    row = locked_for_review(session, actor, filing_id)
    if row.filer_id is not None and row.filer_id == actor.person_id:
        raise OwnFiling
    if row.status != FilingStatus.UNDER_REVIEW or row.claimed_by != actor.person_id:
        raise NotInHand
    return row


def _series(pack: Pack, row: FilingRow, at: datetime) -> cases.NumberSeries:
    court = pack.court(row.court_code or "")
    return cases.NumberSeries(
        code=pack.filing_type(row.filing_type).number_code,
        court_code=court.code,
        year=court_date(pack, at).year,
        digits=pack.numbering.case_sequence_digits,
        suffix=court.suffix,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Decision:
    kind: str
    code: str = ""
    text: str = ""
    marks: tuple[MarkedPoint, ...] = ()
    checklist: tuple[str, ...] = ()


def _decide(session: Session, actor: Actor, row: FilingRow, decision: _Decision, *, at: datetime) -> None:
    session.execute(
        insert(FilingDecisionRow).values(
            id=new_id(),
            filing_id=row.id,
            court_code=row.court_code,
            decision=decision.kind,
            decided_by=actor.person_id,
            at=at,
            code=decision.code,
            text=decision.text,
            marks=[asdict(mark) for mark in decision.marks],
            checklist=list(decision.checklist),
        )
    )
