"""Fees by the day of filing: a bill follows a fee that changed before anybody pays, and never afterwards."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.accounts.roles import Role
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.events import events_of
from app.documents.intake import Kept, Prepared
from app.filing.commands import SaveAnswers, SendFiling
from app.filing.parts import fingerprint_of
from app.filing.pricing import unpaid_fee
from app.filing.queries import filing
from app.filing.sending import send_filing
from app.filing.service import save_answers
from app.filing.status import FilingStatus
from app.payments import checkout, polling, queries
from app.payments.attempts import AmountChanged, RequestPayment
from app.payments.books.balances import out_of_balance, trial_balance
from app.payments.events import ObligationRepriced
from app.payments.provider import ReportState
from app.payments.queries import ObligationView
from app.payments.remissions import service as remissions
from app.payments.remissions.service import ApplyForRemission
from app.payments.repricing import reprice
from app.payments.till import Addresses, Till, make_till
from tests.builders.fees import make_approved, make_content
from tests.builders.filings import MadeFiling, make_answers, make_filing, rwanda
from tests.builders.payments import PHONE, ScriptedProvider, rwf
from tests.builders.people import make_staff, post, signed_in_client
from tests.builders.statements import counted

TODAY = date(2026, 5, 4)
NBSP = "\u00a0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shop:
    """A portal whose provider says what it is told to; its clock stands at noon in Kigali on 4 May 2026."""

    app: Flask
    till: Till
    clock: ManualClock
    provider: ScriptedProvider

    def send(self, at: datetime | None = None) -> MadeFiling:
        """A filing at an intermediate court, sent and not yet paid."""
        with self.till.database.transaction(SYSTEM) as session:
            return make_filing(session, status=FilingStatus.AWAITING_PAYMENT, at=at or self.clock.now())

    def approve(self, starts: date = TODAY, version: str = "12/2026", **deposits: int) -> None:
        """A fee schedule is drafted and approved now."""
        content = make_content(starts, version=version, **deposits)
        with self.till.database.transaction(SYSTEM) as session:
            make_approved(session, content, at=self.clock.now())

    def bill(self, made: MadeFiling) -> ObligationView:
        """How its bill stands."""
        assert made.obligation_id is not None
        with self.till.database.reading(SYSTEM) as session:
            return queries.obligation(session, made.obligation_id)

    def status(self, made: MadeFiling) -> FilingStatus:
        """How the filing stands."""
        with self.till.database.reading(SYSTEM) as session:
            return filing(session, SYSTEM, made.id).status

    def pay(self, made: MadeFiling, francs: int) -> None:
        """Press Pay on a page that shows this amount."""
        assert made.obligation_id is not None
        wish = RequestPayment(obligation_id=made.obligation_id, msisdn=PHONE, shown=rwf(francs), provider="mtn_momo")
        checkout.request_payment(self.till, made.filer.actor, wish)

    def hear(self, state: ReportState, francs: int) -> None:
        """The provider says how it ended."""
        self.provider.says(state, rwf(francs))
        self.clock.advance(timedelta(seconds=6))
        while polling.drain(self.till):
            pass

    def books(self) -> dict[str, int]:
        """The balances, which are in order."""
        with self.till.database.reading(SYSTEM) as session:
            found = trial_balance(session)
        assert out_of_balance(found) == {}
        return {account: amount.minor for (account, _), amount in found.items()}

    def browser(self, made: MadeFiling) -> FlaskClient:
        """The filer's."""
        return signed_in_client(self.app, made.filer)


@pytest.fixture
def shop(app: Flask, clock: ManualClock) -> Shop:
    provider = ScriptedProvider()
    till = make_till(
        app.extensions["database"],
        clock,
        secret_key="a-key-for-tests-only-of-enough-length",
        addresses=Addresses(public="http://localhost", callback="http://localhost"),
        providers=(provider,),
        fee_of=lambda session, subject: unpaid_fee(session, rwanda(), subject),
    )
    app.extensions["till"] = till
    return Shop(app=app, till=till, clock=clock, provider=provider)


def page(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address, follow_redirects=True)
    assert answer.status_code == 200
    return answer.get_data(as_text=True).replace(NBSP, " ")


@pytest.mark.parametrize(
    ("sent", "francs", "version"),
    [
        (datetime(2026, 5, 31, 21, 59, 59, tzinfo=UTC), 20_000, "17/2020"),
        (datetime(2026, 5, 31, 22, 0, tzinfo=UTC), 25_000, "12/2026"),
    ],
)
def test_the_schedule_of_the_courts_day_of_filing_counts(shop: Shop, sent: datetime, francs: int, version: str) -> None:
    shop.approve(date(2026, 6, 1), TGI=25_000)
    bill = shop.bill(shop.send(sent))
    assert (bill.due, [line.version for line in bill.lines]) == (rwf(francs), [version])


