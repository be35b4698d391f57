"""What the desk reckons by itself: ages, places in the queue, and what a reason can be pinned on."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.core.language import speaking
from app.courts import load_pack
from app.filing.desk import QueueLine
from app.filing.ids import FilingId
from app.filing.rules import AttachedDocument
from app.office.rules import age, markables, place_of, read_place
from tests.builders.filings import make_answers

NOW = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
LINE = QueueLine(
    id=FilingId(UUID("0192f0c1-0000-7000-8000-000000000001")),
    number="F-2026-000001-5",
    filing_type="civil_claim",
    court_code="TGI-NYGE",
    caption="A v. B",
    urgent=True,
    received_at=NOW,
    submitted_at=NOW.replace(microsecond=123456),
    round=1,
    held=False,
    mine=False,
    waiver=False,
    unpaid=False,
)


@pytest.mark.parametrize(
    ("waited", "said"),
    [
        (timedelta(minutes=59), "under 1 hour"),
        (timedelta(hours=1), "1 h"),
        (timedelta(hours=47, minutes=59), "47 h"),
        (timedelta(days=2), "2 days"),
        (timedelta(days=40, hours=23), "40 days"),
    ],
)
def test_an_age_is_told_in_hours_and_from_two_days_on_in_days(waited: timedelta, said: str) -> None:
    with speaking("en"):
        assert str(age(NOW - waited, NOW)) == said


@pytest.mark.parametrize("urgent", [True, False])
def test_a_place_in_an_address_is_read_back_to_the_microsecond(urgent: bool) -> None:
    line = replace(LINE, urgent=urgent)
    assert read_place(place_of(line)) == (urgent, line.submitted_at, line.id)


@pytest.mark.parametrize("text", ["", "1", "1_x_y", "1_2026-05-04T10:00:00_0192f0c1-0000-7000-8000-000000000001"])
def test_an_unreadable_place_is_none(text: str) -> None:
    assert read_place(text) is None


def test_each_reason_stands_where_the_filer_can_put_it_right() -> None:
    pack = load_pack("rw")
    answers = make_answers()
    paper = AttachedDocument(
        document_id=UUID(int=7),
        kind="evidence",
        title="Loan paper",
        position=1,
        sha256="0" * 64,
        size=1,
        pages=1,
        media_type="application/pdf",
        name="loan.pdf",
    )
    found = markables(pack, pack.filing_type("civil_claim"), answers, (paper,))
    reasons = {thing.target: {reason.code for reason in thing.reasons} for thing in found}
    claimant, issue = answers.parties[0], answers.issues[0]
    assert reasons[f"document:{paper.document_id}"] == {
        "document_unreadable",
        "document_incomplete",
        "document_wrong",
        "other",
    }
    assert "document_missing" in reasons["documents"]
    assert "document_unreadable" not in reasons["documents"]
    assert {"party_unclear", "contact_missing"} <= reasons[f"party:{claimant.id}"]
    assert reasons[f"issue:{issue.id}"] == {"facts_unclear", "other"}
    assert {"relief_unclear", "value_wrong"} <= reasons["relief"]
    assert all("other" in codes for codes in reasons.values())


def test_every_reason_of_the_pack_can_be_given_somewhere() -> None:
    pack = load_pack("rw")
    answers = make_answers()
    paper = AttachedDocument(
        document_id=UUID(int=7),
        kind="evidence",
        title="",
        position=1,
        sha256="",
        size=1,
        pages=1,
        media_type="",
        name="",
    )
    found = markables(pack, pack.filing_type("civil_claim"), answers, (paper,))
    assert {reason.code for thing in found for reason in thing.reasons} == set(pack.return_reasons)
