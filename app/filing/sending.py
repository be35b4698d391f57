"""Send: the one moment at which a draft becomes a filing. `received_at` is fixed here and nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Conflict, Invalid, Problem
from app.core.events import record
from app.core.ids import PersonId
from app.core.language import T
from app.core.money import Money
from app.courts import FeeQuote, Pack, court_date, day_ends, pay_by
from app.courts.schedules.queries import with_approved
from app.documents.ids import DocumentId
from app.documents.intake import Prepared
from app.documents.service import RecordDocument, record_document
from app.filing.answers import Answers, PleadingSource, dump, load
from app.filing.commands import SendFiling
from app.filing.events import FilingSent, FilingSubmitted
from app.filing.ids import FilingId
from app.filing.loading import AlreadySent, about, locked_to_send
from app.filing.models import FilingRow
from app.filing.pricing import fee_as_billed, fee_line, fee_of
from app.filing.rules import AttachedDocument, caption, likeness, problems
from app.filing.status import FilingStatus
from app.payments import service as payments
from app.payments import shortfalls
from app.payments.ids import ObligationId
from app.payments.queries import obligation as load_obligation
from app.payments.remissions import demands
from app.payments.remissions import service as remissions
from app.payments.remissions.service import ApplyForRemission
from app.payments.service import AddLines, OpenObligation


class NotReady(Invalid):
    """Something is still missing; `problems` name each gap."""

    text = T("Some parts are not finished. Each is listed below.")


class ContentChanged(Conflict):
    """The filing was changed after the page that was sent from had been opened."""

    text = T("This filing was changed after you opened this page. Read it again, then send it.")


def send_filing(
    session: Session, actor: Actor, pack: Pack, command: SendFiling, *, made: Prepared | None, at: datetime
) -> FilingId:
    """Send the filing; `at` is the moment the last byte of the request reached us, `made` the pleading's kept bytes.

    Raises NoSuchFiling, AlreadySent (pressing twice: show the receipt), ContentChanged, or NotReady with every gap.
    """
    row, documents = locked_to_send(session, actor, command.filing_id)
    if row.version != command.version:
        raise ContentChanged
    answers = load(row.answers)
    _check_ready(pack, row, answers, documents, at)
    received_at = _received_at(pack, row, at)
    pleading_id = _lead(session, actor, answers, made=made, at=at)
    owed = _open_or_raise(session, actor, pack, row, received_at, at=at)
    waits = _waiver_waits(session, actor, answers, owed, at=at)
    # The row is changed only now, so that all of it is one statement.
    row.received_at, row.sent_at, row.updated_at = received_at, at, at
    row.version += 1
    row.pleading_id, row.obligation_id = pleading_id, owed.obligation_id
    if answers.waiver is not None:
        row.answers = dump(replace(answers, waiver=None))
    row.caption, row.likeness = caption(answers, sealed=row.sealed), likeness(answers)
    _move_on(session, actor, pack, row, owed=replace(owed, waits=waits), at=at)
    return FilingId(row.id)


def submit(
    session: Session, actor: Actor, row: FilingRow, *, paid: bool, at: datetime, waiver_asked: bool = False
) -> None:
    """Put a filing that is paid, free or asked to be into the court's queue; its `received_at` stays what it was."""
    revived = row.status == FilingStatus.LAPSED
    row.move_to(FilingStatus.SUBMITTED)
    row.submitted_at = at
    row.due_at = None
    row.reminded = None
    row.claimed_by = row.claimed_at = None
    assert row.received_at is not None
    event = FilingSubmitted(
        **about(row), received_at=row.received_at, paid=paid, revived=revived, waiver_asked=waiver_asked
    )
    record(session, event, actor=actor, at=at)


def _check_ready(
    pack: Pack, row: FilingRow, answers: Answers, documents: Sequence[AttachedDocument], at: datetime
) -> None:
    gaps = problems(pack, pack.filing_type(row.filing_type), answers, documents, today=court_date(pack, at))
    if gaps:
        raise NotReady(problems=tuple(Problem(g.field, g.text, g.url) for g in gaps))


def _received_at(pack: Pack, row: FilingRow, at: datetime) -> datetime:
    """The first time survives a correction made in time; a paper filing has the time stamped on it."""
    corrected_in_time = row.due_at is None or at < row.due_at
    if row.received_at is not None and pack.switches.keep_received_when_corrected_in_time and corrected_in_time:
        return row.received_at
    return row.paper_received_at or at


