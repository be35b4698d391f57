"""Compares a day again: books what the bank got, notes what differs, and has the provider asked where it matters."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, null, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.ids import new_id
from app.core.money import Money, total
from app.payments import ledger, polling, refunds
from app.payments.reconciliation.days import Day, open_day
from app.payments.reconciliation.matching import Found, breaks_in, match, settlement_breaks
from app.payments.reconciliation.models import BreakRow, SettlementRow, StatementLineRow
from app.payments.reconciliation.sides import Banked, Takings, banked, our_side, takings, their_side
from app.payments.reconciliation.status import (
    BANK_STATEMENT,
    SHARED_BOOK,
    BreakKind,
    charge_sides,
    settlement_sides,
)

_B, _L = BreakRow, StatementLineRow


def compare(session: Session, day: Day, *, at: datetime) -> list[Found]:
    """Compare it; what differs now. Doing it twice changes nothing. Raises DayIsSigned."""
    open_day(session, day)
    paid_in = banked(session, day)
    if day.source != BANK_STATEMENT:
        for line in paid_in:
            _book(session, day.source, line, at=at)
    theirs = None if day.source == BANK_STATEMENT else takings(session, day)
    if theirs is not None and theirs.at_once:
        _book_charges(session, day, at=at)
    found = _settlement(theirs, paid_in) if theirs else []
    if theirs or day.source == BANK_STATEMENT:
        found = breaks_in(match(our_side(session, day), their_side(session, day)), day.day) + found
    _keep(session, day, found, at=at)
    wrong = [one for one in found if one.kind is BreakKind.STATUS_MISMATCH]
    polling.ask_soon(session, [one.attempt for one in wrong if one.attempt and not one.refund], at=at)
    refunds.ask_soon(session, [one.refund for one in wrong if one.refund], at=at)
    return found


def _settlement(theirs: Takings, paid_in: Sequence[Banked]) -> list[Found]:
    currency = theirs.taken.currency
    paid_in = [one for one in paid_in if one.net.currency == currency]
    if not paid_in:
        return []
    net, kept = total([one.net for one in paid_in], currency), total([one.kept for one in paid_in], currency)
    return settlement_breaks(taken=theirs.due, charge=theirs.to_keep, net=net, kept=kept)


def _book(session: Session, provider: str, line: Banked, *, at: datetime) -> None:
    """Enter a settlement in the books, once for each line of the bank."""
    known = session.execute(select(SettlementRow.line_id).where(SettlementRow.line_id == line.line)).first()
    if known is not None:
        return
    sides = settlement_sides(provider, net=line.net, charge=line.kept)
    entry_id = ledger.write_entry(session, "settlement", sides, of=(None, SHARED_BOOK, None), at=at)
    session.execute(insert(SettlementRow).values(line_id=line.line, entry_id=entry_id, booked_at=at))


def _book_charges(session: Session, day: Day, *, at: datetime) -> None:
    """Enter what the provider has taken from the balance, once for each line that says so."""
    lines = select(_L.id, _L.charge_minor, _L.currency).where(
        *(_L.source == day.source, _L.day == day.day, _L.succeeded, _L.charge_minor != 0),
        ~exists().where(SettlementRow.line_id == _L.id),
    )
    fresh = session.execute(lines).all()
    if not fresh:
        return
    charge = Money(sum(line.charge_minor for line in fresh), fresh[0].currency)
    sides = charge_sides(day.source, charge)
    entry_id = ledger.write_entry(session, "charge", sides, of=(None, SHARED_BOOK, None), at=at)
    booked = [{"line_id": line.id, "entry_id": entry_id, "booked_at": at} for line in fresh]
    session.execute(insert(SettlementRow), booked)


def _keep(session: Session, day: Day, found: Sequence[Found], *, at: datetime) -> None:
    """Note what is found; what isn't any more is gone, unless somebody has resolved it."""
    named = {(one.kind.value, one.key) for one in found}
    open_now = select(_B.id, _B.kind, _B.key).where(_of(day), _B.resolution.is_(None), _B.gone_at.is_(None))
    gone = [{"id": row.id, "gone_at": at} for row in session.execute(open_now).all() if row[1:] not in named]
    if gone:
        session.execute(update(_B), gone)
    written = insert(_B)
    kept = written.on_conflict_do_update(
        index_elements=["source", "day", "kind", "key"],
        set_={"amount_minor": written.excluded.amount_minor, "gone_at": null()},
        where=_B.resolution.is_(None) & ((_B.amount_minor != written.excluded.amount_minor) | _B.gone_at.is_not(None)),
    )
    always = {"source": day.source, "day": day.day, "found_at": at}
    values = [{"id": new_id(), **always, **_values(one)} for one in found]
    if values:
        session.connection().execute(kept, values)


def _of(day: Day) -> ColumnElement[bool]:
    return and_(_B.source == day.source, _B.day == day.day)


def _values(one: Found) -> dict[str, object]:
    return {
        "kind": one.kind,
        "key": one.key,
        "line_id": one.line,
        "attempt_id": one.attempt,
        "refund_id": one.refund,
        "amount_minor": one.difference.minor,
        "currency": one.difference.currency,
    }


def open_breaks(session: Session, day: Day) -> int:
    """How many breaks of the day nobody has resolved."""
    wanted = select(func.count()).where(_of(day), _B.resolution.is_(None), _B.gone_at.is_(None))
    return int(session.execute(wanted).scalar_one())
