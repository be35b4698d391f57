"""One-time codes over the two carriers: refused for good, tried again, looked up, and never kept."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.accounts.code_sender import OutgoingCode, SendRefused
from app.accounts.contacts import Contact, ContactKind
from app.core.clock import ManualClock
from app.notify.codes import Codes, NotSent, made_at
from app.notify.outcomes import InDoubt, Outcome, Refused, TryLater
from app.notify.sender import Outside
from tests.integration.notify.world import LETTERHEAD, Gateway, Mailbox

MADE = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
ID = UUID(int=(int(MADE.timestamp() * 1000) << 80) | (7 << 76) | (2 << 62) | 99)


class Desk:
    def __init__(self) -> None:
        self.clock, self.gateway, self.mailbox = ManualClock(MADE), Gateway(), Mailbox()
        self.codes = Codes(Outside(sms=self.gateway, mailer=self.mailbox), LETTERHEAD, self.clock)

    def send(self, kind: ContactKind = ContactKind.PHONE, value: str = "+250788123456") -> None:
        self.codes.send(
            OutgoingCode(
                id=ID,
                contact=Contact(kind, value),
                language="fr",
                subject="Votre code",
                text="482913 est votre code. Ne le donnez à personne, même “très” pressé.",
                lasts=timedelta(minutes=10),
            )
        )


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_a_code_goes_by_text_message_in_its_plain_alphabet(desk: Desk) -> None:
    desk.send()
    [(_, sms)] = desk.gateway.taken
    assert sms.phone == "+250788123456"
    assert sms.text == '482913 est votre code. Ne le donnez à personne, meme "très" pressé.'
    assert sms.receipt_url is None
    assert desk.gateway.lookups == 0


def test_a_code_goes_by_e_mail_each_time_under_the_same_message_id(desk: Desk) -> None:
    for _ in range(2):
        desk.send(ContactKind.EMAIL, "reader@people.example")
    first, second = desk.mailbox.taken
    assert first.mail_id == second.mail_id == f"<{ID}@court.example>"
    assert "482913 est votre code" in first.text
    assert 'lang="fr"' in first.html


@pytest.mark.parametrize(
    ("answer", "raised"),
    [(Refused("21211"), SendRefused), (TryLater("20429"), NotSent), (InDoubt("ReadTimeout"), NotSent)],
)
def test_what_will_never_go_is_told_from_what_may(desk: Desk, answer: Outcome, raised: type[Exception]) -> None:
    desk.gateway.answers = [answer]
    with pytest.raises(raised) as caught:
        desk.send()
    assert "482913" not in str(caught.value)


def test_a_code_that_may_have_been_tried_before_is_looked_up_first(desk: Desk) -> None:
    desk.send()
    desk.clock.advance(timedelta(seconds=30))
    desk.send()
    assert (desk.gateway.lookups, len(desk.gateway.taken)) == (1, 1)
    desk.gateway.reachable = False
    with pytest.raises(NotSent):
        desk.send()
    assert len(desk.gateway.taken) == 1


def test_an_id_tells_when_it_was_made() -> None:
    assert made_at(ID) == MADE
