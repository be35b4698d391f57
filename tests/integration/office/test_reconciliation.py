"""The accountant's pages: statements go up, differences are settled, days are signed off and reopened."""

import html
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from app.accounts.roles import Role
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.payments.history import Evidence
from app.payments.queries import obligation
from app.payments.received import ReceivePayment, receive_payment
from app.payments.reconciliation import intake
from tests.builders.books import balances_of, judged
from tests.builders.payments import FEE, make_obligation
from tests.builders.people import post
from tests.integration.office.conftest import COURT, Court

DAYS = "/desk/payments/reconciliation"
DAY = f"{DAYS}/mtn_momo/2026-05-04"
HEAD = "date,financialTransactionId,externalId,type,status,amount,fee,currency,balance,payer"


def statement(
    *payments: tuple[str, str, int], opening: int = 0, closing: int | None = None, day: str = "2026-05-04"
) -> bytes:
    """MTN's statement of a day with these payments: number, bill, francs."""
    balance, lines = opening, [HEAD, f"{day}T00:00:00+02:00,,,OPENING_BALANCE,,,,RWF,{opening},"]
    for number, bill, francs in payments:
        balance += francs
        what = f"{number},{bill},PAYMENT,SUCCESSFUL,{francs},{francs // 100},RWF,{balance},***456"
        lines.append(f"{day}T12:00:00+02:00,{what}")
    end = balance if closing is None else closing
    return "\r\n".join([*lines, f"{day}T23:59:59+02:00,,,CLOSING_BALANCE,,,,RWF,{end},"]).encode()


def bank(net: int, charge: int) -> bytes:
    """The bank's statement of 5 May."""
    balance = "<Bal><Tp><CdOrPrtry><Cd>{}</Cd></CdOrPrtry></Tp><Amt Ccy='RWF'>{}</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>"
    return (
        "<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.08'><BkToCstmrStmt><Stmt>"
        f"{balance.format('OPBD', 0)}{balance.format('CLBD', net)}<Ntry><Amt Ccy='RWF'>{net}</Amt>"
        "<CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2026-05-05</Dt></BookgDt>"
        f"<Chrgs><Rcrd><Amt Ccy='RWF'>{charge}</Amt></Rcrd></Chrgs><NtryDtls><TxDtls><RmtInf>"
        "<Ustrd>SETTLEMENT MTN 2026-05-04</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>"
    ).encode()


@pytest.fixture
def accountant(court: Court) -> FlaskClient:
    return court.staff(Role.ACCOUNTANT, COURT)


@pytest.fixture
def paid(court: Court) -> Callable[[str], str]:
    """A payment of 20,000 francs that we have booked, under this number of MTN's; its bill."""

    def pay(number: str) -> str:
        at = court.house.clock.now()
        with court.house.database.transaction(SYSTEM) as session:
            reference = obligation(session, make_obligation(session, at=at)).reference
            command = ReceivePayment(
                bill_reference=reference,
                provider="mtn_momo",
                provider_id=number,
                amount=FEE,
                completed_at=at,
                evidence=Evidence(kind="status", said="succeeded", raw="test"),
            )
            receive_payment(session, SYSTEM, command, at=at)
        return reference

    return pay


def upload(court: Court, client: FlaskClient, source: str, content: bytes) -> TestResponse:
    """Send a statement, let the worker read it, and look what came of it."""
    data: dict[str, Any] = {"source": source, "file": (io.BytesIO(content), "statement.csv")}
    sent = post(client, DAYS, data, content_type="multipart/form-data")
    intake.drain(court.house.database, court.house.clock)
    return client.get(sent.location) if sent.status_code == 303 else sent


def settle_links(page: str) -> list[str]:
    return re.findall(rf'href="({DAYS}/breaks/[0-9a-f-]+)"', page)


