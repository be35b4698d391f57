"""The case page: what it says, to whom, and in how many statements."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.cases.ids import CaseId
from app.cases.models import CaseAccessRow, DocketDocumentRow, DocketEntryRow, PartyRow
from app.cases.service import void_case
from app.core.actor import SYSTEM
from app.core.events import record
from app.core.ids import new_id
from app.documents.delivery import intake
from app.filing.events import FilingSubmitted
from app.filing.ids import FilingId
from app.filing.status import FilingStatus
from app.wiring import House
from tests.builders.files import pdf
from tests.builders.filings import MadeFiling, make_filing
from tests.builders.people import MadePerson, make_person, make_staff, post, signed_in_client
from tests.builders.statements import counted
from tests.conftest import NOON


@pytest.fixture
def registered(app: Flask, house: House) -> MadeFiling:
    """A case that was registered this morning, with one paper beside the pleading."""
    with app.app_context():
        kept = intake()
    with house.database.transaction(SYSTEM) as session:
        filer = make_person(session, name="Uwase Aline", locale="en")
        return make_filing(
            session,
            status=FilingStatus.ACCEPTED,
            filer=filer,
            defendant="Demo Ltd",
            papers={"Loan paper": pdf()},
            intake=kept,
        )


@pytest.fixture
def filer(app: Flask, registered: MadeFiling) -> FlaskClient:
    """The browser of the person who filed it."""
    return signed_in_client(app, registered.filer)


def case_url(made: MadeFiling) -> str:
    return f"/cases/{made.case_id}"


def join(house: House, made: MadeFiling, *, side: str, ends: bool = False) -> MadePerson:
    """Another person who is let into the case (a redeemed service code), perhaps for a while only."""
    with house.database.transaction(SYSTEM) as session:
        who = make_person(session, name="Kamanzi Eric", locale="en")
        session.execute(
            insert(CaseAccessRow).values(
                id=new_id(),
                case_id=made.case_id,
                court_code=made.court_code,
                person_id=who.id,
                capacity="party",
                side=side,
                basis="service_code",
                starts_at=NOON,
                ends_at=NOON if ends else None,
            )
        )
    return who


def test_it_says_where_the_case_stands_what_comes_next_and_what_happened(
    filer: FlaskClient, registered: MadeFiling
) -> None:
    page = filer.get(case_url(registered))
    assert page.status_code == 200
    for words in (
        registered.case_number,
        "Uwase Aline v. Demo Ltd",
        "The court has registered your case and given it a number.",
        "The court will choose a judge",
        "The claim was sent. It waited for payment.",
        "The fee was paid, and the court has the claim.",
        "A registrar began to check the claim.",
        "The court accepted the claim, registered the case and gave it a number.",
        "Nyarugenge Intermediate Court",
        f"/filings/{registered.id}/receipt.pdf",
        "Loan paper",
    ):
        assert words in page.text, words


def test_a_document_of_the_docket_is_sent_untouched(filer: FlaskClient, registered: MadeFiling) -> None:
    answer = filer.get(f"{case_url(registered)}/documents/{registered.documents[0]}")
    assert answer.status_code == 200
    assert answer.data == pdf()
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_a_stranger_a_missing_case_and_another_cases_document_get_the_same_404(
    app: Flask, house: House, filer: FlaskClient, registered: MadeFiling
) -> None:
    with house.database.transaction(SYSTEM) as session:
        stranger = make_person(session, name="Somebody Else", locale="en")
        elsewhere = make_staff(session, court="TGI-GSBO", locale="en")
    document = f"/documents/{registered.documents[0]}"
    bodies = set()
    for who in (stranger, elsewhere):
        browser = signed_in_client(app, who)
        for url in (case_url(registered), f"/cases/{new_id()}", case_url(registered) + document):
            answer = browser.get(url)
            assert answer.status_code == 404
            assert registered.case_number not in answer.text
            bodies.add((who.id, _plain(answer.text)))
        assert post(browser, f"{case_url(registered)}/note", {"label": "x", "version": "0"}).status_code == 404
    assert len(bodies) == 2
    assert filer.get(f"/cases/{new_id()}{document}").status_code == 404
    assert filer.get(f"{case_url(registered)}/documents/{new_id()}").status_code == 404


def _plain(page: str) -> str:
    """The page without what differs from one address to the next: the token and the language links."""
    return "\n".join(line for line in page.splitlines() if "csrf_token" not in line and "lang=" not in line)


def test_nobody_signed_in_is_led_to_the_sign_in_page(client: FlaskClient, registered: MadeFiling) -> None:
    answer = client.get(case_url(registered))
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=")


def test_the_other_side_sees_neither_contacts_nor_what_came_before_the_register(
    app: Flask, house: House, registered: MadeFiling
) -> None:
    page = signed_in_client(app, join(house, registered, side="defendant")).get(case_url(registered)).text
    assert "Uwase Aline" in page
    assert "0788 000 111" not in page.replace("\u00a0", " ")
    assert "A registrar began to check" not in page
    assert "It waited for payment" not in page
    assert "receipt.pdf" not in page
    assert "registered the case" in page


def test_the_court_sees_contacts_and_everything_that_happened(app: Flask, house: House, registered: MadeFiling) -> None:
    assert registered.registrar is not None
    page = signed_in_client(app, registered.registrar).get(case_url(registered)).text
    assert "0788 000 111" in page.replace("\u00a0", " ")
    assert "A registrar began to check" in page


def test_whose_part_has_ended_sees_the_case_as_it_was_then(app: Flask, house: House, registered: MadeFiling) -> None:
    who = join(house, registered, side="defendant", ends=True)
    later = NOON + timedelta(days=1)
    with house.database.transaction(SYSTEM) as session:
        chief = make_staff(session, locale="en")
        void_case(session, chief.actor, _case_id(registered), at=later)
    page = signed_in_client(app, who).get(case_url(registered)).text
    assert "Your part in this case ended on 4 May 2026" in page
    assert "registered by mistake" not in page
    assert "The registration was undone" not in page
    assert "Void" not in page


def test_a_void_case_says_so_and_that_its_number_is_gone(
    app: Flask, house: House, filer: FlaskClient, registered: MadeFiling
) -> None:
    with house.database.transaction(SYSTEM) as session:
        chief = make_staff(session, locale="en")
        void_case(session, chief.actor, _case_id(registered), at=NOON)
    page = filer.get(case_url(registered)).text
    assert "registered by mistake" in page
    assert f"The number {registered.case_number} is not used for any other case." in page


def _case_id(made: MadeFiling) -> CaseId:
    assert made.case_id is not None
    return CaseId(made.case_id)


def test_a_note_is_kept_for_its_writer_alone(
    app: Flask, house: House, filer: FlaskClient, registered: MadeFiling
) -> None:
    words = {"label": "The loan", "note": "Ask my aunt <b>first</b>", "version": "0"}
    assert post(filer, f"{case_url(registered)}/note", words).status_code == 303
    page = filer.get(case_url(registered)).text
    assert "Ask my aunt &lt;b&gt;first" in page
    assert "The loan" in page
    other = signed_in_client(app, join(house, registered, side="claimant"))
    assert "Ask my aunt" not in other.get(case_url(registered)).text


def test_a_note_from_an_old_tab_overwrites_nothing_and_both_are_shown(
    filer: FlaskClient, registered: MadeFiling
) -> None:
    url = f"{case_url(registered)}/note"
    assert post(filer, url, {"label": "", "note": "first tab", "version": "0"}).status_code == 303
    answer = post(filer, url, {"label": "", "note": "second tab", "version": "0"})
    assert answer.status_code == 409
    assert "first tab" in answer.text
    assert "second tab" in answer.text
    assert post(filer, url, {"label": "", "note": "second tab", "version": "1"}).status_code == 303
    assert "second tab" in filer.get(case_url(registered)).text


def test_a_label_that_is_too_long_comes_back_with_every_word(filer: FlaskClient, registered: MadeFiling) -> None:
    answer = post(filer, f"{case_url(registered)}/note", {"label": "x" * 61, "note": "kept words", "version": "0"})
    assert answer.status_code == 422
    assert "x" * 61 in answer.text
    assert "kept words" in answer.text
    assert 'href="#label"' in answer.text


def test_six_statements_are_enough_for_ten_parties_and_thirty_filings(
    app: Flask, house: House, filer: FlaskClient, registered: MadeFiling
) -> None:
    crowd(house, registered)
    with counted(house.database) as statements:
        page = filer.get(case_url(registered))
    assert page.status_code == 200
    assert page.text.count("Demo party") == 10
    assert page.text.count("Paper of filing") == 30
    assert len(statements) <= 6, "\n".join(statements)


def crowd(house: House, made: MadeFiling) -> None:
    """Ten more parties, and thirty more filings with their news."""
    with house.database.transaction(SYSTEM) as session:
        for number in range(10):
            _one_more_party(session, made, number)
        for number in range(30):
            _one_more_filing(session, made, number)


def _one_more_party(session: Session, made: MadeFiling, number: int) -> None:
    session.execute(
        insert(PartyRow).values(
            id=new_id(),
            case_id=made.case_id,
            court_code=made.court_code,
            position=number + 3,
            details={},
            side="claimant" if number % 2 else "defendant",
            role="defendant",
            kind="person",
            name=f"Demo party {number}",
        )
    )


def _one_more_filing(session: Session, made: MadeFiling, number: int) -> None:
    filing_id, entry_id = FilingId(new_id()), new_id()
    session.execute(
        insert(DocketEntryRow).values(
            id=entry_id,
            case_id=made.case_id,
            court_code=made.court_code,
            position=number + 2,
            filing_id=filing_id,
            filing_type="civil_claim",
            side="claimant",
            received_at=NOON,
            docketed_at=NOON,
        )
    )
    paper = {"document_id": made.documents[0], "kind": "evidence", "title": f"Paper of filing {number}"}
    session.execute(insert(DocketDocumentRow).values(entry_id=entry_id, position=1, **paper))
    about = {"filing_id": filing_id, "filer_id": made.filer.id, "court_code": made.court_code}
    event = FilingSubmitted(**about, received_at=NOON, paid=True, revived=False)  # type: ignore[arg-type]
    record(session, event, actor=SYSTEM, at=NOON)


def test_an_entry_for_the_court_only_is_hidden_with_its_document(
    app: Flask, house: House, registered: MadeFiling
) -> None:
    with house.database.transaction(SYSTEM) as session:
        session.execute(update(DocketEntryRow).values(visibility="court"))
    other = signed_in_client(app, join(house, registered, side="defendant"))
    assert "Loan paper" not in other.get(case_url(registered)).text
    assert other.get(f"{case_url(registered)}/documents/{registered.documents[0]}").status_code == 404
