"""Reading the court's queue: what waits, what is in hand."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import false, func, literal, not_, or_, select, true, tuple_
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.filing.ids import FilingId
from app.filing.models import FilingRow
from app.filing.policies import is_filer, reviews
from app.filing.queries import PAGE, contains
from app.filing.status import FilingStatus
from app.payments.remissions.summary import overdue_on, waits_on, wants_a_registrar
from app.payments.shortfalls import short_on


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """A filing in the court's queue. `mine`: the actor has it in hand; `held`: somebody has.

    `waiver`: the filer asks not to pay; `unpaid`: the fee was demanded and not paid, or its payment was voided.
    """

    id: FilingId
    number: str
    filing_type: str
    court_code: str
    caption: str
    urgent: bool
    received_at: datetime
    submitted_at: datetime
    round: int
    held: bool
    mine: bool
    waiver: bool
    unpaid: bool


_OWED = FilingRow.obligation_id
_UNPAID = func.coalesce(or_(overdue_on(_OWED), short_on(_OWED)), false()).label("unpaid")
_SELECT = select(
    *(getattr(FilingRow, n) for n in ("id", "number", "filing_type", "court_code", "caption", "urgent")),
    *(getattr(FilingRow, n) for n in ("received_at", "submitted_at", "round")),
    (FilingRow.status == FilingStatus.UNDER_REVIEW).label("held"),
    waits_on(FilingRow.obligation_id).label("waiver"),
    _UNPAID,
)


def queue(
    session: Session, actor: Actor, *, search: str = "", after: tuple[bool, datetime, UUID] | None = None
) -> tuple[QueueLine, ...]:
    """What waits at the actor's courts or is in hand: urgent ones first, then the oldest.

    `after` pages by the (urgent, submitted_at, id) of the last line shown.
    """
    statement = (
        _SELECT.add_columns(func.coalesce(FilingRow.claimed_by == actor.person_id, false()).label("mine"))
        .where(reviews(actor), FilingRow.status.in_((FilingStatus.SUBMITTED, FilingStatus.UNDER_REVIEW)))
        .order_by(FilingRow.urgent.desc(), FilingRow.submitted_at, FilingRow.id)
        .limit(PAGE)
    )
    if after is not None:
        urgent, at, last_id = after
        place = tuple_(not_(FilingRow.urgent), FilingRow.submitted_at, FilingRow.id)
        statement = statement.where(place > tuple_(literal(not urgent), literal(at), literal(last_id)))
    if search:
        wanted = contains(search)
        statement = statement.where(or_(FilingRow.number.ilike(wanted), FilingRow.caption.ilike(wanted)))
    return tuple(QueueLine(**row) for row in session.execute(statement).mappings())


def in_hand(session: Session, actor: Actor) -> tuple[QueueLine, ...]:
    """What the actor has in hand, the oldest first; at most a page."""
    statement = (
        _SELECT.add_columns(true().label("mine"))
        .where(reviews(actor), FilingRow.status == FilingStatus.UNDER_REVIEW, FilingRow.claimed_by == actor.person_id)
        .order_by(FilingRow.submitted_at)
        .limit(PAGE)
    )
    return tuple(QueueLine(**row) for row in session.execute(statement).mappings())


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverLine:
    """A filing whose fee a registrar must decide on: `waits` for the decision, or `unpaid` after all."""

    id: FilingId
    number: str
    filing_type: str
    court_code: str
    caption: str
    status: FilingStatus
    received_at: datetime
    waits: bool
    unpaid: bool


def waivers(session: Session, actor: Actor, *, after: tuple[datetime, UUID] | None = None) -> tuple[WaiverLine, ...]:
    """What the actor's courts must decide about fees, the filings received first at the top.

    What the actor filed is not there. `after` pages by the (received_at, id) of the last line shown.
    """
    statement = (
        select(
            *(getattr(FilingRow, n) for n in ("id", "number", "filing_type", "court_code", "caption", "status")),
            FilingRow.received_at,
            waits_on(FilingRow.obligation_id).label("waits"),
            _UNPAID,
        )
        .where(reviews(actor), not_(is_filer(actor)), or_(wants_a_registrar(_OWED), short_on(_OWED)))
        .order_by(FilingRow.received_at, FilingRow.id)
        .limit(PAGE)
    )
    if after is not None:
        statement = statement.where(tuple_(FilingRow.received_at, FilingRow.id) > tuple_(*map(literal, after)))
    return tuple(
        WaiverLine(**{**row, "status": FilingStatus(row["status"])}) for row in session.execute(statement).mappings()
    )


def queue_length(session: Session, actor: Actor) -> int:
    """How many filings wait at the actor's courts, undecided and in nobody's hand."""
    counted = select(func.count()).where(reviews(actor), FilingRow.status == FilingStatus.SUBMITTED)
    return int(session.execute(counted).scalar_one())
