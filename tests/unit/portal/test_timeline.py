"""What a timeline tells, to whom, and the small pure parts of the portal's pages."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from app.cases.events import CaseRegistered, CaseVoided
from app.cases.ids import CaseId
from app.core.events import Event, Recorded
from app.core.ids import EventId, PersonId, new_id
from app.core.language import speaking
from app.filing.events import FilingAccepted, FilingLapsed, FilingReleased, FilingSent, FilingStarted, FilingSubmitted
from app.filing.ids import FilingId
from app.portal.pages_by_key import read_key, write_key
from app.portal.timeline import Reader, filers, timeline
from app.portal.working import things

AT = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)
FILER, FILING, CASE = PersonId(new_id()), FilingId(new_id()), CaseId(new_id())
OF_FILING: dict[str, Any] = {"filing_id": FILING, "filer_id": FILER, "court_code": "TB-NYGE"}
OWN = Reader(person_id=FILER, by_court=False, until=None)
OTHER = Reader(person_id=PersonId(new_id()), by_court=False, until=None)


def told(reader: Reader, *events: Event) -> list[str]:
    """The sentences in English; the events happened an hour apart."""
    recorded = [
        Recorded(id=EventId(new_id()), at=AT + timedelta(hours=n), actor="system", event=event)
        for n, event in enumerate(events)
    ]
    with speaking("en"):
        return [str(moment.text) for moment in timeline(recorded, reader)]


def sent(**changes: Any) -> FilingSent:
    facts: dict[str, Any] = {"received_at": AT, "obligation_id": None, "pay_until": None, "again": False}
    return FilingSent(**OF_FILING, **{**facts, **changes})


@pytest.mark.parametrize(
    ("event", "sentence"),
    [
        (FilingStarted(**OF_FILING), "The claim was begun."),
        (sent(), "The claim was sent to the court."),
        (sent(pay_until=AT), "The claim was sent. It waited for payment."),
        (sent(again=True, pay_until=AT), "The corrected claim was sent to the court."),
        (
            FilingSubmitted(**OF_FILING, received_at=AT, paid=True, revived=False),
            "The fee was paid, and the court has the claim.",
        ),
        (FilingSubmitted(**OF_FILING, received_at=AT, paid=False, revived=False), "The court has the claim."),
        (
            FilingSubmitted(**OF_FILING, received_at=AT, paid=True, revived=True),
            "The payment had been made in time, so the claim counts from its first day.",
        ),
        (FilingLapsed(**OF_FILING, unpaid=False), "The claim lapsed, because it was not corrected in time."),
        (
            CaseRegistered(case_id=CASE, court_code="TB-NYGE", filing_id=FILING),
            "The court accepted the claim, registered the case and gave it a number.",
        ),
    ],
)
def test_each_event_is_one_plain_sentence(event: Event, sentence: str) -> None:
    assert told(OWN, event) == [sentence]


def test_what_has_no_sentence_and_what_would_be_said_twice_is_left_out() -> None:
    assert told(OWN, FilingReleased(**OF_FILING), FilingAccepted(**OF_FILING, case_id=CASE)) == []


def test_the_other_side_hears_nothing_of_drafts_and_lapses() -> None:
    private = (FilingStarted(**OF_FILING), sent(), FilingLapsed(**OF_FILING, unpaid=True))
    assert told(OTHER, *private) == []
    assert len(told(OWN, *private)) == 3
    assert told(Reader(person_id=None, by_court=False, until=None), *private) == []


def test_a_paper_filing_of_nobodys_is_no_ones_own_affair() -> None:
    of_nobody = {**OF_FILING, "filer_id": None}
    assert told(Reader(person_id=None, by_court=False, until=None), FilingStarted(**of_nobody)) == []


def test_nothing_after_the_end_of_ones_part_is_told_but_to_the_court() -> None:
    events = (
        CaseRegistered(case_id=CASE, court_code="TB-NYGE", filing_id=FILING),
        CaseVoided(case_id=CASE, court_code="TB-NYGE", filing_id=FILING),
    )
    assert len(told(Reader(person_id=FILER, by_court=False, until=AT), *events)) == 1
    assert len(told(Reader(person_id=FILER, by_court=True, until=None), *events)) == 2


def test_a_filing_is_dated_by_its_receipt() -> None:
    late = Recorded(id=EventId(new_id()), at=AT + timedelta(days=2), actor="system", event=sent())
    assert [moment.at for moment in timeline([late], OWN)] == [AT]
    assert filers([late]) == {FILING: FILER}


def test_a_key_is_read_as_it_was_written_and_nothing_else_is() -> None:
    at, item = datetime(2026, 5, 4, 8, 0, 0, 123456, tzinfo=UTC), new_id()
    assert read_key(write_key(at, item)) == (at, item)
    for text in ("", "1", "-1-" + item.hex, f"1-{item}", "١-" + item.hex):
        assert read_key(text) is None
    assert read_key("0-" + item.hex) == (datetime(1970, 1, 1, tzinfo=UTC), UUID(hex=item.hex))


def test_what_is_broken_is_told_by_what_people_do() -> None:
    fine = dict.fromkeys(("database", "migrations", "clock", "storage", "worker"), "ok")
    assert all(thing.works for thing in things(fine))
    assert [thing.works for thing in things({**fine, "storage": "StorageDown"})] == [True, False, True]
    assert [thing.works for thing in things({**fine, "database": "gone"})] == [False, False, False]
    assert [thing.works for thing in things({**fine, "worker": "not heard from"})] == [True, True, False]
