"""A court's day of money: by rail, by cashier, and each entry of the desk."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, Uuid, bindparam, column, select, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from app.accounts.queries import name_of
from app.core.actor import Actor
from app.core.errors import Absent
from app.core.money import Money
from app.payments.counter.models import CashEntryRow, PaymentVoidRow
from app.payments.counter.status import VoidState, Way
from app.payments.ids import AttemptId
from app.payments.models import ObligationRow, PaymentAttemptRow
from app.payments.policies import works_with_money_of

PAGE = 50
CURRENCY = "RWF"
_E, _V, _A, _O = CashEntryRow, PaymentVoidRow, PaymentAttemptRow, ObligationRow


@dataclass(frozen=True, slots=True, kw_only=True)
class RailTotal:
    """What one rail brought in a day, as we booked it, and what of the desk's entries was voided that day."""

    provider: str
    count: int
    taken: Money
    voided: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class CashierDay:
    """A drawer: `opening + taken - voided = in_hand`, in cash; `slips` lie at the bank. `counted`: at the close."""

    cashier_id: UUID
    cashier: str
    opening: Money
    taken: Money
    voided: Money
    slips: Money
    counted: Money | None
    handed_over: Money | None

    @property
    def in_hand(self) -> Money:
        """What should be in the drawer."""
        return self.opening + self.taken - self.voided


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """One entry of the desk. `void`: how far the wish to void it is, None when nobody has one."""

    attempt_id: AttemptId
    court_code: str
    number: str
    bill_reference: str
    receipt_number: str
    way: Way
    slip_number: str | None
    paid_on: date
    amount: Money
    cashier_id: UUID
    cashier: str
    recorded_at: datetime
    void: VoidState | None
    void_reason: str | None
    void_asked_by: UUID | None


# A drawer opens with what was left in it at its last close, and with what has changed since on days never closed.
_DRAWERS = text(
    "with moved as ("
    " select e.cashier_id, e.day, case e.way when 'cash' then a.amount_minor else 0 end as taken, 0 as voided,"
    " case e.way when 'cash' then 0 else a.amount_minor end as slips"
    " from cash_entry e join payment_attempt a on a.id = e.attempt_id where e.court_code = :court and e.day <= :day"
    " union all"
    " select e.cashier_id, v.day, 0, case e.way when 'cash' then a.amount_minor else 0 end,"
    " case e.way when 'cash' then 0 else -a.amount_minor end"
    " from payment_void v join cash_entry e on e.attempt_id = v.attempt_id"
    " join payment_attempt a on a.id = v.attempt_id"
    " where v.court_code = :court and v.state = 'confirmed' and v.day <= :day"
    "), before as ("
    " select distinct on (cashier_id) cashier_id, day, counted_minor - handed_over_minor as kept from cash_day"
    " where court_code = :court and day < :day order by cashier_id, day desc"
    ") select m.cashier_id,"
    " coalesce(max(b.kept), 0) + coalesce(sum(m.taken - m.voided) filter (where m.day < :day"
    "  and m.day > coalesce(b.day, '-infinity'::date)), 0) as opening,"
    " coalesce(sum(m.taken) filter (where m.day = :day), 0) as taken,"
    " coalesce(sum(m.voided) filter (where m.day = :day), 0) as voided,"
    " coalesce(sum(m.slips) filter (where m.day = :day), 0) as slips,"
    " max(d.counted_minor) as counted, max(d.handed_over_minor) as handed_over"
    " from moved m left join before b on b.cashier_id = m.cashier_id"
    " left join cash_day d on d.court_code = :court and d.day = :day and d.cashier_id = m.cashier_id"
    " group by m.cashier_id"
).columns(
    column("cashier_id", Uuid),
    *[column(name, BigInteger) for name in ("opening", "taken", "voided", "slips", "counted", "handed_over")],
)
_D = _DRAWERS.subquery()
_CASHIERS = select(_D, name_of(_D.c.cashier_id).label("cashier")).order_by(_D.c.cashier_id)
_RAILS = text(
    "select provider, sum(times)::bigint as times, sum(taken)::bigint as taken, sum(voided)::bigint as voided from ("
    " select a.provider, 1 as times, a.amount_minor as taken, 0 as voided from payment_receipt r"
    " join payment_attempt a on a.id = r.attempt_id"
    " where r.court_code = :court and r.issued_at >= :begin and r.issued_at < :end"
    " union all"
    " select a.provider, 0, 0, a.amount_minor from payment_void v join payment_attempt a on a.id = v.attempt_id"
    " where v.court_code = :court and v.state = 'confirmed' and v.day = :day"
    ") moved group by provider order by provider"
)
_LAST_VOID = (
    select(_V.attempt_id, _V.state, _V.reason, _V.asked_by)
    .ext(distinct_on(_V.attempt_id))
    .order_by(_V.attempt_id, _V.turn.desc(), _V.decided_by.is_(None))
    .subquery()
)
_ENTRIES = (
    select(
        _E.attempt_id,
        _E.court_code,
        _E.number,
        _O.reference,
        _A.number.label("receipt"),
        _E.way,
        _E.slip_number,
        _E.paid_on,
        _A.amount_minor,
        _A.currency,
        _E.cashier_id,
        name_of(_E.cashier_id).label("cashier"),
        _E.recorded_at,
        _LAST_VOID.c.state,
        _LAST_VOID.c.reason,
        _LAST_VOID.c.asked_by,
    )
    .join(_A, _A.id == _E.attempt_id)
    .join(_O, _O.id == _A.obligation_id)
    .outerjoin(_LAST_VOID, _LAST_VOID.c.attempt_id == _E.attempt_id)
)
_OF_DAY = (
    _ENTRIES.where(_E.court_code == bindparam("court"), _E.day == bindparam("day"), _E.attempt_id < bindparam("before"))
    .order_by(_E.attempt_id.desc())
    .limit(PAGE + 1)
)
_WAITING = _ENTRIES.where(_E.court_code == bindparam("court"), _LAST_VOID.c.state == VoidState.ASKED).order_by(
    _E.attempt_id
)
_NEWEST = UUID(int=2**128 - 1)


