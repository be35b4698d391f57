"""Money out of suspense: what a statement told of first, and is booked in the ordinary way after all, counts once.

Whoever books a payment and whoever puts its line in suspense take the same locks, so that one of them sees the other.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, case, exists, insert, or_, select, text, true
from sqlalchemy.orm import Session

from app.core.money import Money
from app.payments import ledger
from app.payments.ids import AttemptId, RefundId
from app.payments.models import PaymentAttemptRow
from app.payments.reconciliation.models import BreakRow, ReleaseRow, StatementLineRow
from app.payments.reconciliation.shapes import SHAPES
from app.payments.reconciliation.statement import LineKind
from app.payments.reconciliation.status import SHARED_BOOK, BreakKind, Resolution, resolution_sides
from app.payments.refunds.models import RefundRow
from app.payments.refunds.status import RefundState
from app.payments.status import AttemptState
from app.payments.unidentified.models import UnidentifiedPaymentRow

_A, _B, _L, _R, _U = PaymentAttemptRow, BreakRow, StatementLineRow, RefundRow, UnidentifiedPaymentRow
_LOCK = text("select pg_advisory_xact_lock(hashtextextended(:name, 14))")
_UNKNOWN_HERE = (BreakKind.MISSING_HERE, BreakKind.UNIDENTIFIED)


def release_payment(session: Session, provider: str, attempt_id: AttemptId, *, at: datetime) -> None:
    """An attempt has succeeded: its line, if it is in suspense, leaves it."""
    number = session.execute(select(_A.provider_reference).where(_A.id == attempt_id)).scalar()
    _release(session, provider, (_B.attempt_id == attempt_id) & _B.refund_id.is_(None), (attempt_id, number), at=at)


def release_refund(session: Session, provider: str, refund_id: RefundId, number: str | None, *, at: datetime) -> None:
    """A refund went over the rail: its line, if it is in suspense, leaves it."""
    _release(session, provider, _B.refund_id == refund_id, (refund_id, number), back=True, at=at)


def release_unidentified(session: Session, provider: str, number: str, *, at: datetime) -> None:
    """Money without a bill is booked under this number: its line, if it is in suspense, leaves it."""
    _release(session, provider, None, (None, number), at=at)


def _release(
    session: Session,
    provider: str,
    about: ColumnElement[bool] | None,
    names: tuple[UUID | None, str | None],
    *,
    back: bool = False,
    at: datetime,
) -> None:
    if provider not in SHAPES:
        return
    own, number = names
    _lock(session, [str(own)] if own else [], provider, number)
    is_it = [and_(_B.kind.in_(_UNKNOWN_HERE), _L.theirs == number, (_L.kind == LineKind.REFUND) == back)]
    if about is not None:
        fits = _L.theirs.in_(["", number]) if number else true()
        is_it.append(and_(_B.kind == BreakKind.STATUS_MISMATCH, about, fits))
    held = (
        select(_B.id, _B.source, _B.amount_minor, _B.currency)
        .join(_L, _L.id == _B.line_id)
        .where(_B.source == provider, _B.resolution == Resolution.SUSPENSE, or_(*is_it))
        .where(~exists().where(ReleaseRow.break_id == _B.id))
        # One payment is one line: the one with its number, if there is one.
        .order_by(case((_L.theirs == number, 0), else_=1), _B.found_at, _B.id)
        .limit(1)
    )
    row = session.execute(held).first()
    if row is None:
        return
    sides = resolution_sides(Resolution.SUSPENSE, row.source, Money(-row.amount_minor, row.currency))
    entry_id = ledger.write_entry(session, "suspense_released", sides, of=(None, SHARED_BOOK, None), at=at)
    session.execute(insert(ReleaseRow).values(break_id=row.id, entry_id=entry_id, at=at))


def booked_after_all(session: Session, found: BreakRow) -> bool:
    """Whether what a break is about is in the books by now. Until this transaction ends nobody books it besides."""
    line = session.execute(select(_L.theirs, _L.kind).where(_L.id == found.line_id)).first()
    own = found.refund_id or found.attempt_id
    number = line.theirs if line else None
    _lock(session, [str(own)] if own else [], found.source, number)
    match BreakKind(found.kind):
        case BreakKind.STATUS_MISMATCH if found.amount_minor and own:
            return _moved(session, found) is not _expected(found)
        case BreakKind.MISSING_HERE | BreakKind.UNIDENTIFIED if line is not None and number:
            return _is_known(session, found.source, number, back=line.kind == LineKind.REFUND)
        case _:
            return False


def _expected(found: BreakRow) -> bool:
    """Whether our side had succeeded when the break was found."""
    there_only = found.amount_minor < 0 if found.refund_id else found.amount_minor > 0
    return not there_only


def _moved(session: Session, found: BreakRow) -> bool:
    if found.refund_id:
        state = session.execute(select(_R.state).where(_R.id == found.refund_id)).scalar_one()
        return bool(state == RefundState.REFUNDED)
    state = session.execute(select(_A.state).where(_A.id == found.attempt_id)).scalar_one()
    return bool(state == AttemptState.SUCCEEDED)


def _is_known(session: Session, provider: str, number: str, *, back: bool) -> bool:
    went = exists().where(_R.provider == provider, _R.provider_reference == number, _R.state == RefundState.REFUNDED)
    came = or_(
        exists().where(_A.provider == provider, _A.provider_reference == number, _A.state == AttemptState.SUCCEEDED),
        exists().where(_U.provider == provider, _U.provider_id == number),
    )
    return bool(session.execute(select(went if back else came)).scalar_one())


def _lock(session: Session, own: Sequence[str], provider: str, number: str | None) -> None:
    """In one order, whoever asks."""
    for name in [*own, *([f"{provider} {number}"] if number else [])]:
        session.execute(_LOCK, {"name": name})
