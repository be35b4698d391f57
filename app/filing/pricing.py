"""What a filing costs: by the fee schedule in force on the day on which it was received."""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.language import LANGUAGES, Localised
from app.core.money import Money
from app.courts import FeeLine, FeeNotKnown, FeeQuote, Pack, court_date, quote
from app.courts.schedules.queries import APPROVED, approved_from, laid_over
from app.filing.models import FilingRow
from app.filing.status import FilingStatus
from app.payments.service import ObligationLine

_UNPAID = select(FilingRow.filing_type, FilingRow.court_code, FilingRow.received_at, APPROVED.label("schedules")).where(
    FilingRow.status == FilingStatus.AWAITING_PAYMENT
)


def fee_of(pack: Pack, filing_type: str, court_code: str, received_at: datetime) -> FeeQuote:
    """The fee of a filing received at that moment: the schedule in force on that day in the court's zone counts."""
    return quote(pack, filing_type=filing_type, court=court_code, on=court_date(pack, received_at))


def fee_as_billed(pack: Pack, filing_type: str, court_code: str, received_at: datetime, *, version: str) -> FeeQuote:
    """The same by the schedule `version`, under which it was billed: what was paid for never costs more later."""
    billed = [replace(one, starts=None, ends=None) for one in pack.fees.schedules if one.version == version]
    book = replace(pack.fees, schedules=(*billed[:1], *pack.fees.schedules))
    return fee_of(replace(pack, fees=book), filing_type, court_code, received_at)


def fee_line(line: FeeLine, amount: Money) -> ObligationLine:
    """A line of a bill for a fee, or for a part of it."""
    return ObligationLine(
        code=line.code, version=line.version, title=_words(line.title), amount=amount, source=line.source
    )


def unpaid_fee(session: Session, pack: Pack, filing_id: UUID) -> ObligationLine | None:
    """The whole fee of a filing that waits for its payment, by the schedules approved by now; None for any other."""
    row = session.execute(_UNPAID.where(FilingRow.id == filing_id)).first()
    if row is None or row.received_at is None:
        return None
    try:
        priced = laid_over(pack, approved_from(row.schedules))
        fee = fee_of(priced, row.filing_type, row.court_code or "", row.received_at)
    except FeeNotKnown:
        return None
    return fee_line(fee.lines[0], fee.total)


def _words(title: Localised) -> dict[str, str]:
    return {code: title.said_in(code) for code in LANGUAGES}
