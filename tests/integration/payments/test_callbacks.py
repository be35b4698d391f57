"""Callbacks are hints: kept once, answered at once, and never believed without asking."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from app.core.errors import Absent
from app.core.events import events_of
from app.payments import callbacks, checkout, polling
from app.payments.events import PaymentSucceeded
from app.payments.ids import ObligationId
from app.payments.provider import Authenticity, CallbackReport, RawCallback, ReportState
from app.payments.queries import ObligationView
from app.payments.status import AttemptState, ObligationStatus
from app.payments.till import Till
from tests.builders.payments import PAYER, ScriptedProvider, make_command, make_test_till

Bill = Callable[..., ObligationId]
Seen = Callable[[ObligationId], ObligationView]
Run = Callable[[], int]


def call_back(till: Till, address: str, body: bytes) -> None:
    word, secret = address.rsplit("/", 2)[1:]
    with till.database.transaction(SYSTEM) as session:
        callback = RawCallback(headers={}, body=body)
        callbacks.receive(session, till, word, secret, callback, at=till.clock.now())


def address(provider: ScriptedProvider) -> str:
    found = provider.requests[-1].callback_url
    assert found is not None
    return found


def inbox(till: Till) -> list[tuple[str, str | None]]:
    with till.database.reading(SYSTEM) as session:
        rows = session.execute(text("select hint, outcome from callback_inbox order by id")).all()
    return [(hint, outcome) for hint, outcome in rows]


def test_a_true_callback_is_confirmed_and_booked_at_once(
    till: Till, bill: Bill, seen: Seen, run: Run, provider: ScriptedProvider
) -> None:
    owed = bill()
    checkout.request_payment(till, PAYER, make_command(owed))
    provider.says(ReportState.SUCCEEDED)
    call_back(till, address(provider), b"succeeded")
    assert seen(owed).status is ObligationStatus.NOT_PAID, "nothing is believed before the provider was asked"
    run()
    assert seen(owed).status is ObligationStatus.PAID
    assert inbox(till) == [("succeeded", "confirmed")]


@pytest.mark.parametrize("truth", [ReportState.PENDING, ReportState.FAILED, ReportState.NOT_FOUND])
def test_a_forged_success_pays_nothing(
    till: Till, bill: Bill, seen: Seen, run: Run, provider: ScriptedProvider, truth: ReportState
) -> None:
    owed = bill()
    checkout.request_payment(till, PAYER, make_command(owed))
    provider.says(truth)
    call_back(till, address(provider), b"succeeded")
    run()
    assert seen(owed).status is ObligationStatus.NOT_PAID
    assert inbox(till) == [("succeeded", "contradicted")]


def test_a_forged_failure_fails_nothing(
    till: Till, bill: Bill, seen: Seen, run: Run, provider: ScriptedProvider
) -> None:
    owed = bill()
    checkout.request_payment(till, PAYER, make_command(owed))
    call_back(till, address(provider), b"failed")
    run()
    assert seen(owed).attempts[0].state is AttemptState.PENDING


def test_the_same_callback_twenty_times_is_kept_and_asked_about_once(
    till: Till, bill: Bill, run: Run, provider: ScriptedProvider
) -> None:
    checkout.request_payment(till, PAYER, make_command(bill()))
    provider.says(ReportState.SUCCEEDED)
    for _ in range(20):
        call_back(till, address(provider), b"succeeded")
    run()
    assert inbox(till) == [("succeeded", "confirmed")]
    assert len(provider.questions) == 1


def test_the_same_words_about_two_attempts_are_two_callbacks(
    till: Till, bill: Bill, run: Run, provider: ScriptedProvider
) -> None:
    for _ in range(2):
        checkout.request_payment(till, PAYER, make_command(bill()))
        call_back(till, address(provider), b"failed")
    assert len(inbox(till)) == 2


@pytest.mark.parametrize("body", [b"", b"\x00\xff", b"{", b"null", b"no such state"])
def test_a_callback_that_can_not_be_read_only_makes_us_ask(
    till: Till, bill: Bill, seen: Seen, run: Run, provider: ScriptedProvider, body: bytes
) -> None:
    owed = bill()
    checkout.request_payment(till, PAYER, make_command(owed))
    provider.says(ReportState.SUCCEEDED)
    call_back(till, address(provider), body)
    run()
    assert seen(owed).status is ObligationStatus.PAID


def test_a_late_failure_leaves_a_payment_paid(
    till: Till, bill: Bill, seen: Seen, run: Run, provider: ScriptedProvider, clock: ManualClock
) -> None:
    owed = bill()
    checkout.request_payment(till, PAYER, make_command(owed))
    provider.says(ReportState.SUCCEEDED)
    call_back(till, address(provider), b"succeeded")
    run()
    provider.says(ReportState.FAILED)
    clock.advance(timedelta(hours=1))
    call_back(till, address(provider), b"failed")
    run()
    assert seen(owed).status is ObligationStatus.PAID


def test_the_payer_is_given_the_time_at_which_the_first_word_came(
    till: Till, bill: Bill, seen: Seen, run: Run, provider: ScriptedProvider, clock: ManualClock
) -> None:
    owed = bill()
    checkout.request_payment(till, PAYER, make_command(owed))
    clock.advance(timedelta(seconds=3))
    heard = clock.now()
    call_back(till, address(provider), b"succeeded")
    provider.says(ReportState.AMBIGUOUS)
    run()
    clock.advance(timedelta(hours=2))
    provider.says(ReportState.SUCCEEDED)
    run()
    with till.database.reading(SYSTEM) as session:
        recorded = events_of(session, [seen(owed).subject])
    (told,) = [r.event for r in recorded if isinstance(r.event, PaymentSucceeded)]
    assert told.completed_at == heard == seen(owed).attempts[0].completed_at


def test_when_the_provider_gives_no_answer_the_callback_waits(
    till: Till, bill: Bill, run: Run, provider: ScriptedProvider, clock: ManualClock
) -> None:
    checkout.request_payment(till, PAYER, make_command(bill()))
    provider.says(ReportState.AMBIGUOUS)
    call_back(till, address(provider), b"succeeded")
    run()
    assert inbox(till) == [("succeeded", None)]
    provider.says(ReportState.SUCCEEDED)
    clock.advance(timedelta(hours=1))
    run()
    assert inbox(till) == [("succeeded", "confirmed")]


@pytest.mark.parametrize("where", ["http://x/callbacks/mtn/unknown", "http://x/callbacks/airtel/{secret}"])
def test_an_address_of_nobody_looks_absent(till: Till, bill: Bill, provider: ScriptedProvider, where: str) -> None:
    checkout.request_payment(till, PAYER, make_command(bill()))
    secret = address(provider).rsplit("/", 1)[1]
    with pytest.raises(Absent):
        call_back(till, where.format(secret=secret), b"succeeded")
    assert inbox(till) == []


def test_no_more_questions_in_a_second_than_the_provider_allows(
    till: Till, bill: Bill, run: Run, provider: ScriptedProvider, clock: ManualClock
) -> None:
    for _ in range(12):
        checkout.request_payment(till, PAYER, make_command(bill()))
    clock.advance(timedelta(seconds=5))
    run()
    assert len(provider.questions) == 10
    clock.advance(timedelta(seconds=1))
    run()
    assert len(provider.questions) == 12


def test_one_attempt_that_can_not_be_asked_about_holds_up_no_other(
    till: Till, bill: Bill, seen: Seen, provider: ScriptedProvider, clock: ManualClock
) -> None:
    broken, sound = bill(), bill()
    for owed in (broken, sound):
        checkout.request_payment(till, PAYER, make_command(owed))
    provider.says(ReportState.SUCCEEDED)
    clock.advance(timedelta(seconds=5))
    answer = provider.get_status

    def fail_once(attempt: object) -> object:
        provider.get_status = answer  # type: ignore[method-assign]
        raise RuntimeError("a bug in an adapter")

    provider.get_status = fail_once  # type: ignore[method-assign, assignment]
    polling.drain(till)
    assert {seen(broken).status, seen(sound).status} == {ObligationStatus.NOT_PAID, ObligationStatus.PAID}
    clock.advance(polling.LEASE + timedelta(seconds=1))
    polling.drain(till)
    assert {seen(broken).status, seen(sound).status} == {ObligationStatus.PAID}


class OneAddress(ScriptedProvider):
    """A provider that calls back at one address and says in the body whom it means: reference, then state."""

    authenticity = Authenticity.VERIFIED

    def parse_callback(self, callback: RawCallback) -> CallbackReport:
        """Read "reference state"."""
        reference, _, state = callback.body.decode().partition(" ")
        heard = super().parse_callback(RawCallback(headers={}, body=state.encode()))
        return replace(heard, authenticity=self.authenticity, reference_id=UUID(reference))


@pytest.fixture
def at_one_address(database: Database, clock: ManualClock) -> tuple[Till, OneAddress]:
    provider = OneAddress()
    return make_test_till(database, clock, provider), provider


def call_at_one_address(till: Till, body: str) -> None:
    with till.database.transaction(SYSTEM) as session:
        callback = RawCallback(headers={}, body=body.encode())
        callbacks.receive_at_one_address(session, till, "mtn", callback, at=till.clock.now())


def test_a_callback_at_one_address_finds_its_attempt_and_is_confirmed(
    at_one_address: tuple[Till, OneAddress], bill: Bill, seen: Seen
) -> None:
    till, provider = at_one_address
    owed = bill()
    checkout.request_payment(till, PAYER, make_command(owed))
    provider.says(ReportState.SUCCEEDED)
    for _ in range(20):
        call_at_one_address(till, f"{provider.requests[-1].reference_id} succeeded")
    assert inbox(till) == [("succeeded", None)]
    callbacks.drain(till)
    assert seen(owed).status is ObligationStatus.PAID


def test_a_callback_at_one_address_that_is_forged_or_means_nobody_is_absent(
    at_one_address: tuple[Till, OneAddress], bill: Bill
) -> None:
    till, provider = at_one_address
    checkout.request_payment(till, PAYER, make_command(bill()))
    with pytest.raises(Absent):
        call_at_one_address(till, "00000000-0000-4000-8000-000000000000 succeeded")
    with pytest.raises(Absent):
        call_at_one_address(till, f"{provider.requests[-1].reference_id} nonsense")
    provider.authenticity = Authenticity.INVALID
    with pytest.raises(Absent):
        call_at_one_address(till, f"{provider.requests[-1].reference_id} succeeded")
    assert inbox(till) == []
