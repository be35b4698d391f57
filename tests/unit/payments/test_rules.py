"""Amounts, times and suggestions."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.payments import rules
from app.payments.bill_numbers import new_reference
from app.payments.breaker import FAILURES, REST, Breaker
from app.payments.ledger import fee_raised, fee_voided, fee_waived, payment
from app.payments.reasons import ADVICE, Reason
from app.payments.status import ObligationStatus
from app.payments.vault import Vault

START = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
francs = st.builds(Money, st.integers(0, 10**9), st.just("RWF"))


def rwf(minor: int) -> Money:
    return Money(minor, "RWF")


@pytest.mark.parametrize(
    ("sums", "void", "status", "due"),
    [
        ((20_000, 0, 0, 0), False, ObligationStatus.NOT_PAID, 20_000),
        ((20_000, 0, 5_000, 0), False, ObligationStatus.PART_PAID, 15_000),
        ((20_000, 0, 20_000, 0), False, ObligationStatus.PAID, 0),
        ((20_000, 0, 40_000, 20_000), False, ObligationStatus.OVERPAID, 0),
        ((0, 0, 0, 0), False, ObligationStatus.WAIVED, 0),
        ((20_000, 0, 0, 0), True, ObligationStatus.VOID, 0),
        ((20_000, 0, 20_000, 20_000), True, ObligationStatus.VOID, 0),
        ((20_000, 20_000, 0, 0), False, ObligationStatus.WAIVED, 0),
        ((20_000, 5_000, 0, 0), False, ObligationStatus.NOT_PAID, 15_000),
        ((20_000, 5_000, 10_000, 0), False, ObligationStatus.PART_PAID, 5_000),
        ((20_000, 5_000, 15_000, 0), False, ObligationStatus.PAID, 0),
        ((20_000, 20_000, 20_000, 20_000), False, ObligationStatus.OVERPAID, 0),
    ],
)
def test_what_is_owed_follows_from_fees_waivers_payments_and_refunds(
    sums: tuple[int, int, int, int], void: bool, status: ObligationStatus, due: int
) -> None:
    money = dict(zip(("fees", "remitted", "paid", "refund_due"), map(rwf, sums), strict=True))
    assert rules.obligation_status(**money, void=void) is status
    assert rules.still_due(**money, void=void) == rwf(due)


@pytest.mark.parametrize(
    ("sums", "void", "status"),
    [
        ((20_000, 0, 40_000, 20_000, 0), False, ObligationStatus.OVERPAID),
        ((20_000, 0, 40_000, 20_000, 5_000), False, ObligationStatus.OVERPAID),
        ((20_000, 0, 40_000, 20_000, 20_000), False, ObligationStatus.PAID),
        ((20_000, 0, 20_000, 20_000, 5_000), True, ObligationStatus.VOID),
        ((20_000, 0, 20_000, 20_000, 20_000), True, ObligationStatus.REFUNDED),
        ((0, 0, 20_000, 20_000, 20_000), False, ObligationStatus.REFUNDED),
        ((20_000, 0, 20_000, 20_000, 20_000), False, ObligationStatus.NOT_PAID),
        ((20_000, 0, 0, 0, 0), True, ObligationStatus.VOID),
        ((20_000, 20_000, 20_000, 20_000, 5_000), False, ObligationStatus.OVERPAID),
        ((20_000, 20_000, 20_000, 20_000, 20_000), False, ObligationStatus.REFUNDED),
        ((20_000, 5_000, 20_000, 5_000, 5_000), False, ObligationStatus.PAID),
    ],
)
def test_what_has_gone_back_tells_in_the_end(
    sums: tuple[int, int, int, int, int], void: bool, status: ObligationStatus
) -> None:
    money = dict(zip(("fees", "remitted", "paid", "refund_due", "refunded"), map(rwf, sums), strict=True))
    assert rules.obligation_status(**money, void=void) is status


@given(francs, francs)
def test_what_is_applied_and_what_is_surplus_make_the_payment(amount: Money, due: Money) -> None:
    applied, surplus = rules.split(amount, due)
    assert applied + surplus == amount
    assert applied <= due
    assert surplus.minor >= 0


@given(francs, francs, francs)
def test_every_entry_of_the_books_sums_to_zero(first: Money, second: Money, third: Money) -> None:
    entries = (
        fee_raised(first),
        payment("mtn_momo", applied=first, surplus=second),
        fee_voided(fees=first + second + third, remitted=second, kept=third),
        fee_waived(first + second, paid=second),
    )
    assert all(sum(side.minor for side in entry.values()) == 0 for entry in entries)


def test_an_attempt_is_asked_about_often_at_first_then_hourly_for_a_day() -> None:
    asked, now = [], START
    while (following := rules.next_poll(START, now)) is not None:
        asked.append(int((following - START).total_seconds()))
        now = following
    assert asked[:4] == [5, 15, 30, 60]
    assert asked[4:11] == [180, 300, 420, 540, 660, 780, 900]
    assert asked[11:] == [hour * 3600 for hour in range(1, 25)]


def test_a_rail_that_wants_no_early_question_is_first_asked_at_its_own_time() -> None:
    first = timedelta(minutes=3)
    assert rules.next_poll(START, START, first) == START + first
    assert rules.next_poll(START, START + first, first) == START + timedelta(minutes=5)


@given(st.integers(0, 100_000))
def test_the_next_question_is_always_still_to_come(seconds: int) -> None:
    now = START + timedelta(seconds=seconds)
    following = rules.next_poll(START, now)
    assert following is None or following > now


@pytest.mark.parametrize(
    ("number", "operator"),
    [
        ("+250788123456", "mtn_momo"),
        ("+250791234567", "mtn_momo"),
        ("+250728123456", "airtel_money"),
        ("+250738123456", "airtel_money"),
        ("+46733123450", None),
        ("not a number", None),
        (None, None),
    ],
)
def test_a_number_suggests_its_operator(number: str | None, operator: str | None) -> None:
    assert rules.operator_of(number) == operator


def test_a_breaker_opens_after_failures_in_a_row_and_closes_at_the_first_answer() -> None:
    breaker = Breaker()
    for _ in range(FAILURES - 1):
        breaker.note(answered=False, now=START)
    breaker.note(answered=True, now=START)
    breaker.note(answered=False, now=START)
    assert not breaker.is_open(START)
    for _ in range(FAILURES):
        breaker.note(answered=False, now=START)
    assert breaker.is_open(START + REST - timedelta(seconds=1))
    assert not breaker.is_open(START + REST)
    breaker.note(answered=False, now=START + REST)
    assert breaker.is_open(START + REST)


def test_what_is_sealed_opens_with_the_same_key_only() -> None:
    sealed = Vault("one secret key of enough length ok").seal("+250788123456")
    assert b"788123456" not in sealed
    assert Vault("one secret key of enough length ok").open(sealed) == "+250788123456"
    with pytest.raises(Exception):  # noqa: B017, PT011 - the library's own refusal
        Vault("another key of enough length as well").open(sealed)


def test_every_reason_says_what_happened_and_what_to_do() -> None:
    assert set(ADVICE) == set(Reason)
    for advice in ADVICE.values():
        assert advice.what.message.endswith(".")
        assert advice.then.message.endswith(".")


def test_a_bills_number_can_be_said_over_the_telephone() -> None:
    for _ in range(200):
        number = new_reference()
        assert len(number) == 10
        assert not set(number[1:]) & set("01IOLU ")
