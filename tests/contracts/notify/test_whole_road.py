"""From an event to the phone and back: portal, worker and gateway on their real wire, with answers lost on the way."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug.serving import make_server

from app import create_app, wiring
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.events import record
from app.notify.models import DeliveryRow
from sandbox.faults import Fault, Kind, Moment, Operator
from sandbox.server import Sandbox
from tests.builders.people import MadePerson, make_person
from tests.builders.postgres import Urls
from tests.contracts.notify.conftest import pointed_at
from tests.contracts.sandbox.callers import eventually
from tests.integration.notify.world import approved


@pytest.fixture
def house(box: Sandbox, fresh_urls: Urls, clock: ManualClock) -> Iterator[wiring.House]:
    """A portal that answers on a port of its own, so that the gateway's receipts reach it."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    url = f"http://127.0.0.1:{server.server_port}"
    settings = pointed_at(box, database_url=fresh_urls.app, public_url=url, callback_url=url)
    built = wiring.build(settings, clock)
    server.app = create_app(settings, house=built)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    yield built
    server.shutdown()
    thread.join()
    server.server_close()
    built.database.dispose()


def news_for(house: wiring.House, phone: str) -> MadePerson:
    with house.database.transaction(SYSTEM) as session:
        who = make_person(session, phone=phone, email=f"{phone[1:]}@people.example")
        record(session, approved(who.id), actor=SYSTEM, at=house.clock.now())
    return who


def states(house: wiring.House, who: MadePerson) -> dict[str, str]:
    with house.database.reading(SYSTEM) as session:
        rows = session.execute(select(DeliveryRow.channel, DeliveryRow.status).where(DeliveryRow.person_id == who.id))
        return dict(rows.all())


def set_fault(box: Sandbox, operator: Operator, kind: Kind, moment: Moment) -> None:
    box.world.faults.set(Fault(operator=operator, kind=kind, moment=moment, seconds=0, count=3, remaining=1))


def test_the_phone_has_it_and_the_portal_knows(house: wiring.House, work: Callable[[], int], box: Sandbox) -> None:
    set_fault(box, Operator.SMS, Kind.CALLBACK_REPEATED, Moment.ITEM)
    who = news_for(house, "+250788123456")
    work()
    eventually(lambda: states(house, who)["sms"] == "delivered")
    assert states(house, who) == {"in_portal": "sent", "sms": "delivered", "email": "sent"}
    assert len(box.world.gateway.inbox("250788123456")) == 1
    assert len(box.world.mailbox.of_address("250788123456@people.example")) == 1


def test_a_lost_answer_and_a_lost_receipt_double_nothing(
    house: wiring.House, work: Callable[[], int], box: Sandbox, clock: ManualClock
) -> None:
    set_fault(box, Operator.SMS, Kind.DROP_ANSWER, Moment.REQUEST)
    set_fault(box, Operator.SMS, Kind.CALLBACK_LOST, Moment.ITEM)
    set_fault(box, Operator.MAIL, Kind.DROP_ANSWER, Moment.REQUEST)
    who = news_for(house, "+250788123456")
    work()
    assert states(house, who) == {"in_portal": "sent", "sms": "retrying", "email": "retrying"}
    # The gateway's clock is the machine's, the portal's stands still in May: only its waiting is moved on.
    clock.advance(timedelta(minutes=2))
    work()
    assert states(house, who) == {"in_portal": "sent", "sms": "sent", "email": "sent"}
    assert len(box.world.gateway.all()) == 1
    [mail] = box.world.mailbox.of_address("250788123456@people.example")
    assert mail.copies == 2


def test_a_line_that_does_not_exist_is_shown_as_failed(
    house: wiring.House, work: Callable[[], int], box: Sandbox
) -> None:
    who = news_for(house, "+250788123402")
    work()
    eventually(lambda: states(house, who)["sms"] == "failed")
    assert states(house, who)["email"] == "sent"
