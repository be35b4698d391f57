"""Reading messages and their deliveries: frozen dataclasses; what the actor may not see is absent."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, or_, select, text
from sqlalchemy.orm import Session

from app.accounts.roles import Role
from app.cases.queries import numbers
from app.core.actor import Actor
from app.core.ids import PersonId
from app.notify.errands import news_of
from app.notify.kinds import Kind
from app.notify.models import DeliveryRow, MessageRow
from app.notify.service import NoSuchMessage
from app.notify.status import Channel, DeliveryStatus, Failure
from app.notify.wording import News

PAGE = 20
_DESK = (Role.REGISTRAR, Role.CHIEF_REGISTRAR)
_M, _D = MessageRow, DeliveryRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How far a message has come by one channel; `at` is when it last moved, None while it waits."""

    channel: Channel
    status: DeliveryStatus
    failure: Failure | None
    at: datetime | None

    @property
    def lost(self) -> bool:
        """Whether it will not arrive this way, though it should have."""
        return self.status is DeliveryStatus.FAILED and self.failure is not Failure.OVERTAKEN


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """One of the actor's own messages, to be worded by `wording.worded`. `unread` counts all not opened."""

    id: UUID
    news: News
    created_at: datetime
    read_at: datetime | None
    ways: tuple[Way, ...]
    unread: int

    @property
    def lost(self) -> bool:
        """Whether a channel failed to bring it."""
        return any(way.lost for way in self.ways)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryView:
    """One message to one person by one channel, for a log. `opened_at` is a view in the portal.

    `resent_at`: when staff had it sent once more.
    """

    id: UUID
    person_id: PersonId
    kind: Kind
    subject: UUID
    court_code: str | None
    created_at: datetime
    opened_at: datetime | None
    error: str
    resent_at: datetime | None
    way: Way


def _unread(actor: Actor) -> Any:
    mine = (_M.person_id == actor.person_id, _M.read_at.is_(None))
    return select(func.count()).select_from(_M).where(*mine).correlate(None).scalar_subquery()


# Every page of a person who is signed in asks this.
_COUNT = text("select count(*) from message where person_id = :person and read_at is null")
_WAYS = (
    select(
        func.json_agg(func.json_build_array(_D.channel, _D.status, _D.failure, func.coalesce(_D.done_at, _D.sent_at)))
    )
    .where(_D.message_id == _M.id, _D.channel != Channel.IN_PORTAL)
    .correlate(_M)
    .scalar_subquery()
)


def _messages(actor: Actor) -> Any:
    return select(
        _M.id,
        _M.kind,
        _M.params,
        _M.subject,
        _M.case_id,
        _M.court_code,
        _M.created_at,
        _M.read_at,
        _WAYS.label("ways"),
        _unread(actor).label("unread"),
    ).where(_M.person_id == actor.person_id)


def inbox(session: Session, actor: Actor, *, before: UUID | None = None, limit: int = PAGE) -> tuple[MessageView, ...]:
    """The actor's messages, newest first; `before` is the id of the last one of the page before. Two statements."""
    statement = _messages(actor).order_by(_M.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(_M.id < before)
    return _views(session, session.execute(statement).all())


def message(session: Session, actor: Actor, message_id: UUID) -> MessageView:
    """One of the actor's messages; raises NoSuchMessage. Two statements."""
    views = _views(session, session.execute(_messages(actor).where(_M.id == message_id)).all())
    if not views:
        raise NoSuchMessage
    return views[0]


def unread_count(session: Session, actor: Actor) -> int:
    """How many messages the actor hasn't opened; one statement, none for strangers."""
    return int(session.execute(_COUNT, {"person": actor.person_id}).scalar_one()) if actor.signed_in else 0


def deliveries_of(session: Session, actor: Actor, subject: UUID, *, limit: int = 100) -> tuple[DeliveryView, ...]:
    """Who was told what about a filing or case and whether it arrived, newest first; one statement.

    The court's registrars see all, anybody else what was told to themselves.
    """
    statement = _deliveries().where(or_(_M.subject == subject, _M.case_id == subject)).where(_may_see(actor))
    rows = session.execute(statement.order_by(_D.id.desc()).limit(limit))
    return tuple(_delivery(row) for row in rows)


def failed_deliveries(
    session: Session, actor: Actor, *, before: UUID | None = None, limit: int = PAGE
) -> tuple[DeliveryView, ...]:
    """What did not arrive, newest first, for the staff: of their courts; an administrator sees all. One statement."""
    statement = _deliveries().where(_D.status == DeliveryStatus.FAILED, _D.failure != Failure.OVERTAKEN)
    statement = statement.where(of_desk(actor)).order_by(_D.id.desc()).limit(limit)
    if before is not None:
        statement = statement.where(_D.id < before)
    return tuple(_delivery(row) for row in session.execute(statement))


def _deliveries() -> Any:
    return select(
        _D.id,
        _D.person_id,
        _D.channel,
        _D.status,
        _D.failure,
        _D.last_error,
        _D.court_code,
        _D.created_at,
        _D.resent_at,
        func.coalesce(_D.done_at, _D.sent_at).label("at"),
        _M.kind,
        _M.subject,
        _M.read_at,
    ).join(_M, _M.id == _D.message_id)


def _may_see(actor: Actor) -> ColumnElement[bool]:
    own = _D.person_id == actor.person_id if actor.person_id is not None else false()
    return or_(own, of_desk(actor))


def of_desk(actor: Actor) -> ColumnElement[bool]:
    """Deliveries that concern the actor's courts; an administrator's are all."""
    if actor.has(Role.ADMINISTRATOR):
        return _D.id.is_not(None)
    courts = actor.courts(*_DESK)
    return _D.court_code.in_(sorted(courts)) if courts else false()


def _views(session: Session, rows: Any) -> tuple[MessageView, ...]:
    case_numbers = numbers(session, [row.case_id for row in rows if row.case_id])
    return tuple(
        MessageView(
            id=row.id,
            news=news_of(row, case_numbers),
            created_at=row.created_at,
            read_at=row.read_at,
            ways=tuple(_way(*way) for way in row.ways or ()),
            unread=row.unread,
        )
        for row in rows
    )


def _way(channel: str, status: str, failure: str | None, at: str | datetime | None) -> Way:
    return Way(
        channel=Channel(channel),
        status=DeliveryStatus(status),
        failure=Failure(failure) if failure else None,
        at=datetime.fromisoformat(at) if isinstance(at, str) else at,
    )


def _delivery(row: Any) -> DeliveryView:
    return DeliveryView(
        id=row.id,
        person_id=PersonId(row.person_id),
        kind=Kind(row.kind),
        subject=row.subject,
        court_code=row.court_code,
        created_at=row.created_at,
        opened_at=row.read_at if row.channel == Channel.IN_PORTAL else None,
        error=row.last_error or "",
        resent_at=row.resent_at,
        way=_way(row.channel, row.status, row.failure, row.at),
    )
