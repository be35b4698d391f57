"""Reads for the accountant's pages: the days, and one day with what differs on it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session
from sqlalchemy.types import Date, String

from app.core.actor import Actor
from app.core.errors import Absent
from app.core.money import Money
from app.payments.models import ObligationRow, PaymentAttemptRow
from app.payments.policies import reconciles
from app.payments.reconciliation.days import Day, DayAct
from app.payments.reconciliation.models import BreakRow, DayActRow, ReleaseRow, StatementLineRow
from app.payments.reconciliation.shapes import AT_ONCE, SHAPES
from app.payments.reconciliation.statement import LineKind
from app.payments.reconciliation.status import RESOLUTIONS, URGENT, Act, BreakKind, Resolution
from app.payments.status import AttemptState

DAYS_A_PAGE = 30
_CURRENCY = "RWF"
_ZONES = json.dumps({code: str(shape.zone) for code, shape in SHAPES.items() if shape.zone})


@dataclass(frozen=True, slots=True, kw_only=True)
class DayLine:
    """A day of an account: `taken` by the provider's statement, `banked` and `kept` by the bank's; None without one.

    `booked` and `taken` are what came less what went back. Where the bank never sees the provider's charge, `kept`
    is by the provider's statement.
    """

    source: str
    day: date
    lines: int
    booked: Money
    taken: Money | None
    banked: Money | None
    kept: Money | None
    open: int
    urgent: int
    signed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakView:
    """A break as a person sees it. `difference` is theirs less ours; `guesses` are bills that it may be about.

    `refund`: it is about money that goes back. `released_at`: when its money left suspense again by itself.
    """

    id: UUID
    source: str
    day: date
    kind: BreakKind
    difference: Money
    found_at: datetime
    gone: bool
    owner: UUID | None
    resolution: Resolution | None
    note: str | None
    resolved_by: UUID | None
    resolved_at: datetime | None
    bill: str | None
    state: AttemptState | None
    theirs: str | None
    quoted: str | None
    line_at: datetime | None
    text: str | None
    refund: bool
    released_at: datetime | None
    guesses: tuple[str, ...] = ()

    @property
    def urgent(self) -> bool:
        """Whether somebody's money may be taken and their bill still open."""
        return self.kind in URGENT and self.resolution is None

    @property
    def choices(self) -> tuple[Resolution, ...]:
        """What may be decided about it."""
        return RESOLUTIONS[self.kind]


_DAYS = text("""
with moved as (
  select provider, completed_at as moved_at, amount_minor, currency from payment_attempt a where state = 'succeeded'
    and not exists (select from payment_void where attempt_id = a.id and state = 'confirmed')
  union all select provider, done_at, -amount_minor, currency from refund where state = 'refunded'
  union all select provider, completed_at, amount_minor, currency from unidentified_payment u
    where not exists (select from unidentified_placement where payment_id = u.id and state in ('placed', 'returned'))
), local as (
  select m.*, (moved_at at time zone coalesce(cast(:zones as jsonb) ->> provider, :zone))::date as day from moved m
), days as (
  select source, day from statement_line where kind <> 'settlement' and day < :before
  union select settles_source, settles_day from statement_line where settles_day < :before
  union select provider, day from local where provider = any(:providers) and day < :before
)
select d.source, d.day, l.lines, l.taken, l.charged, b.banked, b.kept, r.open, r.urgent, a.act,
  coalesce(o.booked, 0) as booked, coalesce(l.currency, b.currency, o.currency, :currency) as currency,
  exists (select from statement_file where source = d.source and d.day between first_day and last_day) as told
from days d
left join lateral (select count(*) as lines, sum(amount_minor) filter (where succeeded) as taken,
  sum(charge_minor) filter (where succeeded) as charged, min(currency) as currency from statement_line
  where source = d.source and day = d.day and kind <> 'settlement') l on true
left join lateral (select sum(amount_minor) as banked, sum(charge_minor) as kept, min(currency) as currency
  from statement_line where settles_source = d.source and settles_day = d.day) b on true
left join lateral (select count(*) as open, count(*) filter (where kind = any(:urgent)) as urgent
  from reconciliation_break
  where source = d.source and day = d.day and resolution is null and gone_at is null) r on true
left join lateral (select act from reconciliation_act where source = d.source and day = d.day
  order by number desc limit 1) a on true
left join lateral (select sum(amount_minor) as booked, min(currency) as currency from local
  where provider = d.source and day = d.day) o on true
where (cast(:only as date) is null or d.day = :only) and (cast(:source as text) is null or d.source = :source)
order by d.day desc, d.source limit :most
""").bindparams(
    bindparam("providers", type_=ARRAY(String)),
    bindparam("urgent", type_=ARRAY(String)),
    bindparam("only", type_=Date()),
    bindparam("before", type_=Date()),
)


def days(session: Session, actor: Actor, zone: ZoneInfo, *, before: date) -> Sequence[DayLine]:
    """The newest days before one, newest first: those with a statement, or with payments of ours. Raises Absent."""
    return _days(session, actor, {"before": before, "only": None, "source": None, "zone": str(zone)})


