"""The journal's entries in order, read in small portions so that its length doesn't matter."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.money import Money
from app.payments.models import JournalEntryRow, ObligationRow, PaymentAttemptRow, PostingRow

_PORTION = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Whole days in the court's zone, both ends included; None leaves an end open."""

    zone: ZoneInfo
    first: date | None = None
    last: date | None = None

    @property
    def begins(self) -> datetime | None:
        """The first instant that belongs to it."""
        return None if self.first is None else datetime.combine(self.first, time.min, self.zone)

    @property
    def ends(self) -> datetime | None:
        """The first instant that no longer belongs to it."""
        return None if self.last is None else datetime.combine(self.last + timedelta(days=1), time.min, self.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of an entry; debits are positive, credits negative."""

    account: str
    amount: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry with its sides, and what it is about in our own names; nothing in it says who paid."""

    id: UUID
    at: datetime
    kind: str
    court_code: str
    bill: str | None
    attempt: UUID | None
    provider_reference: str | None
    sides: tuple[Side, ...]


_E, _P, _O, _A = JournalEntryRow, PostingRow, ObligationRow, PaymentAttemptRow
_SIDES = (
    select(
        _E.id,
        _E.at,
        _E.kind,
        _E.court_code,
        _O.reference,
        _A.reference_id,
        _A.provider_reference,
        _P.account,
        _P.amount_minor,
        _P.currency,
    )
    .join(_P, _P.entry_id == _E.id)
    .outerjoin(_O, _O.id == _E.obligation_id)
    .outerjoin(_A, _A.id == _E.attempt_id)
    .order_by(_E.at, _E.id, _P.id)
)


def entries(session: Session, period: Period) -> Iterator[Entry]:
    """The entries of a period, oldest first; the session must stay open while they are read."""
    wanted = _SIDES
    if period.begins is not None:
        wanted = wanted.where(_E.at >= period.begins)
    if period.ends is not None:
        wanted = wanted.where(_E.at < period.ends)
    rows = session.execute(wanted, execution_options={"yield_per": _PORTION})
    for _, sides in groupby(rows, key=lambda row: row.id):
        yield _entry(list(sides))


def _entry(rows: Sequence[Any]) -> Entry:
    first = rows[0]
    return Entry(
        id=first.id,
        at=first.at,
        kind=first.kind,
        court_code=first.court_code,
        bill=first.reference,
        attempt=first.reference_id,
        provider_reference=first.provider_reference,
        sides=tuple(Side(account=row.account, amount=Money(row.amount_minor, row.currency)) for row in rows),
    )
