"""Fee schedules on the desk: an accountant drafts, somebody else compares and approves, and everybody reads them."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.accounts.roles import Role
from app.core.actor import SYSTEM
from tests.builders.fees import make_approved, make_content, make_draft
from tests.builders.people import post
from tests.integration.office.conftest import COURT, Court

FEES = "/desk/fees"
NBSP = "\u00a0"
ORDER = {
    "version": "12/2026",
    "starts-day": "1",
    "starts-month": "7",
    "starts-year": "2026",
    "source_rw": "Iteka 12/2026",
    "source_en": "Ministerial Order 12/2026",
    "source_fr": "Arrêté 12/2026",
    "saves": "0",
}


@pytest.fixture
def accountant(court: Court) -> FlaskClient:
    return court.staff(Role.ACCOUNTANT, COURT)


def words(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    main = re.search(r"<main.*?</main>", answer.text, re.DOTALL)
    assert main
    return " ".join(re.sub(r"<[^>]+>", " ", main[0]).replace(NBSP, " ").split())


def amounts_on(page: str) -> dict[str, str]:
    """The amounts that stand in the form, as a browser would send them."""
    return {
        name: (re.search(r'value="([^"]*)"', tag) or ["", ""])[1]
        for tag, name in re.findall(r'(<input [^>]*name="(amount-[^"]+)"[^>]*>)', page)
    }


def drafted(client: FlaskClient, **changed: str) -> str:
    """The address of a new draft: what is in force now, with some amounts changed."""
    form = {**amounts_on(client.get(f"{FEES}/new").text), **ORDER, **changed}
    answer = post(client, f"{FEES}/new", form)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def saves(client: FlaskClient, address: str) -> dict[str, str]:
    found = re.search(r'name="saves" value="(\d+)"', client.get(address).text)
    return {"saves": found[1] if found else ""}


def test_a_new_draft_begins_as_a_copy_of_what_is_in_force(accountant: FlaskClient) -> None:
    page = accountant.get(f"{FEES}/new").text
    assert amounts_on(page)["amount-deposit-TGI"] == "20,000"
    assert amounts_on(page)["amount-deposit-SC"] == "0"
    assert f"Now: RWF{NBSP}20,000" in page or "Now: RWF 20,000" in page


def test_from_the_draft_to_the_fees_that_everybody_reads(court: Court, accountant: FlaskClient) -> None:
    address = drafted(accountant, **{"amount-deposit-TGI": "25,000", "amount-deposit-HC": "30 000"})
    page = words(accountant, address)
    for expected in ("Draft: another person must approve it", "+ RWF 5,000", "RWF -10,000", "the same", "1 July 2026"):
        assert expected in page.replace("+RWF", "+ RWF")
    assert "approve" not in page.replace("must approve", "")
    assert post(accountant, f"{address}/approve", {"saves": "1"}).status_code == 403
    chief = court.chief_client
    assert "12/2026" not in words(chief, "/fees?lang=en")
    answer = post(chief, f"{address}/approve", saves(chief, address), follow_redirects=True)
    assert "The schedule is approved" in answer.text
    assert "Approved by Gasana Paul" in words(chief, address)
    public = words(court.app.test_client(), "/fees?lang=en")
    for expected in ("RWF 20,000", "From 1 July 2026", "RWF 25,000", "Ministerial Order 12/2026", "17/2020"):
        assert expected in public
    on_the_day = words(court.app.test_client(), "/fees?lang=en&on-day=1&on-month=7&on-year=2026")
    assert "RWF 25,000" in on_the_day
    assert "RWF 20,000" not in on_the_day.replace("Commercial Courts RWF 20,000", "")
    assert "RWF 20,000" in words(court.app.test_client(), "/courts/TGI-NYGE?lang=en")


def test_the_day_of_force_changes_what_a_court_and_a_check_cost(court: Court) -> None:
    with court.house.database.transaction(SYSTEM) as session:
        make_approved(session, make_content(date(2026, 5, 4), TGI=25_000), at=court.house.clock.now())
    anybody = court.app.test_client()
    assert "RWF 25,000" in words(anybody, "/courts/TGI-NYGE?lang=en")
    assert "Known in all RWF 25,000" in words(
        anybody, "/check/cost?filing=civil_claim&court=TGI-NYGE&exemption=&lang=en"
    )
    assert "12/2026" in words(court.chief_client, FEES)


def test_a_draft_is_changed_by_who_wrote_it_and_approved_as_it_was_read(court: Court, accountant: FlaskClient) -> None:
    address = drafted(accountant)
    chief = court.chief_client
    read = saves(chief, address)
    assert chief.get(f"{address}/change").status_code == 404
    assert court.staff(Role.ACCOUNTANT, COURT).get(f"{address}/change").status_code == 404
    page = accountant.get(f"{address}/change").text
    form = {**amounts_on(page), **ORDER, "saves": "1", "amount-deposit-TGI": "26,000"}
    assert post(accountant, f"{address}/change", form).status_code == 303
    assert post(accountant, f"{address}/change", form).status_code == 409
    stale = post(chief, f"{address}/approve", read)
    assert (stale.status_code, "was changed after you opened" in stale.text) == (409, True)
    assert post(chief, f"{address}/approve", saves(chief, address)).status_code == 303
    assert accountant.get(f"{address}/change").status_code == 404


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"version": ""}, "Enter the number of the order."),
        ({"version": "17/2020"}, "There is a schedule with this number already."),
        ({"starts-year": "2025"}, "A fee never changes for days that have passed."),
        ({"source_fr": ""}, "Write the legal source in all three languages."),
        ({"amount-deposit-TGI": ""}, "Enter the amount: people can file at this level."),
        ({"amount-deposit-TGI": "a lot"}, "Enter the amount in whole francs"),
    ],
)
def test_what_is_missing_is_named_and_what_was_typed_stays(
    accountant: FlaskClient, changed: dict[str, str], said: str
) -> None:
    form = {**amounts_on(accountant.get(f"{FEES}/new").text), **ORDER, "amount-deposit-HC": "41,000", **changed}
    answer = post(accountant, f"{FEES}/new", form)
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="41,000"' in answer.text


def test_an_approved_schedule_is_withdrawn_before_its_day_and_never_afterwards(
    court: Court, accountant: FlaskClient
) -> None:
    address = drafted(accountant, **{"amount-deposit-TGI": "25,000"})
    chief = court.chief_client
    post(chief, f"{address}/approve", saves(chief, address))
    refused = post(accountant, f"{address}/withdraw")
    assert refused.status_code == 403
    page = post(chief, f"{address}/withdraw", follow_redirects=True).text
    assert "The schedule is withdrawn." in page
    assert "12/2026" not in words(court.app.test_client(), "/fees?lang=en")
    with court.house.database.transaction(SYSTEM) as session:
        now = make_approved(session, make_content(date(2026, 5, 4)), at=court.house.clock.now())
    assert "Withdraw this schedule" not in words(chief, f"{FEES}/{now}")
    late = post(chief, f"{FEES}/{now}/withdraw")
    assert (late.status_code, "is in force" in late.text) == (409, True)


@pytest.mark.parametrize("role", [Role.REGISTRAR, Role.CASHIER, Role.JUDGE])
def test_others_of_the_staff_find_nothing_here(court: Court, role: Role) -> None:
    with court.house.database.transaction(SYSTEM) as session:
        made = make_draft(session, make_content(date(2026, 7, 1)), at=court.house.clock.now())
    client = court.staff(role, COURT)
    for address in (FEES, f"{FEES}/new", f"{FEES}/{made}", f"{FEES}/{made}/change"):
        assert client.get(address).status_code == 404
    for act in ("approve", "withdraw"):
        assert post(client, f"{FEES}/{made}/{act}", {"saves": "1"}).status_code == 404


def test_an_administrator_approves_and_drafts_nothing(court: Court, accountant: FlaskClient) -> None:
    address = drafted(accountant)
    administrator = court.staff(Role.ADMINISTRATOR, None)
    assert administrator.get(f"{FEES}/new").status_code == 404
    assert post(administrator, f"{address}/approve", saves(administrator, address)).status_code == 303


def test_the_pages_make_few_queries(court: Court, accountant: FlaskClient, counting: Callable[[], Any]) -> None:
    at = court.house.clock.now()
    with court.house.database.transaction(SYSTEM) as session:
        for month in range(6, 13):
            make_approved(session, make_content(date(2026, month, 1), version=f"{month}/2026"), at=at)
    address = drafted(accountant, version="99/2026")
    for client, url in (
        (court.chief_client, FEES),
        (court.chief_client, address),
        (accountant, f"{FEES}/new"),
        (accountant, f"{address}/change"),
        (court.app.test_client(), "/fees"),
        (court.app.test_client(), "/courts/TGI-NYGE"),
    ):
        with counting() as counted:
            assert client.get(url).status_code == 200
        assert len(counted.statements) <= 6, (url, counted.statements)
