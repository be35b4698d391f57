"""What was taken in, settled and signed stays as it was: the database itself says so, and events tell of it."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.payments.books.balances import out_of_balance, trial_balance
from app.payments.reconciliation import service
from app.payments.reconciliation.days import Day
from app.payments.reconciliation.queries import breaks_of
from app.payments.reconciliation.reading import read_statement
from app.payments.reconciliation.service import ResolveBreak
from app.payments.reconciliation.status import BANK_STATEMENT, Resolution
from app.payments.reconciliation.taking import TakeStatement, take_statement
from tests.builders.accountant import ACCOUNTANT, COLLEAGUE, KIGALI
from tests.builders.payments import MAY

BANK = """<Document><BkToCstmrStmt><Stmt>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="RWF">0</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="RWF">700</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Ntry><Amt Ccy="RWF">700</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-05-04</Dt></BookgDt>
<AcctSvcrRef>BK9</AcctSvcrRef></Ntry></Stmt></BkToCstmrStmt></Document>"""
DAY = Day(source=BANK_STATEMENT, day=MAY.date(), zone=KIGALI)


@pytest.fixture
def signed(session: Session) -> Session:
    """A day of the bank with one line that nobody knows, settled and signed off."""
    statement = read_statement(BANK_STATEMENT, BANK.encode(), KIGALI)
    command = TakeStatement(source=BANK_STATEMENT, name="a.xml", sha256="0" * 64, statement=statement, zone=KIGALI)
    assert take_statement(session, ACCOUNTANT, command, at=MAY).days == ((BANK_STATEMENT, MAY.date()),)
    (found,) = breaks_of(session, ACCOUNTANT, DAY)
    settled = ResolveBreak(break_id=found.id, resolution=Resolution.SUSPENSE, note="Asked the bank")
    service.resolve_break(session, ACCOUNTANT, settled, KIGALI, at=MAY)
    service.sign_off(session, ACCOUNTANT, DAY, at=MAY)
    return session


def test_money_at_the_bank_that_nobody_knows_goes_to_suspense(signed: Session) -> None:
    found = trial_balance(signed)
    assert {account: amount.minor for (account, _), amount in found.items()} == {"bank": 700, "suspense": -700}
    assert out_of_balance(found) == {}


@pytest.mark.parametrize(
    "statement",
    [
        "update statement_line set amount_minor = 1",
        "delete from statement_line",
        "update statement_file set name = 'b'",
        "delete from reconciliation_act",
        "update reconciliation_act set act = 'reopened'",
        "delete from settlement",
        "delete from reconciliation_break",
        "update reconciliation_break set note = 'something else'",
    ],
)
def test_the_database_refuses_to_change_what_was_done(signed: Session, statement: str) -> None:
    with pytest.raises(DBAPIError), signed.begin_nested():
        signed.execute(text(statement))


def test_a_resolution_names_who_and_when(signed: Session) -> None:
    insert = (
        "insert into reconciliation_break (id, source, day, kind, key, amount_minor, currency, found_at, resolution) "
        "values (gen_random_uuid(), 'bank', '2026-05-04', 'late', 'x', 1, 'RWF', now(), 'suspense')"
    )
    with pytest.raises(IntegrityError), signed.begin_nested():
        signed.execute(text(insert))


def test_each_command_tells_of_itself(signed: Session) -> None:
    service.reopen(signed, COLLEAGUE, DAY, note="A line came late", at=MAY)
    told = signed.execute(text("select name, actor from event order by position")).all()
    assert [(name, actor) for name, actor in told] == [
        ("StatementTaken", label(ACCOUNTANT)),
        ("BreakResolved", label(ACCOUNTANT)),
        ("DaySignedOff", label(ACCOUNTANT)),
        ("DayReopened", label(COLLEAGUE)),
    ]


def label(actor: Actor) -> str:
    return actor.label()
