"""Whether the statements of one account go on where the one before ended: otherwise one between them is missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.core.money import Money
from app.payments.reconciliation.models import StatementFileRow

_F = StatementFileRow
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hole:
    """Two statements that do not join: `earlier` left `left` in the account, `later` begins on `day` with `found`."""

    earlier: str
    later: str
    day: date
    left: Money
    found: Money


def holes(session: Session, source: str, first: date, last: date) -> Sequence[Hole]:
    """Where the statements of an account do not join, at the beginning of day `first` and at the end of day `last`.

    A statement that was sent again in a better version is compared in each of them: one that joins is enough.
    """
    edges = (first, last + _DAY)
    shown = (_F.name, _F.currency, _F.first_day, _F.last_day, _F.opening_minor, _F.closing_minor)
    near = or_(_F.first_day.in_(edges), _F.last_day.in_([day - _DAY for day in edges]))
    rows = session.execute(select(*shown).where(_F.source == source, near).order_by(_F.uploaded_at, _F.id)).all()
    found = []
    for day in edges:
        before = [(row.name, Money(row.closing_minor, row.currency)) for row in rows if row.last_day == day - _DAY]
        after = [(row.name, Money(row.opening_minor, row.currency)) for row in rows if row.first_day == day]
        joins = {left for _, left in before} & {begun for _, begun in after}
        if before and after and not joins:
            (earlier, left), (later, begun) = before[-1], after[-1]
            found.append(Hole(earlier=earlier, later=later, day=day, left=left, found=begun))
    return found


def holes_beside(session: Session, sha256: str) -> Sequence[Hole]:
    """The same for a file that was taken in; none for one that does not say which days it covers."""
    covered = select(_F.source, _F.first_day, _F.last_day).where(_F.sha256 == sha256, _F.first_day.is_not(None))
    row = session.execute(covered).first()
    return holes(session, row.source, row.first_day, row.last_day) if row else ()
