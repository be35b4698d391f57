"""Requests not to pay a court fee, made and decided on by the commands that the pages use."""

from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Unpack
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.ids import new_id
from app.courts import WaiverOutcome
from app.documents.intake import Intake, Kept, Prepared, store_made
from app.documents.service import RecordDocument, record_document
from app.filing import waivers
from app.filing.answers import WaiverWish
from app.filing.commands import AskWaiver, DecideWaiver
from app.filing.status import FilingStatus
from app.payments.ids import ObligationId
from app.payments.queries import ObligationView, obligation
from app.payments.remissions.service import Decided
from tests.builders.files import pdf
from tests.builders.filings import SENT_AT, Facts, MadeFiling, make_answers, make_filing, rwanda
from tests.builders.payments import rwf
from tests.builders.people import MadePerson, make_person

WORDS = "I have no work, and three children."
DECIDED_AT = SENT_AT + timedelta(days=1)


def make_paper(
    session: Session, who: MadePerson, *, intake: Intake | None = None, words: str = WORDS, at: datetime = SENT_AT
) -> UUID:
    """A certificate that `who` has brought; with `intake` its bytes are really kept, `words` in them."""
    if intake is not None:
        kept = store_made(intake, pdf(1, words=words), name="certificate.pdf")
    else:
        mark = sha256(new_id().bytes).hexdigest()
        kept = Prepared(
            document=Kept(sha256=mark, size=900, media_type="application/pdf", name="certificate.pdf", pages=1)
        )
    document_id: UUID = record_document(session, who.actor, RecordDocument(prepared=kept), at=at)
    session.flush()
    return document_id


def make_asking(
    session: Session, *, category: str = "indigent", words: str = WORDS, **facts: Unpack[Facts]
) -> MadeFiling:
    """A filing that was sent with the wish not to pay its fee of 20,000 francs, so it is before the court unpaid."""
    filer = facts.get("filer") or make_person(session, name="Uwase Aline")
    paper = make_paper(session, filer, intake=facts.get("intake"), words=words)
    wish = WaiverWish(category=category, words=words, documents=(str(paper),))
    answers = replace(facts.get("answers") or make_answers(), waiver=wish)
    mine: Facts = {**facts, "filer": filer, "answers": answers}
    made = make_filing(session, status=FilingStatus.SUBMITTED, **mine)
    return replace(made, documents=(*made.documents, paper))


def ask(session: Session, made: MadeFiling, *, at: datetime, category: str = "indigent") -> None:
    """The filer asks after Send, with a certificate."""
    paper = make_paper(session, made.filer, at=at)
    command = AskWaiver(filing_id=made.id, category=category, words=WORDS, documents=(paper,))
    waivers.ask(session, made.filer.actor, rwanda(), command, at=at)
    session.flush()


def decide(
    session: Session, made: MadeFiling, registrar: MadePerson, amount: int | None, *, at: datetime = DECIDED_AT
) -> Decided:
    """The registrar waives it all (None), a part, or nothing (0)."""
    outcome = {None: WaiverOutcome.FULL, 0: WaiverOutcome.REFUSED}.get(amount, WaiverOutcome.PART)
    code = {"full": "proof_shows_it", "part": "can_pay_part", "refused": "no_proof"}[outcome]
    command = DecideWaiver(
        filing_id=made.id, outcome=outcome, code=code, text="We looked at it.", amount=rwf(amount) if amount else None
    )
    decided = waivers.decide(session, registrar.actor, rwanda(), command, at=at)
    session.flush()
    return decided


def bill_of(session: Session, made: MadeFiling) -> ObligationView:
    """What is owed for it now."""
    assert made.obligation_id is not None
    return obligation(session, ObligationId(made.obligation_id))
