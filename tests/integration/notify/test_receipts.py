"""What the gateway tells of a text message: repeated, late, out of order, contradictory; and it all ends right."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.events import EventRow
from app.core.ids import new_id
from app.notify.errands import claim_errands
from app.notify.models import DeliveryRow
from app.notify.outcomes import Handed, InDoubt
from app.notify.service import NoSuchMessage, take_receipt
from app.notify.settling import settle
from app.notify.sms import Receipt, ReceiptState
from app.notify.status import DeliveryStatus, Failure
from tests.builders.people import make_person
from tests.integration.notify.world import LETTERHEAD, approved, tell_all

AT = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
S, R = DeliveryStatus, ReceiptState
FIRST, SECOND = "SM1", "SM2"


class Text:
    """One text message on its way."""

    def __init__(self, session: Session) -> None:
        self.session = session
        tell_all(session, approved(make_person(session).id), at=AT)
        self.row = session.scalars(select(DeliveryRow).where(DeliveryRow.channel == "sms")).one()

    def call(self, outcome: Handed | InDoubt | None, *, at: datetime = AT) -> None:
        """Claim it and, unless the sender dies over it, write what the call came to."""
        [errand] = claim_errands(self.session, LETTERHEAD, at=at, limit=5)
        self.session.flush()
        if outcome is not None:
            settle(self.session, errand.delivery_id, errand.tries, outcome, at=at)
            self.session.flush()

    def hear(self, reference: str, *states: ReceiptState, code: str = "30003") -> None:
        for state in states:
            take_receipt(self.session, self.row.id, Receipt(reference=reference, state=state, code=code), at=AT)
            self.session.flush()

    def events(self) -> list[str]:
        return list(
            self.session.execute(
                select(EventRow.name).where(EventRow.subject == self.row.message_id).order_by(EventRow.position)
            ).scalars()
        )


@pytest.fixture
def text(session: Session) -> Text:
    return Text(session)


def test_a_message_that_reached_the_phone_is_delivered_however_often_that_is_told(text: Text) -> None:
    text.call(Handed(FIRST))
    text.hear(FIRST, R.ON_ITS_WAY, R.DELIVERED, R.DELIVERED, R.ON_ITS_WAY, R.UNDELIVERABLE)
    assert (text.row.status, text.row.done_at, text.row.next_at) == (S.DELIVERED, AT, None)
    assert text.events() == ["MessageDelivered"]


def test_a_line_that_does_not_exist_is_final(text: Text) -> None:
    text.call(Handed(FIRST))
    text.hear(FIRST, R.UNDELIVERABLE, R.DELIVERED, code="30006")
    assert (text.row.status, text.row.failure) == (S.FAILED, Failure.UNDELIVERED)
    assert text.events() == ["MessageFailed"]


def test_a_phone_that_is_off_is_tried_again_later_but_not_for_ever(text: Text) -> None:
    at = AT
    for number in range(1, 5):
        text.call(Handed(f"SM{number}"), at=at)
        text.hear(f"SM{number}", R.UNREACHABLE)
        assert text.row.status == S.RETRYING
        assert text.row.next_at is not None
        at = text.row.next_at
    text.call(Handed("SM5"), at=at)
    text.hear("SM5", R.UNREACHABLE)
    assert (text.row.status, text.row.failure, text.row.tries) == (S.FAILED, Failure.UNDELIVERED, 5)


def test_a_late_word_on_an_earlier_try_does_not_touch_the_present_one(text: Text) -> None:
    text.call(Handed(FIRST))
    text.hear(FIRST, R.UNREACHABLE)
    assert text.row.next_at is not None
    text.call(None, at=text.row.next_at)
    text.hear(FIRST, R.UNREACHABLE, R.ON_ITS_WAY)
    assert (text.row.status, text.row.in_doubt) == (S.SENDING, True)
    settle(text.session, text.row.id, text.row.tries, Handed(SECOND), at=AT)
    text.hear(FIRST, R.UNDELIVERABLE)
    assert (text.row.status, text.row.reference) == (S.SENT, SECOND)


def test_a_receipt_that_overtakes_the_answer_settles_the_message(text: Text) -> None:
    text.call(None)
    text.hear(FIRST, R.DELIVERED)
    settle(text.session, text.row.id, text.row.tries, Handed(FIRST), at=AT)
    assert (text.row.status, text.row.reference) == (S.DELIVERED, FIRST)


def test_a_receipt_ends_the_doubt_after_a_lost_answer(text: Text) -> None:
    text.call(InDoubt("ReadTimeout"))
    text.hear(FIRST, R.ON_ITS_WAY)
    assert (text.row.status, text.row.in_doubt, text.row.next_at) == (S.SENT, False, None)


def test_a_phone_that_turns_out_to_have_it_is_not_sent_it_again(text: Text) -> None:
    text.call(Handed(FIRST))
    text.hear(FIRST, R.UNREACHABLE, R.DELIVERED)
    assert (text.row.status, text.row.next_at) == (S.DELIVERED, None)


def test_a_lost_answer_that_comes_after_the_receipt_changes_nothing(text: Text) -> None:
    text.call(None)
    text.hear(FIRST, R.ON_ITS_WAY)
    settle(text.session, text.row.id, text.row.tries, InDoubt("ReadTimeout"), at=AT)
    assert (text.row.status, text.row.next_at) == (S.SENT, None)


def test_only_a_text_message_takes_receipts(text: Text, session: Session) -> None:
    in_portal = session.scalars(select(DeliveryRow).where(DeliveryRow.channel == "in_portal")).one()
    receipt = Receipt(reference=FIRST, state=R.DELIVERED, code="")
    for unknown in (in_portal.id, new_id(), UUID(int=0)):
        with pytest.raises(NoSuchMessage):
            take_receipt(session, unknown, receipt, at=AT)
