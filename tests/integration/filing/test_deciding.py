"""What the court decides, and what that does to the filing's time, number and queue."""

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.roles import Role
from app.cases.queries import case
from app.cases.service import NoSuchCase
from app.cases.status import CaseStatus
from app.core.errors import Forbidden
from app.filing import claims, review
from app.filing.claims import HeldByAnother
from app.filing.commands import Accept, MarkedPoint, Reject, ReturnForCorrection, Transfer
from app.filing.desk import queue
from app.filing.dossier import dossier
from app.filing.loading import NoSuchFiling
from app.filing.queries import decisions, filing
from app.filing.status import FilingStatus
from tests.builders.filings import SENT_AT, make_filing, rwanda
from tests.builders.people import make_person, make_staff

LATER = SENT_AT + timedelta(hours=3)


def test_accepting_registers_the_case_and_numbers_it_in_the_court_and_year(session: Session) -> None:
    first = make_filing(session, status=FilingStatus.ACCEPTED, court_code="TGI-NYGE")
    second = make_filing(session, status=FilingStatus.ACCEPTED, court_code="TGI-NYGE")
    elsewhere = make_filing(session, status=FilingStatus.ACCEPTED, court_code="TGI-GSBO")
    assert first.case_number == "RC 00001/2026/TGI/NYGE"
    assert second.case_number == "RC 00002/2026/TGI/NYGE"
    assert elsewhere.case_number == "RC 00001/2026/TGI/GSBO"


def test_the_filer_sees_the_case_and_a_stranger_does_not(session: Session) -> None:
    made = make_filing(session, status=FilingStatus.ACCEPTED)
    assert made.case_id is not None
    seen = case(session, made.filer.actor, made.case_id)
    assert seen.received_at == SENT_AT
    assert seen.number == made.case_number
    with pytest.raises(NoSuchCase):
        case(session, make_person(session).actor, made.case_id)


def test_a_typed_identity_number_never_opens_a_case(session: Session) -> None:
    made = make_filing(session, status=FilingStatus.ACCEPTED, defendant="Demo Ltd")
    other_side = make_person(session, name="Demo Ltd")
    assert made.case_id is not None
    with pytest.raises(NoSuchCase):
        case(session, other_side.actor, made.case_id)


def test_a_registrar_of_another_court_finds_no_such_filing(session: Session) -> None:
    made = make_filing(session, court_code="TGI-NYGE")
    stranger = make_staff(session, court="TGI-GSBO")
    with pytest.raises(NoSuchFiling):
        claims.claim(session, stranger.actor, made.id, at=LATER)
    with pytest.raises(NoSuchFiling):
        filing(session, stranger.actor, made.id)


def test_the_court_sees_neither_drafts_nor_unpaid_filings(session: Session) -> None:
    registrar = make_staff(session, court="TGI-NYGE")
    for status in (FilingStatus.DRAFT, FilingStatus.AWAITING_PAYMENT, FilingStatus.LAPSED, FilingStatus.CANCELLED):
        made = make_filing(session, status=status, court_code="TGI-NYGE")
        with pytest.raises(NoSuchFiling):
            filing(session, registrar.actor, made.id)
    assert queue(session, registrar.actor) == ()


def test_what_one_registrar_has_in_hand_no_other_can_take_until_the_claim_is_old(session: Session) -> None:
    made = make_filing(session)
    one, two = make_staff(session, court=made.court_code), make_staff(session, court=made.court_code)
    claims.claim(session, one.actor, made.id, at=LATER)
    with pytest.raises(HeldByAnother):
        claims.claim(session, two.actor, made.id, at=LATER + timedelta(minutes=29))
    with pytest.raises(review.NotInHand):
        review.accept(session, two.actor, rwanda(), Accept(filing_id=made.id), at=LATER)
    claims.claim(session, two.actor, made.id, at=LATER + timedelta(minutes=31))
    with pytest.raises(review.NotInHand):
        review.accept(session, one.actor, rwanda(), Accept(filing_id=made.id), at=LATER)


def test_the_next_filing_is_the_oldest_that_nobody_holds(session: Session) -> None:
    younger = make_filing(session, at=SENT_AT + timedelta(hours=1))
    older = make_filing(session, at=SENT_AT)
    one, two = make_staff(session, court=older.court_code), make_staff(session, court=older.court_code)
    assert claims.claim_next(session, one.actor, at=LATER) == older.id
    assert claims.claim_next(session, two.actor, at=LATER) == younger.id
    assert claims.claim_next(session, two.actor, at=LATER) is None
    claims.release(session, one.actor, older.id, at=LATER)
    assert claims.claim_next(session, two.actor, at=LATER) == older.id


