"""Who is told what when something happens: the filer, once, and nobody else."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.events import AdvocateRefused, PasswordChanged, SecondFactorRemoved
from app.accounts.models import PersonRow
from app.core.events import Event, EventRow, Recorded
from app.core.ids import EventId, PersonId, new_id
from app.core.money import Money
from app.filing import events as filing
from app.filing.ids import FilingId
from app.notify.handlers import filing_news
from app.notify.kinds import Kind
from app.notify.models import DeliveryRow, MessageRow
from app.notify.status import DeliveryStatus, Failure
from app.payments import events as payments
from app.payments.ids import AttemptId, ObligationId, RefundId
from app.payments.reasons import Reason
from app.payments.service import ObligationLine, OpenObligation, open_obligation, void_obligation
from tests.builders.people import MadePerson, make_person
from tests.integration.notify.world import make_filing_row, tell_all

AT = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
UNTIL = datetime(2026, 5, 11, 22, 0, tzinfo=UTC)


class Road:
    """One filing of one filer, and the events that can happen to it."""

    def __init__(self, session: Session, filer: MadePerson, filing_id: FilingId) -> None:
        self.session, self.filer, self.filing_id = session, filer, filing_id
        self.about: dict[str, Any] = {"filing_id": filing_id, "filer_id": filer.id, "court_code": "TGI-NYGE"}

    def of_payment(self, obligation_id: UUID | None = None) -> dict[str, Any]:
        return {
            "obligation_id": ObligationId(obligation_id or new_id()),
            "subject_id": self.filing_id,
            "court_code": "TGI-NYGE",
            "attempt_id": AttemptId(new_id()),
        }

    def money(self) -> dict[str, Any]:
        return {"amount_minor": 20_000, "currency": "RWF"}

    def of_refund(self) -> dict[str, Any]:
        return {**self.of_payment(), **self.money(), "refund_id": RefundId(new_id())}

    def happen(self, *events: Event, at: datetime = AT) -> list[str]:
        """What was told, in order, by kind."""
        tell_all(self.session, *events, at=at)
        return [message.kind for message in self.told()]

    def told(self) -> list[MessageRow]:
        in_order = select(MessageRow).join(EventRow, EventRow.id == MessageRow.event_id).order_by(EventRow.position)
        return list(self.session.scalars(in_order))

    def open_obligation(self) -> ObligationId:
        line = ObligationLine(
            code="deposit",
            version="1",
            title=dict.fromkeys(("rw", "en", "fr"), "Fee"),
            amount=Money(20_000, "RWF"),
            source="law",
        )
        command = OpenObligation(
            subject=self.filing_id, court_code="TGI-NYGE", owner=self.filer.id, lines=(line,), valid_until=UNTIL
        )
        return open_obligation(self.session, self.filer.actor, command, at=AT)


@pytest.fixture
def road(session: Session) -> Road:
    filer = make_person(session, email="filer@people.example")
    return Road(session, filer, make_filing_row(session, filer.id, at=AT))


def sent(road: Road, *, pay_until: datetime | None) -> filing.FilingSent:
    obligation_id = new_id() if pay_until else None
    return filing.FilingSent(
        **road.about, received_at=AT, obligation_id=obligation_id, pay_until=pay_until, again=False
    )


def submitted(road: Road, *, paid: bool, revived: bool = False) -> filing.FilingSubmitted:
    return filing.FilingSubmitted(**road.about, received_at=AT, paid=paid, revived=revived)


@pytest.mark.parametrize(
    ("events", "kinds"),
    [
        (lambda r: [sent(r, pay_until=UNTIL)], [Kind.SENT_UNPAID]),
        (lambda r: [sent(r, pay_until=None), submitted(r, paid=False)], [Kind.FILED]),
        (
            lambda r: [
                payments.PaymentSucceeded(**r.of_payment(), **r.money(), completed_at=AT, obligation_paid=True),
                submitted(r, paid=True),
            ],
            [Kind.FILED_PAID],
        ),
        (lambda r: [submitted(r, paid=True, revived=True)], [Kind.FILED_LATE_MONEY]),
        (lambda r: [filing.FilingAccepted(**r.about, case_id=new_id())], [Kind.ACCEPTED]),
        (lambda r: [filing.FilingReturned(**r.about, correct_until=UNTIL)], [Kind.RETURNED]),
        (lambda r: [filing.FilingRejected(**r.about, reason_code="no_jurisdiction")], [Kind.REJECTED]),
        (lambda r: [filing.FilingTransferred(**r.about, from_court="TB-KAC")], [Kind.TRANSFERRED]),
        (lambda r: [filing.FilingCancelled(**r.about)], [Kind.CANCELLED]),
        (lambda r: [filing.FilingLapsed(**r.about, unpaid=True)], [Kind.LAPSED_UNPAID]),
        (lambda r: [filing.FilingLapsed(**r.about, unpaid=False)], [Kind.LAPSED_UNCORRECTED]),
        (lambda r: [filing.FilingReminder(**r.about, unpaid=True, until=UNTIL, days_left=2)], [Kind.REMIND_TO_PAY]),
        (
            lambda r: [filing.FilingReminder(**r.about, unpaid=False, until=UNTIL, days_left=0)],
            [Kind.REMIND_TO_CORRECT],
        ),
        (lambda r: [filing.AcceptanceVoided(**r.about, case_id=new_id())], [Kind.ACCEPTANCE_VOIDED]),
        (lambda r: [payments.PaymentFailed(**r.of_payment(), reason=Reason.PAYER_DECLINED)], [Kind.PAYMENT_FAILED]),
        (lambda r: [payments.PaymentExpired(**r.of_payment())], [Kind.PAYMENT_FAILED]),
        (lambda r: [payments.RefundDue(**r.of_payment(), **r.money(), cause="surplus")], [Kind.REFUND_DUE]),
        (lambda r: [payments.RefundPaid(**r.of_refund(), by_other_means=False)], [Kind.REFUND_PAID]),
        (lambda r: [payments.RefundFailed(**r.of_refund(), setback="unavailable")], [Kind.REFUND_DELAYED]),
        (lambda r: [payments.RefundRefused(**r.of_refund())], [Kind.REFUND_REFUSED]),
    ],
)
def test_each_step_is_told_once_to_the_filer(
    road: Road, events: Callable[[Road], list[Event]], kinds: list[Kind]
) -> None:
    assert road.happen(*events(road)) == kinds
    for message in road.told():
        assert (message.person_id, message.subject) == (road.filer.id, road.filing_id)
        assert message.params["number"].startswith("F-2026-")
        assert message.court_code == "TGI-NYGE"


def test_the_same_event_heard_twice_is_told_once(road: Road) -> None:
    [event_id] = tell_all(road.session, submitted(road, paid=False), at=AT)
    again = Recorded(id=EventId(event_id), at=AT, actor="system", event=submitted(road, paid=False))
    filing_news(road.session, again, AT)
    assert len(road.told()) == 1
    assert len(road.session.scalars(select(DeliveryRow)).all()) == 3


def test_no_message_stores_who_is_concerned_or_where_they_are_reached(road: Road) -> None:
    road.happen(sent(road, pay_until=UNTIL))
    [message] = road.told()
    assert set(message.params) == {"number", "received_at", "until", "obligation_id"}
    stored = repr([(d.last_error, d.reference, d.mail_id) for d in road.session.scalars(select(DeliveryRow))])
    assert road.filer.phone is not None
    assert road.filer.phone not in repr(message.params) + stored


def test_part_of_the_fee_is_told_but_money_for_a_void_bill_only_as_a_refund(road: Road) -> None:
    obligation_id = road.open_obligation()
    about = {**road.of_payment(obligation_id), **road.money(), "completed_at": AT, "obligation_paid": False}
    assert road.happen(payments.PaymentSucceeded(**about)) == [Kind.PART_PAID]
    void_obligation(road.session, road.filer.actor, obligation_id, reason="cancelled", at=AT)
    late = payments.PaymentSucceeded(**about)
    due = payments.RefundDue(**road.of_payment(obligation_id), **road.money(), cause="void")
    assert road.happen(late, due) == [Kind.PART_PAID, Kind.REFUND_DUE]


def test_a_draft_thrown_away_unsent_is_nobodys_news(road: Road) -> None:
    draft = make_filing_row(road.session, road.filer.id, at=AT, received_at=None, status="cancelled")
    assert road.happen(filing.FilingCancelled(**{**road.about, "filing_id": draft})) == []


def test_a_paper_filing_from_the_counter_has_nobody_to_tell(road: Road) -> None:
    paper = make_filing_row(road.session, None, at=AT)
    about = {**road.about, "filing_id": paper, "filer_id": None}
    due = payments.RefundDue(**{**road.of_payment(), "subject_id": paper}, **road.money(), cause="surplus")
    assert road.happen(filing.FilingRejected(**about, reason_code="x"), due) == []


def test_a_closed_account_is_told_nothing(road: Road) -> None:
    road.session.execute(update(PersonRow).where(PersonRow.id == road.filer.id).values(disabled_at=AT))
    assert road.happen(submitted(road, paid=True)) == []


def test_who_has_no_proven_contact_still_finds_it_in_the_portal(session: Session) -> None:
    filer = make_person(session, phone=None)
    road = Road(session, filer, make_filing_row(session, filer.id, at=AT))
    road.happen(submitted(road, paid=True))
    assert [(d.channel, d.status) for d in session.scalars(select(DeliveryRow))] == [("in_portal", "sent")]


def test_news_of_an_account_is_about_the_person(road: Road) -> None:
    who = road.filer.id
    events = [
        PasswordChanged(person_id=who, by_code=True),
        SecondFactorRemoved(person_id=who),
        AdvocateRefused(person_id=who, grant_id=new_id()),
    ]
    assert road.happen(*events) == [Kind.PASSWORD_CHANGED, Kind.SECOND_FACTOR_REMOVED, Kind.ADVOCATE_REFUSED]
    assert {PersonId(message.subject) for message in road.told()} == {who}
    channels = sorted(road.session.scalars(select(DeliveryRow.channel)))
    assert channels == ["email", "in_portal", "in_portal", "in_portal", "sms"]


def test_not_paid_never_leaves_after_paid(road: Road) -> None:
    road.happen(sent(road, pay_until=UNTIL))
    waiting = road.session.scalars(select(DeliveryRow).where(DeliveryRow.channel == "sms")).one()
    in_doubt = road.session.scalars(select(DeliveryRow).where(DeliveryRow.channel == "email")).one()
    in_doubt.move_to(DeliveryStatus.SENDING)
    in_doubt.in_doubt = True
    road.session.flush()
    road.happen(submitted(road, paid=True), at=AT + timedelta(minutes=5))
    road.session.expire_all()
    assert (waiting.status, waiting.failure, waiting.next_at) == (DeliveryStatus.FAILED, Failure.OVERTAKEN, None)
    assert in_doubt.status == DeliveryStatus.SENDING
    other_filing = make_filing_row(road.session, road.filer.id, at=AT)
    road.happen(sent(Road(road.session, road.filer, other_filing), pay_until=UNTIL))
    road.happen(submitted(road, paid=True), at=AT + timedelta(minutes=9))
    assert [d.status for d in _texts_about(road.session, other_filing)] == [DeliveryStatus.QUEUED]


def _texts_about(session: Session, subject: UUID) -> list[DeliveryRow]:
    statement = select(DeliveryRow).join(MessageRow, MessageRow.id == DeliveryRow.message_id)
    return list(session.scalars(statement.where(MessageRow.subject == subject, DeliveryRow.channel == "sms")))