def _lead(
    session: Session, actor: Actor, answers: Answers, *, made: Prepared | None, at: datetime
) -> DocumentId | None:
    """The document made from the answers; None when the filer's own upload leads."""
    if answers.pleading is PleadingSource.OWN:
        return None
    if made is None:
        raise ContentChanged
    return record_document(session, actor, RecordDocument(prepared=made), at=at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Owed:
    """What is owed for the filing: `due` is to be paid now unless the request not to pay `waits`.

    `demanded`: a decision on such a request left something to pay.
    """

    obligation_id: ObligationId | None
    due: Money
    waits: bool = False
    demanded: bool = False


def _waiver_waits(session: Session, actor: Actor, answers: Answers, owed: _Owed, *, at: datetime) -> bool:
    """Whether a registrar is to decide on the fee; the filer's wish becomes a request here."""
    wish = answers.waiver
    if wish is None or owed.obligation_id is None or not owed.due or owed.waits:
        return owed.waits
    request = ApplyForRemission(
        obligation_id=owed.obligation_id,
        category=wish.category,
        words=wish.words,
        documents=tuple(UUID(document) for document in wish.documents),
    )
    remissions.apply(session, actor, request, at=at)
    return True


def _open_or_raise(
    session: Session, actor: Actor, pack: Pack, row: FilingRow, received_at: datetime, *, at: datetime
) -> _Owed:
    """What is to be paid now: the whole fee at first, only the difference when a correction made the fee rise."""
    priced = with_approved(session, pack)
    fee = fee_of(priced, row.filing_type, row.court_code or "", received_at)
    if row.obligation_id is None:
        if not fee.total:
            return _Owed(obligation_id=None, due=fee.total)
        return _Owed(obligation_id=_open(session, actor, pack, row, fee, at=at), due=fee.total)
    obligation_id = ObligationId(row.obligation_id)
    owed = load_obligation(session, obligation_id)
    if received_at == row.received_at:
        version = owed.lines[-1].version
        fee = fee_as_billed(priced, row.filing_type, row.court_code or "", received_at, version=version)
    more_due = Money.zero(fee.total.currency)
    if owed.fees < fee.total:
        extra = fee_line(fee.lines[0], fee.total - owed.fees)
        more = AddLines(obligation_id=obligation_id, lines=(extra,), valid_until=_pay_until(pack, at))
        payments.add_lines(session, actor, more, at=at)
        more_due = fee.total - owed.fees
    waiver = owed.waiver
    return _Owed(
        obligation_id=obligation_id,
        due=owed.due + more_due,
        waits=waiver is not None and waiver.waits,
        demanded=owed.demand_open,
    )


def _open(session: Session, actor: Actor, pack: Pack, row: FilingRow, fee: FeeQuote, *, at: datetime) -> ObligationId:
    lines = tuple(fee_line(line, line.amount) for line in fee.lines)
    owner = row.filer_id or row.entered_by
    assert owner is not None
    command = OpenObligation(
        subject=row.id,
        court_code=row.court_code or "",
        owner=PersonId(owner),
        lines=lines,
        valid_until=_pay_until(pack, at),
    )
    return payments.open_obligation(session, actor, command, at=at)


def _pay_until(pack: Pack, at: datetime) -> datetime:
    return day_ends(pack, pay_by(pack, at))


def _move_on(session: Session, actor: Actor, pack: Pack, row: FilingRow, *, owed: _Owed, at: datetime) -> None:
    due = bool(owed.due) and not owed.waits
    pay_until = _pay_until(pack, at) if due else None
    assert row.received_at is not None
    if due:
        row.move_to(FilingStatus.AWAITING_PAYMENT)
        row.due_at = pay_until
        row.reminded = None
        if owed.demanded and owed.obligation_id is not None and pay_until is not None:
            demands.renew(session, owed.obligation_id, pay_until)
            shortfalls.renew(session, owed.obligation_id, pay_until)
    sent = FilingSent(
        **about(row),
        received_at=row.received_at,
        obligation_id=row.obligation_id,
        pay_until=pay_until,
        again=row.round > 1,
    )
    record(session, sent, actor=actor, at=at)
    if not due:
        submit(session, actor, row, paid=False, waiver_asked=owed.waits, at=at)


__all__ = ["AlreadySent", "ContentChanged", "NotReady", "send_filing", "submit"]
