"""A filing on the desk: what it shows, who holds it, and its documents as pictures."""

import re
from datetime import timedelta

import pytest

from app.accounts.roles import Role
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.filing.status import FilingStatus
from tests.builders.files import pdf
from tests.builders.filings import make_answers
from tests.builders.people import make_person, post, signed_in_client
from tests.integration.office.conftest import Court


def test_everything_a_registrar_looks_at_is_on_one_page(court: Court) -> None:
    made = court.receive(FilingStatus.UNDER_REVIEW, claimant="Mukamana Alice", defendant="Kigali Bricks Ltd")
    page = court.client.get(f"/desk/filings/{made.id}").text
    for shown in (
        *("Mukamana Alice", "Kigali Bricks Ltd", "0788 000 111", "102345678", "It was never paid back."),
        *("That it is paid back.", "RWF 500,000", "4 May 2026, 10:00", "4 May 2026, 10:05", "Paid"),
        "This is the right court",
    ):
        assert shown in page, shown


def test_a_likely_duplicate_is_warned_of_with_its_case_number(court: Court) -> None:
    before = court.receive(FilingStatus.ACCEPTED, claimant="Mukamana Alice", defendant="Kigali Bricks Ltd")
    other = court.receive(claimant="Habimana Eric", defendant="Mutoni Rose")
    again = court.receive(claimant="MUKAMANA  alice", defendant="Kigali Bricks Ltd")
    page = court.client.get(f"/desk/filings/{again.id}").text
    assert "This may have been filed before" in page
    assert before.case_number in page
    assert other.number not in page
    assert "filed before" not in court.client.get(f"/desk/filings/{other.id}").text


def test_who_holds_a_filing_and_since_when_is_told_and_only_the_chief_can_put_it_back(court: Court) -> None:
    made = court.receive(FilingStatus.UNDER_REVIEW)
    colleague, chief = court.colleague_client, court.chief_client
    page = colleague.get(f"/desk/filings/{made.id}").text
    assert "Mugisha Jean has had it in hand since 4 May 2026, 11:00" in page
    assert 'data-key="a"' not in page
    assert post(colleague, f"/desk/filings/{made.id}/release").status_code == 409
    assert post(chief, f"/desk/filings/{made.id}/release").status_code == 303
    assert court.filing(made.id).status is FilingStatus.SUBMITTED


def test_a_fresh_claim_keeps_others_out_and_a_forgotten_one_can_be_taken_over(court: Court, clock: ManualClock) -> None:
    made = court.receive(FilingStatus.SUBMITTED)
    assert post(court.client, f"/desk/filings/{made.id}/claim").status_code == 303
    colleague = court.colleague_client
    early = post(colleague, f"/desk/filings/{made.id}/claim")
    assert early.status_code == 409
    assert "Another registrar has this filing in hand" in early.text
    assert "Take it over" not in early.text
    clock.advance(timedelta(minutes=31))
    colleague = court.colleague_client  # a session at the court ends after half an hour without use
    assert "Take it over" in colleague.get(f"/desk/filings/{made.id}").text
    assert post(colleague, f"/desk/filings/{made.id}/claim").status_code == 303
    assert court.filing(made.id).claimed_by == court.colleague.id


def test_the_decisions_so_far_are_told_with_who_made_them(court: Court) -> None:
    made = court.receive(FilingStatus.RETURNED)
    page = court.client.get(f"/desk/filings/{made.id}").text
    assert "Decisions so far" in page
    assert "Mugisha Jean" in page
    assert "Say exactly what you ask for." in page


def test_pages_are_pictures_with_a_size_and_words_and_the_original_is_a_press_away(court: Court) -> None:
    intake = court.app.extensions["documents"]
    made = court.receive(FilingStatus.UNDER_REVIEW, intake=intake, papers={"Loan paper": pdf(2)})
    client = court.client
    page = client.get(f"/desk/filings/{made.id}").text
    pictures = re.findall(r'<img[^>]* src="([^"]+)"[^>]*>', page)
    assert len(pictures) == 4
    assert page.count('loading="lazy"') == 4
    assert 'alt="Page 2 of Loan paper"' in page
    picture = client.get(pictures[-1])
    assert (picture.status_code, picture.mimetype) == (200, "image/webp")
    assert picture.data[8:12] == b"WEBP"
    assert client.get(pictures[-1] + "?w=9999999").status_code == 200
    assert client.get(f"/filings/{made.id}/documents/{made.documents[0]}").data == pdf(2)


@pytest.mark.parametrize("number", ["0", "3", "99999999999999999999"])
def test_a_page_that_is_not_there_is_not_found(court: Court, number: str) -> None:
    made = court.receive(intake=court.app.extensions["documents"], papers={"Loan paper": pdf(2)})
    address = f"/desk/filings/{made.id}/documents/{made.documents[0]}/pages/{number}.webp"
    assert court.client.get(address).status_code == 404


def test_a_filing_shows_itself_to_nobody_but_its_courts_registrars(court: Court) -> None:
    made = court.receive(papers={"Loan paper": b"%PDF-1.7"})
    other = court.receive(papers={"Other": b"%PDF-1.7"})
    with court.house.database.transaction(SYSTEM) as session:
        stranger = make_person(session)
    picture = f"/documents/{made.documents[0]}/pages/1.webp"
    clients = [
        court.staff(Role.REGISTRAR, "TGI-GSBO"),
        court.staff(Role.JUDGE, "TGI-NYGE"),
        signed_in_client(court.app, stranger),
        signed_in_client(court.app, made.filer),
    ]
    for client in clients:
        for part in ("", "/return", "/reject", "/transfer", "/void", "/done", picture):
            assert client.get(f"/desk/filings/{made.id}{part}").status_code == 404, part
        for part in ("/claim", "/release", "/accept", "/return", "/reject", "/transfer", "/void"):
            assert post(client, f"/desk/filings/{made.id}{part}").status_code == 404, part
    assert court.client.get(f"/desk/filings/{other.id}{picture}").status_code == 404


@pytest.mark.parametrize("status", [FilingStatus.DRAFT, FilingStatus.AWAITING_PAYMENT, FilingStatus.LAPSED])
def test_what_has_not_reached_the_court_is_not_on_its_desk(court: Court, status: FilingStatus) -> None:
    made = court.receive(status)
    assert court.client.get(f"/desk/filings/{made.id}").status_code == 404


def test_names_cannot_become_markup(court: Court) -> None:
    made = court.receive(claimant="<b>Alice</b>", answers=make_answers(claimant="<script>x</script>"))
    for page in ("/desk", f"/desk/filings/{made.id}"):
        text = court.client.get(page).text
        assert "<script>x" not in text
        assert "&lt;script&gt;" in text


@pytest.mark.parametrize("language", ["rw", "fr"])
def test_every_page_of_the_desk_speaks_each_language(court: Court, language: str) -> None:
    made = court.receive(FilingStatus.UNDER_REVIEW)
    for part in ("", "/return", "/reject", "/transfer"):
        answer = court.client.get(f"/desk/filings/{made.id}{part}?lang={language}")
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.text
