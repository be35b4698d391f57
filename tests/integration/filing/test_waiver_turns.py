"""A fee waiver while its filing takes a turn: moved to another court, sent back for correction, dearer than before."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.accounts.roles import Role
from app.core.errors import Absent
from app.documents.intake import Kept, Prepared
from app.filing import claims, jobs, review, sending, service
from app.filing.commands import MarkedPoint, ReturnForCorrection, SaveAnswers, SendFiling, Transfer
from app.filing.parts import fingerprint_of
from app.filing.queries import FilingView, filing
from app.filing.status import FilingStatus
from app.payments.remissions.queries import remissions_of
from app.payments.remissions.status import RemissionStatus
from app.payments.status import ObligationStatus
from tests.builders.filings import SENT_AT, MadeFiling, make_answers, rwanda
from tests.builders.payments import rwf
from tests.builders.people import MadePerson, make_staff
from tests.builders.waivers import DECIDED_AT, ask, bill_of, decide, make_asking

HOUR = timedelta(hours=1)


@pytest.fixture
def registrar(session: Session) -> MadePerson:
    return make_staff(session, Role.REGISTRAR, "TGI-NYGE")


def seen(session: Session, made: MadeFiling) -> FilingView:
    session.flush()
    return filing(session, made.filer.actor, made.id)


def test_moved_to_another_court_its_registrar_decides(session: Session, registrar: MadePerson) -> None:
    made = make_asking(session)
    claims.claim(session, registrar.actor, made.id, at=SENT_AT + HOUR)
    move = Transfer(filing_id=made.id, court_code="TGI-GSBO", text="The land lies there.")
    review.transfer(session, registrar.actor, rwanda(), move, at=SENT_AT + HOUR)
    session.flush()
    with pytest.raises(Absent):
        decide(session, made, registrar, None)
    there = make_staff(session, Role.REGISTRAR, "TGI-GSBO")
    assert decide(session, made, there, None).status is RemissionStatus.GRANTED
    assert seen(session, made).received_at == SENT_AT


def _returned(session: Session, made: MadeFiling, registrar: MadePerson) -> None:
    claims.claim(session, registrar.actor, made.id, at=SENT_AT + HOUR)
    mark = MarkedPoint(target="relief", code="relief_unclear", text="Say exactly what you ask for.")
    back = ReturnForCorrection(filing_id=made.id, marks=(mark,))
    review.return_for_correction(session, registrar.actor, rwanda(), back, at=SENT_AT + HOUR)
    session.flush()


def _send_again(session: Session, made: MadeFiling, at: datetime) -> None:
    kept = Kept(sha256="0" * 64, size=10, media_type="application/pdf", name="claim.pdf", pages=1)
    command = SendFiling(filing_id=made.id, version=seen(session, made).version)
    sending.send_filing(session, made.filer.actor, rwanda(), command, made=Prepared(document=kept), at=at)


def test_corrected_while_the_waiver_waits_it_goes_back_to_the_court_unpaid(
    session: Session, registrar: MadePerson
) -> None:
    made = make_asking(session)
    _returned(session, made, registrar)
    _send_again(session, made, DECIDED_AT)
    assert seen(session, made).status is FilingStatus.SUBMITTED
    assert len(remissions_of(session, bill_of(session, made).id)) == 1


def test_refused_while_it_is_corrected_it_is_to_be_paid_with_the_correction_and_still_never_lapses(
    session: Session, registrar: MadePerson
) -> None:
    made = make_asking(session)
    _returned(session, made, registrar)
    decide(session, made, registrar, 0)
    assert seen(session, made).status is FilingStatus.RETURNED
    again = SENT_AT + timedelta(days=10)
    _send_again(session, made, again)
    view = seen(session, made)
    assert view.status is FilingStatus.AWAITING_PAYMENT
    assert view.due_at is not None
    assert bill_of(session, made).valid_until == view.due_at
    jobs.lapse_overdue(session, view.due_at)
    view = seen(session, made)
    assert (view.status, view.received_at) == (FilingStatus.SUBMITTED, SENT_AT)


def test_a_fee_that_rises_after_a_waiver_can_be_asked_about_again(session: Session, registrar: MadePerson) -> None:
    low = make_answers(court_code="TB-NYGE")
    made = make_asking(session, answers=low, court_code="TB-NYGE")
    primary = make_staff(session, Role.REGISTRAR, "TB-NYGE")
    decide(session, made, primary, None)
    _returned(session, made, primary)
    answers = seen(session, made).answers
    higher = replace(answers, court=replace(answers.court, court_code="TGI-NYGE"))
    base = fingerprint_of(answers, "court")
    saved = SaveAnswers(filing_id=made.id, part="court", base=base, answers=higher)
    service.save_answers(session, made.filer.actor, saved, at=DECIDED_AT)
    session.flush()
    _send_again(session, made, DECIDED_AT)
    assert bill_of(session, made).due == rwf(10_000)
    ask(session, made, at=DECIDED_AT + HOUR)
    decide(session, made, registrar, None, at=DECIDED_AT + HOUR)
    bill = bill_of(session, made)
    assert (bill.remitted, bill.due, bill.status) == (rwf(20_000), rwf(0), ObligationStatus.WAIVED)