def test_a_return_needs_a_mark_and_a_refusal_needs_words(session: Session) -> None:
    made = make_filing(session, status=FilingStatus.UNDER_REVIEW)
    assert made.registrar is not None
    by = made.registrar.actor
    with pytest.raises(review.MarksMissing):
        review.return_for_correction(session, by, rwanda(), ReturnForCorrection(filing_id=made.id, marks=()), at=LATER)
    code = next(iter(rwanda().rejection_reasons))
    with pytest.raises(review.WordsMissing):
        review.reject(session, by, rwanda(), Reject(filing_id=made.id, code=code, text=" "), at=LATER)
    with pytest.raises(review.WordsMissing):
        review.reject(session, by, rwanda(), Reject(filing_id=made.id, code="made-up", text="No."), at=LATER)
    assert filing(session, by, made.id).status is FilingStatus.UNDER_REVIEW


def test_the_filer_reads_the_marks_of_a_return(session: Session) -> None:
    made = make_filing(session, status=FilingStatus.UNDER_REVIEW)
    assert made.registrar is not None
    mark = MarkedPoint(target="relief", code="unclear", text="Say how much you ask for.")
    command = ReturnForCorrection(filing_id=made.id, marks=(mark,))
    review.return_for_correction(session, made.registrar.actor, rwanda(), command, at=LATER)
    seen = filing(session, made.filer.actor, made.id)
    assert seen.editable
    assert seen.last_decision is not None
    assert seen.last_decision.marks == (mark,)


def test_a_transfer_keeps_the_time_and_moves_the_filing_to_the_other_queue(session: Session) -> None:
    made = make_filing(session, status=FilingStatus.UNDER_REVIEW, court_code="TGI-NYGE")
    assert made.registrar is not None
    there = make_staff(session, court="TGI-GSBO")
    command = Transfer(filing_id=made.id, court_code="TGI-GSBO", text="The other side lives in Gasabo.")
    review.transfer(session, made.registrar.actor, rwanda(), command, at=LATER)
    moved = filing(session, there.actor, made.id)
    assert moved.received_at == SENT_AT
    assert moved.status is FilingStatus.SUBMITTED
    assert [line.id for line in queue(session, there.actor)] == [made.id]
    with pytest.raises(NoSuchFiling):
        filing(session, made.registrar.actor, made.id)


def test_a_voided_acceptance_goes_back_to_the_queue_and_its_number_is_never_used_again(session: Session) -> None:
    made = make_filing(session, status=FilingStatus.ACCEPTED)
    assert made.case_id is not None
    clerk, chief = (
        make_staff(session, court=made.court_code),
        make_staff(session, Role.CHIEF_REGISTRAR, made.court_code),
    )
    with pytest.raises(Forbidden):
        review.void_acceptance(session, clerk.actor, made.id, "Wrong type.", at=LATER)
    review.void_acceptance(session, chief.actor, made.id, "Wrong type.", at=LATER)
    assert case(session, made.filer.actor, made.case_id).status is CaseStatus.VOID
    back = filing(session, made.filer.actor, made.id)
    assert back.status is FilingStatus.SUBMITTED
    assert back.received_at == SENT_AT
    claims.claim(session, clerk.actor, made.id, at=LATER)
    number = review.accept(session, clerk.actor, rwanda(), Accept(filing_id=made.id), at=LATER)
    assert number == "RC 00002/2026/TGI/NYGE"
    assert [d.decision for d in decisions(session, made.id)] == ["accepted", "voided", "accepted"]


def test_a_second_filing_between_the_same_two_is_shown_as_a_likely_duplicate(session: Session) -> None:
    first = make_filing(session, claimant="Uwase Aline", defendant="Demo Ltd")
    second = make_filing(session, claimant="ALINE  uwase", defendant="demo ltd.")
    other = make_filing(session, claimant="Mugabo Jean", defendant="Other Ltd")
    clerk = make_staff(session, court=first.court_code)
    assert [one.id for one in dossier(session, clerk.actor, second.id).likely] == [first.id]
    assert dossier(session, clerk.actor, other.id).likely == ()


def test_the_number_is_the_last_thing_written(session: Session) -> None:
    made = make_filing(session, status=FilingStatus.ACCEPTED)
    stored = session.execute(
        text("select printed from case_number where case_id = :id"), {"id": made.case_id}
    ).scalar_one()
    assert stored == made.case_number


def test_nobody_decides_on_what_they_filed_themselves(session: Session) -> None:
    clerk = make_staff(session)
    made = make_filing(session, filer=clerk)
    claims.claim(session, clerk.actor, made.id, at=LATER)
    with pytest.raises(review.OwnFiling):
        review.accept(session, clerk.actor, rwanda(), Accept(filing_id=made.id), at=LATER)
    assert filing(session, clerk.actor, made.id).status is FilingStatus.UNDER_REVIEW
