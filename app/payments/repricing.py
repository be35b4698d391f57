"""A fee that changed before anybody was asked to pay it: the bill follows, but never once somebody pays."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.events import record
from app.core.ids import new_id
from app.core.language import LANGUAGES, T, Text, speaking
from app.core.money import Money
from app.payments import ledger
from app.payments.events import ObligationRepriced
from app.payments.ids import ObligationId
from app.payments.models import ObligationLineRow, ObligationRow, PaymentAttemptRow
from app.payments.queries import ObligationView
from app.payments.remissions.summary import waits_on
from app.payments.service import ObligationLine
from app.payments.standing import LockedObligation, lock

FeeOf = Callable[[Session, UUID], ObligationLine | None]
"""The whole fee of a subject by the schedules of this moment; None when it doesn't wait for its payment."""

_L = ObligationLineRow
_TITLE = T("Change of the fee")
_LAST = select(_L.version, _L.position).order_by(_L.position.desc()).limit(1)


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeChange:
    """What a bill's fees are, and the fee that replaces them."""

    before: Money
    after: ObligationLine


def no_fee_of(_session: Session, _subject: UUID) -> ObligationLine | None:
    """Where nobody sets fees, none changes."""
    return None


def pending_change(session: Session, bill: ObligationView, fee_of: FeeOf) -> FeeChange | None:
    """The change that `reprice` would make to the bill; None when there is none, or it may not be changed any more."""
    quarantined = any(attempt.quarantined for attempt in bill.attempts)
    asked = bill.waiver is not None and bill.waiver.waits
    if bill.void or bill.paid or bill.remitted or bill.live or quarantined or asked:
        return None
    fee = fee_of(session, bill.subject)
    if fee is None or not _changes(bill.fees, bill.lines[-1].version, fee):
        return None
    return FeeChange(before=bill.fees, after=fee)


def reprice(session: Session, actor: Actor, obligation_id: ObligationId, fee_of: FeeOf, *, at: datetime) -> bool:
    """Bring an untouched bill up to the fee of its day, with a line for the difference; whether anything changed.

    A bill that was paid in part, waived in part, or that somebody is being asked to pay stays as it is. Raises Absent.
    """
    obligation = lock(session, obligation_id)
    if obligation.void or obligation.paid or obligation.remitted:
        return False
    fee = fee_of(session, obligation.subject)
    if fee is None:
        return False
    last = session.execute(_LAST.where(_L.obligation_id == obligation_id)).one()
    if not _changes(obligation.fees, last.version, fee) or _touched(session, obligation):
        return False
    _write(session, obligation, fee, position=last.position + 1, at=at)
    event = ObligationRepriced(
        obligation_id=obligation.id,
        subject_id=obligation.subject,
        court_code=obligation.court_code,
        before_minor=obligation.fees.minor,
        amount_minor=fee.amount.minor,
        currency=obligation.currency,
    )
    record(session, event, actor=actor, at=at)
    return True


def _changes(fees: Money, version: str, fee: ObligationLine) -> bool:
    return version != fee.version and fees != fee.amount


def _said_in_each(text: Text) -> dict[str, str]:
    said = {}
    for code in LANGUAGES:
        with speaking(code):
            said[code] = str(text)
    return said


def _touched(session: Session, obligation: LockedObligation) -> bool:
    """Whether a payment is on its way or disputed, or a registrar is to decide on the fee."""
    disputed = select(func.count()).where(
        PaymentAttemptRow.obligation_id == obligation.id, PaymentAttemptRow.quarantined_at.is_not(None)
    )
    if obligation.asking(session) or session.execute(disputed).scalar_one():
        return True
    asked = select(waits_on(ObligationRow.id)).where(ObligationRow.id == obligation.id)
    return bool(session.execute(asked).scalar_one())


def _write(session: Session, obligation: LockedObligation, fee: ObligationLine, *, position: int, at: datetime) -> None:
    by = fee.amount - obligation.fees
    session.execute(
        insert(_L).values(
            id=new_id(),
            obligation_id=obligation.id,
            position=position,
            court_code=obligation.court_code,
            code=fee.code,
            version=fee.version,
            title=_said_in_each(_TITLE),
            amount_minor=by.minor,
            source=fee.source,
            added_at=at,
            reprices=True,
        )
    )
    kind = "fee_raised" if by.minor > 0 else "fee_reduced"
    sides = ledger.fee_changed(by)
    ledger.write_entry(session, kind, sides, of=(obligation.id, obligation.court_code, None), at=at)