def test_what_was_sent_before_the_day_of_force_stays_at_its_fee_whenever_it_is_paid(shop: Shop) -> None:
    made = shop.send()
    shop.approve(date(2026, 5, 6), TGI=25_000)
    shop.clock.advance(timedelta(days=3))
    shop.pay(made, 20_000)
    assert shop.bill(made).live is not None
    assert shop.bill(made).fees == rwf(20_000)


@pytest.mark.parametrize(("francs", "by"), [(25_000, 5_000), (12_500, -7_500)])
def test_a_fee_that_changed_before_an_attempt_is_on_the_bill_before_anybody_is_asked(
    shop: Shop, francs: int, by: int
) -> None:
    made = shop.send()
    shop.approve(TGI=francs)
    with pytest.raises(AmountChanged):
        shop.pay(made, 20_000)
    assert shop.provider.requests == []
    bill = shop.bill(made)
    assert (bill.due, bill.fees_before) == (rwf(francs), rwf(20_000))
    assert [(line.version, line.amount.minor, line.reprices) for line in bill.lines] == [
        ("17/2020", 20_000, False),
        ("12/2026", by, True),
    ]
    assert bill.lines[-1].source == "Ministerial Order 12/2026"
    assert (shop.books()["receivable"], shop.books()["court_fees"]) == (francs, -francs)
    shop.pay(made, francs)
    shop.hear(ReportState.SUCCEEDED, francs)
    assert [request.amount for request in shop.provider.requests] == [rwf(francs)]
    assert not shop.bill(made).due
    assert shop.books().get("receivable", 0) == 0


def test_while_somebody_is_asked_the_bill_stays_and_follows_when_that_came_to_nothing(shop: Shop) -> None:
    made = shop.send()
    shop.pay(made, 20_000)
    shop.approve(TGI=25_000)
    shop.pay(made, 20_000)
    assert shop.bill(made).fees == rwf(20_000)
    assert len(shop.provider.requests) == 1
    shop.hear(ReportState.FAILED, 20_000)
    with pytest.raises(AmountChanged):
        shop.pay(made, 20_000)
    assert shop.bill(made).due == rwf(25_000)


def test_once_it_is_paid_the_bill_never_changes(shop: Shop) -> None:
    made = shop.send()
    shop.pay(made, 20_000)
    shop.approve(TGI=25_000)
    shop.hear(ReportState.SUCCEEDED, 20_000)
    assert made.obligation_id is not None
    with shop.till.database.transaction(SYSTEM) as session:
        assert not reprice(session, SYSTEM, made.obligation_id, shop.till.fee_of, at=shop.clock.now())
    bill = shop.bill(made)
    assert (bill.fees, bill.due, len(bill.lines)) == (rwf(20_000), rwf(0), 1)


@pytest.mark.parametrize(("court_code", "due"), [("TB-NYGE", 0), ("TGI-NYGE", 10_000)])
def test_a_correction_pays_for_another_court_but_never_for_a_schedule_that_came_after_the_payment(
    shop: Shop, court_code: str, due: int
) -> None:
    with shop.till.database.transaction(SYSTEM) as session:
        made = make_filing(session, status=FilingStatus.RETURNED, court_code="TB-NYGE", at=shop.clock.now())
    shop.approve(TB=15_000, TGI=25_000)
    with shop.till.database.transaction(SYSTEM) as session:
        at, who = shop.clock.now() + timedelta(hours=2), made.filer.actor
        answers = filing(session, who, made.id).answers
        answers = replace(answers, court=replace(answers.court, court_code=court_code))
        base = fingerprint_of(filing(session, who, made.id).answers, "court")
        save_answers(session, who, SaveAnswers(filing_id=made.id, part="court", base=base, answers=answers), at=at)
        session.flush()
        again = SendFiling(filing_id=made.id, version=filing(session, who, made.id).version)
        kept = Kept(sha256="0" * 64, size=10, media_type="application/pdf", name="claim.pdf", pages=1)
        send_filing(session, who, rwanda(), again, made=Prepared(document=kept), at=at)
    assert shop.bill(made).due == rwf(due)


def test_a_bill_on_which_a_registrar_is_to_decide_stays_as_it_was_asked_about(shop: Shop) -> None:
    made = shop.send()
    assert made.obligation_id is not None
    wish = ApplyForRemission(
        obligation_id=made.obligation_id, category="indigent", words="I have nothing", documents=()
    )
    with shop.till.database.transaction(SYSTEM) as session:
        remissions.apply(session, made.filer.actor, wish, at=shop.clock.now())
    shop.approve(TGI=25_000)
    with shop.till.database.transaction(SYSTEM) as session:
        assert not reprice(session, SYSTEM, made.obligation_id, shop.till.fee_of, at=shop.clock.now())
    assert shop.bill(made).fees == rwf(20_000)


