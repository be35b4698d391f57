"""The filings of a world: each step of a history is the command that the page would have called."""

import time
from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from app.cases.queries import case
from app.cases.service import SaveNote, save_note
from app.core.actor import SYSTEM, Actor
from app.demo import drafting
from app.demo.paying import pay
from app.demo.plans import FilingPlan, Step, StepKind, WorldError
from app.demo.play import Play, step_item
from app.documents.intake import store_made
from app.filing import claims, jobs, review
from app.filing.commands import Accept, MarkedPoint, Reject, ReturnForCorrection, SendFiling, Transfer
from app.filing.ids import FilingId
from app.filing.pleading import pleading_pdf
from app.filing.queries import FilingView, filing
from app.filing.sending import send_filing
from app.filing.service import cancel_filing
from app.filing.status import FilingStatus
from app.payments.ids import ObligationId

_LOOKS, _LOOK_AGAIN_SECONDS = 50, 0.2


def take(play: Play, plan: FilingPlan, number: int) -> None:
    """Let the step happen at its moment; nothing when it has. Raises Refusal, WorldError, NotPaid, OSError."""
    step, item = plan.steps[number], step_item(plan.key, number)
    play.tools.go_to(play.moment(step.when))
    if play.made(item) is None:
        _take(play, plan, step, item)
    play.tools.hear()


def _take(play: Play, plan: FilingPlan, step: Step, item: str) -> None:
    filer = play.actor(plan.filer)
    if step.kind is StepKind.STARTED:
        papers = drafting.store_papers(play, plan)
        play.make_once(filer, item, lambda session: drafting.start(session, play, filer, plan, papers))
        return
    filing_id = _filing_id(play, plan)
    match step.kind:
        case StepKind.SENT:
            _send(play, filer, filing_id, item)
        case StepKind.PAID:
            _pay(play, plan, step, filing_id, item)
        case StepKind.LAPSED:
            play.do_once(SYSTEM, item, filing_id, lambda session: _lapse(session, play, filing_id, step))
        case _:
            actor = play.actor(step.by) if step.by else filer
            act = _ACTS[step.kind]
            play.do_once(actor, item, filing_id, lambda session: act(session, play, actor, filing_id, (plan, step)))


def _filing_id(play: Play, plan: FilingPlan) -> FilingId:
    made = play.made(step_item(plan.key, 0))
    assert made is not None, "a history begins with started"
    return FilingId(made)


def _view(play: Play, actor: Actor, filing_id: FilingId) -> FilingView:
    with play.tools.database.reading(actor) as session:
        return filing(session, actor, filing_id)


def _send(play: Play, filer: Actor, filing_id: FilingId, item: str) -> None:
    tools, at = play.tools, play.now
    view = _view(play, filer, filing_id)
    content = pleading_pdf(tools.pack, view, view.documents, judiciary=tools.judiciary, at=at, draft=False)
    made = store_made(tools.intake, content, name=f"{view.number}.pdf")
    command = SendFiling(filing_id=filing_id, version=view.version)
    play.do_once(
        filer,
        item,
        filing_id,
        lambda session: _ignore(send_filing(session, filer, tools.pack, command, made=made, at=at)),
    )


def _pay(play: Play, plan: FilingPlan, step: Step, filing_id: FilingId, item: str) -> None:
    payer = play.actor(plan.filer)
    phone = step.phone or next((c.value for c in play.world.person(plan.filer).contacts if c.kind == "phone"), "")
    view = _view(play, payer, filing_id)
    if not phone or view.obligation_id is None:
        raise WorldError(f"{step.where}: nothing is owed, or no phone pays")
    pay(play.tools, payer, ObligationId(view.obligation_id), phone)
    for _ in range(_LOOKS):
        play.tools.hear()
        if _view(play, payer, filing_id).status is not FilingStatus.AWAITING_PAYMENT:
            play.do_once(SYSTEM, item, filing_id, lambda _session: None)
            return
        # A worker beside us has the news in hand.
        time.sleep(_LOOK_AGAIN_SECONDS)
    raise WorldError(f"{step.where}: it was paid, but the filing did not move on")


def _lapse(session: Session, play: Play, filing_id: FilingId, step: Step) -> None:
    jobs.lapse_overdue(session, play.now)
    session.flush()
    if filing(session, SYSTEM, filing_id).status is not FilingStatus.LAPSED:
        raise WorldError(f"{step.where}: it was not overdue at that moment")


def _return(session: Session, play: Play, actor: Actor, filing_id: FilingId, of: tuple[FilingPlan, Step]) -> None:
    plan, step = of
    view = filing(session, actor, filing_id)
    marks = tuple(_mark(play, plan, view, mark) for mark in step.marks)
    command = ReturnForCorrection(filing_id=filing_id, marks=marks, text=step.text)
    review.return_for_correction(session, actor, play.tools.pack, command, at=play.now)


def _mark(play: Play, plan: FilingPlan, view: FilingView, mark: MarkedPoint) -> MarkedPoint:
    """The mark with the pack's words where the file has none, on the document that "document 2" means."""
    words = mark.text or play.tools.pack.return_reasons[mark.code].text.said_in(plan.language)
    kind, _, place = mark.target.partition(" ")
    target = f"document:{view.documents[int(place) - 1].document_id}" if kind == "document" else mark.target
    return MarkedPoint(target=target, code=mark.code, text=words)


def _note(session: Session, play: Play, actor: Actor, filing_id: FilingId, of: tuple[FilingPlan, Step]) -> None:
    step = of[1]
    case_id = filing(session, SYSTEM, filing_id).case_id
    if case_id is None:
        raise WorldError(f"{step.where}: a note is kept on a case, and this filing is none yet")
    seen = case(session, actor, case_id)
    command = SaveNote(subject=seen.id, label=step.label, note=step.text, version=seen.note.version)
    save_note(session, actor, command, at=play.now)


def _ignore(_made: object) -> None:
    """For commands that give back what isn't needed here."""


Act = Callable[[Session, Play, Actor, FilingId, tuple[FilingPlan, Step]], None]
_ACTS: Mapping[StepKind, Act] = {
    StepKind.CLAIMED: lambda s, play, actor, filing_id, _: claims.claim(s, actor, filing_id, at=play.now),
    StepKind.RELEASED: lambda s, play, actor, filing_id, _: claims.release(s, actor, filing_id, at=play.now),
    StepKind.ACCEPTED: lambda s, play, actor, filing_id, _: _ignore(
        review.accept(s, actor, play.tools.pack, Accept(filing_id=filing_id), at=play.now)
    ),
    StepKind.RETURNED: _return,
    StepKind.CORRECTED: lambda s, play, actor, filing_id, of: drafting.correct(s, play, actor, filing_id, of[1]),
    StepKind.REJECTED: lambda s, play, actor, filing_id, of: review.reject(
        s,
        actor,
        play.tools.pack,
        Reject(filing_id=filing_id, code=of[1].code, text=of[1].text),
        at=play.now,
    ),
    StepKind.TRANSFERRED: lambda s, play, actor, filing_id, of: review.transfer(
        s,
        actor,
        play.tools.pack,
        Transfer(filing_id=filing_id, court_code=of[1].court, text=of[1].text),
        at=play.now,
    ),
    StepKind.VOIDED: lambda s, play, actor, filing_id, of: review.void_acceptance(
        s, actor, filing_id, of[1].text, at=play.now
    ),
    StepKind.CANCELLED: lambda s, play, actor, filing_id, _: cancel_filing(s, actor, filing_id, at=play.now),
    StepKind.NOTED: _note,
}