def day_line(session: Session, actor: Actor, day: Day) -> DayLine | None:
    """How one day stands; None when nothing is known of it. Raises Absent."""
    asked = {"before": day.day + timedelta(days=1), "only": day.day, "source": day.source, "zone": str(day.zone)}
    found = _days(session, actor, asked)
    return found[0] if found else None


def _days(session: Session, actor: Actor, asked: dict[str, object]) -> list[DayLine]:
    if not reconciles(actor):
        raise Absent
    always = {"providers": list(SHAPES), "urgent": sorted(URGENT), "most": DAYS_A_PAGE, "currency": _CURRENCY}
    always["zones"] = _ZONES
    return [_day_line(row) for row in session.execute(_DAYS, {**always, **asked}).all()]


def _day_line(row: Any) -> DayLine:
    def money(minor: int | None) -> Money | None:
        return None if minor is None else Money(int(minor), row.currency)

    told = row.told or row.lines > 0
    return DayLine(
        source=row.source,
        day=row.day,
        lines=row.lines,
        booked=Money(int(row.booked), row.currency),
        taken=money(row.taken or 0) if told else None,
        banked=money(row.banked),
        kept=money(row.charged if row.source in AT_ONCE else row.kept),
        open=row.open,
        urgent=row.urgent,
        signed=row.act == Act.SIGNED,
    )


_B, _L, _A, _O = BreakRow, StatementLineRow, PaymentAttemptRow, ObligationRow
_BREAKS = (
    select(
        *(_B.id, _B.source, _B.day, _B.kind, _B.amount_minor, _B.currency, _B.found_at, _B.gone_at, _B.owner_id),
        *(_B.resolution, _B.note, _B.resolved_by, _B.resolved_at),
        *(_L.theirs, _L.ours, _L.at, _L.text, _A.state, _O.reference, ReleaseRow.at.label("released_at")),
        func.coalesce(_B.refund_id.is_not(None) | (_L.kind == LineKind.REFUND), _B.refund_id.is_not(None)).label(
            "refund"
        ),
    )
    .outerjoin(_L, _L.id == _B.line_id)
    .outerjoin(ReleaseRow, ReleaseRow.break_id == _B.id)
    .outerjoin(_A, _A.id == _B.attempt_id)
    .outerjoin(_O, _O.id == _A.obligation_id)
    .order_by(_B.found_at, _B.id)
)


def breaks_of(session: Session, actor: Actor, day: Day) -> list[BreakView]:
    """Every break of a day that is still there or was resolved, oldest first, with guesses. Raises Absent."""
    if not reconciles(actor):
        raise Absent
    wanted = _BREAKS.where(_B.source == day.source, _B.day == day.day, _B.gone_at.is_(None))
    found = [_break(row) for row in session.execute(wanted).all()]
    lost = [one for one in found if one.kind is BreakKind.MISSING_THERE and one.resolution is None]
    return [_with_guesses(one, lost) for one in found]


def break_of(session: Session, actor: Actor, break_id: UUID) -> BreakView:
    """One break. Raises Absent."""
    row = session.execute(_BREAKS.where(_B.id == break_id)).first()
    if row is None or not reconciles(actor):
        raise Absent
    return _break(row)


def _with_guesses(one: BreakView, lost: Sequence[BreakView]) -> BreakView:
    """The same amount is missing elsewhere on the day: perhaps it is that, but only a person can say so."""
    if one.kind not in (BreakKind.UNIDENTIFIED, BreakKind.MISSING_HERE) or one.resolution is not None:
        return one
    bills = (other.bill for other in lost if other.bill and not (other.difference + one.difference))
    return replace(one, guesses=tuple(bills))


def _break(row: Any) -> BreakView:
    return BreakView(
        id=row.id,
        source=row.source,
        day=row.day,
        kind=BreakKind(row.kind),
        difference=Money(row.amount_minor, row.currency),
        found_at=row.found_at,
        gone=row.gone_at is not None,
        owner=row.owner_id,
        resolution=Resolution(row.resolution) if row.resolution else None,
        note=row.note,
        resolved_by=row.resolved_by,
        resolved_at=row.resolved_at,
        bill=row.reference,
        state=AttemptState(row.state) if row.state else None,
        theirs=row.theirs or None,
        quoted=row.ours or None,
        line_at=row.at,
        text=row.text or None,
        refund=row.refund,
        released_at=row.released_at,
    )


def acts_of(session: Session, day: Day) -> list[DayAct]:
    """Every time that the day was signed off or reopened, oldest first."""
    row = DayActRow
    wanted = select(row.number, row.act, row.by, row.at, row.note).where(row.source == day.source, row.day == day.day)
    return [
        DayAct(number=found.number, act=Act(found.act), by=found.by, at=found.at, note=found.note)
        for found in session.execute(wanted.order_by(row.number)).all()
    ]
