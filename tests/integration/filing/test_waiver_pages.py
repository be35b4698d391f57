"""Asking not to pay, as the filer does it: on the fee step, from the bill, and on the filing's own page."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import wiring
from app.accounts.roles import Role
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.filing.queries import FilingView, filing
from app.filing.status import FilingStatus
from app.payments.queries import ObligationView, obligation_of
from app.wiring import House
from tests.builders.files import pdf
from tests.builders.filings import Facts, MadeFiling, make_filing
from tests.builders.people import MadePerson, make_person, make_staff, post, signed_in_client
from tests.builders.statements import counted
from tests.builders.waivers import WORDS, decide, make_asking

NBSP = "\u00a0"
Made = Callable[..., MadeFiling]


@pytest.fixture
def filer(house: House) -> MadePerson:
    with house.database.transaction(SYSTEM) as session:
        return make_person(session, name="Uwase Aline")


@pytest.fixture
def browser(app: Flask, filer: MadePerson) -> FlaskClient:
    return signed_in_client(app, filer)


@pytest.fixture
def have(app: Flask, house: House, filer: MadePerson, clock: ManualClock) -> Made:
    """A filing of the filer in this state, with one paper; it was sent just now."""

    def make(status: FilingStatus) -> MadeFiling:
        facts: Facts = {"filer": filer, "at": clock.now(), "papers": {"Loan paper": pdf(1)}}
        facts["intake"] = app.extensions["documents"]
        with house.database.transaction(SYSTEM) as session:
            return make_filing(session, status=status, **facts)

    return make


@pytest.fixture
def look(house: House) -> Callable[[MadeFiling], tuple[FilingView, ObligationView | None]]:
    def at(made: MadeFiling) -> tuple[FilingView, ObligationView | None]:
        with house.database.reading(SYSTEM) as session:
            return filing(session, SYSTEM, made.id), obligation_of(session, made.id)

    return at


def certificate() -> dict[str, object]:
    return {"files": (BytesIO(pdf(1)), "certificate.pdf")}


def asked(client: FlaskClient, made: MadeFiling, **form: object) -> tuple[int, str]:
    answer = post(client, f"/filings/{made.id}/fee/waiver", {"words": WORDS, **form})
    return answer.status_code, answer.text


def test_asked_on_the_fee_step_it_goes_with_send_and_needs_no_money(
    browser: FlaskClient, have: Made, look: Callable[..., tuple[FilingView, ObligationView | None]]
) -> None:
    made = have(FilingStatus.DRAFT)
    fee = browser.get(f"/filings/{made.id}/fee").text
    assert "I can't pay, or I don't have to pay this fee" in fee
    page = browser.get(f"/filings/{made.id}/fee/waiver").text
    for words in (
        "A person who cannot pay, with a certificate",
        "The Government",
        "Loan paper",
        "The other side does not",
    ):
        assert words in page
    assert asked(browser, made, category="indigent", **certificate())[0] == 303
    assert "You ask not to pay this fee" in browser.get(f"/filings/{made.id}/fee").text
    view, _ = look(made)
    assert view.answers.waiver is not None
    (paper,) = view.answers.waiver.documents
    assert browser.get(f"/filings/{made.id}/documents/{paper}").data == pdf(1)
    assert "certificate.pdf" in browser.get(f"/filings/{made.id}/fee/waiver").text
    check = browser.get(f"/filings/{made.id}/check").text
    assert "You ask not to pay" in check
    assert WORDS in check
    assert post(browser, f"/filings/{made.id}/send", {"version": str(view.version)}).status_code == 303
    view, owed = look(made)
    assert view.status is FilingStatus.SUBMITTED
    assert owed is not None
    assert owed.waiver is not None
    assert owed.waiver.waits
    page = browser.get(f"/filings/{made.id}").text
    assert "Your claim is with the court" in page
    assert owed.waiver.reference in page
    assert browser.get(f"/filings/{made.id}/documents/{paper}").data == pdf(1)
    assert browser.get(f"/filings/{made.id}/receipt.pdf").status_code == 200


def test_the_wish_can_be_changed_and_dropped_before_send(
    browser: FlaskClient, have: Made, look: Callable[..., tuple[FilingView, ObligationView | None]]
) -> None:
    made = have(FilingStatus.DRAFT)
    paper = str(made.documents[0])
    assert asked(browser, made, category="indigent", papers=paper)[0] == 303
    assert asked(browser, made, category="government")[0] == 303
    view, _ = look(made)
    assert view.answers.waiver is not None
    assert (view.answers.waiver.category, view.answers.waiver.documents) == ("government", ())
    assert post(browser, f"/filings/{made.id}/fee/waiver/drop").status_code == 303
    assert look(made)[0].answers.waiver is None
    assert "You pay after you press Send" in browser.get(f"/filings/{made.id}/fee").text


def test_a_proof_that_is_taken_off_the_filing_is_missed_before_send(browser: FlaskClient, have: Made) -> None:
    made = have(FilingStatus.DRAFT)
    asked(browser, made, category="indigent", papers=str(made.documents[0]))
    post(browser, f"/filings/{made.id}/documents/{made.documents[0]}/remove")
    check = browser.get(f"/filings/{made.id}/check").text
    assert "Add the paper that shows it" in check
    assert f"/filings/{made.id}/fee/waiver#files" in check


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({}, "Choose the reason that fits you."),
        ({"category": "rich"}, "Choose one of the answers."),
        ({"category": "indigent"}, "Add the paper that shows it: a photo will do."),
        ({"category": "government", "words": " "}, "Say in your own words why you ask."),
        ({"category": "government", "papers": "0192f0c1-0000-7000-8000-00000000000f"}, "Choose one of the answers."),
        ({"category": "indigent", "files": (BytesIO(b"no paper at all"), "a.pdf")}, "a.pdf"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(
    browser: FlaskClient, have: Made, form: dict[str, object], words: str
) -> None:
    for status in (FilingStatus.DRAFT, FilingStatus.AWAITING_PAYMENT):
        made = have(status)
        code, page = asked(browser, made, **{name: _again(value) for name, value in form.items()})
        assert code == 422
        assert "There is a problem" in page
        assert words in page
        assert str(form.get("words", WORDS)) in page


def _again(value: object) -> object:
    return (BytesIO(b"no paper at all"), value[1]) if isinstance(value, tuple) else value


def test_asked_from_the_bill_the_claim_is_filed_at_once(
    browser: FlaskClient, have: Made, look: Callable[..., tuple[FilingView, ObligationView | None]]
) -> None:
    made = have(FilingStatus.AWAITING_PAYMENT)
    bill = browser.get(f"/pay/{made.obligation_id}").text
    link = re.search(r'href="(/filings/[^"]+/fee/waiver)"', bill)
    assert link is not None
    assert browser.get(link[1]).status_code == 200
    assert asked(browser, made, category="indigent", **certificate())[0] == 303
    view, owed = look(made)
    assert view.status is FilingStatus.SUBMITTED
    assert owed is not None
    assert "A registrar will decide" in browser.get(f"/pay/{made.obligation_id}").text
    assert browser.get(link[1]).status_code == 303
    assert asked(browser, made, category="government")[0] == 409


def test_taken_back_it_is_to_be_paid(
    browser: FlaskClient, have: Made, look: Callable[..., tuple[FilingView, ObligationView | None]]
) -> None:
    made = have(FilingStatus.AWAITING_PAYMENT)
    asked(browser, made, category="government")
    assert post(browser, f"/filings/{made.id}/fee/waiver/drop").status_code == 303
    assert look(made)[0].status is FilingStatus.AWAITING_PAYMENT
    page = browser.get(f"/filings/{made.id}").text.replace(NBSP, " ")
    assert "Pay RWF 20,000" in page
    assert "a registrar decides what happens" in page


def test_the_decision_is_told_on_the_page_and_by_a_message(
    app: Flask, house: House, filer: MadePerson, work: Callable[[], int], clock: ManualClock
) -> None:
    with house.database.transaction(SYSTEM) as session:
        registrar = make_staff(session, Role.REGISTRAR, "TGI-NYGE")
        refused, part, granted = (make_asking(session, filer=filer, at=clock.now()) for _ in range(3))
        at = clock.now() + timedelta(hours=1)
        for made, amount in ((refused, 0), (part, 5_000), (granted, None)):
            decide(session, made, registrar, amount, at=at)
    clock.advance(timedelta(hours=1))
    work()
    browser = signed_in_client(app, filer)
    for made, words in (
        (refused, "You must pay the court fee: your request was refused"),
        (part, "You don't have to pay RWF 5,000 of the court fee"),
        (granted, "You don't have to pay the court fee"),
    ):
        page = browser.get(f"/filings/{made.id}").text.replace(NBSP, " ")
        assert words in page
        assert "We looked at it." in page
    inbox = browser.get("/messages").text.replace(NBSP, " ")
    for words in (
        f"You must pay RWF 20,000 for {refused.number} by 19 May 2026",
        f"Pay RWF 15,000 for {part.number} by 19 May 2026",
        f"You have nothing to pay for {granted.number}",
    ):
        assert words in inbox


def test_what_follows_an_unpaid_demand_is_told(
    app: Flask, house: House, filer: MadePerson, work: Callable[[], int], clock: ManualClock
) -> None:
    with house.database.transaction(SYSTEM) as session:
        registrar = make_staff(session, Role.REGISTRAR, "TGI-NYGE")
        made = make_asking(session, filer=filer, at=clock.now())
        decide(session, made, registrar, 0, at=clock.now())
    clock.advance(timedelta(days=16))
    _tick(house, clock)
    work()
    browser = signed_in_client(app, filer)
    page = browser.get(f"/filings/{made.id}").text
    assert "A registrar decides what happens next" in page
    assert f"The fee for {made.number} was not paid in time" in browser.get("/messages").text


def _tick(house: House, clock: ManualClock) -> None:
    for job in wiring.jobs(house):
        if job.name in ("filing.lapse", "payments.demands"):
            with house.database.transaction(SYSTEM) as session:
                job.run(session, clock.now())


def test_nobody_else_sees_the_page_or_the_proof(app: Flask, house: House, have: Made, browser: FlaskClient) -> None:
    made = have(FilingStatus.AWAITING_PAYMENT)
    asked(browser, made, category="indigent", **certificate())
    with house.database.transaction(SYSTEM) as session:
        stranger = make_person(session)
        elsewhere = make_staff(session, Role.REGISTRAR, "TGI-GSBO")
        paper = make_asking(session, filer=stranger, intake=app.extensions["documents"])
    for who in (stranger, elsewhere):
        client = signed_in_client(app, who)
        assert client.get(f"/filings/{made.id}/fee/waiver").status_code == 404
        assert asked(client, made, category="government")[0] == 404
        assert post(client, f"/filings/{made.id}/fee/waiver/drop").status_code == 404
    assert browser.get(f"/filings/{paper.id}/documents/{paper.documents[-1]}").status_code == 404
    assert browser.get(f"/filings/{made.id}/documents/{paper.documents[-1]}").status_code == 404


def test_every_page_takes_at_most_six_statements(app: Flask, house: House, browser: FlaskClient, have: Made) -> None:
    draft, sent = have(FilingStatus.DRAFT), have(FilingStatus.AWAITING_PAYMENT)
    asked(browser, draft, category="indigent", **certificate())
    pages = [
        *(f"/filings/{draft.id}/fee", f"/filings/{draft.id}/fee/waiver", f"/filings/{draft.id}/check"),
        *(f"/filings/{sent.id}/fee/waiver", f"/filings/{sent.id}", f"/pay/{sent.obligation_id}"),
    ]
    asking = have(FilingStatus.AWAITING_PAYMENT)
    asked(browser, asking, category="indigent", **certificate())
    for address in (*pages, f"/filings/{asking.id}", f"/pay/{asking.obligation_id}"):
        with counted(house.database) as seen:
            assert browser.get(address).status_code == 200, address
        assert len(seen) <= 6, (address, seen)
