"""Reconciliation over the sandbox's real statements: each thing that can differ, made by a fault, found and settled."""

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from app.core.clock import ManualClock
from app.core.db import Database
from app.core.errors import Absent
from app.core.language import speaking
from app.payments.rails.mtn import MtnAccount, MtnCollections
from app.payments.reconciliation.days import DayIsSigned
from app.payments.reconciliation.service import (
    AlreadyResolved,
    NotForThis,
    OwnSignature,
    StatementsMissing,
    StillOpen,
)
from app.payments.reconciliation.statement import LineMissing
from app.payments.reconciliation.status import BreakKind, Resolution
from app.payments.status import AttemptState, ObligationStatus
from app.payments.till import Addresses, make_till
from sandbox.server import Sandbox
from tests.builders.accountant import ACCOUNTANT, COLLEAGUE, MTN, Office
from tests.builders.payments import PAYER
from tests.contracts.sandbox.callers import Mtn

K, R = BreakKind, Resolution
SHORT, VARIANCE = (K.SETTLEMENT_SHORT, -1_000), (K.CHARGE_VARIANCE, 150)


@pytest.fixture
def office(fresh_database: Database, clock: ManualClock, account: MtnAccount, box: Sandbox) -> Iterator[Office]:
    client = httpx.Client(timeout=5, trust_env=False)
    till = make_till(
        fresh_database,
        clock,
        secret_key="a-key-for-tests-only-of-enough-length",
        addresses=Addresses(public="http://localhost", callback="http://127.0.0.1:9"),
        providers=(MtnCollections(account, clock=clock, client=client),),
    )
    made = Office(till=till, clock=clock, box=box)
    made.begin()
    yield made
    client.close()


def test_a_day_on_which_all_agree_is_signed_off_by_one_and_reopened_by_another(office: Office) -> None:
    office.pay()
    office.pay()
    office.ask()
    day = office.today
    office.take_day(day)
    with pytest.raises(StatementsMissing):
        office.sign(day)
    office.pass_time(days=1)
    office.take_bank(day + timedelta(days=1))
    assert office.breaks(day) == []
    assert (office.stands("bank"), office.stands("provider_charges:mtn_momo"), office.stands("clearing:mtn_momo")) == (
        39_600,
        400,
        0,
    )
    office.sign(day)
    with pytest.raises(DayIsSigned):
        office.sign(day, COLLEAGUE)
    with pytest.raises(OwnSignature):
        office.reopen(day, ACCOUNTANT)
    office.reopen(day, COLLEAGUE)
    with pytest.raises(AlreadyResolved):
        office.reopen(day, ACCOUNTANT)
    office.sign(day, COLLEAGUE)


def test_what_was_taken_in_once_changes_nothing_again(office: Office) -> None:
    office.pay()
    office.ask()
    day = office.today
    part = office.download(MTN, day)
    assert office.take(MTN, part).fresh == 1
    assert office.take(MTN, part).fresh == 0
    office.pay()
    office.ask()
    assert office.take(MTN, office.download(MTN, day)).fresh == 1, "the file is new, one of its lines is not"
    office.pass_time(days=1)
    for _ in range(2):
        office.take_bank(day + timedelta(days=1))
        office.compare(day)
    assert (office.count("statement_line"), office.count("settlement"), office.count("reconciliation_break")) == (
        3,
        1,
        0,
    )
    assert office.stands("bank") == 39_600


def test_a_hole_in_the_statement_is_named_and_nothing_is_taken_in(office: Office, operator: Mtn) -> None:
    for _ in range(3):
        office.pay()
    office.ask()
    operator.set_fault("statement_hole")
    with pytest.raises(LineMissing) as refusal:
        office.take_day(office.today)
    first = operator.debits()[0]["financial_transaction_id"]
    assert (refusal.value.after, refusal.value.difference.minor) == (first, 20_000)
    with speaking("en"):
        said = str(refusal.value.text)
    assert said == f"The statement is not whole: after line {first}, RWF 20,000 is missing."
    assert office.count("statement_line") == 0
    office.take_day(office.today)
    assert office.breaks(office.today) == []


@pytest.mark.parametrize(
    ("fault", "found", "clearing"),
    [
        ("statement_omits", {K.MISSING_THERE: -20_000}, 20_000),
        ("statement_amount", {K.AMOUNT_MISMATCH: -100}, 39_900),
        ("statement_repeated", {K.DUPLICATE_THERE: 20_000}, 60_000),
    ],
)
def test_a_wrong_statement_is_found_and_what_differs_goes_to_suspense(
    office: Office, operator: Mtn, fault: str, found: dict[BreakKind, int], clearing: int
) -> None:
    office.pay()
    office.pay()
    office.ask()
    operator.set_fault(fault)
    office.take_day(office.today)
    assert office.kinds(office.today) == found
    (one,) = office.breaks(office.today)
    office.resolve(one, R.SUSPENSE)
    assert office.stands("clearing:mtn_momo") == clearing
    assert office.stands("suspense") == 40_000 - clearing
    assert office.breaks(office.today) == []
    with pytest.raises(AlreadyResolved):
        office.resolve(one)