def test_a_day_from_the_upload_to_the_signature_and_back(
    court: Court, accountant: FlaskClient, paid: Callable[[str], str]
) -> None:
    bill = paid("n1")
    page = upload(court, accountant, "mtn_momo", statement(("n1", bill, 20_000))).text
    assert "New lines: 1." in page
    assert "Not at the bank yet" in accountant.get(DAYS).text
    assert "already. Nothing was changed" in upload(court, accountant, "mtn_momo", statement(("n1", bill, 20_000))).text
    refused = post(accountant, f"{DAY}/sign-off")
    assert (refused.status_code, "must both be here first" in refused.text) == (409, True)
    upload(court, accountant, "bank", bank(19_800, 200))
    page = accountant.get(DAY).text
    assert "No difference is open on this day" in page
    page = post(accountant, f"{DAY}/sign-off", follow_redirects=True).text
    assert "Only another person can reopen it" in page
    assert "Signed off" in accountant.get(DAYS).text
    assert post(accountant, f"{DAY}/reopen", {"note": "x"}).status_code == 409
    assert post(court.chief_client, f"{DAY}/reopen").status_code == 422
    page = post(court.chief_client, f"{DAY}/reopen", {"note": "A line came late"}, follow_redirects=True).text
    assert "A line came late" in page
    assert "Sign this day off" in page


def test_two_statements_that_do_not_join_are_shown_until_one_does(court: Court, accountant: FlaskClient) -> None:
    words = "Lines may be missing between two statements"
    assert words not in upload(court, accountant, "mtn_momo", statement(("n1", "", 20_000))).text
    tuesday = statement(("n2", "", 20_000), day="2026-05-05")
    page = html.unescape(upload(court, accountant, "mtn_momo", tuesday).text)
    assert words in page
    assert re.search(r"ends with RWF.20,000", page)
    assert re.search(r"begins on 5 May 2026 with RWF.0", page)
    for day in (DAY, DAY.replace("05-04", "05-05")):
        assert words in accountant.get(day).text
    whole = statement(("n2", "", 20_000), opening=20_000, day="2026-05-05")
    assert words not in upload(court, accountant, "mtn_momo", whole).text
    assert words not in accountant.get(DAY).text


def test_a_difference_is_taken_settled_and_booked(
    court: Court, accountant: FlaskClient, paid: Callable[[str], str]
) -> None:
    paid("n1")
    upload(court, accountant, "mtn_momo", statement(("n7", "", 20_000)))
    page = accountant.get(DAY).text
    assert "Nobody knows whose" in page
    assert "Not on the statement" in page
    assert "Only a guess" in page
    first, second = settle_links(page)
    assert post(accountant, f"{first}/take", follow_redirects=True).text.count("Looked after by Mugisha Jean") == 1
    for missing in ({"note": "Why"}, {"resolution": "suspense"}, {"resolution": "claim", "note": "Why"}):
        answer = post(accountant, first, missing)
        assert answer.status_code == 422
        assert "There is a problem" in answer.text
        assert missing.get("note", "") in answer.text
    for link in (first, second):
        page = post(accountant, link, {"resolution": "suspense", "note": "Asked MTN"}, follow_redirects=True).text
    assert "No difference is open on this day" in page
    assert page.count("Asked MTN") == 2
    assert accountant.get(first).status_code == 303
    assert post(accountant, first, {"resolution": "suspense", "note": "Again"}).status_code == 409


@pytest.mark.parametrize(
    ("source", "content", "words"),
    [
        ("mtn_momo", statement(("n1", "B1", 20_000), closing=25_000), "after line n1, RWF 5,000 is missing"),
        ("mtn_momo", b"nothing of the kind", "could not be read as a statement"),
        ("bank", b"<a", "could not be read as a statement"),
        ("airtel", b"", "There is a problem"),
    ],
)
def test_a_file_that_is_not_whole_is_refused_with_the_reason(
    court: Court, accountant: FlaskClient, source: str, content: bytes, words: str
) -> None:
    page = upload(court, accountant, source, content).text
    assert words in page
    assert "New lines" not in page


