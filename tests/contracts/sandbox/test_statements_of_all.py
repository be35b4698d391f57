"""The statements of the operators besides MTN: their own columns, one account of the bank for each currency, faults."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from xml.etree import ElementTree

import httpx
import pytest

from sandbox.daraja.payment import Order
from sandbox.plan import AT_ONCE
from sandbox.server import Sandbox
from sandbox.statements.account import day_of
from tests.contracts.sandbox.airtel_caller import Airtel
from tests.contracts.sandbox.irembopay_caller import Merchant
from tests.contracts.sandbox.stripe_caller import Shop

NS = {"c": "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"}
WORDS = ("airtel", "mpesa", "irembopay", "stripe")
# By the word of an account: its columns for the kind, for what moves (all of it), and for how it stands.
COLUMNS: Mapping[str, tuple[str, tuple[str, ...], str]] = {
    "airtel": ("transaction_type", ("amount",), "balance"),
    "mpesa": ("Reason Type", ("Paid In", "Withdrawn"), "Balance"),
    "irembopay": ("type", ("amount",), "balance"),
    "stripe": ("type", ("net",), "net"),
}


def _airtel(box: Sandbox) -> None:
    with Airtel(box.url) as caller:
        caller.accepted("722000101")


def _irembopay(box: Sandbox) -> None:
    with Merchant(box.url) as caller:
        office = box.world.irembopay
        until = datetime.fromtimestamp(box.world.clock.now() + 3_600, UTC).isoformat()
        number = caller.created(expiryAt=until)["invoiceNumber"]
        office.approve(office.ask(number, "0788000101", "MTN").reference)


def _stripe(box: Sandbox) -> None:
    with Shop(box.url) as caller:
        caller.paid()


def _mpesa(box: Sandbox) -> None:
    number = len(box.world.daraja.books())
    order = Order(
        checkout_id=f"ws_CO_{number}",
        merchant_id="m",
        shortcode=box.world.settings.daraja.shortcode,
        amount=2_000_000,
        msisdn="254712345101",
        account_reference="B222222222",
        description="Court fee",
        callback_url="http://127.0.0.1:9/",
    )
    box.world.daraja.take_in(order, AT_ONCE)


PAYERS: Mapping[str, Callable[[Sandbox], None]] = {
    "airtel": _airtel,
    "mpesa": _mpesa,
    "irembopay": _irembopay,
    "stripe": _stripe,
}


class Accountant:
    """Somebody who downloads statements."""

    def __init__(self, http: httpx.Client, box: Sandbox) -> None:
        self.http, self.box = http, box

    @property
    def today(self) -> date:
        return day_of(self.box.world.clock.now())

    def rows(self, word: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.http.get(f"/statements/{word}/{self.today}.csv").text)))

    def bank(self, day: date, currency: str = "") -> list[str]:
        found = self.http.get(f"/statements/bank{currency}/{day}.xml")
        statement = ElementTree.fromstring(found.content)
        paths = (".//c:Ustrd", ".//c:Ntry/c:Amt", ".//c:Ntry/c:CdtDbtInd", ".//c:Ntry//c:Rcrd/c:Amt")
        return [one.text or "" for path in paths for one in statement.iterfind(path, NS)]

    def set_fault(self, word: str, kind: str) -> None:
        operator = "daraja" if word == "mpesa" else word
        body = {"operator": operator, "kind": kind, "times": 1}
        assert self.http.post("/faults", json=body).status_code == 201


@pytest.fixture
def accountant(box: Sandbox) -> Iterator[Accountant]:
    with httpx.Client(base_url=box.url, trust_env=False, timeout=15) as client:
        made = Accountant(client, box)
        # Mid-morning, so that no test meets a midnight of Kigali or Nairobi.
        now = box.world.clock.now()
        box.world.clock.advance(86_400 - now % 86_400 + 8 * 3_600)
        yield made


@pytest.mark.parametrize("word", WORDS)
def test_each_payment_stands_between_the_balances(box: Sandbox, accountant: Accountant, word: str) -> None:
    kind, moved, stands = COLUMNS[word]
    for _ in range(2):
        PAYERS[word](box)
    first, *lines, last = accountant.rows(word)
    assert (first[kind], last[kind]) == ("OPENING_BALANCE", "CLOSING_BALANCE")
    assert len(lines) == (4 if word == "mpesa" else 2)
    total = sum(Decimal(line[column].replace(",", "") or 0) for line in lines for column in moved)
    assert Decimal(last[stands].replace(",", "")) == total > 0
    assert Decimal(first[stands].replace(",", "")) == 0


def test_mpesa_has_a_line_of_its_own_for_each_charge(box: Sandbox, accountant: Accountant) -> None:
    _mpesa(box)
    _, paid, charge, _ = accountant.rows("mpesa")
    assert (paid["Reason Type"], charge["Reason Type"]) == ("Pay Bill Online", "Pay Bill Charge")
    assert (paid["Receipt No."], charge["Withdrawn"], charge["Balance"]) == (
        charge["Receipt No."],
        "-200.00",
        "19,800.00",
    )
    assert (paid["A/C No."], paid["Other Party Info"]) == ("B222222222", "***101")


def test_stripe_counts_in_its_own_units_with_fee_and_net(box: Sandbox, accountant: Accountant) -> None:
    with Shop(box.url) as shop:
        intent = shop.paid()
        amount = shop.books()["debits"][0]["amount"]
    (line,) = (row for row in accountant.rows("stripe") if row["type"] == "charge")
    assert (line["amount"], line["fee"], line["net"]) == (
        str(amount),
        str((amount + 50) // 100),
        str(amount - (amount + 50) // 100),
    )
    assert (line["payment_intent"], line["currency"]) == (intent, "rwf")
    assert line["source"].startswith("ch_")


@pytest.mark.parametrize(
    ("word", "currency", "entry"),
    [
        ("airtel", "", ["SETTLEMENT AIRTEL", "19800", "CRDT", "200"]),
        ("irembopay", "", ["SETTLEMENT IREMBOPAY", "19800", "CRDT", "200"]),
        ("stripe", "", ["SETTLEMENT STRIPE", "19800", "CRDT"]),
        ("mpesa", "-kes", ["SETTLEMENT MPESA", "19800", "CRDT"]),
    ],
)
def test_the_bank_gets_a_days_takings_on_the_next(
    box: Sandbox, accountant: Accountant, word: str, currency: str, entry: list[str]
) -> None:
    """Of a charge that was taken at once the bank knows nothing."""
    PAYERS[word](box)
    day = accountant.today
    box.world.clock.advance(86_400)
    assert accountant.bank(day + timedelta(days=1), currency) == [f"{entry[0]} {day}", *entry[1:]]


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(
    ("fault", "more"),
    [
        ("statement_hole", -1),
        ("statement_omits", -1),
        ("statement_repeated", 1),
        ("statement_amount", 0),
        ("statement_unnamed", 0),
    ],
)
def test_each_statement_can_be_wrong_on_purpose_once(
    box: Sandbox, accountant: Accountant, word: str, fault: str, more: int
) -> None:
    for _ in range(3):
        PAYERS[word](box)
    true = accountant.rows(word)
    accountant.set_fault(word, fault)
    wrong = accountant.rows(word)
    assert wrong != true
    assert len(wrong) - len(true) == more
    assert accountant.rows(word) == true


@pytest.mark.parametrize("path", ["bank-usd/2026-05-04.xml", "daraja/2026-05-04.csv", "bank/may.xml"])
def test_what_is_not_there_is_not_found(accountant: Accountant, path: str) -> None:
    assert accountant.http.get(f"/statements/{path}").status_code == 404


def test_the_page_has_every_account(accountant: Accountant) -> None:
    page = accountant.http.get("/statements").text
    for word in WORDS:
        assert f"/statements/{word}/{accountant.today}.csv" in page
    assert f"/statements/bank-kes/{accountant.today}.xml" in page
