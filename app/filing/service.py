"""Commands on a draft: start, save, attach, cancel. The edge opens the transaction; nothing here reads the clock."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Absent, Conflict, Forbidden
from app.core.events import record
from app.core.ids import new_id
from app.core.language import T
from app.courts import Filer, FilingNumber, FilingType, Pack, court_date, print_filing_number
from app.documents.ids import DocumentId
from app.documents.queries import DocumentView
from app.documents.queries import document as load_document
from app.filing import parts
from app.filing.answers import dump, load
from app.filing.commands import AttachDocument, SaveAnswers, StartFiling
from app.filing.events import FilingCancelled, FilingStarted
from app.filing.ids import FilingId
from app.filing.loading import AlreadySent, about, locked, locked_draft
from app.filing.models import FILING_SEQUENCE, FilingDocumentRow, FilingRow
from app.filing.policies import REGISTRARS, is_filer
from app.filing.status import FilingStatus
from app.payments.ids import ObligationId
from app.payments.service import void_obligation

COUNTER = "counter"
ONLINE = "online"


class NotOffered(Absent):
    """This kind of filing can't be made here by this person."""

    text = T("This can't be filed here. Choose from the list of what can be filed.")


class StaleAnswers(Conflict):
    """The same part was changed in another tab or on another device; nothing was overwritten."""

    text = T("You changed this part in another window in the meantime. Both versions are below: keep the one you want.")


class TooManyDocuments(Conflict):
    """The filing holds as many documents as are taken."""

    text = T("This filing holds as many documents as we can take. Join several pages into one document.")


class NoSuchDocument(Absent):
    """The document is not recorded."""


class HeldByTheCourt(Conflict):
    """A registrar has the filing in hand, so it can't be cancelled."""

    text = T("The court is looking at this filing now, so it can't be cancelled here. Ask the registrar.")


def start_filing(session: Session, actor: Actor, pack: Pack, command: StartFiling, *, at: datetime) -> FilingId:
    """A new draft with its filing number. Raises NotOffered or, at the counter, Forbidden."""
    filing_type = pack.filing_type(command.filing_type)
    at_counter = command.paper_received_at is not None
    _check_offered(actor, filing_type, command.counter_court)
    answers = command.answers
    if at_counter and command.counter_court:
        answers = replace(answers, court=replace(answers.court, court_code=command.counter_court))
    sequence = session.execute(select(FILING_SEQUENCE.next_value())).scalar_one()
    number = print_filing_number(pack, FilingNumber(year=court_date(pack, at).year, sequence=sequence))
    filing_id = FilingId(new_id())
    session.add(
        FilingRow(
            id=filing_id,
            number=number,
            filing_type=filing_type.code,
            court_code=answers.court.court_code or None,
            channel=COUNTER if at_counter else ONLINE,
            filer_id=None if at_counter else actor.person_id,
            entered_by=actor.person_id if at_counter else None,
            status=FilingStatus.DRAFT,
            language=command.language,
            answers=dump(answers),
            version=1,
            created_at=at,
            updated_at=at,
            paper_received_at=command.paper_received_at,
            sealed=filing_type.sealed_by_default,
            notice=filing_type.notice.value,
            urgent=filing_type.urgent,
        )
    )
    event = FilingStarted(
        filing_id=filing_id,
        filer_id=None if at_counter else actor.person_id,
        court_code=answers.court.court_code or None,
    )
    record(session, event, actor=actor, at=at)
    return filing_id


def _check_offered(actor: Actor, filing_type: FilingType, counter_court: str | None) -> None:
    if counter_court is not None:
        if counter_court not in actor.courts(*REGISTRARS):
            raise Forbidden
        return
    advocate_only = filing_type.may_file == frozenset({Filer.ADVOCATE})
    if not filing_type.offered or not actor.signed_in or (advocate_only and not actor.has("advocate")):
        raise NotOffered


def save_answers(session: Session, actor: Actor, command: SaveAnswers, *, at: datetime) -> int:
    """Save one part of the answers and return the filing's new version.

    Other parts keep what is stored, whatever the form's copy of them says. Raises NoSuchFiling, AlreadySent, or
    StaleAnswers when the part has changed since the form was opened.
    """
    row = locked_draft(session, actor, command.filing_id)
    stored = load(row.answers)
    there, wanted = parts.part(stored, command.part), parts.part(command.answers, command.part)
    if parts.fingerprint_of(stored, command.part) != command.base and there != wanted:
        raise StaleAnswers
    answers = parts.put(stored, command.part, command.answers)
    row.answers = dump(answers)
    row.court_code = answers.court.court_code or None
    _touch(row, at)
    session.flush()
    return row.version