def rail_totals(session: Session, actor: Actor, court: str, day: date, *, zone: ZoneInfo) -> tuple[RailTotal, ...]:
    """Each rail that moved money for the court on its day `day`; raises Absent for whom the court's money isn't."""
    _admit(actor, court)
    begin = datetime.combine(day, time.min, zone)
    end = datetime.combine(day + timedelta(days=1), time.min, zone)
    rows = session.execute(_RAILS, {"court": court, "day": day, "begin": begin, "end": end}).all()
    return tuple(
        RailTotal(provider=row.provider, count=row.times, taken=_rwf(row.taken), voided=_rwf(row.voided))
        for row in rows
    )


def cashier_days(session: Session, actor: Actor, court: str, day: date) -> tuple[CashierDay, ...]:
    """Every drawer of the court that was ever used until that day; raises Absent."""
    _admit(actor, court)
    return tuple(
        CashierDay(
            cashier_id=row.cashier_id,
            cashier=row.cashier or "",
            opening=_rwf(row.opening),
            taken=_rwf(row.taken),
            voided=_rwf(row.voided),
            slips=_rwf(row.slips),
            counted=_rwf(row.counted) if row.counted is not None else None,
            handed_over=_rwf(row.handed_over) if row.handed_over is not None else None,
        )
        for row in session.execute(_CASHIERS, {"court": court, "day": day}).all()
    )


def entries(
    session: Session, actor: Actor, court: str, day: date, *, before: UUID | None = None
) -> tuple[tuple[EntryView, ...], UUID | None]:
    """A page of the day's entries, newest first, and the key of the next page; raises Absent."""
    _admit(actor, court)
    found = session.execute(_OF_DAY, {"court": court, "day": day, "before": before or _NEWEST}).all()
    shown = tuple(_entry(row) for row in found[:PAGE])
    return shown, shown[-1].attempt_id if len(found) > PAGE else None


def waiting_voids(session: Session, actor: Actor, court: str) -> tuple[EntryView, ...]:
    """Entries that somebody wants voided and nobody has decided on; raises Absent."""
    _admit(actor, court)
    return tuple(_entry(row) for row in session.execute(_WAITING, {"court": court}).all())


def entry(session: Session, actor: Actor, attempt_id: UUID) -> EntryView:
    """One entry; raises Absent, also for whom the court's money isn't."""
    row = session.execute(_ENTRIES.where(_E.attempt_id == attempt_id)).first()
    if row is None or not works_with_money_of(actor, row.court_code):
        raise Absent
    return _entry(row)


def _admit(actor: Actor, court: str) -> None:
    if not works_with_money_of(actor, court):
        raise Absent


def _entry(row: Any) -> EntryView:
    return EntryView(
        attempt_id=AttemptId(row.attempt_id),
        court_code=row.court_code,
        number=row.number,
        bill_reference=row.reference,
        receipt_number=f"{row.reference}-{row.receipt}",
        way=Way(row.way),
        slip_number=row.slip_number,
        paid_on=row.paid_on,
        amount=Money(row.amount_minor, row.currency),
        cashier_id=row.cashier_id,
        cashier=row.cashier or "",
        recorded_at=row.recorded_at,
        void=VoidState(row.state) if row.state else None,
        void_reason=row.reason,
        void_asked_by=row.asked_by,
    )


def _rwf(minor: Any) -> Money:
    return Money(int(minor), CURRENCY)
