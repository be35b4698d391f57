"""A returned filing shows the registrar's words on the very thing they are about."""

from datetime import timedelta

from flask import Flask

from app.core.actor import SYSTEM
from app.documents.delivery import intake
from app.filing import review
from app.filing.commands import MarkedPoint, ReturnForCorrection
from app.filing.queries import filing
from app.filing.status import FilingStatus
from app.wiring import House
from tests.builders.files import pdf
from tests.builders.filings import SENT_AT, make_filing, rwanda
from tests.builders.people import signed_in_client


def test_marks_show_on_the_list_and_on_the_page_of_what_they_are_about(app: Flask, house: House) -> None:
    with app.app_context(), house.database.transaction(SYSTEM) as session:
        made = make_filing(session, status=FilingStatus.UNDER_REVIEW, intake=intake(), papers={"Loan paper": pdf()})
        assert made.registrar is not None
        answers = filing(session, made.filer.actor, made.id).answers
        targets = {
            f"party:{answers.parties[1].id}": "Write the full name.",
            f"issue:{answers.issues[0].id}": "Say when it was.",
            f"document:{made.documents[0]}": "This paper can't be read.",
            "relief": "Say how much.",
        }
        marks = tuple(MarkedPoint(target=t, code="other", text=words) for t, words in targets.items())
        command = ReturnForCorrection(filing_id=made.id, marks=marks)
        review.return_for_correction(session, made.registrar.actor, rwanda(), command, at=SENT_AT + timedelta(hours=2))
    client = signed_in_client(app, made.filer)
    url = f"/filings/{made.id}"
    for page, words in {
        "tasks": "This paper can&#39;t be read.",
        "parties": "Write the full name.",
        f"parties/{answers.parties[1].id}": "Write the full name.",
        "issues": "Say when it was.",
        f"issues/{answers.issues[0].id}": "Say when it was.",
        "documents": "This paper can&#39;t be read.",
        "relief": "Say how much.",
    }.items():
        assert words in client.get(f"{url}/{page}").text, page
    assert "Say how much." not in client.get(f"{url}/court").text
