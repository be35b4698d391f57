"""A fee waiver on its way: it never holds a filing up, and a refused one never loses its time or goes away silently."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.accounts.roles import Role
from app.core.errors import Absent, Invalid
from app.core.events import events_of
from app.courts import WaiverOutcome, day_ends, pay_after_refusal_by
from app.filing import claims, jobs, review, service, waivers
from app.filing.claims import HeldByAnother
from app.filing.commands import (
    Accept,
    AskWaiver,
    DecideWaiver,
    Reject,
)
from app.filing.events import FeeUnpaid, FilingReminder, FilingSent, FilingSubmitted
from app.filing.queries import FilingView, filing
from app.filing.status import FilingStatus
from app.filing.waivers import FeeNotPaid, TooLateToAsk
from app.payments.remissions import demands
from app.payments.remissions.queries import remissions_of
from app.payments.remissions.refusals import AlreadyAsked, AskedOften, NothingToDecide, NothingToWaive
from app.payments.remissions.status import RemissionStatus
from app.payments.status import ObligationStatus
from tests.builders.filings import SENT_AT, MadeFiling, make_filing, pay_filing, rwanda
from tests.builders.payments import rwf
from tests.builders.people import MadePerson, make_staff
from tests.builders.waivers import DECIDED_AT, WORDS, ask, bill_of, decide, make_asking

TERM = day_ends(rwanda(), pay_after_refusal_by(rwanda(), DECIDED_AT))
HOUR = timedelta(hours=1)


@pytest.fixture
def registrar(session: Session) -> MadePerson:
    return make_staff(session, Role.REGISTRAR, "TGI-NYGE")


def seen(session: Session, made: MadeFiling) -> FilingView:
    session.flush()
    return filing(session, made.filer.actor, made.id)


def kinds(session: Session, made: MadeFiling) -> list[str]:
    return [type(recorded.event).__name__ for recorded in events_of(session, [made.id])]


def accounts(session: Session) -> dict[str, int]:
    rows = session.execute(text("select account, sum(amount_minor) from posting group by account")).all()
    return {account: int(amount) for account, amount in rows if amount}


def test_sent_with_a_wish_not_to_pay_it_is_before_the_court_at_once(session: Session) -> None:
    made = make_asking(session)
    view, bill = seen(session, made), bill_of(session, made)
    assert (view.status, view.received_at, view.submitted_at) == (FilingStatus.SUBMITTED, SENT_AT, SENT_AT)
    assert view.due_at is None
    assert view.answers.waiver is None
    assert (bill.due, bill.status) == (rwf(20_000), ObligationStatus.NOT_PAID)
    assert bill.waiver is not None
    assert bill.waiver.waits
    (request,) = remissions_of(session, bill.id)
    assert (request.category, request.words) == ("indigent", WORDS)
    assert [proof.document_id for proof in request.proof] == [made.documents[-1]]
    told = {type(r.event): r.event for r in events_of(session, [made.id])}
    sent, submitted = told[FilingSent], told[FilingSubmitted]
    assert isinstance(sent, FilingSent)
    assert isinstance(submitted, FilingSubmitted)
    assert (sent.pay_until, submitted.paid, submitted.waiver_asked) == (None, False, True)


def test_a_pending_waiver_keeps_nobody_from_registering_the_case(session: Session, registrar: MadePerson) -> None:
    made = make_asking(session)
    claims.claim(session, registrar.actor, made.id, at=SENT_AT + HOUR)
    review.accept(session, registrar.actor, rwanda(), Accept(filing_id=made.id), at=SENT_AT + HOUR)
    assert seen(session, made).status is FilingStatus.ACCEPTED
    decide(session, made, registrar, 0)
    view, bill = seen(session, made), bill_of(session, made)
    assert view.status is FilingStatus.ACCEPTED
    assert (bill.due, bill.valid_until) == (rwf(20_000), TERM)


def test_granted_in_full_nothing_is_due_and_the_books_say_so(session: Session, registrar: MadePerson) -> None:
    made = make_asking(session)
    assert decide(session, made, registrar, None).status is RemissionStatus.GRANTED
    view, bill = seen(session, made), bill_of(session, made)
    assert view.status is FilingStatus.SUBMITTED
    assert (bill.due, bill.remitted, bill.status) == (rwf(0), rwf(20_000), ObligationStatus.WAIVED)
    assert accounts(session) == {"fee_waivers": 20_000, "court_fees": -20_000}


def test_granted_in_part_the_rest_is_demanded_and_paid_it_goes_on(session: Session, registrar: MadePerson) -> None:
    made = make_asking(session)
    assert decide(session, made, registrar, 15_000).status is RemissionStatus.PART_GRANTED
    view, bill = seen(session, made), bill_of(session, made)
    assert (view.status, view.due_at, bill.due) == (FilingStatus.AWAITING_PAYMENT, TERM, rwf(5_000))
    pay_filing(session, made, at=DECIDED_AT + HOUR)
    view, bill = seen(session, made), bill_of(session, made)
    assert (view.status, view.received_at) == (FilingStatus.SUBMITTED, SENT_AT)
    assert (bill.status, bill.due) == (ObligationStatus.PAID, rwf(0))
    assert bill.waiver is not None
    assert not bill.waiver.demand_open


def test_refused_it_waits_for_payment_and_keeps_the_moment_of_send(session: Session, registrar: MadePerson) -> None:
    made = make_asking(session)
    claims.claim(session, registrar.actor, made.id, at=SENT_AT + HOUR)
    decide(session, made, registrar, 0)
    view, bill = seen(session, made), bill_of(session, made)
    assert (view.status, view.received_at, view.due_at) == (FilingStatus.AWAITING_PAYMENT, SENT_AT, TERM)
    assert (view.claimed_by, bill.valid_until) == (None, TERM)
    assert bill.waiver is not None
    assert (bill.waiver.status, bill.waiver.reason_code) == (RemissionStatus.REFUSED, "no_proof")
    pay_filing(session, made, at=TERM - HOUR)
    view = seen(session, made)
    assert (view.status, view.received_at) == (FilingStatus.SUBMITTED, SENT_AT)


def test_refused_and_unpaid_it_comes_back_to_a_registrar_and_never_lapses(
    session: Session, registrar: MadePerson
) -> None:
    made = make_asking(session)
    decide(session, made, registrar, 0)
    for days in range(60):
        at = DECIDED_AT + timedelta(days=days)
        jobs.remind(session, rwanda(), at)
        jobs.lapse_overdue(session, at)
        demands.note_overdue(session, at)
    view, bill = seen(session, made), bill_of(session, made)
    assert (view.status, view.received_at) == (FilingStatus.SUBMITTED, SENT_AT)
    assert bill.waiver is not None
    assert bill.waiver.overdue
    told = events_of(session, [made.id])
    assert [type(r.event) for r in told].count(FeeUnpaid) == 1
    assert kinds(session, made).count("DemandOverdue") == 1
    assert {r.event.lapses for r in told if isinstance(r.event, FilingReminder)} == {False}


def overdue(session: Session, registrar: MadePerson) -> MadeFiling:
    """A filing whose waiver was refused and whose fee was not paid in time."""
    made = make_asking(session)
    decide(session, made, registrar, 0)
    jobs.lapse_overdue(session, TERM)
    session.flush()
    return made


def test_an_unpaid_filing_is_not_registered_but_may_be_rejected(session: Session, registrar: MadePerson) -> None:
    made = overdue(session, registrar)
    claims.claim(session, registrar.actor, made.id, at=TERM)
    with pytest.raises(FeeNotPaid):
        review.accept(session, registrar.actor, rwanda(), Accept(filing_id=made.id), at=TERM)
    refusal = Reject(filing_id=made.id, code="fee_not_paid", text="The fee was not paid.")
    review.reject(session, registrar.actor, rwanda(), refusal, at=TERM)
    assert seen(session, made).status is FilingStatus.REJECTED
    assert bill_of(session, made).status is ObligationStatus.VOID
    assert accounts(session) == {}


def test_a_registrar_may_give_more_time_and_paid_in_it_the_first_time_counts(
    session: Session, registrar: MadePerson
) -> None:
    made = overdue(session, registrar)
    waivers.give_more_time(session, registrar.actor, rwanda(), made.id, at=TERM)
    view = seen(session, made)
    assert view.status is FilingStatus.AWAITING_PAYMENT
    assert view.due_at is not None
    assert view.due_at > TERM
    pay_filing(session, made, at=TERM + HOUR)
    view = seen(session, made)
    assert (view.status, view.received_at) == (FilingStatus.SUBMITTED, SENT_AT)
    with pytest.raises(NothingToDecide):
        waivers.give_more_time(session, registrar.actor, rwanda(), made.id, at=TERM + HOUR)


def test_money_that_was_asked_for_in_time_and_comes_late_is_kept(session: Session, registrar: MadePerson) -> None:
    made = make_asking(session)
    decide(session, made, registrar, 0)
    pay_filing(session, made, asked_at=TERM - HOUR, at=TERM + HOUR)
    jobs.lapse_overdue(session, TERM + HOUR)
    assert seen(session, made).status is FilingStatus.SUBMITTED
    assert bill_of(session, made).refund_due == rwf(0)


def test_granted_after_payment_the_money_is_owed_back(session: Session, registrar: MadePerson) -> None:
    made = make_filing(session)
    ask(session, made, at=SENT_AT + HOUR)
    decide(session, made, registrar, None)
    bill = bill_of(session, made)
    assert (bill.paid, bill.refund_due, bill.due) == (rwf(20_000), rwf(20_000), rwf(0))
    causes = session.execute(text("select cause, amount_minor from refund_due")).all()
    assert [tuple(row) for row in causes] == [("waiver", 20_000)]
    assert accounts(session)["unapplied"] == -20_000
    assert "receivable" not in accounts(session)
    assert seen(session, made).status is FilingStatus.SUBMITTED


def test_granted_in_part_after_payment_only_that_part_goes_back(session: Session, registrar: MadePerson) -> None:
    made = make_filing(session)
    ask(session, made, at=SENT_AT + HOUR)
    decide(session, made, registrar, 8_000)
    bill = bill_of(session, made)
    assert (bill.refund_due, bill.due) == (rwf(8_000), rwf(0))
    assert seen(session, made).status is FilingStatus.SUBMITTED


def test_asked_for_instead_of_paying_it_goes_to_the_court_at_once(session: Session) -> None:
    made = make_filing(session, status=FilingStatus.AWAITING_PAYMENT)
    ask(session, made, at=SENT_AT + HOUR)
    view = seen(session, made)
    assert (view.status, view.received_at, view.due_at) == (FilingStatus.SUBMITTED, SENT_AT, None)
    with pytest.raises(AlreadyAsked):
        ask(session, made, at=SENT_AT + HOUR)
    jobs.lapse_overdue(session, SENT_AT + timedelta(days=90))
    assert seen(session, made).status is FilingStatus.SUBMITTED


def test_it_is_too_late_to_ask_when_the_time_to_pay_is_over(session: Session) -> None:
    made = make_filing(session, status=FilingStatus.AWAITING_PAYMENT)
    due = seen(session, made).due_at
    assert due is not None
    with pytest.raises(TooLateToAsk):
        ask(session, made, at=due)


def test_taken_back_it_waits_for_payment_and_keeps_its_time(session: Session) -> None:
    made = make_asking(session)
    waivers.withdraw(session, made.filer.actor, rwanda(), made.id, at=DECIDED_AT)
    view = seen(session, made)
    assert (view.status, view.received_at, view.due_at) == (FilingStatus.AWAITING_PAYMENT, SENT_AT, TERM)
    pay_filing(session, made, at=DECIDED_AT + HOUR)
    assert seen(session, made).status is FilingStatus.SUBMITTED


def test_asking_over_and_over_ends(session: Session, registrar: MadePerson) -> None:
    made = make_asking(session)
    decide(session, made, registrar, 0)
    for _ in range(2):
        ask(session, made, at=DECIDED_AT + HOUR)
        decide(session, made, registrar, 0)
    with pytest.raises(AskedOften):
        ask(session, made, at=DECIDED_AT + HOUR)


def test_a_cancelled_or_rejected_filing_asks_nobody_for_a_decision(session: Session, registrar: MadePerson) -> None:
    cancelled, rejected = make_asking(session), make_asking(session)
    service.cancel_filing(session, cancelled.filer.actor, cancelled.id, at=DECIDED_AT)
    claims.claim(session, registrar.actor, rejected.id, at=DECIDED_AT)
    refusal = Reject(filing_id=rejected.id, code="duplicate", text="Filed before.")
    review.reject(session, registrar.actor, rwanda(), refusal, at=DECIDED_AT)
    for made in (cancelled, rejected):
        bill = bill_of(session, made)
        assert bill.status is ObligationStatus.VOID
        assert bill.waiver is not None
        assert bill.waiver.status is RemissionStatus.WITHDRAWN
        with pytest.raises((Absent, NothingToDecide)):
            decide(session, made, registrar, None)


@pytest.mark.parametrize("who", ["other court", "filer", "stranger"])
def test_nobody_else_can_decide(session: Session, who: str) -> None:
    filer = make_staff(session, Role.REGISTRAR, "TGI-NYGE", name="Uwase Aline")
    made = make_asking(session, filer=filer)
    person = {
        "other court": lambda: make_staff(session, Role.REGISTRAR, "TGI-GSBO"),
        "filer": lambda: filer,
        "stranger": lambda: make_staff(session, Role.JUDGE, "TGI-NYGE"),
    }[who]()
    with pytest.raises(Absent):
        decide(session, made, person, None)
    assert bill_of(session, made).remitted == rwf(0)


def test_nobody_but_the_filer_asks_or_takes_back(session: Session, registrar: MadePerson) -> None:
    made = make_filing(session, status=FilingStatus.AWAITING_PAYMENT)
    command = AskWaiver(filing_id=made.id, category="government", words=WORDS)
    with pytest.raises(Absent):
        waivers.ask(session, registrar.actor, rwanda(), command, at=SENT_AT)
    asking = make_asking(session)
    with pytest.raises(Absent):
        waivers.withdraw(session, registrar.actor, rwanda(), asking.id, at=DECIDED_AT)


def test_what_another_registrar_has_in_hand_is_left_to_them(session: Session, registrar: MadePerson) -> None:
    made = make_asking(session)
    colleague = make_staff(session, Role.REGISTRAR, "TGI-NYGE", name="Keza Diane")
    claims.claim(session, colleague.actor, made.id, at=DECIDED_AT)
    with pytest.raises(HeldByAnother):
        decide(session, made, registrar, None)


@pytest.mark.parametrize(
    ("said", "amount", "field"),
    [
        (("full", "no_proof", "Yes."), None, "code"),
        (("part", "can_pay_part", "Yes."), None, "amount"),
        (("part", "can_pay_part", "Yes."), 20_000, "amount"),
        (("part", "can_pay_part", "Yes."), 20_001, "amount"),
        (("refused", "no_proof", "  "), None, "no_proof-words"),
        (("refused", "made_up", "No."), None, "code"),
    ],
)
def test_a_decision_that_does_not_hold_together_is_sent_back_and_nothing_is_written(
    session: Session, registrar: MadePerson, said: tuple[str, str, str], amount: int | None, field: str
) -> None:
    made = make_asking(session)
    outcome, code, words = said
    command = DecideWaiver(
        filing_id=made.id,
        outcome=WaiverOutcome(outcome),
        code=code,
        text=words,
        amount=None if amount is None else rwf(amount),
    )
    with pytest.raises(Invalid) as refused:
        waivers.decide(session, registrar.actor, rwanda(), command, at=DECIDED_AT)
    assert [problem.field for problem in refused.value.problems] == [field]
    assert bill_of(session, made).remitted == rwf(0)


def test_only_a_fee_that_is_owed_can_be_waived(session: Session) -> None:
    made = make_filing(session, status=FilingStatus.CANCELLED)
    with pytest.raises(NothingToWaive):
        ask(session, made, at=SENT_AT + HOUR)


@pytest.mark.parametrize(
    ("change", "value"), [("words", "other"), ("status", "granted"), ("reason_text", "other"), ("category", "other")]
)
def test_the_database_keeps_what_was_asked_and_what_was_decided(
    session: Session, registrar: MadePerson, change: str, value: str
) -> None:
    made = make_asking(session)
    decide(session, made, registrar, 0)
    statement = text(f"update remission set {change} = '{value}'")
    with pytest.raises(Exception, match="never changes"), session.begin_nested():
        session.execute(statement)


def test_the_sum_of_every_entry_is_zero_whatever_happened(session: Session, registrar: MadePerson) -> None:
    def paid_then(amount: int | None) -> datetime:
        made = make_filing(session)
        ask(session, made, at=SENT_AT + HOUR)
        decide(session, made, registrar, amount)
        return SENT_AT

    for amount in (None, 0, 3_000):
        decide(session, make_asking(session), registrar, amount)
        paid_then(amount)
    assert sum(accounts(session).values()) == 0
    entries = session.execute(text("select 1 from posting group by entry_id having sum(amount_minor) <> 0")).all()
    assert entries == []
