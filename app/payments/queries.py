"""Reads of what is owed and paid, as plain values; two statements for an obligation, whatever is on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Absent
from app.core.ids import PersonId
from app.core.language import Localised
from app.core.money import Money, total
from app.payments import rules, voided
from app.payments.attempt_queries import ATTEMPT, AttemptView, attempt_view
from app.payments.ids import ObligationId
from app.payments.models import ObligationLineRow, ObligationRow, PaymentAttemptRow, RefundDueRow
from app.payments.policies import owns
from app.payments.refunds import queries as refund_queries
from app.payments.refunds.queries import RefundView
from app.payments.remissions.rules import most
from app.payments.remissions.summary import Summary, newest_of, read, remitted_of
from app.payments.status import LIVE, AttemptState, ObligationStatus

_O, _L, _A, _R = ObligationRow, ObligationLineRow, PaymentAttemptRow, RefundDueRow


@dataclass(frozen=True, slots=True, kw_only=True)
class LineView:
    """One fee as it was raised; `source` is its legal basis. `reprices`: the difference that a later schedule makes."""

    code: str
    version: str
    title: Localised
    amount: Money
    source: str
    reprices: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationView:
    """What is owed for a subject: `fees` sums the lines, `remitted` what was waived, `paid` the successes.

    `due` is still to be paid; `waiver` is the newest request not to pay. `refund_due` is all that ever had to go back,
    `refunded` what of it has.
    """

    id: ObligationId
    subject: UUID
    court_code: str
    owner: PersonId
    reference: str
    status: ObligationStatus
    lines: tuple[LineView, ...]
    fees: Money
    remitted: Money
    paid: Money
    refund_due: Money
    refunds: tuple[RefundView, ...]
    void: bool
    due: Money
    opened_at: datetime
    valid_until: datetime | None
    attempts: tuple[AttemptView, ...]
    waiver: Summary | None
    short: bool
    short_overdue: bool

    @property
    def demand_open(self) -> bool:
        """Whether a registrar's decision, or money that never came, left something to pay after it had gone on."""
        return self.short or (self.waiver is not None and self.waiver.demand_open)

    @property
    def overdue(self) -> bool:
        """Whether that is unpaid, so that a registrar must decide."""
        return self.short_overdue or (self.waiver is not None and self.waiver.overdue)

    @property
    def fees_before(self) -> Money | None:
        """What the fees were before the newest change of them; None when they never changed."""
        changed = [position for position, line in enumerate(self.lines) if line.reprices]
        if not changed:
            return None
        return total([line.amount for line in self.lines[: changed[-1]]], self.fees.currency)

    @property
    def waivable(self) -> Money:
        """The most that can be waived now."""
        if self.status is ObligationStatus.VOID:
            return Money.zero(self.fees.currency)
        return most(fees=self.fees, remitted=self.remitted, due=self.due)

    @property
    def latest(self) -> AttemptView | None:
        """The newest attempt."""
        return self.attempts[-1] if self.attempts else None

    @property
    def live(self) -> AttemptView | None:
        """The attempt under way, if any."""
        return next((a for a in self.attempts if a.state in LIVE), None)

    @property
    def refunded(self) -> Money:
        """What has gone back."""
        return _gone(self.refunds, self.fees.currency)

    @property
    def receipts(self) -> tuple[AttemptView, ...]:
        """The successful attempts that nobody has voided, oldest first."""
        return tuple(a for a in self.attempts if a.counts)

    @property
    def receipt_reference(self) -> str | None:
        """The newest receipt's number; None while nothing is paid."""
        return self.receipts[-1].receipt_reference if self.receipts else None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookLine:
    """One successful attempt, to be compared with the operator's books."""

    reference_id: UUID
    provider: str
    amount: Money
    state: AttemptState
    provider_reference: str | None
    bill_reference: str


