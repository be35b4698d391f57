"""Filings in any state, made by the same commands that the pages use."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import TypedDict, Unpack, cast
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.roles import Role
from app.core.clock import ManualClock
from app.core.db import Database
from app.core.events import events_of
from app.core.ids import new_id
from app.courts import Pack, load_pack
from app.documents.intake import Intake, Kept, Prepared, store_made
from app.documents.service import RecordDocument, record_document
from app.filing import claims, jobs, review, sending, service
from app.filing.answers import (
    ActingAs,
    Answers,
    CourtChoice,
    Declaration,
    IdentityKind,
    Issue,
    Party,
    PartyKind,
    Relief,
)
from app.filing.commands import (
    Accept,
    AttachDocument,
    MarkedPoint,
    Reject,
    ReturnForCorrection,
    SendFiling,
    StartFiling,
)
from app.filing.handlers import payment_succeeded
from app.filing.ids import FilingId
from app.filing.queries import FilingView, filing
from app.filing.status import FilingStatus
from app.payments import answers as payment_answers
from app.payments import attempts
from app.payments.attempts import RequestPayment
from app.payments.events import PaymentSucceeded
from app.payments.ids import ObligationId
from app.payments.provider import Answer, ReportState, Submission
from app.payments.queries import obligation
from tests.builders.files import pdf
from tests.builders.payments import PHONE, ScriptedProvider, make_test_till, report
from tests.builders.people import MadePerson, make_person, make_staff

SENT_AT = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
"""Monday 4 May 2026, ten o'clock in Kigali: when a made filing was sent, unless the test says otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeFiling:
    """What a test needs to know of a filing. `case_number` as printed, "" unless it is accepted."""

    id: FilingId
    number: str
    court_code: str
    filer: MadePerson
    registrar: MadePerson | None
    obligation_id: ObligationId | None
    case_id: UUID | None
    case_number: str
    documents: tuple[UUID, ...]


class Facts(TypedDict, total=False):
    """What a test may say of a filing; the rest is made up.

    `at` is the moment of Send. With `intake` the pleading and `papers` (PDFs, by title) are really kept; without it the
    pleading's row refers to bytes that are nowhere. `registrar` claims and decides; one is made where one is needed.
    """

    filing_type: str
    court_code: str
    filer: MadePerson
    registrar: MadePerson
    claimant: str
    defendant: str
    value: int
    language: str
    at: datetime
    intake: Intake
    papers: dict[str, bytes]
    answers: Answers


@cache
def rwanda() -> Pack:
    """The default pack, read once."""
    return load_pack("rw")


def make_answers(
    *, court_code: str = "TGI-NYGE", claimant: str = "Uwase Aline", defendant: str = "Demo Ltd", value: int = 500_000
) -> Answers:
    """Every section answered, so that it can be sent: one person against one organisation, about a loan."""
    them = Party(
        id=str(new_id()), side="claimant", role="plaintiff", kind=PartyKind.PERSON, name=claimant, is_filer=True
    )
    return Answers(
        acting_as=ActingAs.SELF,
        court=CourtChoice(district="nyarugenge", value=value, value_known=True, court_code=court_code),
        parties=(
            replace(them, identity_kind=IdentityKind.NONE, phone="+250788000111", address="Kigali"),
            replace(
                them,
                id=str(new_id()),
                side="defendant",
                role="defendant",
                kind=PartyKind.ORGANISATION,
                name=defendant,
                is_filer=False,
                registration_number="102345678",
            ),
        ),
        parties_done=True,
        issues=(
            Issue(
                id=str(new_id()),
                title="The loan",
                facts="I lent the money in January.\nIt was never paid back.",
                wanted="That it is paid back.",
                evidence="A signed paper.",
            ),
        ),
        issues_done=True,
        relief=Relief(asked="The money that I lent.", value=value, value_known=True),
        documents_done=True,
        fee_seen="seen",
        declaration=Declaration(name=claimant, agreed=True),
    )


def make_filing(
    session: Session, *, status: FilingStatus = FilingStatus.SUBMITTED, **facts: Unpack[Facts]
) -> MadeFiling:
    """A filing that has walked to `status` by the real commands: drafted, sent, paid, claimed, decided on."""
    at = facts.get("at", SENT_AT)
    filer = facts["filer"] if "filer" in facts else make_person(session, name=facts.get("claimant", "Uwase Aline"))
    court_code = facts.get("court_code", "TGI-NYGE")
    filing_id, papers = _draft(session, filer, court_code, facts, at - timedelta(hours=1))
    made = MadeFiling(
        id=filing_id,
        number="",
        court_code=court_code,
        filer=filer,
        registrar=None,
        obligation_id=None,
        case_id=None,
        case_number="",
        documents=papers,
    )
    if status is not FilingStatus.DRAFT:
        made = _walk(session, made, status, facts, at)
    return _told(session, made)


