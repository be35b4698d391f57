"""Messages: telling somebody, opening, and what the SMS gateway reports. Nothing here calls the outside world."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.accounts.queries import ContactPoints, contact_points
from app.core.actor import SYSTEM, Actor
from app.core.errors import Absent
from app.core.events import record
from app.core.ids import EventId, PersonId, new_id
from app.core.outbox import back_off
from app.notify.events import MessageDelivered, MessageFailed
from app.notify.kinds import OVERTAKES, Kind, channels_of
from app.notify.models import DeliveryRow, MessageRow
from app.notify.sms import Receipt, ReceiptState
from app.notify.status import Channel, DeliveryStatus, Failure

# A phone that is off is tried again after a quarter of an hour, later less often, five times in all.
_PHONE_OFF = timedelta(minutes=15)
_PHONE_TRIES = 5


class NoSuchMessage(Absent):
    """There is no such message, or it is somebody else's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tell:
    """Tell one person one piece of news. `params` hold numbers, ids, times (ISO 8601) and amounts: no personal text."""

    event_id: EventId
    person_id: PersonId
    kind: Kind
    subject: UUID
    case_id: UUID | None = None
    court_code: str | None = None
    params: dict[str, Any] = field(default_factory=dict)


def tell(session: Session, news: Tell, *, at: datetime) -> UUID | None:
    """Write the message and a delivery for each way to reach the person; its id.

    None when the account is closed, or when this event has told the person already.
    """
    points = contact_points(session, [news.person_id]).get(news.person_id)
    if points is None:
        return None
    message_id = _insert_message(session, news, at)
    if message_id is None:
        return None
    channels = [channel for channel in channels_of(news.kind) if reachable(points, channel)]
    session.execute(insert(DeliveryRow), [_delivery(news, message_id, channel, at) for channel in channels])
    _overtake(session, news, at)
    session.info["wake"] = True
    return message_id


def open_message(session: Session, actor: Actor, message_id: UUID, *, at: datetime) -> None:
    """Note that the actor has opened the message; only the first time counts. Raises NoSuchMessage."""
    opened = session.execute(
        update(MessageRow)
        .where(MessageRow.id == message_id, MessageRow.person_id == actor.person_id, MessageRow.read_at.is_(None))
        .values(read_at=at)
        .returning(MessageRow.id)
    ).first()
    if opened is not None:
        return
    mine = select(MessageRow.id).where(MessageRow.id == message_id, MessageRow.person_id == actor.person_id)
    if session.execute(mine).first() is None:
        raise NoSuchMessage


def take_receipt(session: Session, delivery_id: UUID, receipt: Receipt, *, at: datetime) -> None:
    """Move a delivery by the gateway's word; repeated, late and contradictory words change nothing that is settled.

    Raises NoSuchMessage.
    """
    row = session.get(DeliveryRow, delivery_id, with_for_update=True)
    if row is None or row.channel != Channel.SMS:
        raise NoSuchMessage
    known = receipt.reference == row.reference
    match DeliveryStatus(row.status):
        case DeliveryStatus.SENDING | DeliveryStatus.RETRYING:
            if known and receipt.state is not ReceiptState.DELIVERED:
                return  # about an earlier try, which the gateway gave up
            # What has a receipt was taken in, even if the gateway's answer to us was lost.
            mark_sent(row, receipt.reference, at=at)
        case DeliveryStatus.SENT if known:
            pass
        case _:
            return
    _believe(session, row, receipt, at)


def _believe(session: Session, row: DeliveryRow, receipt: Receipt, at: datetime) -> None:
    match receipt.state:
        case ReceiptState.DELIVERED:
            _delivered(session, row, at)
        case ReceiptState.UNREACHABLE | ReceiptState.UNDELIVERABLE:
            again = receipt.state is ReceiptState.UNREACHABLE and row.tries < _PHONE_TRIES
            if again:
                _try_later(row, receipt, at)
            else:
                fail(session, row, Failure.UNDELIVERED, at=at)
        case ReceiptState.ON_ITS_WAY:
            pass


