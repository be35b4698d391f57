"""Statements: whatever the file holds, it is read whole or refused; a line that is missing is noticed."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.payments.reconciliation.reading import read_statement
from app.payments.reconciliation.shapes import SHAPES
from app.payments.reconciliation.statement import (
    LineKind,
    LineMissing,
    Statement,
    StatementLine,
    UnreadableStatement,
    read_money,
)

KIGALI = ZoneInfo("Africa/Kigali")
HEAD = "date,financialTransactionId,externalId,type,status,amount,fee,currency,balance,payer"
LINES = (
    "2026-05-04T00:00:00+02:00,,,OPENING_BALANCE,,,,RWF,1000,",
    "2026-05-04T10:00:00+02:00,n1,B222222222,PAYMENT,SUCCESSFUL,20000,200,RWF,21000,***456",
    "2026-05-04T10:01:00+02:00,,B333333333,PAYMENT,FAILED,20000,0,RWF,21000,***456",
    "2026-05-04T23:59:00+02:00,n2,B222222222,REFUND,SUCCESSFUL,-5000,0,RWF,16000,***456",
    "2026-05-04T23:59:59+02:00,,,CLOSING_BALANCE,,,,RWF,16000,",
)
CAMT = """<?xml version="1.0"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.02"><BkToCstmrStmt><Stmt>
<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="RWF">500</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="RWF">39900</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
<Ntry><Amt Ccy="RWF">39600</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-05-05</Dt></BookgDt>
<AcctSvcrRef>BK1</AcctSvcrRef><Chrgs><Rcrd><Amt Ccy="RWF">400</Amt></Rcrd></Chrgs><NtryDtls><TxDtls>
<RmtInf><Ustrd>Settlement MTN 2026-05-04</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>
<Ntry><Amt Ccy="RWF">200</Amt><CdtDbtInd>DBIT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-05-05</Dt></BookgDt>
<AcctSvcrRef>BK2</AcctSvcrRef></Ntry>
<Ntry><Amt Ccy="RWF">9</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>PDNG</Cd></Sts></Ntry>
</Stmt></BkToCstmrStmt></Document>"""


def mtn(*lines: str, head: str = HEAD) -> Statement:
    return read_statement("mtn_momo", "\r\n".join((head, *lines)).encode(), KIGALI)


def bank(text: str = CAMT) -> Statement:
    return read_statement("bank", text.encode(), KIGALI)


def test_an_operators_statement_is_read() -> None:
    statement = mtn(*LINES)
    statement.check()
    assert (statement.opening.minor, statement.closing.minor) == (1_000, 16_000)
    assert [(one.ours, one.theirs, one.kind, one.succeeded, one.amount.minor) for one in statement.lines] == [
        ("B222222222", "n1", LineKind.PAYMENT, True, 20_000),
        ("B333333333", "", LineKind.PAYMENT, False, 20_000),
        ("B222222222", "n2", LineKind.REFUND, True, -5_000),
    ]
    assert {one.day for one in statement.lines} == {date(2026, 5, 4)}


def test_nothing_of_the_payer_is_read() -> None:
    assert "456" not in repr(mtn(*LINES))


def test_a_banks_statement_is_read_in_any_version() -> None:
    statement = bank()
    statement.check()
    assert bank(CAMT.replace("camt.053.001.02", "camt.053.001.10")) == statement
    settlement, other = statement.lines
    assert (settlement.settles, settlement.charge.minor) == (("mtn_momo", date(2026, 5, 4)), 400)
    assert (other.kind, other.amount.minor, other.settles) == (LineKind.OTHER, -200, None)


@pytest.mark.parametrize("gone", [1, 3])
def test_a_line_that_is_missing_is_named(gone: int) -> None:
    statement = mtn(*LINES[:gone], *LINES[gone + 1 :])
    with pytest.raises(LineMissing) as refusal:
        statement.check()
    assert refusal.value.difference.minor == {1: 20_000, 3: -5_000}[gone]
    assert refusal.value.after == {1: "0", 3: "B333333333"}[gone]


@pytest.mark.parametrize(
    "lines",
    [
        (),
        LINES[1:],
        LINES[:-1],
        (*LINES, LINES[1]),
        (*LINES[:1], LINES[1].replace("20000", "20000.5"), *LINES[2:]),
        (*LINES[:1], LINES[1].replace("20000", "1e9"), *LINES[2:]),
        (*LINES[:1], LINES[1].replace("RWF", "KES"), *LINES[2:]),
        (*LINES[:1], LINES[1].replace("2026-05-04T10", "yesterday"), *LINES[2:]),
        (*LINES[:1], LINES[1].replace("2026-05-04T10", "0001-01-01T00"), *LINES[2:]),
    ],
)
def test_half_a_statement_is_refused(lines: tuple[str, ...]) -> None:
    with pytest.raises(UnreadableStatement):
        mtn(*lines)


@pytest.mark.parametrize(
    "text",
    [
        "<a/>",
        CAMT.replace("CLBD", "XXXX"),
        CAMT.replace("<Sts>BOOK</Sts>", "<Sts>BOOK</Sts><Amt Ccy='RWF'>1</Amt>"),
        CAMT.replace('<?xml version="1.0"?>', '<!DOCTYPE Document [<!ENTITY x "1">]>'),
        CAMT.replace("2026-05-05", "soon"),
    ],
)
def test_a_banks_file_that_is_no_statement_is_refused(text: str) -> None:
    with pytest.raises(UnreadableStatement):
        bank(text)


def test_an_entity_is_never_followed() -> None:
    outside = '<!DOCTYPE Document [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    with pytest.raises(UnreadableStatement):
        bank(CAMT.replace('<?xml version="1.0"?>', outside).replace("Settlement MTN", "&x;"))


pieces = st.sampled_from([*LINES, HEAD, "a,b,c", '"', ",,,,,,,,,", "\0"]) | st.text(max_size=40)


files = st.binary(max_size=300) | st.lists(pieces, max_size=9).map(
    lambda parts: "\n".join(parts).encode("utf-8", "surrogatepass")
)


@given(st.sampled_from([*SHAPES, "bank"]), files)
def test_any_bytes_are_read_or_refused(source: str, content: bytes) -> None:
    try:
        read_statement(source, content, KIGALI)
    except UnreadableStatement:
        return


@given(st.lists(pieces, max_size=6))
def test_any_lines_under_the_right_head_are_read_or_refused(lines: list[str]) -> None:
    try:
        read_statement("mtn_momo", "\n".join((HEAD, *lines)).encode("utf-8", "surrogatepass"), KIGALI)
    except UnreadableStatement:
        return


@given(st.integers(0, len(CAMT) - 1), st.integers(0, 60), st.text(max_size=20))
def test_any_damage_to_a_banks_file_is_read_or_refused(at: int, length: int, put: str) -> None:
    damaged = CAMT[:at] + put + CAMT[at + length :]
    try:
        read_statement("bank", damaged.encode("utf-8", "surrogatepass"), KIGALI)
    except UnreadableStatement:
        return


moves = st.lists(st.tuples(st.integers(-(10**6), 10**6), st.booleans()), min_size=1, max_size=8)


@given(moves, st.data())
def test_a_statement_holds_together_until_a_line_is_taken_out(
    moved: list[tuple[int, bool]], data: st.DataObject
) -> None:
    lines = tuple(line_of(minor, succeeded) for minor, succeeded in moved)
    closing = Money(sum(line.effect.minor for line in lines), "RWF")
    whole = Statement(opening=Money(0, "RWF"), closing=closing, lines=lines)
    whole.check()
    gone = data.draw(st.integers(0, len(lines) - 1))
    torn = replace(whole, lines=lines[:gone] + lines[gone + 1 :])
    if lines[gone].effect:
        with pytest.raises(LineMissing):
            torn.check()


def line_of(minor: int, succeeded: bool) -> StatementLine:
    return StatementLine(
        day=date(2026, 5, 4),
        at=None,
        ours="B1",
        theirs="",
        kind=LineKind.PAYMENT,
        succeeded=succeeded,
        amount=Money(minor, "RWF"),
        charge=Money(0, "RWF"),
    )


@given(moves)
def test_equal_lines_have_keys_of_their_own_that_are_the_same_again(moved: list[tuple[int, bool]]) -> None:
    lines = tuple(line_of(minor, succeeded) for minor, succeeded in moved)
    statement = Statement(opening=Money(0, "RWF"), closing=Money(0, "RWF"), lines=lines)
    assert len(set(statement.keys())) == len(lines)
    assert list(statement.keys()) == list(replace(statement, closing=Money(1, "RWF")).keys())


@pytest.mark.parametrize(("text", "minor"), [("20000", 20_000), ("20000.00", 20_000), ("-5", -5)])
def test_francs_are_whole(text: str, minor: int) -> None:
    assert read_money(text, "RWF") == Money(minor, "RWF")