def pay_filing(session: Session, made: MadeFiling, *, at: datetime, asked_at: datetime | None = None) -> None:
    """Pay what is due as the filer would; the operator says yes at `at`, by default as soon as it was asked."""
    view = filing(session, made.filer.actor, made.id)
    assert view.obligation_id is not None
    owed = obligation(session, ObligationId(view.obligation_id))
    # Nothing outside is called here, so the till needs no database of its own.
    till = make_test_till(cast(Database, None), ManualClock(at), ScriptedProvider())
    wish = RequestPayment(obligation_id=owed.id, msisdn=PHONE, shown=owed.due, provider="mtn_momo")
    begun = attempts.begin(session, made.filer.actor, wish, till=till, at=asked_at or at)
    accepted = Submission(answer=Answer.ACCEPTED, host="https://momo.example")
    payment_answers.record_submission(session, begun.attempt_id, accepted, at=asked_at or at)
    said = report(ReportState.SUCCEEDED, owed.due, reference=str(begun.attempt_id.int % 10**9))
    payment_answers.record_report(session, begun.attempt_id, said, at=at)
    news = [recorded for recorded in events_of(session, [made.id]) if isinstance(recorded.event, PaymentSucceeded)]
    payment_succeeded(session, news[-1], at)


def _draft(
    session: Session, filer: MadePerson, court_code: str, facts: Facts, at: datetime
) -> tuple[FilingId, tuple[UUID, ...]]:
    answers = facts.get("answers") or make_answers(
        court_code=court_code,
        claimant=facts.get("claimant", filer.name),
        defendant=facts.get("defendant", "Demo Ltd"),
        value=facts.get("value", 500_000),
    )
    command = StartFiling(
        filing_type=facts.get("filing_type", "civil_claim"), language=facts.get("language", "en"), answers=answers
    )
    filing_id = service.start_filing(session, filer.actor, rwanda(), command, at=at)
    session.flush()
    papers = tuple(
        _attach(session, filer, filing_id, title, _kept(content, f"{title}.pdf", facts.get("intake")), at)
        for title, content in facts.get("papers", {}).items()
    )
    return filing_id, papers


def _attach(session: Session, filer: MadePerson, filing_id: FilingId, title: str, kept: Prepared, at: datetime) -> UUID:
    document_id = record_document(session, filer.actor, RecordDocument(prepared=kept), at=at)
    command = AttachDocument(filing_id=filing_id, document_id=document_id, kind="evidence", title=title)
    service.attach_document(session, filer.actor, command, most=30, at=at)
    session.flush()
    return document_id


def _kept(content: bytes, name: str, intake: Intake | None) -> Prepared:
    if intake is not None:
        return store_made(intake, content, name=name)
    fingerprint = sha256(content + new_id().bytes).hexdigest()
    return Prepared(
        document=Kept(sha256=fingerprint, size=len(content), media_type="application/pdf", name=name, pages=1)
    )


def _walk(session: Session, made: MadeFiling, status: FilingStatus, facts: Facts, at: datetime) -> MadeFiling:
    view = filing(session, made.filer.actor, made.id)
    lead = _kept(pdf(2), f"{view.number}.pdf", facts.get("intake"))
    command = SendFiling(filing_id=made.id, version=view.version)
    sending.send_filing(session, made.filer.actor, rwanda(), command, made=lead, at=at)
    session.flush()
    view = filing(session, made.filer.actor, made.id)
    if view.status is FilingStatus.AWAITING_PAYMENT and status is FilingStatus.LAPSED:
        assert view.due_at is not None
        jobs.lapse_overdue(session, view.due_at)
    if status in (FilingStatus.AWAITING_PAYMENT, FilingStatus.LAPSED):
        return made
    if view.status is FilingStatus.AWAITING_PAYMENT:
        pay_filing(session, made, at=at + timedelta(minutes=5))
        session.flush()
    if status is FilingStatus.CANCELLED:
        service.cancel_filing(session, made.filer.actor, made.id, at=at + timedelta(minutes=30))
    if status in (FilingStatus.SUBMITTED, FilingStatus.CANCELLED):
        return made
    return _decide(session, made, status, facts, at + timedelta(hours=1))


def _decide(session: Session, made: MadeFiling, status: FilingStatus, facts: Facts, at: datetime) -> MadeFiling:
    registrar = facts.get("registrar") or make_staff(session, Role.REGISTRAR, made.court_code)
    claims.claim(session, registrar.actor, made.id, at=at)
    session.flush()
    made = replace(made, registrar=registrar)
    decided = at + timedelta(minutes=5)
    match status:
        case FilingStatus.ACCEPTED:
            number = review.accept(session, registrar.actor, rwanda(), Accept(filing_id=made.id), at=decided)
            return replace(made, case_number=number)
        case FilingStatus.RETURNED:
            mark = MarkedPoint(target="relief", code="relief_unclear", text="Say exactly what you ask for.")
            back = ReturnForCorrection(filing_id=made.id, marks=(mark,))
            review.return_for_correction(session, registrar.actor, rwanda(), back, at=decided)
        case FilingStatus.REJECTED:
            refusal = Reject(filing_id=made.id, code="duplicate", text="This claim was already filed.")
            review.reject(session, registrar.actor, rwanda(), refusal, at=decided)
        case FilingStatus.UNDER_REVIEW:
            pass
        case _:
            raise ValueError(f"no filing can be made {status}")
    return made


def _told(session: Session, made: MadeFiling) -> MadeFiling:
    session.flush()
    view: FilingView = filing(session, made.filer.actor, made.id)
    owed = ObligationId(view.obligation_id) if view.obligation_id else None
    return replace(made, number=view.number, obligation_id=owed, case_id=view.case_id)