def mark_sent(row: DeliveryRow, reference: str, *, at: datetime) -> None:
    """The gateway or mail server has it: there is nothing more to do."""
    row.move_to(DeliveryStatus.SENT)
    row.reference = reference or row.reference
    row.sent_at = at
    row.in_doubt = False
    row.next_at = row.leased_until = None
    row.last_error = None


def fail(session: Session, row: DeliveryRow, failure: Failure, *, at: datetime) -> None:
    """Give the delivery up for good; staff and the person are shown it."""
    row.move_to(DeliveryStatus.FAILED)
    row.failure = failure
    row.done_at = at
    row.next_at = row.leased_until = None
    record(session, MessageFailed(**about(session, row), failure=failure), actor=SYSTEM, at=at)


def _delivered(session: Session, row: DeliveryRow, at: datetime) -> None:
    row.move_to(DeliveryStatus.DELIVERED)
    row.done_at = at
    record(session, MessageDelivered(**about(session, row)), actor=SYSTEM, at=at)


def _try_later(row: DeliveryRow, receipt: Receipt, at: datetime) -> None:
    row.move_to(DeliveryStatus.RETRYING)
    row.last_error = f"undelivered: {receipt.code}"
    row.next_at = at + _PHONE_OFF * 2 ** max(row.tries - 1, 0) + back_off(1)


def about(session: Session, row: DeliveryRow) -> dict[str, Any]:
    """The fields that every event of a delivery has."""
    subject = session.execute(select(MessageRow.subject).where(MessageRow.id == row.message_id)).scalar_one()
    return {
        "message_id": row.message_id,
        "person_id": PersonId(row.person_id),
        "about": subject,
        "channel": Channel(row.channel),
        "court_code": row.court_code,
    }


def _insert_message(session: Session, news: Tell, at: datetime) -> UUID | None:
    row = {
        "id": new_id(),
        "event_id": news.event_id,
        "person_id": news.person_id,
        "kind": news.kind,
        "subject": news.subject,
        "case_id": news.case_id,
        "court_code": news.court_code,
        "params": news.params,
        "created_at": at,
    }
    statement = upsert(MessageRow).values(row).on_conflict_do_nothing().returning(MessageRow.id)
    return session.execute(statement).scalar()


def reachable(points: ContactPoints, channel: Channel) -> bool:
    """Whether the person has a proven contact for it."""
    match channel:
        case Channel.IN_PORTAL:
            return True
        case Channel.SMS:
            return points.phone is not None
        case Channel.EMAIL:
            return points.email is not None


def _delivery(news: Tell, message_id: UUID, channel: Channel, at: datetime) -> dict[str, Any]:
    there = channel is Channel.IN_PORTAL
    return {
        "id": new_id(),
        "message_id": message_id,
        "event_id": news.event_id,
        "person_id": news.person_id,
        "channel": channel,
        "court_code": news.court_code,
        "status": DeliveryStatus.SENT if there else DeliveryStatus.QUEUED,
        "created_at": at,
        "sent_at": at if there else None,
        "next_at": None if there else at,
    }


def _overtake(session: Session, news: Tell, at: datetime) -> None:
    """Take back what waits to be sent and is no longer true: "not paid" must not arrive after "paid"."""
    kinds = OVERTAKES.get(news.kind)
    if not kinds:
        return
    rows = session.scalars(
        select(DeliveryRow)
        .join(MessageRow, MessageRow.id == DeliveryRow.message_id)
        .where(MessageRow.subject == news.subject, MessageRow.person_id == news.person_id)
        .where(MessageRow.kind.in_(sorted(kinds)), DeliveryRow.in_doubt.is_(False))
        .where(DeliveryRow.status.in_((DeliveryStatus.QUEUED, DeliveryStatus.RETRYING)))
        .with_for_update(of=DeliveryRow, skip_locked=True)
    )
    for row in rows:
        row.move_to(DeliveryStatus.FAILED)
        row.failure = Failure.OVERTAKEN
        row.done_at = at
        row.next_at = None
