"""Money that never came: the filer is told what to do, and a filing that went on with it comes to a registrar."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from app import wiring
from app.accounts.roles import Role
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.filing import jobs
from app.filing.status import FilingStatus
from app.notify.queries import inbox
from app.notify.wording import letterhead_of, worded
from app.payments import shortfalls
from app.payments.ids import ObligationId
from app.payments.queries import ObligationView, obligation
from tests.builders.filings import MadeFiling, pay_filing
from tests.builders.payments import rwf
from tests.builders.people import post, signed_in_client
from tests.integration.office.conftest import COURT, Court

Work = Callable[[], int]


def bill(court: Court, made: MadeFiling) -> ObligationView:
    assert made.obligation_id is not None
    with court.house.database.reading(SYSTEM) as session:
        return obligation(session, ObligationId(made.obligation_id))


def plain(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html[html.index("<main") :])).replace("\u00a0", " ")


def told(court: Court, made: MadeFiling) -> dict[str, str]:
    """What the filer was told: text messages by kind."""
    letterhead = letterhead_of(court.house.settings, court.house.extensions["pack"])
    with court.house.database.reading(SYSTEM) as session:
        return {view.news.kind: worded(view.news, letterhead).sms for view in inbox(session, made.filer.actor)}


def take_cash(court: Court, made: MadeFiling, amount: str = "20,000") -> str:
    """A cashier enters it; the address of the entry."""
    client = court.staff(Role.CASHIER, COURT)
    owed = bill(court, made)
    number = client.get(f"/desk/payments/new?bill={owed.reference}").text.split('name="number" value="')[1]
    form = {"number": number.split('"')[0], "bill": owed.reference, "way": "cash", "amount": amount, "more": "yes"}
    answer = post(client, "/desk/payments/new", form)
    assert answer.status_code == 303
    return str(answer.location)


def void(court: Court, entry: str) -> None:
    """One asks, another confirms."""
    asker, decider = court.staff(Role.CASHIER, COURT), court.staff(Role.ACCOUNTANT, COURT)
    assert post(asker, f"{entry}/void", {"reason": "It was for another bill."}).status_code == 303
    assert post(decider, f"{entry}/decide", {"do": "confirm"}).status_code == 303


def paid_in_cash_and_voided(court: Court, clock: ManualClock, work: Work) -> MadeFiling:
    made = court.receive(FilingStatus.AWAITING_PAYMENT, at=clock.now())
    entry = take_cash(court, made)
    work()
    assert court.filing(made.id).status is FilingStatus.SUBMITTED
    void(court, entry)
    work()
    return made


@pytest.fixture
def made(court: Court, clock: ManualClock, work: Work) -> MadeFiling:
    return paid_in_cash_and_voided(court, clock, work)


def test_the_filer_is_told_what_happened_and_where_to_pay(court: Court, made: MadeFiling) -> None:
    assert "a payment of RWF 20,000" in told(court, made)["payment_voided"]
    assert made.number in told(court, made)["payment_voided"]
    filer = signed_in_client(court.app, made.filer)
    with court.house.database.reading(SYSTEM) as session:
        (message,) = [view.id for view in inbox(session, made.filer.actor) if view.news.kind == "payment_voided"]
    opened = filer.get(f"/messages/{message}").text
    assert ("take your receipt or slip" in opened, f"/pay/{made.obligation_id}" in opened) == (True, True)
    assert "RWF 20,000" in plain(filer.get(f"/pay/{made.obligation_id}").text)
    page = filer.get(f"/filings/{made.id}").text
    assert ("its payment was voided" in page, f'href="/pay/{made.obligation_id}"' in page) == (True, True)


def test_the_registrar_sees_it_as_unpaid_and_cannot_accept_it(court: Court, made: MadeFiling) -> None:
    client = court.client
    assert "Fee not paid" in client.get("/desk").text
    assert made.number in client.get("/desk/waivers").text
    page = plain(client.get(f"/desk/filings/{made.id}").text)
    assert "its payment was voided" in page
    assert court.filing(made.id).status is FilingStatus.SUBMITTED
    assert post(client, f"/desk/filings/{made.id}/claim").status_code == 303
    refused = post(client, f"/desk/filings/{made.id}/accept", {"sure": "yes"})
    assert (refused.status_code, "was not paid" in refused.text) == (409, True)


def test_paid_again_it_is_no_task_any_more(court: Court, made: MadeFiling, work: Work) -> None:
    take_cash(court, made)
    work()
    assert bill(court, made).due == rwf(0)
    assert "Fee not paid" not in court.client.get("/desk").text
    assert made.number not in court.client.get("/desk/waivers").text


def test_more_time_asks_the_filer_and_unpaid_it_comes_back(
    court: Court, made: MadeFiling, clock: ManualClock, work: Work
) -> None:
    received = court.filing(made.id).received_at
    assert post(court.client, f"/desk/filings/{made.id}/waiver/more-time").status_code == 303
    work()
    assert court.filing(made.id).status is FilingStatus.AWAITING_PAYMENT
    assert "more time to pay RWF 20,000" in told(court, made)["fee_demanded"]
    assert made.number not in court.client.get("/desk/waivers").text
    clock.advance(timedelta(days=30))
    with court.house.database.transaction(SYSTEM) as session:
        jobs.lapse_overdue(session, clock.now())
    work()
    view = court.filing(made.id)
    assert (view.status, view.received_at) == (FilingStatus.SUBMITTED, received)
    assert "fee_unpaid" in told(court, made)
    assert made.number in court.client.get("/desk/waivers").text
    assert post(court.client, f"/desk/filings/{made.id}/waiver/more-time").status_code == 303
    with court.house.database.transaction(SYSTEM) as session:
        pay_filing(session, made, at=clock.now())
    work()
    assert court.filing(made.id).status is FilingStatus.SUBMITTED
    assert made.number not in court.client.get("/desk/waivers").text


def test_a_registered_case_stays_registered_and_is_a_task(court: Court, clock: ManualClock, work: Work) -> None:
    made = court.receive(FilingStatus.AWAITING_PAYMENT, at=clock.now())
    entry = take_cash(court, made)
    work()
    post(court.client, f"/desk/filings/{made.id}/claim")
    accepted = post(court.client, f"/desk/filings/{made.id}/accept", {"sure": "yes"})
    assert court.filing(made.id).status is FilingStatus.ACCEPTED, accepted.text
    void(court, entry)
    work()
    assert court.filing(made.id).status is FilingStatus.ACCEPTED
    assert made.number in court.client.get("/desk/waivers").text
    assert post(court.client, f"/desk/filings/{made.id}/waiver/more-time").status_code == 303
    assert made.number not in court.client.get("/desk/waivers").text
    clock.advance(timedelta(days=30))
    (job,) = [job for job in wiring.jobs(court.house) if job.run is shortfalls.note_overdue]
    for _ in range(2):
        with court.house.database.transaction(SYSTEM) as session:
            job.run(session, clock.now())
    assert made.number in court.client.get("/desk/waivers").text


def test_a_filing_that_still_waits_for_its_fee_just_waits(court: Court, clock: ManualClock, work: Work) -> None:
    made = court.receive(FilingStatus.AWAITING_PAYMENT, at=clock.now())
    void(court, take_cash(court, made, "5,000"))
    work()
    assert (court.filing(made.id).status, bill(court, made).short) == (FilingStatus.AWAITING_PAYMENT, False)
    assert "payment_voided" in told(court, made)


def test_who_was_promised_a_refund_of_that_money_is_told_that_none_comes(
    court: Court, clock: ManualClock, work: Work
) -> None:
    made = court.receive(FilingStatus.AWAITING_PAYMENT, at=clock.now())
    entry = take_cash(court, made, "50,000")
    work()
    assert "RWF 30,000" in told(court, made)["refund_due"]
    void(court, entry)
    work()
    words = told(court, made)["refund_withdrawn"]
    assert ("RWF 30,000" in words, "not paid back after all" in words) == (True, True)
