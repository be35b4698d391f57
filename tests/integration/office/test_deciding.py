"""Accept, return, refuse, move, take back: through the pages, with what each form keeps and refuses."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.core.clock import ManualClock
from app.filing.status import FilingStatus
from tests.builders.filings import SENT_AT, MadeFiling
from tests.builders.people import post
from tests.integration.office.conftest import Court

REASON = "relief/relief_unclear"
IN_HAND = FilingStatus.UNDER_REVIEW


def url(made: MadeFiling, step: str = "") -> str:
    return f"/desk/filings/{made.id}{step}"


def ids_described(text: str) -> set[str]:
    return set(re.findall(r'id="([^"]+)"', text))


def test_a_clean_filing_is_accepted_in_one_press_and_the_page_gives_its_number(court: Court) -> None:
    made = court.receive(IN_HAND)
    client = court.client
    answer = post(client, url(made, "/accept"), {"checklist": ["right_court", "parties_named"]})
    assert answer.location == url(made, "/done")
    page = client.get(answer.location).text
    assert "RC 00001/2026/TGI/NYGE" in page
    assert re.search(r'data-key="n"[^>]* autofocus', page)
    view = court.filing(made.id)
    assert view.status is FilingStatus.ACCEPTED
    assert view.last_decision is not None
    assert view.last_decision.checklist == ("right_court", "parties_named")


def test_accepting_twice_registers_once_and_the_second_press_shows_the_same_number(court: Court) -> None:
    made = court.receive(IN_HAND)
    client = court.client
    locations = [post(client, url(made, "/accept")).location for _ in range(2)]
    assert locations == [url(made, "/done")] * 2
    assert "RC 00001/2026/TGI/NYGE" in client.get(locations[1]).text


def test_a_tick_that_is_not_on_the_list_is_refused_and_nothing_is_decided(court: Court) -> None:
    made = court.receive(IN_HAND)
    assert post(court.client, url(made, "/accept"), {"checklist": "invented"}).status_code == 422
    assert court.filing(made.id).status is IN_HAND


@pytest.mark.parametrize("step", ["/accept", "/return", "/reject", "/transfer"])
def test_who_does_not_hold_a_filing_decides_nothing_and_keeps_every_word(court: Court, step: str) -> None:
    made = court.receive(IN_HAND)
    words = "Words that took ten minutes to find."
    data = {
        REASON: "yes",
        f"{REASON}/words": words,
        "code": "duplicate",
        "duplicate-words": words,
        "court_code": "TGI-GSBO",
        "text": words,
    }
    answer = post(court.colleague_client, url(made, step), data)
    assert answer.status_code == 409
    assert "Take this filing in hand first" in answer.text
    assert "Mugisha Jean has had it in hand" in answer.text or words in answer.text
    assert court.filing(made.id).status is IN_HAND


def test_a_return_needs_at_least_one_reason(court: Court) -> None:
    made = court.receive(IN_HAND)
    answer = post(court.client, url(made, "/return"), {"text": "Please look again."})
    assert answer.status_code == 422
    assert "choose at least one reason" in answer.text
    assert "Please look again." in answer.text


def test_a_chosen_reason_without_words_leads_to_its_field(court: Court) -> None:
    made = court.receive(IN_HAND)
    answer = post(court.client, url(made, "/return"), {REASON: "yes", f"{REASON}/words": "  "})
    assert answer.status_code == 422
    target = f"{REASON}/words"
    assert f'href="#{target}"' in answer.text
    assert target in ids_described(answer.text)


def test_the_words_of_a_return_are_ready_in_the_filers_language_and_shown_in_all_three(court: Court) -> None:
    made = court.receive(IN_HAND, language="fr")
    page = court.client.get(url(made, "/return")).text
    area = re.search(rf'<textarea[^>]* id="{REASON}/words"[^>]*lang="fr"[^>]*>\s*([^<]+)<', page)
    assert area
    assert area[1].startswith("Dites exactement ce que vous demandez")
    for said in ("Vuga neza icyo usaba urukiko", "Say exactly what you ask the court", "Dites exactement"):
        assert said in page


def test_marks_go_to_the_filer_where_they_apply(court: Court) -> None:
    made = court.receive(IN_HAND, papers={"Loan paper": b"%PDF-1.7 loan"})
    party = court.filing(made.id).answers.parties[1]
    data = {
        REASON: "yes",
        f"{REASON}/words": "Say how much.",
        f"party:{party.id}/contact_missing": "yes",
        f"party:{party.id}/contact_missing/words": "Where do they work?",
        f"document:{made.documents[0]}/document_unreadable": "yes",
        f"document:{made.documents[0]}/document_unreadable/words": "Photograph it again.",
        f"party:{party.id}/other/words": "Not ticked, so not sent.",
        "text": "Almost there.",
    }
    client = court.client
    assert post(client, url(made, "/return"), data).location == url(made, "/done")
    assert "Returned for correction" in client.get(url(made, "/done")).text
    view = court.filing(made.id)
    assert view.status is FilingStatus.RETURNED
    assert view.last_decision is not None
    assert view.last_decision.text == "Almost there."
    assert {(mark.target, mark.code, mark.text) for mark in view.last_decision.marks} == {
        ("relief", "relief_unclear", "Say how much."),
        (f"party:{party.id}", "contact_missing", "Where do they work?"),
        (f"document:{made.documents[0]}", "document_unreadable", "Photograph it again."),
    }


def test_a_rejection_needs_a_reason_with_words(court: Court) -> None:
    made = court.receive(IN_HAND)
    client = court.client
    none = post(client, url(made, "/reject"), {"duplicate-words": "Kept."})
    assert none.status_code == 422
    assert "Kept." in none.text
    wordless = post(client, url(made, "/reject"), {"code": "duplicate", "duplicate-words": ""})
    assert wordless.status_code == 422
    assert 'href="#duplicate-words"' in wordless.text
    assert court.filing(made.id).status is IN_HAND


def test_a_rejected_filing_carries_its_code_and_words(court: Court) -> None:
    made = court.receive(IN_HAND, language="rw")
    client = court.client
    assert "Iki kirego cyamaze gutangwa" in client.get(url(made, "/reject")).text
    answer = post(client, url(made, "/reject"), {"code": "duplicate", "duplicate-words": "Byatanzwe kabiri."})
    assert answer.location == url(made, "/done")
    decision = court.filing(made.id).last_decision
    assert decision is not None
    assert (decision.decision, decision.code, decision.text) == ("rejected", "duplicate", "Byatanzwe kabiri.")


def test_a_filing_at_the_wrong_court_is_moved_with_its_time(court: Court) -> None:
    made = court.receive(IN_HAND)
    client = court.client
    page = client.get(url(made, "/transfer")).text
    assert 'value="TGI-GSBO"' in page
    assert 'value="TGI-NYGE"' not in page
    answer = post(client, url(made, "/transfer"), {"court_code": "TGI-GSBO", "text": "The land lies in Gasabo."})
    assert answer.location == "/desk"
    assert "The filing is moved" in client.get("/desk").text
    view = court.filing(made.id)
    assert (view.court_code, view.status, view.received_at) == ("TGI-GSBO", FilingStatus.SUBMITTED, SENT_AT)
    assert client.get(url(made)).status_code == 404


def test_moving_to_the_same_court_or_one_that_does_not_take_it_is_refused(court: Court) -> None:
    made = court.receive(IN_HAND)
    for wrong in ("TGI-NYGE", "SC", "nowhere", ""):
        answer = post(court.client, url(made, "/transfer"), {"court_code": wrong, "text": "Kept words."})
        assert answer.status_code == 422
        assert "Kept words." in answer.text


def test_words_are_shown_when_the_filing_has_gone_to_another_court_meanwhile(court: Court) -> None:
    made = court.receive(IN_HAND)
    post(court.client, url(made, "/transfer"), {"court_code": "TGI-GSBO", "text": "Land in Gasabo."})
    late = {REASON: "yes", f"{REASON}/words": "Long words.", f"{REASON}x/words": "Not chosen."}
    answer = post(court.colleague_client, url(made, "/return"), late)
    assert answer.status_code == 404
    assert "Long words." in answer.text
    assert "Not chosen." not in answer.text


def test_only_the_chief_takes_an_acceptance_back_and_the_number_is_never_used_again(court: Court) -> None:
    made = court.receive(FilingStatus.ACCEPTED)
    assert court.client.get(url(made, "/void")).status_code == 404
    assert post(court.client, url(made, "/void"), {"text": "Mine."}).status_code == 404
    chief = court.chief_client
    assert made.case_number in chief.get(url(made, "/void")).text
    assert post(chief, url(made, "/void"), {"text": " "}).status_code == 422
    assert post(chief, url(made, "/void"), {"text": "Pressed by mistake."}).location == url(made, "/done")
    assert "The acceptance is taken back" in chief.get(url(made, "/done")).text
    view = court.filing(made.id)
    assert (view.status, view.case_id, view.received_at) == (FilingStatus.SUBMITTED, None, SENT_AT)
    assert court.receive(FilingStatus.ACCEPTED).case_number == "RC 00002/2026/TGI/NYGE"


def test_a_page_to_decide_on_leads_back_when_there_is_nothing_to_decide(court: Court) -> None:
    waiting, accepted = court.receive(), court.receive(FilingStatus.ACCEPTED)
    client = court.client
    for made in (waiting, accepted):
        for step in ("/return", "/reject", "/transfer"):
            assert client.get(url(made, step)).location == url(made)
    assert client.get(url(waiting, "/done")).location == url(waiting)
    assert court.chief_client.get(url(waiting, "/void")).location == url(waiting)


def decide_pages(client: FlaskClient, made: MadeFiling) -> list[str]:
    return [url(made, step) for step in ("", "/return", "/reject", "/transfer")]


def test_every_page_of_a_filing_asks_the_database_at_most_six_times(
    court: Court, counting: Callable[[], Any], clock: ManualClock
) -> None:
    court.receive(FilingStatus.ACCEPTED)
    made = court.receive(IN_HAND, papers={"One": b"%PDF-1", "Two": b"%PDF-2"}, at=SENT_AT - timedelta(hours=1))
    client = court.client
    for page in decide_pages(client, made):
        with counting() as counted:
            assert client.get(page).status_code == 200
        assert len(counted.statements) <= 6, (page, counted.statements)
    done = court.receive(FilingStatus.ACCEPTED)
    chief = court.chief_client
    for page in (url(done), url(done, "/done"), url(done, "/void")):
        with counting() as counted:
            assert chief.get(page).status_code == 200
        assert len(counted.statements) <= 6, (page, counted.statements)
