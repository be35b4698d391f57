"""What one filing costs at one court on one day."""

from dataclasses import dataclass
from datetime import date

from app.core.language import Localised
from app.core.money import Money, total
from app.courts.fee_book import Exemption, FeeNotKnown
from app.courts.pack import Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeLine:
    """One fee of a quote: what it is, from which schedule (`version`), how much to pay, and the law it rests on.

    `law` is that law for a page; `source` is its English name, for records.
    """

    code: str
    version: str
    title: Localised
    amount: Money
    source: str
    law: Localised


@dataclass(frozen=True, slots=True, kw_only=True)
class FeeQuote:
    """What is to be paid to the court. With an `exemption` every line is zero and its source is the exemption's.

    `confirm` says that the amounts are not from a primary source: show "confirm with the registry".
    """

    lines: tuple[FeeLine, ...]
    total: Money
    exemption: Exemption | None
    confirm: bool


def quote(pack: Pack, *, filing_type: str, court: str, on: date, exemption: str | None = None) -> FeeQuote:
    """The fee of a filing of this type at this court, by the schedule in force on `on` (a day in the court's zone).

    Raises NoSuchFilingType, NoSuchCourt, NoSuchExemption, or FeeNotKnown when no amount is known for that day.
    """
    fee_code = pack.filing_type(filing_type).fee_code
    level = pack.court(court).level
    schedule = pack.fees.schedule(on)
    amount = schedule.amount(fee_code, level)
    if amount is None:
        raise FeeNotKnown
    free = pack.fees.exemption(exemption) if exemption else None
    source = free.source if free else schedule.source
    line = FeeLine(
        code=fee_code,
        version=schedule.version,
        title=pack.fees.fees[fee_code].title,
        amount=Money.zero(pack.currency) if free else amount,
        source=source.text.en,
        law=source.text,
    )
    return FeeQuote(lines=(line,), total=total((line.amount,), pack.currency), exemption=free, confirm=source.confirm)