_LINES = (
    select(
        func.jsonb_agg(
            aggregate_order_by(
                func.jsonb_build_array(_L.code, _L.version, _L.title, _L.amount_minor, _L.source, _L.reprices),
                _L.position,
            )
        )
    )
    .where(_L.obligation_id == _O.id)
    .scalar_subquery()
)
_REFUNDS = (
    select(func.coalesce(func.sum(_R.amount_minor), 0))
    .where(_R.obligation_id == _O.id, voided.stands(_R.attempt_id))
    .scalar_subquery()
)
_OBLIGATION = select(
    _O.id,
    _O.subject,
    _O.court_code,
    _O.owner_id,
    _O.reference,
    _O.currency,
    _O.opened_at,
    _O.valid_until,
    _O.voided_at,
    _O.short_at,
    _O.overdue_at,
    _LINES.label("lines"),
    _REFUNDS.label("refund_due"),
    refund_queries.OF_OBLIGATION.label("refunds"),
    remitted_of(_O.id).label("remitted"),
    newest_of(_O.id).label("waiver"),
)
_BY_IDS = _OBLIGATION.where(_O.id.in_(bindparam("ids", expanding=True)))
_BY_ID = _OBLIGATION.where(_O.id == bindparam("id"))
_BY_SUBJECT = (
    _OBLIGATION.where(_O.subject == bindparam("subject"))
    .order_by(_O.voided_at.is_(None).desc(), _O.opened_at.desc())
    .limit(1)
)
_ATTEMPTS = select(*ATTEMPT).where(_A.obligation_id.in_(bindparam("ids", expanding=True))).order_by(_A.number)
_BOOKS = (
    select(_A.reference_id, _A.provider, _A.amount_minor, _A.currency, _A.state, _A.provider_reference, _O.reference)
    .join(_O, _O.id == _A.obligation_id)
    .where(_A.state == AttemptState.SUCCEEDED)
    .order_by(_A.id)
)


def obligation(session: Session, obligation_id: ObligationId) -> ObligationView:
    """An obligation with its lines and attempts, for rooms that have checked access themselves; raises Absent."""
    return _view(session, session.execute(_BY_ID, {"id": obligation_id}).first())


def obligation_of(session: Session, subject: UUID) -> ObligationView | None:
    """What is owed for a subject: the obligation that is not void, else the last one; None when there was never one."""
    row = session.execute(_BY_SUBJECT, {"subject": subject}).first()
    return _view(session, row) if row is not None else None


def obligations(session: Session, ids: list[ObligationId]) -> dict[ObligationId, ObligationView]:
    """Several at once, in the same two statements; for rooms that have checked access themselves."""
    rows = session.execute(_BY_IDS, {"ids": ids}).all() if ids else []
    tried = session.execute(_ATTEMPTS, {"ids": ids}).all() if ids else []
    return {row.id: _seen(row, [a for a in tried if a.obligation_id == row.id]) for row in rows}


def bill(session: Session, actor: Actor, obligation_id: ObligationId) -> ObligationView:
    """The actor's own obligation; raises Absent for anybody else's."""
    row = session.execute(_BY_ID, {"id": obligation_id}).first()
    if row is None or not owns(actor, PersonId(row.owner_id)):
        raise Absent
    return _view(session, row)


def books(session: Session) -> tuple[BookLine, ...]:
    """Every successful attempt, oldest first."""
    return tuple(
        BookLine(
            reference_id=row.reference_id,
            provider=row.provider,
            amount=Money(row.amount_minor, row.currency),
            state=AttemptState(row.state),
            provider_reference=row.provider_reference,
            bill_reference=row.reference,
        )
        for row in session.execute(_BOOKS).all()
    )


def _view(session: Session, row: Any) -> ObligationView:
    if row is None:
        raise Absent
    return _seen(row, session.execute(_ATTEMPTS, {"ids": [row.id]}).all())


def _seen(row: Any, tried: Sequence[Any]) -> ObligationView:
    currency = row.currency
    attempts = tuple(attempt_view(a, row.reference) for a in tried)
    lines = tuple(_line(line, currency) for line in row.lines)
    sums = {
        "fees": total([line.amount for line in lines], currency),
        "remitted": Money(int(row.remitted), currency),
        "paid": total([a.amount for a in attempts if a.counts], currency),
        "refund_due": Money(int(row.refund_due), currency),
    }
    void = row.voided_at is not None
    refunds = refund_queries.views_in(row.refunds, currency)
    return ObligationView(
        id=ObligationId(row.id),
        subject=row.subject,
        court_code=row.court_code,
        owner=PersonId(row.owner_id),
        reference=row.reference,
        status=rules.obligation_status(**sums, void=void, refunded=_gone(refunds, currency)),
        refunds=refunds,
        void=void,
        due=rules.still_due(**sums, void=void),
        lines=lines,
        opened_at=row.opened_at,
        valid_until=row.valid_until,
        attempts=attempts,
        waiver=read(row.waiver),
        short=row.short_at is not None,
        short_overdue=row.overdue_at is not None,
        **sums,
    )


def _gone(refunds: tuple[RefundView, ...], currency: str) -> Money:
    return total([refund.amount for refund in refunds if refund.done], currency)


def _line(stored: list[Any], currency: str) -> LineView:
    code, version, title, minor, source, reprices = stored
    amount = Money(minor, currency)
    return LineView(
        code=code, version=version, title=Localised(**title), amount=amount, source=source, reprices=reprices
    )
