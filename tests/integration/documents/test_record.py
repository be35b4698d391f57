"""Documents in the database."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.core.actor import ANONYMOUS, SYSTEM, person
from app.core.errors import Forbidden
from app.core.events import events_of
from app.core.ids import PersonId, new_id
from app.documents.events import DocumentStored
from app.documents.ids import DocumentId
from app.documents.intake import Kept, Prepared
from app.documents.queries import document, documents
from app.documents.service import RecordDocument, record_document

AT = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
OWNER = person(PersonId(new_id()))


def kept(letter: str = "a", *, media_type: str = "application/pdf", name: str = "amasezerano.pdf") -> Kept:
    return Kept(sha256=letter * 64, size=1000, media_type=media_type, name=name, pages=2)


def test_a_recorded_document_is_read_back_with_its_photos_in_the_filers_order(session: Session) -> None:
    photos = tuple(kept(letter, media_type="image/jpeg", name=f"{letter}.jpg") for letter in "fbc")
    command = RecordDocument(prepared=Prepared(document=kept(), sources=photos))
    document_id = record_document(session, OWNER, command, at=AT)
    found = document(session, document_id)
    assert found is not None
    assert (found.sha256, found.pages, found.stored_at, found.stored_by) == ("a" * 64, 2, AT, OWNER.person_id)
    assert [(source.position, source.name) for source in found.sources] == [(1, "f.jpg"), (2, "b.jpg"), (3, "c.jpg")]


def test_recording_writes_one_event_without_the_name(session: Session) -> None:
    document_id = record_document(session, SYSTEM, RecordDocument(prepared=Prepared(document=kept())), at=AT)
    (happened,) = events_of(session, [document_id])
    assert happened.event == DocumentStored(document_id=document_id, sha256="a" * 64, size=1000, pages=2)
    data = session.execute(text("select data::text from event where subject = :id"), {"id": document_id}).scalar_one()
    assert "amasezerano" not in data


def test_the_same_bytes_given_twice_are_two_documents(session: Session) -> None:
    command = RecordDocument(prepared=Prepared(document=kept()))
    first, second = (record_document(session, OWNER, command, at=AT) for _ in range(2))
    assert first != second
    assert set(documents(session, [first, second])) == {first, second}


def test_a_stranger_records_nothing(session: Session) -> None:
    with pytest.raises(Forbidden):
        record_document(session, ANONYMOUS, RecordDocument(prepared=Prepared(document=kept())), at=AT)
    assert session.execute(text("select count(*) from document")).scalar_one() == 0


def test_a_pdf_has_no_sources_and_an_unknown_id_no_document(session: Session) -> None:
    document_id = record_document(session, OWNER, RecordDocument(prepared=Prepared(document=kept())), at=AT)
    found = documents(session, [document_id, new_id()])
    assert list(found) == [document_id]
    assert found[document_id].sources == ()
    assert document(session, DocumentId(new_id())) is None
    assert documents(session, []) == {}


def test_the_database_refuses_a_hash_that_is_none(session: Session) -> None:
    bad = Kept(sha256="../../etc/passwd", size=1, media_type="application/pdf", name="x", pages=1)
    with pytest.raises(IntegrityError):
        record_document(session, OWNER, RecordDocument(prepared=Prepared(document=bad)), at=AT)