def attach_document(session: Session, actor: Actor, command: AttachDocument, *, most: int, at: datetime) -> None:
    """Put a stored document last. Raises NoSuchFiling, AlreadySent or TooManyDocuments (more than `most`)."""
    row = locked_draft(session, actor, command.filing_id)
    count, last = session.execute(
        select(func.count(), func.coalesce(func.max(FilingDocumentRow.position), 0)).where(
            FilingDocumentRow.filing_id == row.id
        )
    ).one()
    if count >= most:
        raise TooManyDocuments
    kept = load_document(session, command.document_id)
    if kept is None:
        raise NoSuchDocument
    session.execute(
        insert(FilingDocumentRow).values(
            **_facts(kept),
            filing_id=row.id,
            document_id=command.document_id,
            kind=command.kind,
            title=command.title[:300],
            position=last + 1,
            added_at=at,
        )
    )
    _touch(row, at)


def remove_document(session: Session, actor: Actor, filing_id: UUID, document_id: UUID, *, at: datetime) -> None:
    """Take a document off a draft; its bytes stay where they are."""
    row = locked_draft(session, actor, filing_id)
    session.execute(
        delete(FilingDocumentRow).where(
            FilingDocumentRow.filing_id == filing_id, FilingDocumentRow.document_id == document_id
        )
    )
    answers = load(row.answers)
    if answers.own_pleading == str(document_id):
        answers = replace(answers, own_pleading="")
    row.answers = dump(answers.with_proof(str(document_id), None))
    _touch(row, at)


def replace_document(
    session: Session, actor: Actor, filing_id: UUID, before: DocumentId, after: DocumentId, *, at: datetime
) -> None:
    """Put a document made anew (its photos in another order) in the place of the one it was made from."""
    row = locked_draft(session, actor, filing_id)
    made = load_document(session, after)
    if made is None:
        raise NoSuchDocument
    session.execute(
        update(FilingDocumentRow)
        .where(FilingDocumentRow.filing_id == filing_id, FilingDocumentRow.document_id == before)
        .values(document_id=after, **_facts(made))
    )
    answers = load(row.answers)
    if answers.own_pleading == str(before):
        answers = replace(answers, own_pleading=str(after))
    row.answers = dump(answers.with_proof(str(before), str(after)))
    _touch(row, at)


def order_documents(
    session: Session, actor: Actor, filing_id: UUID, wanted: tuple[DocumentId, ...], *, at: datetime
) -> None:
    """Put the documents in this order; ids that are not of this filing are left out, missing ones keep their place."""
    row = locked_draft(session, actor, filing_id)
    for position, document_id in enumerate(wanted, 1):
        session.execute(
            update(FilingDocumentRow)
            .where(FilingDocumentRow.filing_id == filing_id, FilingDocumentRow.document_id == document_id)
            .values(position=position)
        )
    _touch(row, at)


def cancel_filing(session: Session, actor: Actor, filing_id: UUID, *, at: datetime) -> None:
    """Withdraw a draft, an unpaid or a submitted filing. Twice is once. Raises NoSuchFiling or HeldByTheCourt.

    Money that arrives afterwards is owed back (`handlers.payment_succeeded`).
    """
    row = locked(session, is_filer(actor), filing_id)
    if row.status == FilingStatus.CANCELLED:
        return
    if row.status == FilingStatus.UNDER_REVIEW:
        raise HeldByTheCourt
    if row.status not in (FilingStatus.DRAFT, FilingStatus.AWAITING_PAYMENT, FilingStatus.SUBMITTED):
        raise AlreadySent
    row.move_to(FilingStatus.CANCELLED)
    row.due_at = None
    _touch(row, at)
    if row.obligation_id is not None:
        void_obligation(session, actor, ObligationId(row.obligation_id), reason="cancelled", at=at)
    record(session, FilingCancelled(**about(row)), actor=actor, at=at)


def _facts(kept: DocumentView) -> dict[str, object]:
    return {name: getattr(kept, name) for name in ("sha256", "size", "pages", "media_type", "name")}


def _touch(row: FilingRow, at: datetime) -> None:
    row.version += 1
    row.updated_at = at
