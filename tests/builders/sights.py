"""Every page that a litigant can come to, each with something on it: filings in all states, a case, bills, messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from types import MappingProxyType
from typing import cast

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import wiring
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from app.filing import service
from app.filing.answers import Answers
from app.filing.commands import StartFiling
from app.filing.status import FilingStatus
from app.payments import answers as payment_answers
from app.payments import attempts
from app.payments.attempts import RequestPayment
from app.payments.ids import ObligationId
from app.payments.provider import Answer, ReportState, Submission
from app.payments.queries import obligation
from app.payments.vault import Vault
from app.wiring import House
from tests.builders.files import pdf, photo
from tests.builders.filings import MadeFiling, make_filing, rwanda
from tests.builders.payments import PHONE, ScriptedProvider, make_test_till, report
from tests.builders.people import MadePerson, make_person, make_staff, post, signed_in_client
from tests.builders.waivers import decide, make_asking

PUBLIC = (
    "/",
    "/start",
    "/sign-in",
    "/register",
    "/reset",
    "/check",
    "/check/time",
    "/check/court",
    "/check/court?kind=civil",
    "/check/court?kind=civil&land=none&traders=no&value=500000&district=gasabo",
    "/check/cost",
    "/courts",
    "/courts/TB-KCYR",
    "/fees",
    "/status",
    "/pay",
    "/verify",
    "/accessibility",
    "/nowhere",
)
"""What anybody can look at; the last one is not there."""

OWN = (
    "/",
    "/cases",
    "/messages",
    "{message}",
    "{case}",
    "/start/civil_claim",
    "{begun}/tasks",
    "{begun}/check",
    "{draft}/tasks",
    "{draft}/court",
    "{draft}/court/choose",
    "{draft}/parties",
    "{draft}/parties/add/claimant",
    "{draft}/parties/add/defendant",
    "{draft}/issues",
    "{draft}/issues/add",
    "{draft}/issues/paste",
    "{draft}/relief",
    "{begun}/documents",
    "{draft}/documents",
    "{photos}/pages",
    "{draft}/fee",
    "{draft}/fee/waiver",
    "{unpaid}/fee/waiver",
    "{asking}",
    "{asking_bill}",
    "{demanded}",
    "{draft}/declaration",
    "{draft}/page",
    "{draft}/check",
    "{unpaid}",
    "{unpaid_bill}",
    "{asked_bill}/status",
    "{refused_bill}/status",
    "{filed_bill}/status",
    "/payments",
    "{receipt}",
    "{genuine}",
    "{for_another}",
    "{made_for_another}",
    "{filed}",
    "{returned}",
    "{returned}/tasks",
    "{returned}/relief",
    "{rejected}",
    "{accepted}",
    "{lapsed}",
    "{cancelled}",
)
"""What a litigant who has everything can look at; the names in braces are those of `Sights.places`."""

WRONG = frozenset(
    {
        "/check/time",
        "/check/court?kind=civil",
        "/pay",
        "/verify",
        "{for_another}",
        "{draft}/court",
        "{draft}/court/choose",
        "{draft}/parties/add/claimant",
        "{draft}/issues/add",
        "{draft}/issues/paste",
        "{draft}/relief",
        "{draft}/documents",
        "{draft}/declaration",
        "{draft}/fee/waiver",
        "{unpaid_bill}",
    }
)
"""Pages with a form that refuses to be sent empty."""


# Lapsing takes whatever is overdue, so it comes before there is anything else.
_STATUSES = (FilingStatus.LAPSED, *(set(FilingStatus) - {FilingStatus.LAPSED, FilingStatus.UNDER_REVIEW}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sights:
    """A litigant and where everything of theirs is."""

    who: MadePerson
    places: Mapping[str, str]

    def url(self, page: str) -> str:
        """The address of one of the pages."""
        return page.format_map(dict(self.places))


_NAMES = {
    "unpaid": FilingStatus.AWAITING_PAYMENT,
    "filed": FilingStatus.SUBMITTED,
    "returned": FilingStatus.RETURNED,
    "rejected": FilingStatus.REJECTED,
    "accepted": FilingStatus.ACCEPTED,
    "lapsed": FilingStatus.LAPSED,
    "cancelled": FilingStatus.CANCELLED,
}


def make_sights(app: Flask, house: House, who: MadePerson) -> Sights:
    """Everything that OWN names, for this person; takes the place of what was made for them before."""
    at = house.clock.now()
    with house.database.transaction(SYSTEM) as session:
        made = {status: make_filing(session, status=status, filer=who, at=at) for status in _STATUSES}
        asked = make_filing(session, status=FilingStatus.AWAITING_PAYMENT, filer=who, at=at)
        refused = make_filing(session, status=FilingStatus.AWAITING_PAYMENT, filer=who, at=at)
        asking, demanded = (make_asking(session, filer=who, at=at) for _ in range(2))
        decide(session, demanded, make_staff(session), 0, at=at)
        begun = service.start_filing(
            session,
            who.actor,
            rwanda(),
            StartFiling(filing_type="civil_claim", language="en", answers=Answers()),
            at=at,
        )
        _ask(session, asked, at)
        _ask(session, refused, at, ReportState.FAILED)
    while wiring.drains(house)["events"]():
        pass
    client = signed_in_client(app, who)
    draft = f"/filings/{made[FilingStatus.DRAFT].id}"
    places = {
        "begun": f"/filings/{begun}",
        "draft": draft,
        "photos": _upload(client, draft),
        "case": f"/cases/{made[FilingStatus.ACCEPTED].case_id}",
        "asking": f"/filings/{asking.id}",
        "asking_bill": f"/pay/{asking.obligation_id}",
        "demanded": f"/filings/{demanded.id}",
        "asked_bill": f"/pay/{asked.obligation_id}",
        "refused_bill": f"/pay/{refused.obligation_id}",
        "unpaid_bill": f"/pay/{made[FilingStatus.AWAITING_PAYMENT].obligation_id}",
        "filed_bill": f"/pay/{made[FilingStatus.SUBMITTED].obligation_id}",
        "message": _newest_message(house.database, who),
    }
    places |= {name: f"/filings/{made[status].id}" for name, status in _NAMES.items()}
    places |= _of_payments(house, made[FilingStatus.AWAITING_PAYMENT], made[FilingStatus.SUBMITTED])
    return Sights(who=who, places=MappingProxyType(places))


def _of_payments(house: House, unpaid: MadeFiling, paid: MadeFiling) -> dict[str, str]:
    """A receipt, what anyone sees by its code, and the pages of somebody who pays for another."""
    statement = text(
        "select a.id, r.code from payment_attempt a join payment_receipt r on r.attempt_id = a.id "
        "where a.obligation_id = :bill"
    )
    with house.database.reading(SYSTEM) as session:
        attempt_id, code = session.execute(statement, {"bill": paid.obligation_id}).one()
    vault = Vault(house.settings.secret_key)
    assert unpaid.obligation_id is not None
    return {
        "receipt": f"/receipts/{attempt_id}",
        "genuine": f"/verify/{code}",
        "for_another": f"/pay/for/{vault.link_token('bill', unpaid.obligation_id)}",
        "made_for_another": f"/pay/made/{vault.link_token('attempt', attempt_id)}",
    }


def make_somebody(house: House) -> MadePerson:
    """A litigant with a phone number and an e-mail address."""
    with house.database.transaction(SYSTEM) as session:
        return make_person(session, name="Uwase Aline", email="aline@example.com")


def _ask(session: Session, made: MadeFiling, at: datetime, end: ReportState | None = None) -> None:
    assert made.obligation_id is not None
    owed = obligation(session, ObligationId(made.obligation_id))
    till = make_test_till(cast(Database, None), ManualClock(at), ScriptedProvider())
    wish = RequestPayment(obligation_id=owed.id, msisdn=PHONE, shown=owed.due, provider="mtn_momo")
    begun = attempts.begin(session, made.filer.actor, wish, till=till, at=at)
    accepted = Submission(answer=Answer.ACCEPTED, host="https://momo.example")
    payment_answers.record_submission(session, begun.attempt_id, accepted, at=at)
    if end is not None:
        payment_answers.record_report(session, begun.attempt_id, report(end, owed.due), at=at)


def _upload(client: FlaskClient, draft: str) -> str:
    """A PDF, and a document of two photos; returns where the latter is."""
    photos = [(BytesIO(photo("JPEG", size)), name) for size, name in (((300, 200), "a.jpg"), ((200, 300), "b.jpg"))]
    for title, files in (("Loan paper", [(BytesIO(pdf()), "loan.pdf")]), ("Messages", photos)):
        data = {"kind": "evidence", "title": title, "do": "add", "files": files}
        answer = post(client, f"{draft}/documents", data, content_type="multipart/form-data")
        assert answer.status_code == 303, answer.text
    page = client.get(f"{draft}/documents").text
    place = page.rindex("/pages")
    return page[page.rindex(draft, 0, place) : place]


def _newest_message(database: Database, who: MadePerson) -> str:
    statement = text("select id from message where person_id = :id order by created_at desc limit 1")
    with database.reading(SYSTEM) as session:
        return f"/messages/{session.execute(statement, {'id': who.id}).scalar_one()}"
