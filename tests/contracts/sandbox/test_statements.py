"""What an accountant downloads: the operator's statement, the bank's, and what can be wrong with them on purpose."""

import csv
import io
from collections.abc import Iterator
from datetime import date, timedelta
from xml.etree import ElementTree

import httpx
import pytest

from sandbox.server import Sandbox
from sandbox.statements.account import day_of
from tests.contracts.sandbox.callers import Mtn

NS = {"c": "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"}
DAY_SECONDS = 86_400


class Accountant:
    """Somebody who downloads statements."""

    def __init__(self, http: httpx.Client, box: Sandbox) -> None:
        self.http, self.box = http, box

    def today(self) -> date:
        return day_of(self.box.world.clock.now())

    def operators(self, day: date) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.http.get(f"/statements/mtn/{day}.csv").text)))

    def bank(self, day: date) -> ElementTree.Element:
        return ElementTree.fromstring(self.http.get(f"/statements/bank/{day}.xml").content)


@pytest.fixture
def accountant(box: Sandbox) -> Iterator[Accountant]:
    with httpx.Client(base_url=box.url, trust_env=False, timeout=15) as client:
        yield Accountant(client, box)


def paid(mtn: Mtn, external_id: str, amount: str = "20000") -> str:
    reference = mtn.accepted("250788000101", externalId=external_id, amount=amount)
    assert mtn.status(reference).json()["status"] == "SUCCESSFUL"
    found: str = mtn.status(reference).json()["financialTransactionId"]
    return found


def adds_up(rows: list[dict[str, str]]) -> bool:
    """Whether every balance follows from the one before."""
    balance = int(rows[0]["balance"])
    for row in rows[1:]:
        balance += int(row["amount"] or 0) if row["status"] == "SUCCESSFUL" else 0
        if balance != int(row["balance"]):
            return False
    return True


def texts(statement: ElementTree.Element, path: str) -> list[str]:
    return [found.text or "" for found in statement.iterfind(path, NS)]


def test_an_operators_statement_has_every_payment_between_its_balances(mtn: Mtn, accountant: Accountant) -> None:
    first, second = paid(mtn, "B111111111"), paid(mtn, "B222222222", "10000")
    mtn.accepted("250788000201", externalId="B333333333")
    rows = accountant.operators(accountant.today())
    assert [row["type"] for row in rows] == ["OPENING_BALANCE", *["PAYMENT"] * 3, "CLOSING_BALANCE"]
    assert [row["financialTransactionId"] for row in rows[1:4]] == [first, second, ""]
    assert [row["externalId"] for row in rows[1:4]] == ["B111111111", "B222222222", "B333333333"]
    assert [(row["status"], row["amount"], row["fee"]) for row in rows[1:4]] == [
        ("SUCCESSFUL", "20000", "200"),
        ("SUCCESSFUL", "10000", "100"),
        ("FAILED", "20000", "0"),
    ]
    assert (rows[0]["balance"], rows[-1]["balance"]) == ("0", "30000")
    assert adds_up(rows)
    assert rows[1]["payer"] == "***101"


def test_the_next_day_opens_as_the_last_one_closed(mtn: Mtn, accountant: Accountant) -> None:
    paid(mtn, "B111111111")
    mtn.advance(DAY_SECONDS)
    mtn.sign_in()  # the token is of yesterday
    paid(mtn, "B222222222")
    today = accountant.today()
    before, after = accountant.operators(today - timedelta(days=1)), accountant.operators(today)
    assert before[-1]["balance"] == after[0]["balance"] == "20000"
    assert len(before) == len(after) == 3


def test_the_bank_has_a_days_takings_on_the_next_with_the_charge_taken_off(mtn: Mtn, accountant: Accountant) -> None:
    paid(mtn, "B111111111")
    paid(mtn, "B222222222")
    day = accountant.today()
    assert texts(accountant.bank(day), ".//c:Ntry") == []
    mtn.advance(DAY_SECONDS)
    bank = accountant.bank(day + timedelta(days=1))
    assert texts(bank, ".//c:Ntry/c:Amt") == ["39600"]
    assert texts(bank, ".//c:Ntry/c:Chrgs/c:Rcrd/c:Amt") == ["400"]
    assert texts(bank, ".//c:TxAmt/c:Amt") == ["40000"]
    assert texts(bank, ".//c:Ustrd") == [f"SETTLEMENT MTN {day}"]
    assert texts(bank, ".//c:Bal/c:Amt") == ["0", "39600"]
    assert texts(accountant.bank(day + timedelta(days=2)), ".//c:Bal/c:Amt") == ["39600", "39600"]


@pytest.mark.parametrize(
    ("fault", "lines", "sound"),
    [
        ("statement_hole", 2, False),
        ("statement_omits", 2, True),
        ("statement_repeated", 4, True),
        ("statement_amount", 3, True),
        ("statement_unnamed", 3, True),
    ],
)
def test_a_statement_can_be_wrong_on_purpose_once(
    mtn: Mtn, accountant: Accountant, fault: str, lines: int, sound: bool
) -> None:
    for number in range(3):
        paid(mtn, f"B11111111{number + 2}")
    true = accountant.operators(accountant.today())
    mtn.set_fault(fault)
    wrong = accountant.operators(accountant.today())
    assert wrong != true
    assert len(wrong) - 2 == lines
    assert adds_up(wrong) is sound
    assert accountant.operators(accountant.today()) == true


@pytest.mark.parametrize(
    ("fault", "gross", "charge"), [("settlement_short", "19000", "200"), ("settlement_charge", "20000", "350")]
)
def test_a_settlement_can_be_short_and_stays_so(
    mtn: Mtn, accountant: Accountant, fault: str, gross: str, charge: str
) -> None:
    paid(mtn, "B111111111")
    mtn.set_fault(fault)
    mtn.advance(DAY_SECONDS)
    for _ in range(2):
        bank = accountant.bank(accountant.today())
        assert texts(bank, ".//c:TxAmt/c:Amt") == [gross]
        assert texts(bank, ".//c:Chrgs/c:Rcrd/c:Amt") == [charge]
        assert texts(bank, ".//c:Ntry/c:Amt") == [str(int(gross) - int(charge))]


def test_the_page_lists_the_days_and_says_that_no_money_moves(accountant: Accountant) -> None:
    page = accountant.http.get("/statements").text
    assert "SIMULATED: no money moves" in page
    assert f"/statements/mtn/{accountant.today()}.csv" in page
    assert f"/statements/bank/{accountant.today()}.xml" in page


@pytest.mark.parametrize("path", ["/statements/nobody/2026-05-04.csv", "/statements/mtn/may.csv"])
def test_what_is_not_there_is_not_found(accountant: Accountant, path: str) -> None:
    assert accountant.http.get(path).status_code == 404
