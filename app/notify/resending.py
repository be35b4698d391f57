"""Sends a message again that failed for good: once, in the same words, to the contact that the person has by then."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.accounts.queries import contact_points
from app.core.actor import Actor
from app.core.errors import Conflict
from app.core.events import record
from app.core.ids import PersonId
from app.core.language import T
from app.notify.events import MessageSentAgain
from app.notify.kinds import OVERTAKES, Kind
from app.notify.models import DeliveryRow, MessageRow
from app.notify.queries import of_desk
from app.notify.service import NoSuchMessage, about, reachable
from app.notify.status import Channel, DeliveryStatus, Failure

_D, _M = DeliveryRow, MessageRow


class SentAgainAlready(Conflict):
    """It is on its way again, or was sent again once."""

    text = T("This message was sent again already. If it did not arrive, call the person.")


class NoContactNow(Conflict):
    """The person has no proven phone number or address for it."""

    text = T("The person still has no proven contact for this. Call them, or wait until they add one.")


class NoLongerTrue(Conflict):
    """Newer news has made it untrue."""

    text = T("The person was sent newer news about this since, so the old one is not sent any more.")


def send_again(session: Session, actor: Actor, delivery_id: UUID, *, at: datetime) -> None:
    """Queue it once more. Raises NoSuchMessage (another court's too), SentAgainAlready, NoContactNow, NoLongerTrue.

    One whose last try may have arrived is looked for at the gateway first.
    """
    found = select(_D).where(_D.id == delivery_id, of_desk(actor)).with_for_update()
    row = session.execute(found.execution_options(populate_existing=True)).scalar()
    if row is None or row.failure == Failure.OVERTAKEN:
        raise NoSuchMessage
    if row.resent_at is not None:
        raise SentAgainAlready
    if row.status != DeliveryStatus.FAILED:
        raise NoSuchMessage
    message = session.get_one(_M, row.message_id)
    person = contact_points(session, [PersonId(row.person_id)]).get(PersonId(row.person_id))
    if person is None or not reachable(person, Channel(row.channel)):
        raise NoContactNow
    if _overtaken(session, message):
        raise NoLongerTrue
    row.move_to(DeliveryStatus.QUEUED)
    row.failure = row.done_at = row.last_error = None
    row.tries, row.next_at, row.resent_at = 0, at, at
    record(session, MessageSentAgain(**about(session, row)), actor=actor, at=at)
    session.info["wake"] = True


def _overtaken(session: Session, message: MessageRow) -> bool:
    newer = [kind for kind, kinds in OVERTAKES.items() if Kind(message.kind) in kinds]
    since = (_M.subject == message.subject, _M.person_id == message.person_id, _M.id > message.id)
    return bool(session.execute(select(exists().where(*since, _M.kind.in_(newer)))).scalar())
