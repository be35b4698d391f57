"""Each rail's day over the sandbox's real statements: taken in, compared, settled and signed off."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.core.actor import SYSTEM
from app.core.money import Money
from app.payments import service
from app.payments.reconciliation.joining import holes
from app.payments.reconciliation.service import StatementsMissing
from app.payments.reconciliation.statement import LineMissing
from app.payments.reconciliation.status import BreakKind, Resolution
from app.payments.refunds import queue
from app.payments.status import ObligationStatus
from tests.builders.accountant import Office
from tests.builders.rails import AIRTEL, MPESA, MTN, STRIPE, Rail

K, R = BreakKind, Resolution


def money(rail: Rail, minor: int) -> Money:
    return Money(minor, rail.fee.currency)


def test_a_day_on_which_all_agree_is_signed_off(office: Office, rail: Rail) -> None:
    for _ in range(2):
        assert office.bill(office.pay()).status is not ObligationStatus.PAID
    office.ask()
    day, fee, code = office.today, rail.fee.minor, rail.code
    office.take_day(day)
    assert office.breaks(day) == []
    assert office.stands(f"provider_charges:{code}") == (2 * rail.kept if rail.at_once else 0)
    with pytest.raises(StatementsMissing):
        office.sign(day)
    office.pass_time(days=1)
    for _ in range(2):
        office.take_bank(day + timedelta(days=1))
        office.compare(day)
    assert office.breaks(day) == []
    assert (office.stands("bank"), office.stands(f"provider_charges:{code}"), office.stands(f"clearing:{code}")) == (
        2 * (fee - rail.kept),
        2 * rail.kept,
        0,
    )
    line = office.line(day)
    assert (line.booked, line.taken, line.kept) == (
        money(rail, 2 * fee),
        money(rail, 2 * fee),
        money(rail, 2 * rail.kept),
    )
    office.sign(day)
    assert office.line(day).signed


def test_the_statements_of_two_days_join(office: Office, rail: Rail) -> None:
    first = office.today
    for _ in range(2):
        office.pay()
        office.ask()
        office.take_day(office.today)
        last = office.today
        office.pass_time(days=1)
    assert office.count("statement_file where first_day = last_day and closing_minor <> 0") == 2
    with office.till.database.reading(SYSTEM) as session:
        assert holes(session, rail.code, first, last) == holes(session, rail.code, last, last) == []


def test_a_hole_is_noticed_and_nothing_is_taken_in(office: Office, rail: Rail) -> None:
    for _ in range(3):
        office.pay()
    office.ask()
    office.set_fault("statement_hole")
    with pytest.raises(LineMissing) as refusal:
        office.take_day(office.today)
    assert refusal.value.difference.currency == rail.fee.currency
    assert office.count("statement_line") == 0


@pytest.mark.parametrize(
    ("fault", "found"),
    [
        ("statement_omits", {K.MISSING_THERE: -1}),
        ("statement_repeated", {K.DUPLICATE_THERE: 1}),
        ("statement_unnamed", {K.UNIDENTIFIED: 1, K.MISSING_THERE: -1}),
    ],
)
def test_a_wrong_statement_is_found_and_the_difference_put_in_suspense(
    office: Office, rail: Rail, fault: str, found: dict[BreakKind, int]
) -> None:
    owed = [office.pay(), office.pay()]
    office.ask()
    assert all(office.bill(one).status is ObligationStatus.PAID for one in owed)
    office.set_fault(fault)
    office.take_day(office.today)
    fee, held = rail.fee.minor, office.stands(f"clearing:{rail.code}")
    assert office.kinds(office.today) == {kind: times * fee for kind, times in found.items()}
    for one in office.breaks(office.today):
        office.resolve(one, R.SUSPENSE)
    assert office.stands("suspense") == -sum(found.values()) * fee
    assert office.stands(f"clearing:{rail.code}") == held + sum(found.values()) * fee
    assert office.breaks(office.today) == []


@pytest.mark.parametrize(
    ("fault", "kind", "difference", "resolution"),
    [
        ("settlement_short", K.SETTLEMENT_SHORT, -1_000, R.CHARGE),
        ("settlement_charge", K.CHARGE_VARIANCE, 150, R.EXPLAINED),
    ],
)
def test_a_settlement_that_is_not_right_is_found(
    office: Office, rail: Rail, fault: str, kind: BreakKind, difference: int, resolution: Resolution
) -> None:
    office.pay()
    office.ask()
    day = office.today
    office.take_day(day)
    office.set_fault(fault)
    office.pass_time(days=1)
    office.take_bank(day + timedelta(days=1))
    assert office.kinds(day) == {kind: difference}
    office.resolve(office.breaks(day)[0], resolution)
    assert office.stands(f"clearing:{rail.code}") == 0
    assert office.stands(f"provider_charges:{rail.code}") == rail.kept + abs(difference)
    office.sign(day)


def test_a_statement_without_a_line_says_that_nothing_came(office: Office, rail: Rail) -> None:
    office.pay()
    office.ask()
    day = office.today
    office.compare(day)
    assert (office.line(day).taken, office.breaks(day)) == (None, [])
    office.set_fault("statement_omits")
    office.take_day(day)
    assert office.line(day).taken == money(rail, 0)
    assert office.kinds(day) == {K.MISSING_THERE: -rail.fee.minor}


@pytest.mark.parametrize("rail", [MTN, AIRTEL, MPESA], indirect=True, ids=lambda rail: rail.code)
def test_what_was_put_in_suspense_leaves_it_when_the_payment_is_booked_after_all(office: Office, rail: Rail) -> None:
    owed = office.pay(rail.late)
    office.pass_time(seconds=30)
    for operator in (office.box.world.operator, office.box.world.airtel, office.box.world.daraja):
        operator.advance()
    office.pass_time(days=2)  # nobody would ask any more
    day = office.today - timedelta(days=2)
    office.take_day(day)
    (found,) = office.breaks(day)
    assert (found.kind, found.difference) == (K.STATUS_MISMATCH, rail.fee)
    charged = rail.kept if rail.at_once else 0
    office.resolve(found, R.SUSPENSE)
    assert office.stands("suspense") == -rail.fee.minor
    office.ask(seconds=1)
    assert office.bill(owed).status is ObligationStatus.PAID
    assert (office.stands("suspense"), office.stands(f"clearing:{rail.code}")) == (0, rail.fee.minor - charged)
    (settled,) = office.all_breaks(day)
    assert settled.released_at == office.clock.now()
    office.compare(day)
    (late,) = office.breaks(day)
    assert (late.kind, late.difference) == (K.LATE, rail.fee)
    office.resolve(late, R.EXPLAINED)
    assert office.stands("suspense") == 0


@pytest.mark.parametrize("rail", [AIRTEL, STRIPE], indirect=True, ids=lambda rail: rail.code)
def test_a_refund_and_its_line_agree_and_a_day_below_zero_can_be_signed_off(office: Office, rail: Rail) -> None:
    owed = office.pay()
    office.ask()
    office.pass_time(days=1)
    with office.till.database.transaction(SYSTEM) as session:
        service.void_obligation(session, SYSTEM, owed, reason="lapsed", at=office.clock.now())
    work(office)
    work(office, seconds=10)
    assert office.bill(owed).refunds[-1].state.value == "refunded"
    day = office.today
    office.take_day(day)
    assert office.kinds(day) == {}
    back = money(rail, -rail.fee.minor)
    assert (office.line(day).booked, office.line(day).taken) == (back, back)
    office.pass_time(days=1)
    office.take_bank(day)
    office.take_bank(day + timedelta(days=1))
    office.take_day(day - timedelta(days=1))
    assert (office.kinds(day), office.kinds(day - timedelta(days=1))) == ({}, {})
    assert office.stands(f"clearing:{rail.code}") == 0
    office.sign(day)


@pytest.mark.parametrize("rail", [AIRTEL, STRIPE], indirect=True, ids=lambda rail: rail.code)
def test_a_refund_that_the_statement_does_not_show_is_called_a_refund(office: Office, rail: Rail) -> None:
    owed = office.pay()
    office.ask()
    with office.till.database.transaction(SYSTEM) as session:
        service.void_obligation(session, SYSTEM, owed, reason="lapsed", at=office.clock.now())
    work(office)
    work(office, seconds=10)
    office.set_fault("statement_omits")  # its last line, which is the refund
    office.take_day(office.today)
    (found,) = office.breaks(office.today)
    assert (found.kind, found.refund, found.difference) == (K.MISSING_THERE, True, rail.fee)


@pytest.mark.parametrize("rail", [STRIPE], indirect=True, ids=lambda rail: rail.code)
def test_a_refund_at_stripe_that_came_back_is_no_difference(office: Office) -> None:
    owed = office.pay()
    office.ask()
    office.set_fault("refund_failed")
    with office.till.database.transaction(SYSTEM) as session:
        service.void_obligation(session, SYSTEM, owed, reason="lapsed", at=office.clock.now())
    work(office)
    work(office, seconds=10)
    assert office.bill(owed).refunds[-1].state.value == "error"
    content = office.download("stripe", office.today)
    assert b"refund_failure" in content
    office.take_day(office.today)
    assert office.breaks(office.today) == []


@pytest.mark.parametrize("rail", [STRIPE], indirect=True, ids=lambda rail: rail.code)
def test_a_refund_in_suspense_leaves_it_when_the_refund_is_booked(office: Office, rail: Rail) -> None:
    owed = office.pay()
    office.ask()
    office.set_fault("refund_pending")
    with office.till.database.transaction(SYSTEM) as session:
        service.void_obligation(session, SYSTEM, owed, reason="lapsed", at=office.clock.now())
    work(office)
    office.take_day(office.today)
    (found,) = office.breaks(office.today)
    assert (found.kind, found.refund, found.difference.minor) == (K.STATUS_MISMATCH, True, -rail.fee.minor)
    before = office.stands("clearing:stripe")
    office.resolve(found, R.SUSPENSE)
    office.pass_time(seconds=30)
    office.box.world.stripe_refunds.advance()
    with office.till.database.transaction(SYSTEM) as session:
        session.execute(text("update refund set next_at = now() - interval '100 years'"))
    work(office)
    assert office.bill(owed).refunds[-1].state.value == "refunded"
    assert (office.stands("suspense"), office.stands("clearing:stripe")) == (0, before - rail.fee.minor)


def work(office: Office, **later: float) -> None:
    office.pass_time(**later)
    while queue.drain(office.till, alone_up_to=50_000):
        pass
