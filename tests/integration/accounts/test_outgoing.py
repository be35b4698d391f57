"""Words on their way: sealed while they wait, erased when they are sent or too late."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.accounts import outgoing
from app.accounts.code_sender import OutgoingCode, SendRefused
from app.accounts.contacts import Contact, ContactKind
from app.accounts.vault import Vault
from app.accounts.words import CODE_LASTS, code_words
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from tests.builders.settings import ENVIRON
from tests.conftest import NOON
from tests.integration.accounts.conftest import Carrier

VAULT = Vault(ENVIRON["SECRET_KEY"])
PHONE = Contact(ContactKind.PHONE, "+250788123456")


class Failing(Carrier):
    """A carrier that fails a number of times first."""

    def __init__(self, times: int, error: Exception) -> None:
        super().__init__()
        self.times, self.error = times, error

    def send(self, message: OutgoingCode) -> None:
        if self.times > 0:
            self.times -= 1
            raise self.error
        super().send(message)


@pytest.fixture
def queued(fresh_database: Database) -> Database:
    """A database in which one code waits."""
    with fresh_database.transaction(SYSTEM) as session:
        outgoing.put(session, VAULT, PHONE, code_words("123456"), locale="en", at=NOON)
    return fresh_database


def waiting(database: Database) -> list[str]:
    with database.reading(SYSTEM) as session:
        return list(session.execute(text("select to_jsonb(o)::text from outgoing_code o")).scalars())


def test_what_waits_can_be_read_by_nobody(queued: Database) -> None:
    (row,) = waiting(queued)
    assert "123456" not in row
    assert PHONE.value.removeprefix("+250") not in row


def test_it_is_sent_once_in_the_readers_language_and_erased(queued: Database, clock: ManualClock) -> None:
    carrier = Carrier()
    assert outgoing.drain(queued, clock, VAULT, carrier) == 1
    assert outgoing.drain(queued, clock, VAULT, carrier) == 0
    (message,) = carrier.sent
    assert (message.contact, message.language, message.lasts) == (PHONE, "en", CODE_LASTS)
    assert message.text.startswith("123456 is your Ikirego code.")
    assert message.subject == "Your Ikirego code"
    assert waiting(queued) == []


def test_without_a_carrier_it_waits(queued: Database, clock: ManualClock) -> None:
    assert outgoing.drain(queued, clock, VAULT, None) == 0
    assert len(waiting(queued)) == 1


def test_a_failed_send_is_tried_again_under_the_same_id(queued: Database, clock: ManualClock) -> None:
    carrier = Failing(2, ConnectionError("+250788123456 is down"))
    for _ in range(3):
        outgoing.drain(queued, clock, VAULT, carrier)
        rows = waiting(queued)
        assert all("788123456" not in row for row in rows)
        clock.advance(timedelta(seconds=120))
    assert len(carrier.sent) == 1
    assert waiting(queued) == []


def test_a_failed_send_waits_before_it_is_tried_again(queued: Database, clock: ManualClock) -> None:
    carrier = Failing(1, ConnectionError())
    assert outgoing.drain(queued, clock, VAULT, carrier) == 1
    assert outgoing.drain(queued, clock, VAULT, carrier) == 0


def test_what_the_carrier_refuses_for_good_is_erased(queued: Database, clock: ManualClock) -> None:
    outgoing.drain(queued, clock, VAULT, Failing(1, SendRefused()))
    assert waiting(queued) == []


def test_a_code_that_has_run_out_is_erased_and_not_sent(queued: Database, clock: ManualClock) -> None:
    carrier = Carrier()
    clock.advance(CODE_LASTS)
    assert outgoing.drain(queued, clock, VAULT, carrier) == 0
    assert carrier.sent == []
    assert waiting(queued) == []


def test_what_another_key_sealed_is_erased_and_holds_nobody_up(queued: Database, clock: ManualClock) -> None:
    carrier = Carrier()
    outgoing.drain(queued, clock, Vault("another-key-that-was-used-before"), carrier)
    assert carrier.sent == []
    assert waiting(queued) == []


def test_a_worker_that_dies_while_sending_loses_nothing(queued: Database, clock: ManualClock) -> None:
    class Killed(BaseException):
        pass

    class Dying(Carrier):
        def send(self, message: OutgoingCode) -> None:
            raise Killed

    with pytest.raises(Killed):
        outgoing.drain(queued, clock, VAULT, Dying())
    carrier = Carrier()
    assert outgoing.drain(queued, clock, VAULT, carrier) == 0
    clock.advance(outgoing.LEASE + timedelta(seconds=1))
    assert outgoing.drain(queued, clock, VAULT, carrier) == 1
    assert len(carrier.sent) == 1
