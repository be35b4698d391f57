"""Each message reaches its reader exactly once, whatever dies and whenever."""

import random
from datetime import timedelta
from typing import Any

import pytest

from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from app.core.events import Event, Subscriptions
from app.notify.errands import LEASE
from app.notify.handlers import HEARS
from app.notify.outcomes import InDoubt, Refused, TryLater
from app.notify.settling import TRIES
from app.notify.status import DeliveryStatus, Failure
from tests.builders.people import MadePerson, make_person
from tests.integration.notify.world import Killed, Seams, World, approved, dying

S = DeliveryStatus


@pytest.fixture
def subscriptions() -> Subscriptions:
    table: dict[type[Event], list[Any]] = {event: [named] for event, named in HEARS.items()}
    return Subscriptions(table)


@pytest.fixture
def world(fresh_database: Database, clock: ManualClock) -> World:
    return World(fresh_database, clock)


def a_person(world: World, **facts: Any) -> MadePerson:
    with world.database.transaction(SYSTEM) as session:
        return make_person(session, **{"email": "reader@people.example", **facts})


def test_a_message_goes_once_by_each_channel(world: World) -> None:
    who = a_person(world, locale="en")
    world.happen(approved(who.id))
    assert world.send() == 2
    assert world.send() == 0
    [(reference, sms)], [mail] = world.gateway.taken, world.mailbox.taken
    assert sms.phone == who.phone
    assert "bar number is confirmed" in sms.text
    assert mail.address == who.email
    assert mail.subject == "You can now act as an advocate"
    rows = world.deliveries()
    assert {channel: row.status for channel, row in rows.items()} == {
        "in_portal": "sent",
        "sms": "sent",
        "email": "sent",
    }
    assert rows["sms"].reference == reference
    assert sms.receipt_url == f"http://localhost/callbacks/sms/{rows['sms'].id}"
    assert mail.mail_id == rows["email"].mail_id == f"<{rows['email'].id}@court.example>"


def test_wherever_the_sender_dies_everybody_gets_each_message_exactly_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [a_person(world, email=f"reader{n}@people.example") for n in range(2)]
    count = Seams()
    _round(world, monkeypatch, count, people)
    assert count.passed > 8
    for deadly in range(count.passed):
        _round(world, monkeypatch, Seams({deadly}), people)
    _everything_arrived_once(world, people, rounds=count.passed + 1)


def test_a_sender_that_dies_again_and_again_doubles_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    people = [a_person(world, email=f"reader{n}@people.example") for n in range(2)]
    dice = random.Random(7)
    for _ in range(12):
        _round(world, monkeypatch, Seams({dice.randrange(40) for _ in range(6)}), people)
    _everything_arrived_once(world, people, rounds=12)


def _round(world: World, monkeypatch: pytest.MonkeyPatch, seams: Seams, people: list[MadePerson]) -> None:
    world.happen(*(approved(who.id) for who in people))
    with dying(monkeypatch, world, seams):
        for _ in range(30):
            try:
                while world.send():
                    pass
            except Killed:
                pass
            world.clock.advance(LEASE + timedelta(seconds=1))
            if not world.waiting():
                return
    raise AssertionError("the queue never became empty")


def _everything_arrived_once(world: World, people: list[MadePerson], *, rounds: int) -> None:
    for who in people:
        texts = [sms.text for _, sms in world.gateway.taken if sms.phone == who.phone]
        assert len(texts) == len(set(texts)) == rounds
        # Mail may come twice, but under one Message-ID: the reader's mailbox shows it once.
        assert len({mail.mail_id for mail in world.mailbox.taken if mail.address == who.email}) == rounds
    assert {row.status for row in world.all_deliveries()} == {"sent"}


def test_an_answer_that_was_lost_is_looked_up_before_anything_is_sent_again(world: World) -> None:
    who = a_person(world, email=None)
    world.gateway.answers = [InDoubt("ReadTimeout")]
    world.happen(approved(who.id))
    world.send()
    row = world.deliveries()["sms"]
    assert (row.status, row.in_doubt, row.last_error) == (S.RETRYING, True, "ReadTimeout")
    assert row.next_at is not None
    assert row.next_at >= world.clock.now() + timedelta(seconds=60)
    world.gateway.reachable = False
    world.clock.advance(timedelta(minutes=2))
    world.send()
    assert (world.gateway.lookups, world.gateway.taken) == (1, [])
    assert world.deliveries()["sms"].in_doubt
    world.gateway.reachable = True
    world.send_for(timedelta(hours=1))
    assert len(world.gateway.taken) == 1
    assert world.deliveries()["sms"].status == S.SENT


def test_a_refusal_is_final_and_told(world: World) -> None:
    who = a_person(world, email=None)
    world.gateway.answers = [Refused("21211")]
    world.happen(approved(who.id))
    world.send_for(timedelta(days=2))
    row = world.deliveries()["sms"]
    assert (row.status, row.failure, row.last_error) == (S.FAILED, Failure.REFUSED, "21211")
    assert row.next_at is None
    assert world.gateway.taken == []
    assert world.event_names().count("MessageFailed") == 1


def test_a_delay_is_tried_again_after_the_pause_that_was_asked_for(world: World) -> None:
    who = a_person(world, email=None)
    world.gateway.answers = [TryLater("20429", timedelta(minutes=10))]
    world.happen(approved(who.id))
    world.send()
    row = world.deliveries()["sms"]
    assert (row.status, row.in_doubt) == (S.RETRYING, False)
    assert row.next_at is not None
    assert row.next_at >= world.clock.now() + timedelta(minutes=10)
    world.clock.advance(timedelta(minutes=11))
    world.send()
    assert world.deliveries()["sms"].status == S.SENT
    assert world.gateway.lookups == 0


def test_after_the_last_try_a_delivery_has_failed_for_good(world: World) -> None:
    who = a_person(world, phone=None)
    world.mailbox.answers = [TryLater("smtp_451")] * TRIES
    world.happen(approved(who.id))
    world.send_for(timedelta(days=2), steps=200)
    row = world.deliveries()["email"]
    assert (row.status, row.failure, row.tries) == (S.FAILED, Failure.GAVE_UP, TRIES)
    assert world.mailbox.answers == []
    assert world.mailbox.taken == []


def test_who_closed_their_account_after_the_event_gets_nothing(world: World) -> None:
    who = a_person(world)
    world.happen(approved(who.id))
    world.close_account(who.id)
    world.send_for(timedelta(days=1))
    assert (world.gateway.taken, world.mailbox.taken) == ([], [])
    assert {row.failure for channel, row in world.deliveries().items() if channel != "in_portal"} == {
        Failure.NO_CONTACT
    }


def test_words_that_cannot_be_made_hold_up_nobody_else(world: World) -> None:
    who, other = a_person(world, email=None), a_person(world, email=None)
    world.happen(approved(who.id), approved(other.id))
    world.spoil_message_of(who.id)
    world.send()
    assert [sms.phone for _, sms in world.gateway.taken] == [other.phone]
    assert world.statuses_of(who.id) == {"in_portal": S.SENT, "sms": S.RETRYING}


def test_each_reader_is_spoken_to_in_their_own_language(world: World) -> None:
    for locale in ("en", "fr", "rw"):
        who = a_person(world, locale=locale, email=f"{locale}@people.example")
        world.happen(approved(who.id))
    world.send()
    assert {mail.language for mail in world.mailbox.taken} == {"en", "fr", "rw"}
    assert all(f'lang="{mail.language}"' in mail.html for mail in world.mailbox.taken)