def test_it_changes_once_for_each_schedule_and_tells_each_time(shop: Shop) -> None:
    made = shop.send()
    shop.approve(TGI=25_000)
    assert made.obligation_id is not None
    for _ in range(2):
        with shop.till.database.transaction(SYSTEM) as session:
            reprice(session, SYSTEM, made.obligation_id, shop.till.fee_of, at=shop.clock.now())
    with shop.till.database.reading(SYSTEM) as session:
        told = [r.event for r in events_of(session, [made.id]) if isinstance(r.event, ObligationRepriced)]
    assert [(event.before_minor, event.amount_minor) for event in told] == [(20_000, 25_000)]


def test_a_filing_that_costs_nothing_any_more_goes_to_the_court(shop: Shop, work: Callable[[], int]) -> None:
    made = shop.send()
    shop.approve(TGI=0)
    with pytest.raises(AmountChanged):
        shop.pay(made, 20_000)
    work()
    assert shop.status(made) is FilingStatus.SUBMITTED
    assert shop.books().get("receivable", 0) == 0


def test_the_filer_reads_what_changed_and_why_before_the_way_to_pay(shop: Shop) -> None:
    made = shop.send()
    browser = shop.browser(made)
    shop.approve(TGI=25_000)
    shown = page(browser, f"/pay/{made.obligation_id}")
    for words in ("The fee has changed", "RWF 20,000", "RWF 25,000", "Ministerial Order 12/2026"):
        assert words in shown
    assert "Pay RWF" not in shown
    assert shop.bill(made).fees == rwf(20_000)
    answer = post(browser, f"/pay/{made.obligation_id}/fee")
    assert (answer.status_code, answer.location) == (303, f"/pay/{made.obligation_id}")
    shown = page(browser, f"/pay/{made.obligation_id}")
    for words in ("Pay RWF 25,000", "It was RWF 20,000 and is now RWF 25,000", "Change of the fee", "RWF 5,000"):
        assert words in shown


@pytest.mark.parametrize("part", ["check", "fee"])
def test_a_draft_says_that_its_fee_is_another_one_than_its_filer_had_seen(shop: Shop, part: str) -> None:
    answers = replace(make_answers(), fee_seen="RWF 20,000")
    with shop.till.database.transaction(SYSTEM) as session:
        made = make_filing(session, status=FilingStatus.DRAFT, answers=answers, at=shop.clock.now())
    browser = shop.browser(made)
    assert "The fee has changed" not in page(browser, f"/filings/{made.id}/{part}")
    shop.approve(TGI=25_000)
    shown = page(browser, f"/filings/{made.id}/{part}")
    assert "it was RWF 20,000. Now it is RWF 25,000" in shown


def test_a_fee_that_changes_while_the_page_is_open_is_said_before_anybody_is_asked(shop: Shop) -> None:
    made = shop.send()
    browser = shop.browser(made)
    assert "Pay RWF 20,000" in page(browser, f"/pay/{made.obligation_id}")
    shop.approve(TGI=25_000)
    answer = post(browser, f"/pay/{made.obligation_id}", {"phone": "0788 123 456", "shown": "20000"})
    assert answer.status_code == 409
    assert "The amount has changed" in answer.text
    assert f"Pay RWF{NBSP}25,000" in answer.text
    assert shop.provider.requests == []


def test_the_new_fee_of_somebody_elses_bill_is_nobodys_to_take(shop: Shop) -> None:
    made, other = shop.send(), shop.send()
    shop.approve(TGI=25_000)
    assert post(shop.browser(other), f"/pay/{made.obligation_id}/fee").status_code == 404
    assert shop.bill(made).fees == rwf(20_000)


def test_the_cash_desk_is_told_before_money_is_booked(shop: Shop) -> None:
    made = shop.send()
    shop.approve(TGI=25_000)
    with shop.till.database.transaction(SYSTEM) as session:
        cashier = make_staff(session, Role.CASHIER)
    browser = signed_in_client(shop.app, cashier)
    reference = shop.bill(made).reference
    form = {"number": "D23456789ABCD", "bill": reference, "amount": "20,000", "way": "cash"}
    refused = post(browser, "/desk/payments/new", form)
    assert refused.status_code == 409
    assert f"is now RWF{NBSP}25,000" in refused.text
    assert not shop.bill(made).paid
    assert post(browser, "/desk/payments/new", {**form, "amount": "25,000"}).status_code == 303
    assert not shop.bill(made).due


def test_the_page_of_a_bill_makes_few_queries(shop: Shop) -> None:
    made = shop.send()
    browser = shop.browser(made)
    with counted(shop.till.database) as statements:
        assert browser.get(f"/pay/{made.obligation_id}").status_code == 200
    assert len(statements) <= 6, "\n".join(statements)
