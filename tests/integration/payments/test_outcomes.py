"""How attempts end, and what their end causes: books, refunds, news."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core import actor
from app.core.actor import SYSTEM, Grant
from app.core.clock import ManualClock
from app.core.events import Event, events_of
from app.payments import alarms, answers, checkout, inquiry, queries, service
from app.payments.events import PaymentExpired, PaymentFailed, PaymentQuarantined, PaymentSucceeded, RefundDue
from app.payments.ids import ObligationId
from app.payments.provider import Answer, ReportState
from app.payments.queries import ObligationView
from app.payments.reasons import Reason
from app.payments.service import AddLines
from app.payments.status import AttemptState, ObligationStatus
from app.payments.till import Till
from tests.builders.payments import (
    FEE,
    OWNER,
    PAYER,
    ScriptedProvider,
    make_command,
    make_line,
    make_obligation,
    report,
    rwf,
)

STAFF = actor.person(OWNER, Grant("chief_registrar", "TGI-NYGE"))
Bill = Callable[..., ObligationId]
Seen = Callable[[ObligationId], ObligationView]
Later = Callable[..., None]


def news(till: Till, owed: ObligationView, kind: type[Event]) -> list[Event]:
    with till.database.reading(SYSTEM) as session:
        return [r.event for r in events_of(session, [owed.subject]) if isinstance(r.event, kind)]


def tamper(till: Till, tampering: str) -> None:
    with till.database.transaction(SYSTEM) as session:
        for statement in tampering.split("; "):
            session.execute(text(statement))


def balances(till: Till) -> dict[str, int]:
    with till.database.reading(SYSTEM) as session:
        rows = session.execute(text("select account, sum(amount_minor) from posting group by account")).all()
    return {account: int(total) for account, total in rows if total}


def test_a_success_pays_the_bill_gives_a_receipt_and_settles_the_books(
    till: Till, bill: Bill, seen: Seen, later: Later, provider: ScriptedProvider, clock: ManualClock
) -> None:
    owed = bill()
    checkout.request_payment(till, PAYER, make_command(owed))
    assert seen(owed).receipt_reference is None
    provider.says(ReportState.SUCCEEDED)
    later(seconds=5)
    view = seen(owed)
    assert (view.status, view.paid, view.due) == (ObligationStatus.PAID, FEE, rwf(0))
    assert view.receipt_reference == f"{view.reference}-1"
    assert balances(till) == {"clearing:mtn_momo": 20_000, "court_fees": -20_000}
    (told,) = news(till, view, PaymentSucceeded)
    assert isinstance(told, PaymentSucceeded)
    assert (told.amount_minor, told.completed_at, told.obligation_paid) == (20_000, clock.now(), True)


def test_the_same_evidence_twice_changes_nothing(
    till: Till, bill: Bill, seen: Seen, provider: ScriptedProvider, clock: ManualClock
) -> None:
    owed = bill()
    attempt = checkout.request_payment(till, PAYER, make_command(owed))
    for _ in range(3):
        with till.database.transaction(SYSTEM) as session:
            answers.record_report(session, attempt, report(ReportState.SUCCEEDED), at=clock.now())
    with till.database.reading(SYSTEM) as session:
        counts = session.execute(
            text(
                "select (select count(*) from payment_evidence), (select count(*) from attempt_event), "
                "(select count(*) from journal_entry where kind = 'payment'), (select count(*) from refund_due)"
            )
        ).one()
    assert tuple(counts) == (2, 4, 1, 0)
    assert len(news(till, seen(owed), PaymentSucceeded)) == 1


@pytest.mark.parametrize(
    "case",
    [
        (ReportState.FAILED, AttemptState.FAILED, PaymentFailed),
        (ReportState.EXPIRED, AttemptState.EXPIRED, PaymentExpired),
    ],
)
def test_a_failure_is_told_and_frees_the_bill_for_another_attempt(
    till: Till,
    bill: Bill,
    seen: Seen,
    later: Later,
    provider: ScriptedProvider,
    case: tuple[ReportState, AttemptState, type[Event]],
) -> None:
    state, ends, kind = case
    owed = bill()
    checkout.request_payment(till, PAYER, make_command(owed))
    provider.says(state)
    later(seconds=5)
    assert [a.state for a in seen(owed).attempts] == [ends]
    assert len(news(till, seen(owed), kind)) == 1
    assert seen(owed).live is None
    checkout.request_payment(till, PAYER, make_command(owed))
    assert seen(owed).live is not None


def test_a_success_after_we_said_failed_is_a_correction_on_evidence(
    till: Till, bill: Bill, seen: Seen, later: Later, provider: ScriptedProvider
) -> None:
    owed = bill()
    checkout.request_payment(till, PAYER, make_command(owed))
    provider.says(ReportState.FAILED)
    later(seconds=5)
    provider.says(ReportState.SUCCEEDED)
    later(hours=2)
    view = seen(owed)
    assert (view.status, view.attempts[0].reason) == (ObligationStatus.PAID, None)
    with till.database.reading(SYSTEM) as session:
        edge = session.execute(
            text("select from_state, evidence_id is not null from attempt_event where to_state = 'succeeded'")
        ).one()
    assert tuple(edge) == ("failed", True)


def test_a_second_success_is_kept_apart_and_due_back(
    till: Till, bill: Bill, seen: Seen, later: Later, provider: ScriptedProvider
) -> None:
    owed = bill()
    checkout.request_payment(till, PAYER, make_command(owed))
    provider.says(ReportState.FAILED)
    later(seconds=5)
    checkout.request_payment(till, PAYER, make_command(owed))
    provider.says(ReportState.SUCCEEDED)
    later(hours=2)
    view = seen(owed)
    assert [a.state for a in view.attempts] == [AttemptState.SUCCEEDED] * 2
    assert (view.status, view.refund_due, view.due) == (ObligationStatus.OVERPAID, FEE, rwf(0))
    assert balances(till) == {"clearing:mtn_momo": 40_000, "court_fees": -20_000, "unapplied": -20_000}
    (told,) = news(till, view, RefundDue)
    assert isinstance(told, RefundDue)
    assert (told.amount_minor, told.cause) == (20_000, "surplus")


@pytest.mark.parametrize("amount", [rwf(1), rwf(2_000_000), type(FEE)(20_000, "EUR"), None])
def test_a_success_of_another_amount_is_never_paid_and_staff_see_it(
    till: Till, bill: Bill, seen: Seen, later: Later, provider: ScriptedProvider, amount: object
) -> None:
    owed = bill()
    checkout.request_payment(till, PAYER, make_command(owed))
    provider.status = report(ReportState.SUCCEEDED, amount)  # type: ignore[arg-type]
    later(seconds=5)
    later(minutes=1)
    view = seen(owed)
    assert (view.status, view.attempts[0].quarantined) == (ObligationStatus.NOT_PAID, True)
    assert len(news(till, view, PaymentQuarantined)) == 1
    assert "clearing:mtn_momo" not in balances(till)
    provider.says(ReportState.SUCCEEDED)
    later(hours=1)
    assert seen(owed).status is ObligationStatus.PAID
    assert not seen(owed).attempts[0].quarantined


def test_expiry_asks_first_and_takes_the_operators_word(
    till: Till, bill: Bill, seen: Seen, later: Later, provider: ScriptedProvider
) -> None:
    owed = bill()
    checkout.request_payment(till, PAYER, make_command(owed))
    provider.says(ReportState.SUCCEEDED)
    later(hours=20)
    assert seen(owed).status is ObligationStatus.PAID


def test_a_prompt_still_pending_well_after_its_window_expires_here_and_is_asked_about_for_a_day(
    till: Till, bill: Bill, seen: Seen, later: Later, provider: ScriptedProvider
) -> None:
    owed = bill()
    checkout.request_payment(till, PAYER, make_command(owed))
    later(minutes=6)
    assert seen(owed).attempts[0].state is AttemptState.PENDING
    later(minutes=2)
    assert seen(owed).attempts[0].state is AttemptState.EXPIRED
    for _ in range(30):
        later(hours=1)
    asked = len(provider.questions)
    assert asked == 2 + 24
    later(hours=5)
    assert len(provider.questions) == asked


def test_a_provider_that_is_silent_for_a_day_leaves_the_attempt_to_staff_and_never_fails_it(
    till: Till, bill: Bill, seen: Seen, later: Later, provider: ScriptedProvider
) -> None:
    owed = bill()
    checkout.request_payment(till, PAYER, make_command(owed))
    provider.says(ReportState.AMBIGUOUS)
    for _ in range(30):
        later(hours=1)
    assert seen(owed).attempts[0].state is AttemptState.PENDING
    with till.database.reading(SYSTEM) as session:
        assert [item.bill_reference for item in alarms.for_staff(session, STAFF)] == [seen(owed).reference]
    provider.says(ReportState.FAILED)
    inquiry.ask(till, seen(owed).attempts[0].id)
    with till.database.reading(SYSTEM) as session:
        assert alarms.for_staff(session, STAFF) == ()


def test_a_request_that_never_reached_the_operator_is_not_sent_hours_later(
    till: Till, bill: Bill, seen: Seen, later: Later, provider: ScriptedProvider, clock: ManualClock
) -> None:
    owed = bill()
    provider.answers(Answer.UNKNOWN)
    checkout.request_payment(till, PAYER, make_command(owed))
    provider.says(ReportState.NOT_FOUND)
    clock.advance(timedelta(hours=3))
    later()
    assert len(provider.requests) == 1
    assert seen(owed).attempts[0].state is AttemptState.EXPIRED


def test_a_bill_made_void_gives_back_what_was_paid_and_what_still_comes(
    till: Till, bill: Bill, seen: Seen, later: Later, provider: ScriptedProvider, clock: ManualClock
) -> None:
    owed = bill()
    checkout.request_payment(till, PAYER, make_command(owed))
    with till.database.transaction(SYSTEM) as session:
        service.void_obligation(session, SYSTEM, owed, reason="lapsed", at=clock.now())
    provider.says(ReportState.SUCCEEDED)
    later(seconds=5)
    view = seen(owed)
    assert (view.status, view.refund_due) == (ObligationStatus.VOID, FEE)
    (told,) = news(till, view, PaymentSucceeded)
    assert isinstance(told, PaymentSucceeded)
    assert not told.obligation_paid
    assert balances(till) == {"clearing:mtn_momo": 20_000, "unapplied": -20_000}


def test_voiding_a_paid_bill_twice_owes_its_money_back_once(session: Session, clock: ManualClock) -> None:
    owed = make_obligation(session)
    for _ in range(2):
        service.void_obligation(session, SYSTEM, owed, reason="withdrawn", at=clock.now())
    session.execute(text("set constraints all immediate"))
    view = queries.obligation(session, owed)
    assert (view.status, view.refund_due) == (ObligationStatus.VOID, rwf(0))
    assert session.execute(text("select count(*) from journal_entry")).scalar_one() == 2


def test_a_fee_that_rises_asks_for_the_difference_only(
    till: Till, bill: Bill, seen: Seen, later: Later, provider: ScriptedProvider, clock: ManualClock
) -> None:
    owed = bill()
    checkout.request_payment(till, PAYER, make_command(owed))
    provider.says(ReportState.SUCCEEDED)
    later(seconds=5)
    with till.database.transaction(SYSTEM) as session:
        more = AddLines(obligation_id=owed, lines=(make_line(rwf(5_000)),))
        service.add_lines(session, SYSTEM, more, at=clock.now())
    view = seen(owed)
    assert (view.status, view.due, len(view.lines)) == (ObligationStatus.PART_PAID, rwf(5_000), 2)
    checkout.request_payment(till, PAYER, make_command(owed, shown=rwf(5_000)))
    provider.status = report(ReportState.SUCCEEDED, rwf(5_000))
    later(seconds=5)
    view = seen(owed)
    assert (view.status, view.paid) == (ObligationStatus.PAID, rwf(25_000))
    assert view.receipt_reference == f"{view.reference}-2"


def test_one_subject_has_one_bill_that_is_not_void(session: Session, clock: ManualClock) -> None:
    first = queries.obligation(session, make_obligation(session))
    again = service.OpenObligation(
        subject=first.subject, court_code=first.court_code, owner=first.owner, lines=(make_line(),)
    )
    with pytest.raises(service.AlreadyOpen):
        service.open_obligation(session, SYSTEM, again, at=clock.now())
    service.void_obligation(session, SYSTEM, first.id, reason="wrong_court", at=clock.now())
    second = service.open_obligation(session, SYSTEM, again, at=clock.now())
    found = queries.obligation_of(session, first.subject)
    assert found is not None
    assert found.id == second


def test_the_books_list_what_succeeded_and_nothing_else(
    till: Till, bill: Bill, seen: Seen, later: Later, provider: ScriptedProvider
) -> None:
    paid, unpaid = bill(), bill()
    checkout.request_payment(till, PAYER, make_command(paid))
    provider.says(ReportState.SUCCEEDED)
    later(seconds=5)
    provider.says(ReportState.PENDING)
    checkout.request_payment(till, PAYER, make_command(unpaid))
    with till.database.reading(SYSTEM) as session:
        (line,) = queries.books(session)
    assert (line.reference_id, line.amount, line.state) == (
        seen(paid).attempts[0].reference_id,
        FEE,
        AttemptState.SUCCEEDED,
    )


@pytest.mark.parametrize(
    "tampering",
    [
        "insert into posting (id, entry_id, court_code, account, amount_minor, currency) "
        "select gen_random_uuid(), id, 'X', 'bank', 1, 'RWF' from journal_entry; set constraints all immediate",
        "update payment_attempt set amount_minor = 1",
        "update payment_attempt set state = 'failed'",
        "update posting set amount_minor = 5",
        "delete from journal_entry",
        "delete from payment_attempt",
        "insert into attempt_event (id, attempt_id, court_code, at, actor, from_state, to_state) "
        "select gen_random_uuid(), id, 'X', now(), 'me', 'failed', 'succeeded' from payment_attempt",
        "insert into payment_attempt select (jsonb_populate_record(a, jsonb_build_object('id', gen_random_uuid(), "
        "'reference_id', gen_random_uuid(), 'number', 2, 'callback_hash', 'x', 'state', 'no such state'))).* "
        "from payment_attempt a",
    ],
)
def test_the_database_itself_refuses_false_books(
    till: Till,
    bill: Bill,
    later: Later,
    provider: ScriptedProvider,
    tampering: str,
) -> None:
    checkout.request_payment(till, PAYER, make_command(bill()))
    provider.says(ReportState.SUCCEEDED)
    later(seconds=5)
    with pytest.raises(DBAPIError):
        tamper(till, tampering)


def test_two_live_attempts_of_one_bill_can_not_be_stored(till: Till, bill: Bill) -> None:
    checkout.request_payment(till, PAYER, make_command(bill()))
    with pytest.raises(DBAPIError, match="uq_payment_attempt_live"), till.database.transaction(SYSTEM) as session:
        session.execute(
            text(
                "insert into payment_attempt select (jsonb_populate_record(a, jsonb_build_object("
                "'id', gen_random_uuid(), 'reference_id', gen_random_uuid(), 'number', 2, 'callback_hash', 'x', "
                "'state', 'unknown'))).* from payment_attempt a"
            )
        )


def test_reasons_survive_a_refusal(till: Till, bill: Bill, seen: Seen, provider: ScriptedProvider) -> None:
    owed = bill()
    provider.answers(Answer.REJECTED, reason=Reason.PAYEE_BLOCKED)
    checkout.request_payment(till, PAYER, make_command(owed))
    (told,) = news(till, seen(owed), PaymentFailed)
    assert isinstance(told, PaymentFailed)
    assert told.reason is Reason.PAYEE_BLOCKED
