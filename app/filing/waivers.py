"""Fee waivers of filings that were sent: asked for, decided on, taken back, and what was not paid after a refusal.

A request that waits never holds a filing up. A refusal keeps `received_at`, opens a demand with the pack's number of
days, and when that is not met the filing comes back to a registrar: it never lapses by itself.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM, Actor
from app.core.errors import Conflict, Invalid, Problem
from app.core.events import record
from app.core.language import T
from app.core.money import Money
from app.courts import Pack, WaiverOutcome, day_ends, pay_after_refusal_by
from app.filing.claims import CLAIM_HOLDS, HeldByAnother
from app.filing.commands import AskWaiver, DecideWaiver
from app.filing.events import FeeDemanded, FeeUnpaid
from app.filing.loading import NoSuchFiling, about, locked, locked_for_review
from app.filing.models import FilingRow
from app.filing.policies import is_filer
from app.filing.rules import waiver_problems
from app.filing.sending import submit
from app.filing.service import HeldByTheCourt
from app.filing.status import FilingStatus
from app.payments import shortfalls
from app.payments.ids import ObligationId
from app.payments.queries import ObligationView
from app.payments.queries import obligation as load_obligation
from app.payments.remissions import demands
from app.payments.remissions import service as remissions
from app.payments.remissions.refusals import NothingToDecide, NothingToWaive
from app.payments.remissions.service import ApplyForRemission, Decided, DecideRemission
from app.payments.remissions.summary import overdue_on
from app.payments.service import void_obligation
from app.payments.shortfalls import short_on

_S = FilingStatus
ASKABLE = frozenset({_S.AWAITING_PAYMENT, _S.SUBMITTED, _S.UNDER_REVIEW, _S.ACCEPTED})
"""While a filing is in one of these, its fee can be asked to be waived; a draft asks with Send."""


class FeeNotPaid(Conflict):
    """The fee was demanded after a waiver was refused, or its payment was voided, and it is not paid."""

    text = T("The fee of this filing was not paid. Give more time to pay, or reject the filing.")


class ReasonMissing(Invalid):
    """A decision on a waiver needs a reason of the pack that fits it, and words."""

    text = T("Choose the reason, and write it in words for the person.")


class TooLateToAsk(Conflict):
    """The time for paying is over."""

    text = T("The time for paying this fee is over, so it is too late to ask.")


def ask(session: Session, actor: Actor, pack: Pack, command: AskWaiver, *, at: datetime) -> None:
    """Ask not to pay; a filing that waited for its payment goes to the court at once.

    Raises NoSuchFiling, Invalid with what is missing, TooLateToAsk, NothingToWaive, AlreadyAsked, AskedOften.
    """
    row = locked(session, is_filer(actor), command.filing_id)
    gaps = waiver_problems(pack, command.category, command.words, with_proof=bool(command.documents))
    missing = tuple(gaps)
    if missing:
        raise Invalid(problems=missing)
    if row.obligation_id is None or row.status not in ASKABLE:
        raise NothingToWaive
    waits = row.status == FilingStatus.AWAITING_PAYMENT
    if waits and row.due_at is not None and at >= row.due_at:
        raise TooLateToAsk
    wish = ApplyForRemission(
        obligation_id=ObligationId(row.obligation_id),
        category=command.category,
        words=command.words,
        documents=command.documents,
    )
    remissions.apply(session, actor, wish, at=at)
    if waits:
        submit(session, actor, row, paid=False, waiver_asked=True, at=at)


def decide(session: Session, actor: Actor, pack: Pack, command: DecideWaiver, *, at: datetime) -> Decided:
    """Waive the fee in full, in part, or not at all; what then remains is demanded.

    Raises NoSuchFiling for whoever is no registrar of its court or filed it; HeldByAnother, ReasonMissing,
    NothingToDecide, MoreThanOwed.
    """
    row = _reviewed(session, actor, command.filing_id, at)
    reason = pack.waiver_reasons.get(command.code)
    if reason is None or command.outcome not in reason.fits:
        text = T("Choose a reason that fits the decision.")
        raise ReasonMissing(text, problems=(Problem("code", text),))
    if not command.text.strip():
        raise ReasonMissing(problems=(Problem(f"{command.code}-words", ReasonMissing.text),))
    obligation_id = _owed_by(row)
    pay_until = _term(pack, at)
    decision = DecideRemission(
        obligation_id=obligation_id,
        amount=_amount(load_obligation(session, obligation_id), command),
        reason_code=command.code,
        reason_text=command.text,
        pay_until=pay_until,
    )
    decided = remissions.decide(session, actor, decision, at=at)
    if decided.due:
        _demand(session, actor, row, pay_until, at)
    else:
        shortfalls.end(session, obligation_id)
    return decided


def withdraw(session: Session, actor: Actor, pack: Pack, filing_id: UUID, *, at: datetime) -> None:
    """The filer will pay after all. Raises NoSuchFiling, NothingToDecide, HeldByTheCourt."""
    row = locked(session, is_filer(actor), filing_id)
    if row.status == FilingStatus.UNDER_REVIEW:
        raise HeldByTheCourt
    pay_until = _term(pack, at)
    if remissions.withdraw(session, actor, _owed_by(row), pay_until=pay_until, at=at):
        _demand(session, actor, row, pay_until, at)


def give_more_time(session: Session, actor: Actor, pack: Pack, filing_id: UUID, *, at: datetime) -> None:
    """Ask once more for a fee that was not paid in time. Raises NoSuchFiling, HeldByAnother, NothingToDecide."""
    row = _reviewed(session, actor, filing_id, at)
    pay_until = _term(pack, at)
    asked = shortfalls if load_obligation(session, _owed_by(row)).short_overdue else demands
    asked.give_more_time(session, actor, _owed_by(row), pay_until=pay_until, at=at)
    _demand(session, actor, row, pay_until, at)


def not_paid(session: Session, row: FilingRow, owed: ObligationView, at: datetime) -> None:
    """The term of a demand is over: the filing goes back to the queue, for a registrar to decide what follows."""
    if not owed.due:
        submit(session, SYSTEM, row, paid=True, at=at)
        return
    demands.mark_overdue(session, owed.id, at)
    shortfalls.mark_overdue(session, owed.id, at)
    row.move_to(FilingStatus.SUBMITTED)
    row.submitted_at = at
    row.due_at = None
    record(session, FeeUnpaid(**about(row)), actor=SYSTEM, at=at)


def check_paid(session: Session, row: FilingRow) -> None:
    """Raises FeeNotPaid when the fee was demanded and not paid in time, or its payment was voided."""
    if row.obligation_id is None:
        return
    unpaid = or_(overdue_on(FilingRow.obligation_id), short_on(FilingRow.obligation_id))
    if session.execute(select(unpaid).where(FilingRow.id == row.id)).scalar():
        raise FeeNotPaid


def end_with(session: Session, actor: Actor, row: FilingRow, *, at: datetime) -> None:
    """The filing is over: nobody has to decide on its fee any more, and an unpaid fee is no longer asked for."""
    if row.obligation_id is None:
        return
    owed = load_obligation(session, ObligationId(row.obligation_id))
    waits = owed.waiver is not None and owed.waiver.waits
    if not (waits or owed.demand_open):
        return
    if not owed.paid:
        void_obligation(session, actor, owed.id, reason=row.status, at=at)
    elif waits:
        remissions.withdraw(session, SYSTEM, owed.id, pay_until=None, at=at)
    demands.end(session, owed.id, at=at)
    shortfalls.end(session, owed.id)


def _amount(owed: ObligationView, command: DecideWaiver) -> Money:
    """How much the decision takes off. Raises Invalid when a part is nothing."""
    match command.outcome:
        case WaiverOutcome.FULL:
            return owed.waivable
        case WaiverOutcome.REFUSED:
            return Money.zero(owed.fees.currency)
    if command.amount is None or not command.amount:
        text = T("Enter how much of the fee is waived.")
        raise Invalid(problems=(Problem("amount", text),))
    if command.amount == owed.waivable:
        text = T("This is the whole fee. Choose to waive it in full.")
        raise Invalid(problems=(Problem("amount", text),))
    return command.amount


def _reviewed(session: Session, actor: Actor, filing_id: UUID, at: datetime) -> FilingRow:
    """The filing, for a registrar of its court who did not file it; nobody decides on what another has in hand."""
    row = locked_for_review(session, actor, filing_id)
    if actor.person_id in (row.filer_id, row.entered_by):
        raise NoSuchFiling
    held = row.status == FilingStatus.UNDER_REVIEW and row.claimed_by != actor.person_id
    if held and row.claimed_at is not None and at - row.claimed_at < CLAIM_HOLDS:
        raise HeldByAnother
    return row


def _owed_by(row: FilingRow) -> ObligationId:
    if row.obligation_id is None:
        raise NothingToDecide
    return ObligationId(row.obligation_id)


def _term(pack: Pack, at: datetime) -> datetime:
    return day_ends(pack, pay_after_refusal_by(pack, at))


def _demand(session: Session, actor: Actor, row: FilingRow, pay_until: datetime, at: datetime) -> None:
    """Wait for the payment. What is registered already, or with the filer for correction, stays where it is."""
    if row.status not in (FilingStatus.SUBMITTED, FilingStatus.UNDER_REVIEW):
        return
    row.move_to(FilingStatus.AWAITING_PAYMENT)
    row.due_at = pay_until
    row.reminded = None
    row.submitted_at = None
    row.claimed_by = row.claimed_at = None
    record(session, FeeDemanded(**about(row), pay_until=pay_until), actor=actor, at=at)
