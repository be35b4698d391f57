"""The rules about time: what keeps the first moment, what lapses, what late money does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.core.events import events_of
from app.core.money import Money
from app.documents.intake import Kept, Prepared
from app.filing import jobs, sending, service
from app.filing.answers import Answers
from app.filing.commands import SaveAnswers, SendFiling
from app.filing.events import FilingReminder, FilingSubmitted
from app.filing.handlers import payment_succeeded
from app.filing.parts import fingerprint_of
from app.filing.queries import FilingView, filing
from app.filing.status import FilingStatus
from app.payments.events import PaymentSucceeded
from app.payments.ids import ObligationId
from app.payments.queries import obligation
from tests.builders.filings import SENT_AT, MadeFiling, make_filing, pay_filing, rwanda

KIGALI = timedelta(hours=2)


def _seen(session: Session, made: MadeFiling) -> FilingView:
    return filing(session, made.filer.actor, made.id)


def _say(session: Session, made: MadeFiling, part: str, answers: Answers, *, at: datetime) -> None:
    base = fingerprint_of(_seen(session, made).answers, part)
    command = SaveAnswers(filing_id=made.id, part=part, base=base, answers=answers)
    service.save_answers(session, made.filer.actor, command, at=at)


def _send_again(session: Session, made: MadeFiling, *, at: datetime) -> None:
    view = _seen(session, made)
    kept = Kept(sha256="0" * 64, size=10, media_type="application/pdf", name="claim.pdf", pages=1)
    command = SendFiling(filing_id=made.id, version=view.version)
    sending.send_filing(session, made.filer.actor, rwanda(), command, made=Prepared(document=kept, sources=()), at=at)


def test_one_second_before_midnight_in_kigali_is_that_day(session: Session) -> None:
    last_second = datetime(2026, 5, 4, 23, 59, 59, tzinfo=UTC) - KIGALI
    made = make_filing(session, status=FilingStatus.AWAITING_PAYMENT, at=last_second)
    view = _seen(session, made)
    assert view.received_at == last_second
    assert view.due_at is not None
    # Seven days to pay from 4 May: until the end of Monday 11 May in Kigali.
    assert view.due_at == datetime(2026, 5, 12, 0, 0, tzinfo=UTC) - KIGALI


def test_paid_in_time_the_filing_keeps_the_moment_of_send(session: Session) -> None:
    made = make_filing(session, status=FilingStatus.AWAITING_PAYMENT)
    pay_filing(session, made, at=SENT_AT + timedelta(days=5))
    view = _seen(session, made)
    assert view.status is FilingStatus.SUBMITTED
    assert view.received_at == SENT_AT
    assert view.submitted_at == SENT_AT + timedelta(days=5)


def test_an_unpaid_filing_is_reminded_once_a_day_named_by_the_pack_and_then_lapses(session: Session) -> None:
    made = make_filing(session, status=FilingStatus.AWAITING_PAYMENT)
    due = _seen(session, made).due_at
    assert due is not None
    for hours in range(9 * 24):
        at = SENT_AT + timedelta(hours=hours)
        jobs.remind(session, rwanda(), at)
        jobs.lapse_overdue(session, at)
    session.flush()
    told = [r.event.days_left for r in events_of(session, [made.id]) if isinstance(r.event, FilingReminder)]
    assert told == sorted(rwanda().switches.pay_reminder_days, reverse=True)
    assert _seen(session, made).status is FilingStatus.LAPSED


def test_money_completed_in_time_revives_a_lapsed_filing_with_its_time(session: Session) -> None:
    made = make_filing(session, status=FilingStatus.AWAITING_PAYMENT)
    due = _seen(session, made).due_at
    assert due is not None
    jobs.lapse_overdue(session, due)
    assert _seen(session, made).status is FilingStatus.LAPSED
    # The operator's answer comes late, but says that the money was completed a minute before the end.
    pay_filing(session, made, at=due - timedelta(minutes=1))
    view = _seen(session, made)
    assert view.status is FilingStatus.SUBMITTED
    assert view.received_at == SENT_AT
    assert [r.event.revived for r in events_of(session, [made.id]) if isinstance(r.event, FilingSubmitted)] == [True]


def test_money_completed_after_the_end_is_owed_back_and_the_filing_stays_lapsed(session: Session) -> None:
    made = make_filing(session, status=FilingStatus.AWAITING_PAYMENT)
    due = _seen(session, made).due_at
    assert due is not None
    jobs.lapse_overdue(session, due)
    pay_filing(session, made, at=due + timedelta(minutes=1), asked_at=due - timedelta(minutes=1))
    assert _seen(session, made).status is FilingStatus.LAPSED
    assert made.obligation_id is not None
    owed = obligation(session, made.obligation_id)
    assert owed.refund_due == owed.paid
    assert owed.paid


def test_money_for_a_cancelled_filing_is_owed_back(session: Session) -> None:
    made = make_filing(session, status=FilingStatus.AWAITING_PAYMENT)
    assert made.obligation_id is not None
    pay_filing(session, made, at=SENT_AT + timedelta(hours=1))
    service.cancel_filing(session, made.filer.actor, made.id, at=SENT_AT + timedelta(hours=2))
    owed = obligation(session, made.obligation_id)
    assert owed.refund_due == Money(20_000, "RWF")


def test_corrected_in_time_it_keeps_its_first_moment_and_nothing_more_is_asked(session: Session) -> None:
    made = make_filing(session, status=FilingStatus.RETURNED)
    at = SENT_AT + timedelta(days=10)
    answers = _seen(session, made).answers
    better = replace(answers, relief=replace(answers.relief, asked="The money, with interest."))
    _say(session, made, "relief", better, at=at)
    _send_again(session, made, at=at)
    view = _seen(session, made)
    assert view.status is FilingStatus.SUBMITTED
    assert view.received_at == SENT_AT
    assert view.sent_at == at


def test_a_correction_that_raises_the_fee_asks_only_for_the_difference(session: Session) -> None:
    made = make_filing(session, status=FilingStatus.RETURNED, court_code="TB-NYGE")
    at = SENT_AT + timedelta(days=3)
    answers = _seen(session, made).answers
    higher = replace(answers, court=replace(answers.court, court_code="TGI-NYGE"))
    _say(session, made, "court", higher, at=at)
    _send_again(session, made, at=at)
    view = _seen(session, made)
    assert view.status is FilingStatus.AWAITING_PAYMENT
    owed = obligation(session, ObligationId(view.obligation_id)) if view.obligation_id else None
    assert owed is not None
    assert owed.paid == Money(10_000, "RWF")
    assert owed.due == Money(10_000, "RWF")
    pay_filing(session, made, at=at + timedelta(hours=1))
    assert _seen(session, made).received_at == SENT_AT
    assert _seen(session, made).status is FilingStatus.SUBMITTED


def test_a_filing_that_is_not_corrected_in_time_lapses(session: Session) -> None:
    made = make_filing(session, status=FilingStatus.RETURNED)
    due = _seen(session, made).due_at
    assert due is not None
    jobs.lapse_overdue(session, due - timedelta(seconds=1))
    assert _seen(session, made).status is FilingStatus.RETURNED
    jobs.lapse_overdue(session, due)
    assert _seen(session, made).status is FilingStatus.LAPSED


def test_a_registrar_who_holds_a_filing_keeps_the_filer_from_cancelling_it(session: Session) -> None:
    made = make_filing(session, status=FilingStatus.UNDER_REVIEW)
    with pytest.raises(service.HeldByTheCourt):
        service.cancel_filing(session, made.filer.actor, made.id, at=SENT_AT + timedelta(hours=2))


def test_old_news_of_a_payment_does_not_submit_what_a_correction_has_made_dearer(session: Session) -> None:
    made = make_filing(session, status=FilingStatus.RETURNED, court_code="TB-NYGE")
    (paid,) = [r for r in events_of(session, [made.id]) if isinstance(r.event, PaymentSucceeded)]
    at = SENT_AT + timedelta(days=3)
    answers = _seen(session, made).answers
    _say(session, made, "court", replace(answers, court=replace(answers.court, court_code="TGI-NYGE")), at=at)
    _send_again(session, made, at=at)
    payment_succeeded(session, paid, at)
    assert _seen(session, made).status is FilingStatus.AWAITING_PAYMENT
