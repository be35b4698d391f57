"""The reader's messages: their own only, in their language, and opening one is written down."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, event, select, update

from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from app.filing import events as filing
from app.notify import queries
from app.notify.models import DeliveryRow, MessageRow
from app.notify.status import Failure
from tests.builders.people import MadePerson, make_person, make_staff, signed_in_client
from tests.integration.notify.world import approved, make_filing_row, tell_all


class Readers:
    """Two people with messages about a filing of each."""

    def __init__(self, app: Flask, clock: ManualClock) -> None:
        self.app, self.clock = app, clock
        self.database: Database = app.extensions["database"]
        with self.database.transaction(SYSTEM) as session:
            self.aline = make_person(session, name="Uwase Aline", email="aline@people.example")
            self.other = make_person(session, name="Habimana Eric")
            self.filing_id = make_filing_row(session, self.aline.id, at=clock.now())
        self.tell(self.aline)
        self.tell(self.other, make_filing=True)

    def tell(self, who: MadePerson, *, make_filing: bool = False, times: int = 1) -> None:
        with self.database.transaction(SYSTEM) as session:
            at = self.clock.now()
            filing_id = make_filing_row(session, who.id, at=at) if make_filing else self.filing_id
            about: dict[str, Any] = {"filing_id": filing_id, "filer_id": who.id, "court_code": "TGI-NYGE"}
            events = (filing.FilingReturned(**about, correct_until=at + timedelta(days=5)) for _ in range(times))
            tell_all(session, *events, at=at)

    def client(self, who: MadePerson) -> FlaskClient:
        return signed_in_client(self.app, who)

    def message_of(self, who: MadePerson) -> MessageRow:
        with self.database.reading(SYSTEM) as session:
            return session.scalars(select(MessageRow).where(MessageRow.person_id == who.id)).one()

    def fail(self, who: MadePerson, channel: str, failure: Failure = Failure.REFUSED) -> None:
        with self.database.transaction(SYSTEM) as session:
            statement = update(DeliveryRow).where(DeliveryRow.person_id == who.id, DeliveryRow.channel == channel)
            session.execute(statement.values(status="failed", failure=failure, next_at=None))


@pytest.fixture
def readers(app: Flask, clock: ManualClock) -> Readers:
    return Readers(app, clock)


def test_a_reader_sees_their_own_messages_and_nobody_elses(readers: Readers) -> None:
    page = readers.client(readers.aline).get("/messages?lang=en").get_data(as_text=True)
    mine, foreign = readers.message_of(readers.aline), readers.message_of(readers.other)
    assert mine.params["number"] in page
    assert "New" in page
    assert foreign.params["number"] not in page
    assert readers.client(readers.aline).get(f"/messages/{foreign.id}").status_code == 404
    assert readers.client(readers.aline).get(f"/messages/{uuid4()}").status_code == 404


def test_a_stranger_is_sent_to_sign_in(readers: Readers, client: FlaskClient) -> None:
    for path in ("/messages", f"/messages/{readers.message_of(readers.aline).id}"):
        answer = client.get(path)
        assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in")


def test_opening_a_message_is_written_down_once(readers: Readers) -> None:
    client, message = readers.client(readers.aline), readers.message_of(readers.aline)
    page = client.get(f"/messages/{message.id}?lang=en").get_data(as_text=True)
    assert "A registrar looked at your filing" in page
    assert f'href="/filings/{readers.filing_id}"' in page
    opened = readers.message_of(readers.aline).read_at
    assert opened == readers.clock.now()
    readers.clock.advance(timedelta(hours=1))
    client.get(f"/messages/{message.id}")
    assert readers.message_of(readers.aline).read_at == opened
    assert ">New<" not in client.get("/messages?lang=en").get_data(as_text=True)


def test_somebody_elses_try_does_not_count_as_opening(readers: Readers) -> None:
    message = readers.message_of(readers.aline)
    readers.client(readers.other).get(f"/messages/{message.id}")
    assert readers.message_of(readers.aline).read_at is None


def test_the_person_is_shown_what_did_not_reach_them(readers: Readers) -> None:
    client = readers.client(readers.aline)
    assert "did not reach you" not in client.get("/messages?lang=en").get_data(as_text=True)
    readers.fail(readers.aline, "email", Failure.OVERTAKEN)
    assert "did not reach you" not in client.get("/messages?lang=en").get_data(as_text=True)
    readers.fail(readers.aline, "sms")
    assert "did not reach you" in client.get("/messages?lang=en").get_data(as_text=True)
    page = client.get(f"/messages/{readers.message_of(readers.aline).id}?lang=en").get_data(as_text=True)
    assert "Text message: we could not reach your phone." in page
    assert "E-mail: not sent, because newer news came first." in page


def test_an_empty_box_says_what_will_appear(readers: Readers) -> None:
    with readers.database.transaction(SYSTEM) as session:
        new = make_person(session)
    page = readers.client(new).get("/messages?lang=en").get_data(as_text=True)
    assert "will appear here" in page


def test_the_box_is_paged_by_key_without_gap_or_repeat(readers: Readers) -> None:
    readers.tell(readers.aline, times=queries.PAGE + 5)
    seen: list[UUID] = []
    before = None
    with readers.database.reading(readers.aline.actor) as session:
        while views := queries.inbox(session, readers.aline.actor, before=before):
            seen += [view.id for view in views]
            before = seen[-1]
    assert len(seen) == len(set(seen)) == queries.PAGE + 6
    assert seen == sorted(seen, reverse=True)
    client = readers.client(readers.aline)
    first = client.get("/messages?lang=en").get_data(as_text=True)
    older = f"/messages?before={seen[queries.PAGE - 1]}"
    assert older in first
    assert client.get(older).get_data(as_text=True).count("ik-card__link") == 6
    assert client.get("/messages?before=nonsense").status_code == 404


def test_a_page_asks_the_database_little_whatever_there_is(readers: Readers) -> None:
    readers.tell(readers.aline, times=30)
    client, message = readers.client(readers.aline), readers.message_of(readers.other)
    assert _statements(readers, lambda: client.get("/messages")) <= 4
    other = readers.client(readers.other)
    assert _statements(readers, lambda: other.get(f"/messages/{message.id}")) <= 6


def _statements(readers: Readers, act: Callable[[], object]) -> int:
    seen: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(readers.database.engine, "before_cursor_execute", note)
    try:
        act()
    finally:
        event.remove(readers.database.engine, "before_cursor_execute", note)
    return len(seen)


def test_the_log_of_a_filing_shows_registrars_all_and_others_only_their_own(readers: Readers) -> None:
    with readers.database.transaction(SYSTEM) as session:
        here, elsewhere = make_staff(session), make_staff(session, court="TGI-HUYE")
    with readers.database.reading(SYSTEM) as session:
        ways = {d.way.channel for d in queries.deliveries_of(session, readers.aline.actor, readers.filing_id)}
        assert ways == {"in_portal", "sms", "email"}
        assert len(queries.deliveries_of(session, here.actor, readers.filing_id)) == 3
        assert queries.deliveries_of(session, elsewhere.actor, readers.filing_id) == ()
        assert queries.deliveries_of(session, readers.other.actor, readers.filing_id) == ()


def test_staff_see_what_failed_at_their_court(readers: Readers) -> None:
    readers.fail(readers.aline, "sms")
    readers.fail(readers.aline, "email", Failure.OVERTAKEN)
    with readers.database.transaction(SYSTEM) as session:
        here, elsewhere = make_staff(session), make_staff(session, court="TGI-HUYE")
    with readers.database.reading(SYSTEM) as session:
        [failed] = queries.failed_deliveries(session, here.actor)
        assert (failed.person_id, failed.way.channel, failed.way.failure) == (readers.aline.id, "sms", "refused")
        assert queries.failed_deliveries(session, here.actor, before=failed.id) == ()
        assert queries.failed_deliveries(session, elsewhere.actor) == ()
        assert queries.failed_deliveries(session, readers.aline.actor) == ()


def test_a_receipt_without_the_gateways_signature_is_refused(readers: Readers, client: FlaskClient) -> None:
    with readers.database.reading(SYSTEM) as session:
        known = session.scalars(select(DeliveryRow.id).where(DeliveryRow.channel == "sms")).first()
    fields = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    for headers in ({}, {"X-Twilio-Signature": "bm90IHJlYWxseQ=="}):
        assert client.post(f"/callbacks/sms/{known}", data=fields, headers=headers).status_code == 403
    with readers.database.reading(SYSTEM) as session:
        assert set(session.scalars(select(DeliveryRow.status))) == {"sent", "queued"}


def test_unread_messages_are_counted(readers: Readers) -> None:
    with readers.database.transaction(SYSTEM) as session:
        tell_all(session, approved(readers.aline.id), at=readers.clock.now())
    with readers.database.reading(SYSTEM) as session:
        assert queries.unread_count(session, readers.aline.actor) == 2
        assert queries.unread_count(session, SYSTEM) == 0
    readers.client(readers.aline).get(f"/messages/{_newest(readers)}")
    with readers.database.reading(SYSTEM) as session:
        assert queries.unread_count(session, readers.aline.actor) == 1


def _newest(readers: Readers) -> UUID:
    with readers.database.reading(SYSTEM) as session:
        return queries.inbox(session, readers.aline.actor)[0].id