def test_the_journal_comes_as_a_file(accountant: FlaskClient, paid: Callable[[str], str]) -> None:
    paid("n1")
    answer = post(accountant, "/desk/payments/journal", {"form": "beancount"})
    assert balances_of(judged(answer.text))["Assets:Clearing:MtnMomo"] == 20_000
    assert "journal.beancount" in answer.headers["Content-Disposition"]
    days = {"first-day": "4", "first-month": "5", "first-year": "2026"}
    assert "debit,credit" in post(accountant, "/desk/payments/journal", {"form": "csv", **days}).text
    wrong = {**days, "last-day": "3", "last-month": "5", "last-year": "2026"}
    assert post(accountant, "/desk/payments/journal", {"form": "csv", **wrong}).status_code == 422


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.CASHIER, Role.JUDGE, Role.ADMINISTRATOR])
def test_others_of_the_staff_find_nothing_here(court: Court, role: Role) -> None:
    client = court.staff(role, COURT if role is not Role.ADMINISTRATOR else None)
    assert client.get(DAYS).status_code == 404
    assert client.get(DAY).status_code == 404
    assert post(client, f"{DAY}/sign-off").status_code == 404
    assert post(client, "/desk/payments/journal", {"form": "csv"}).status_code == 404
    assert upload(court, client, "mtn_momo", statement()).status_code == 404


def test_a_chief_registrar_sees_it_and_a_stranger_signs_in_first(court: Court) -> None:
    assert court.chief_client.get(DAYS).status_code == 200
    assert court.app.test_client().get(DAYS).status_code == 303


@pytest.mark.parametrize("path", ["mtn_momo/2026-05-01", "nobody/2026-05-04", "mtn_momo/soon", "mtn_momo/9999-12-31"])
def test_a_day_of_which_nothing_is_known_is_not_there(accountant: FlaskClient, path: str) -> None:
    assert accountant.get(f"{DAYS}/{path}").status_code == 404


def test_pages_of_many_days_and_differences_make_few_queries(
    court: Court, accountant: FlaskClient, paid: Callable[[str], str], counting: Callable[[], Any]
) -> None:
    upload(court, accountant, "mtn_momo", statement(*((f"n{n}", "", 1_000 + n) for n in range(20))))
    paid("x")
    for url in (DAYS, DAY, settle_links(accountant.get(DAY).text)[0]):
        with counting() as counted:
            assert accountant.get(url).status_code == 200
        assert len(counted.statements) <= 6, counted.statements


def test_a_day_before_another_can_be_asked_for(accountant: FlaskClient, paid: Callable[[str], str]) -> None:
    paid("n1")
    assert DAY in accountant.get(DAYS).text
    assert DAY not in accountant.get(f"{DAYS}?before={date(2026, 5, 4)}").text
    assert accountant.get(f"{DAYS}?before=nonsense").status_code == 200


def test_a_long_statement_shows_how_far_it_is_without_any_script(court: Court, accountant: FlaskClient) -> None:
    data = {"source": "mtn_momo", "file": (io.BytesIO(statement(("n1", "", 1_000), ("n2", "", 2_000))), "may.csv")}
    sent = post(accountant, DAYS, data, content_type="multipart/form-data")
    page = accountant.get(sent.location)
    assert "Checking that no line is missing" in page.text
    assert 'http-equiv="refresh"' in page.text
    with court.house.database.transaction(SYSTEM) as session:
        session.execute(text("update statement_upload set lines = 2, read = 1"))
    assert "Lines read: 1 of 2." in accountant.get(sent.location).text
    assert "data-done" not in accountant.get(f"{sent.location}/fragment").text
    with court.house.database.transaction(SYSTEM) as session:
        session.execute(text("update statement_upload set read = 2"))
    assert "All 2 lines are read" in accountant.get(f"{sent.location}/fragment").text
    with court.house.database.transaction(SYSTEM) as session:
        session.execute(text("update statement_upload set lines = null, read = 0"))
    intake.drain(court.house.database, court.house.clock)
    page = accountant.get(sent.location)
    assert 'http-equiv="refresh"' not in page.text
    assert f'href="{DAY}"' in page.text
    assert "data-done" in accountant.get(f"{sent.location}/fragment").text
    assert court.client.get(sent.location).status_code == 404


def test_a_day_that_is_over_without_a_statement_is_called_missing(
    court: Court, accountant: FlaskClient, paid: Callable[[str], str]
) -> None:
    paid("n1")
    assert "No statement yet" in accountant.get(DAYS).text
    clock = court.house.clock
    assert isinstance(clock, ManualClock)
    clock.advance(timedelta(days=1))
    tomorrow = court.staff(Role.ACCOUNTANT, COURT)
    assert "Statement missing" in tomorrow.get(DAYS).text
    page = tomorrow.get(DAY).text
    assert "statement of this day is missing" in page
    assert "No difference is open" not in page
