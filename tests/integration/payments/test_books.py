"""The journal as a file: beancount finds no error in it, and every instant of the books sums to zero."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from beancount import loader
from hypothesis import HealthCheck, given, settings
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from app.payments import __main__ as terminal
from app.payments import answers, attempts, service
from app.payments.books.balances import out_of_balance, trial_balance
from app.payments.books.entries import Period
from app.payments.books.export import Format, journal
from app.payments.provider import ReportState
from app.payments.till import Till
from tests.builders.books import balances_of, judged
from tests.builders.payments import (
    MAY,
    PAYER,
    PHONE,
    ScriptedProvider,
    make_command,
    make_obligation,
    make_test_till,
    report,
)
from tests.builders.settings import ENVIRON
from tests.integration.payments.test_any_order import Story, stories

KIGALI = ZoneInfo("Africa/Kigali")
ALWAYS = Period(zone=KIGALI)
THOROUGH = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def exported(session: Session, period: Period = ALWAYS, form: Format = Format.BEANCOUNT) -> str:
    return "".join(journal(session, period, form))


def paid_bill(session: Session, till: Till, clock: ManualClock, reference: str = "778899") -> None:
    owed = make_obligation(session, at=clock.now())
    begun = attempts.begin(session, PAYER, make_command(owed), till=till, at=clock.now())
    said = report(ReportState.SUCCEEDED, reference=reference)
    answers.record_report(session, begun.attempt_id, said, at=clock.now())


@given(story=stories)
@THOROUGH
def test_the_trial_balance_is_zero_at_every_instant_and_beancount_agrees(
    story: list[tuple[object, ...]], session: Session, shared_database: Database
) -> None:
    # Every example plays in the one transaction of this test, so the books grow from story to story.
    clock = ManualClock(MAY)
    played = Story(session, make_test_till(shared_database, clock, ScriptedProvider()), clock)
    for act in story:
        played.play(*act)
        assert out_of_balance(trial_balance(session)) == {}
        assert out_of_balance(trial_balance(session, before=clock.now())) == {}
    found = balances_of(judged(exported(session)))
    ours = trial_balance(session)
    assert found.get("Assets:Clearing:MtnMomo", Decimal(0)) == _minor(ours, "clearing:mtn_momo")
    assert found.get("Income:CourtFees", Decimal(0)) == _minor(ours, "court_fees")


def _minor(balances: object, account: str) -> int:
    assert isinstance(balances, dict)
    found = balances.get((account, "RWF"))
    return found.minor if found else 0


def test_a_trial_balance_tells_what_is_out_of_balance(session: Session) -> None:
    make_obligation(session)
    wrong = session.begin_nested()
    session.execute(
        text(
            "insert into posting (id, entry_id, court_code, account, amount_minor, currency) "
            "select gen_random_uuid(), id, court_code, 'bank', 5, 'RWF' from journal_entry limit 1"
        )
    )
    assert {c: m.minor for c, m in out_of_balance(trial_balance(session)).items()} == {"RWF": 5}
    with pytest.raises(IntegrityError, match="does not sum to zero"):
        session.execute(text("set constraints all immediate"))
    wrong.rollback()


def test_a_period_begins_with_what_was_brought_forward(session: Session, shared_database: Database) -> None:
    clock = ManualClock(MAY)
    till = make_test_till(shared_database, clock, ScriptedProvider())
    paid_bill(session, till, clock)
    clock.advance(timedelta(days=2))
    paid_bill(session, till, clock)
    sixth = exported(session, Period(zone=KIGALI, first=date(2026, 5, 6), last=date(2026, 5, 6)))
    assert "Brought forward" in sixth
    assert balances_of(judged(sixth))["Assets:Clearing:MtnMomo"] == 40_000
    fifth = exported(session, Period(zone=KIGALI, first=date(2026, 5, 5), last=date(2026, 5, 5)))
    assert balances_of(judged(fifth)) == {"Assets:Clearing:MtnMomo": 20_000, "Income:CourtFees": -20_000}


def test_a_day_is_the_courts_own(session: Session, shared_database: Database) -> None:
    clock = ManualClock(MAY.replace(hour=22, minute=30))  # half past midnight in Kigali, on the 5th
    make_obligation(session, at=clock.now())
    day = Period(zone=KIGALI, first=date(2026, 5, 5), last=date(2026, 5, 5))
    assert "2026-05-05 * " in exported(session, day)
    before = Period(zone=KIGALI, first=date(2026, 5, 4), last=date(2026, 5, 4))
    assert " * " not in exported(session, before)


def test_a_file_that_lost_an_entry_does_not_load(session: Session, shared_database: Database) -> None:
    clock = ManualClock(MAY)
    paid_bill(session, make_test_till(shared_database, clock, ScriptedProvider()), clock)
    text_of_all = exported(session)
    judged(text_of_all)
    first, payment = text_of_all.split('* "Payment"')
    cut = first.rpartition("2026-05-04")[0] + "2026-05-05 balance" + payment.partition("2026-05-05 balance")[2]
    assert loader.load_string(cut)[1]


def test_whatever_a_provider_calls_a_payment_stays_one_text(session: Session, shared_database: Database) -> None:
    clock = ManualClock(MAY)
    till = make_test_till(shared_database, clock, ScriptedProvider())
    paid_bill(session, till, clock, reference='=1+1"\n2026-01-01 open Assets:Bad "\\')
    judged(exported(session))
    rows = list(csv.DictReader(io.StringIO(exported(session, form=Format.CSV))))
    paid = [row for row in rows if row["kind"] == "payment"]
    assert all(row["provider_reference"].startswith("'=1+1") for row in paid)
    assert sum(int(r["debit"] or 0) - int(r["credit"] or 0) for r in rows) == 0
    assert {(r["account"], r["debit"], r["credit"]) for r in paid} == {
        ("clearing:mtn_momo", "20000", ""),
        ("receivable", "", "20000"),
    }


def test_nothing_of_the_payer_is_in_it(session: Session, shared_database: Database) -> None:
    clock = ManualClock(MAY)
    paid_bill(session, make_test_till(shared_database, clock, ScriptedProvider()), clock)
    for form in Format:
        assert PHONE[-9:] not in exported(session, form=form)
        assert str(PAYER.person_id) not in exported(session, form=form)


def test_the_terminal_writes_the_file_and_checks_the_books(
    fresh_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh_database.transaction(SYSTEM) as session:
        make_obligation(session)
        service.void_obligation(session, SYSTEM, make_obligation(session), reason="lapsed", at=MAY)
    monkeypatch.setattr("os.environ", {**ENVIRON, "DATABASE_URL": fresh_database.url})
    out = io.StringIO()
    assert terminal.main(["journal", "--format", "beancount", "--from", "2026-05-01"], out) == 0
    assert balances_of(judged(out.getvalue()))["Income:CourtFees"] == -20_000
    assert terminal.main(["check"], io.StringIO()) == 0
    monkeypatch.setattr("os.environ", {})
    assert terminal.main(["check"], io.StringIO()) == 2
