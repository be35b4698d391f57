"""Drafts of a world: the first save with its answers and papers, and the correction of one that came back."""

from contextlib import ExitStack
from dataclasses import dataclass, replace
from typing import IO
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.demo.plans import FilingPlan, PaperPlan, Step
from app.demo.play import Play
from app.documents.intake import Prepared, store_files
from app.documents.service import RecordDocument, record_document
from app.filing import parts
from app.filing import service as filings
from app.filing.answers import Answers
from app.filing.commands import AttachDocument, SaveAnswers, StartFiling
from app.filing.ids import FilingId
from app.filing.pricing import fee_of
from app.filing.queries import filing

_ALL = "everything"


@dataclass(frozen=True, slots=True)
class _File:
    """A file as a form sends it."""

    stream: IO[bytes]
    filename: str | None


def store_papers(play: Play, plan: FilingPlan) -> list[Prepared]:
    """The papers, checked and kept. Call it with no transaction open. Raises FileRefused, StorageDown."""
    return [_store(play, paper) for paper in plan.papers]


def _store(play: Play, paper: PaperPlan) -> Prepared:
    with ExitStack() as opened:
        files = [_File(opened.enter_context(path.open("rb")), path.name) for path in paper.files]
        return store_files(play.tools.intake, files)


def start(session: Session, play: Play, actor: Actor, plan: FilingPlan, papers: list[Prepared]) -> UUID:
    """The draft with everything that its plan says; the filing's id. Raises NotOffered, Forbidden."""
    at, court = play.now, plan.answers.court.court_code
    command = StartFiling(
        filing_type=plan.filing_type,
        language=plan.language,
        answers=Answers(),
        paper_received_at=play.moment(plan.paper_received) if plan.paper_received else None,
        counter_court=court if plan.paper_received else None,
    )
    filing_id = filings.start_filing(session, actor, play.tools.pack, command, at=at)
    session.flush()
    for paper, prepared in zip(plan.papers, papers, strict=True):
        _attach(session, play, actor, filing_id, (paper, prepared))
    save(session, play, actor, filing_id, plan.answers)
    return filing_id


def _attach(
    session: Session, play: Play, actor: Actor, filing_id: FilingId, brought: tuple[PaperPlan, Prepared]
) -> None:
    paper, prepared = brought
    document_id = record_document(session, actor, RecordDocument(prepared=prepared), at=play.now)
    command = AttachDocument(filing_id=filing_id, document_id=document_id, kind=paper.kind, title=paper.title)
    filings.attach_document(session, actor, command, most=play.tools.intake.limits.max_files, at=play.now)
    session.flush()


def save(session: Session, play: Play, actor: Actor, filing_id: FilingId, answers: Answers) -> None:
    """Save all answers at once, as the page for people who file often does. Raises AlreadySent."""
    stored = filing(session, actor, filing_id).answers
    wanted = _with_fee_seen(play, filing(session, actor, filing_id).filing_type, answers)
    base = parts.fingerprint_of(stored, _ALL)
    command = SaveAnswers(filing_id=filing_id, part=_ALL, base=base, answers=wanted)
    filings.save_answers(session, actor, command, at=play.now)
    session.flush()


def correct(session: Session, play: Play, actor: Actor, filing_id: FilingId, step: Step) -> None:
    """Save what a returned filing says now."""
    assert step.answers is not None
    save(session, play, actor, filing_id, step.answers)


def _with_fee_seen(play: Play, filing_type: str, answers: Answers) -> Answers:
    """Whoever has declared has seen the fee on the way."""
    court = answers.court.court_code
    if not (court and answers.declaration.agreed):
        return answers
    return replace(answers, fee_seen=str(fee_of(play.tools.pack, filing_type, court, play.now).total))
