"""What the sender carries out: deliveries claimed for a while, with everything that the call needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.queries import ContactPoints, contact_points
from app.cases.queries import numbers
from app.core.ids import PersonId
from app.core.language import speaking
from app.core.outbox import claim
from app.notify.kinds import Kind
from app.notify.letters import letter
from app.notify.mail import Mail
from app.notify.models import DeliveryRow, MessageRow
from app.notify.outcomes import TryLater
from app.notify.service import fail
from app.notify.settling import put_off
from app.notify.sms import Sms
from app.notify.status import Channel, DeliveryStatus, Failure
from app.notify.wording import Letterhead, News, token_of, worded

# Longer than a lookup and a call take together, so that a second worker never calls while the first still may.
LEASE = timedelta(seconds=90)
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One call to make, before `call_before`. `in_doubt`: an earlier try may have arrived, so look first."""

    delivery_id: UUID
    tries: int
    content: Sms | Mail
    token: str
    in_doubt: bool
    since: datetime
    call_before: datetime


def claim_errands(session: Session, letterhead: Letterhead, *, at: datetime, limit: int) -> list[Errand]:
    """Claim due deliveries and write their words. Commit before calling: each row then says "about to call".

    Those whose reader can't be reached any more end here; those whose words can't be made are put off.
    """
    ids = claim(session, DeliveryRow, now=at, lease=LEASE, limit=limit)
    if not ids:
        return []
    rows = session.execute(
        select(DeliveryRow, MessageRow)
        .join(MessageRow, MessageRow.id == DeliveryRow.message_id)
        .where(DeliveryRow.id.in_(ids))
        .order_by(DeliveryRow.id)
        .execution_options(populate_existing=True)
    ).all()
    points = contact_points(session, {PersonId(row.person_id) for row, _ in rows})
    known = _Known(points, numbers(session, [m.case_id for _, m in rows if m.case_id]), letterhead)
    return [errand for row, message in rows if (errand := _prepare(session, row, message, known, at)) is not None]


@dataclass(frozen=True, slots=True)
class _Known:
    points: Mapping[PersonId, ContactPoints]
    case_numbers: Mapping[UUID, str]
    letterhead: Letterhead


def _prepare(session: Session, row: DeliveryRow, message: MessageRow, known: _Known, at: datetime) -> Errand | None:
    was_in_doubt = row.in_doubt
    if row.status == DeliveryStatus.SENDING:  # whoever had it before us died
        row.move_to(DeliveryStatus.RETRYING)
    row.move_to(DeliveryStatus.SENDING)
    person = known.points.get(PersonId(row.person_id))
    if person is None or _address(row, person) is None:
        fail(session, row, Failure.NO_CONTACT, at=at)
        return None
    row.mail_id = row.mail_id or f"<{row.id}@{known.letterhead.mail_domain}>"
    try:
        content = _content(row, message, person, known)
    except Exception as error:  # one message that can't be worded must not hold up the others
        _log.exception("message_not_worded", delivery=str(row.id), kind=message.kind)
        put_off(session, row, TryLater(type(error).__name__), in_doubt=was_in_doubt, at=at)
        return None
    row.in_doubt = True
    assert row.leased_until is not None
    return Errand(
        delivery_id=row.id,
        tries=row.tries,
        content=content,
        token=token_of(row.id),
        in_doubt=was_in_doubt,
        since=row.created_at,
        call_before=row.leased_until - LEASE / 2,
    )


def _address(row: DeliveryRow, person: ContactPoints) -> str | None:
    return person.phone if row.channel == Channel.SMS else person.email


def _content(row: DeliveryRow, message: MessageRow, person: ContactPoints, known: _Known) -> Sms | Mail:
    news = news_of(message, known.case_numbers)
    with speaking(person.locale):
        wording = worded(news, known.letterhead, token=token_of(row.id))
        if row.channel == Channel.SMS:
            return Sms(
                phone=person.phone or "",
                text=wording.sms,
                receipt_url=f"{known.letterhead.callback_url}/callbacks/sms/{row.id}",
            )
        text, html = letter(wording, known.letterhead)
        return Mail(
            mail_id=row.mail_id or "",
            address=person.email or "",
            subject=wording.title,
            text=text,
            html=html,
            language=person.locale,
        )


def news_of(message: Any, case_numbers: Mapping[UUID, str]) -> News:
    """A row of `message` (or a select of its columns) as news."""
    return News(
        kind=Kind(message.kind),
        params=message.params,
        subject=message.subject,
        case_id=message.case_id,
        court_code=message.court_code,
        created_at=message.created_at,
        case_number=case_numbers.get(message.case_id, "") if message.case_id else "",
    )


__all__: Sequence[str] = ("LEASE", "Errand", "claim_errands", "news_of")