def test_a_payment_without_a_name_is_only_ever_a_guess(office: Office, operator: Mtn) -> None:
    owed = office.pay()
    office.ask()
    operator.set_fault("statement_unnamed")
    office.take_day(office.today)
    assert office.kinds(office.today) == {K.UNIDENTIFIED: 20_000, K.MISSING_THERE: -20_000}
    unnamed = next(one for one in office.breaks(office.today) if one.kind is K.UNIDENTIFIED)
    assert unnamed.guesses == (office.bill(owed).reference,)
    for one in office.breaks(office.today):
        office.resolve(one, R.SUSPENSE)
    assert (office.stands("clearing:mtn_momo"), office.stands("suspense")) == (20_000, 0)


def test_a_payment_that_we_never_asked_for_waits_in_suspense(office: Office, operator: Mtn) -> None:
    operator.accepted("250788000101", externalId="NOTOURS01")
    office.take_day(office.today)
    assert office.kinds(office.today) == {K.MISSING_HERE: 20_000}
    office.resolve(office.breaks(office.today)[0])
    assert (office.stands("clearing:mtn_momo"), office.stands("suspense")) == (20_000, -20_000)


def test_paid_there_and_failed_here_is_urgent_and_asked_about_never_booked_from_the_file(office: Office) -> None:
    owed = office.pay("+250788000302")  # fails, and turns out paid 15 s later
    office.ask()
    assert office.bill(owed).attempts[0].state is AttemptState.EXPIRED
    office.pass_time(seconds=30)
    office.box.world.operator.advance()
    office.pass_time(days=2)  # nobody would ask any more
    day = office.today - timedelta(days=2)
    office.take_day(day)
    (found,) = office.breaks(day)
    assert (found.kind, found.urgent, found.bill) == (K.STATUS_MISMATCH, True, office.bill(owed).reference)
    assert office.bill(owed).attempts[0].state is AttemptState.EXPIRED
    assert office.stands("clearing:mtn_momo") == 0
    office.ask(seconds=1)
    assert office.bill(owed).status is ObligationStatus.PAID
    office.compare(day)
    assert K.STATUS_MISMATCH not in office.kinds(day), "what is right again goes by itself"
    assert office.stands("clearing:mtn_momo") == 20_000


def test_what_we_hear_of_only_on_the_next_day_is_late_and_not_lost(office: Office) -> None:
    office.pay()
    day = office.today
    office.ask(days=1)
    office.take_day(day)
    (late,) = office.breaks(day)
    assert (late.kind, late.difference.minor) == (K.LATE, 20_000)
    office.resolve(late, R.EXPLAINED)
    assert office.stands("suspense") == 0
    office.take_day(office.today)
    office.compare(office.today)
    assert office.breaks(office.today) == [], "it is on the other day's statement"


@pytest.mark.parametrize(
    ("fault", "found", "resolution", "after"),
    [
        ("settlement_short", SHORT, R.SUSPENSE, {"suspense": 1_000, "provider_charges:mtn_momo": 200}),
        ("settlement_short", SHORT, R.CHARGE, {"suspense": 0, "provider_charges:mtn_momo": 1_200}),
        ("settlement_charge", VARIANCE, R.CLAIM, {"suspense": 150, "provider_charges:mtn_momo": 200}),
        ("settlement_charge", VARIANCE, R.EXPLAINED, {"suspense": 0, "provider_charges:mtn_momo": 350}),
    ],
)
def test_a_settlement_that_is_not_right_is_found_and_settled(
    office: Office,
    operator: Mtn,
    fault: str,
    found: tuple[BreakKind, int],
    resolution: Resolution,
    after: dict[str, int],
) -> None:
    office.pay()
    office.ask()
    day = office.today
    operator.set_fault(fault)
    office.pass_time(days=1)
    office.take_bank(day + timedelta(days=1))
    office.take_day(day)
    assert office.kinds(day) == dict([found])
    with pytest.raises(StillOpen):
        office.sign(day)
    (one,) = office.breaks(day)
    with pytest.raises(NotForThis):
        office.resolve(one, R.CLAIM if one.kind is K.SETTLEMENT_SHORT else R.SUSPENSE)
    office.resolve(one, resolution)
    assert {account: office.stands(account) for account in after} == after
    assert office.stands("clearing:mtn_momo") == 0
    office.sign(day)
    with pytest.raises(DayIsSigned):
        office.compare(day)


def test_a_new_line_of_a_signed_day_is_not_slipped_in(office: Office, operator: Mtn) -> None:
    office.pay()
    office.ask()
    day = office.today
    office.take_day(day)
    office.pass_time(days=1)
    office.take_bank(day + timedelta(days=1))
    office.sign(day)
    operator.set_fault("statement_repeated")
    with pytest.raises(DayIsSigned):
        office.take_day(day)
    assert office.count("statement_line") == 2
    office.reopen(day, COLLEAGUE)
    operator.set_fault("statement_repeated")
    office.take_day(day)
    assert K.DUPLICATE_THERE in office.kinds(day)


def test_others_can_do_none_of_it(office: Office) -> None:
    content = office.download(MTN, office.today)
    with pytest.raises(Absent):
        office.take(MTN, content, PAYER)
    with pytest.raises(Absent):
        office.sign(office.today, PAYER)
    with pytest.raises(Absent):
        office.reopen(office.today, PAYER)
