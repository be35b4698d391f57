"""What will it cost in all: the court's fee, other costs that a source gives, and what isn't included."""

from dataclasses import dataclass
from datetime import date

from app.core.money import Money, total
from app.courts.costs import OtherCost
from app.courts.fees import FeeQuote, quote
from app.courts.pack import Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class CostEstimate:
    """`known` is the sum of the court's fee and of `others`; what is in `not_included` comes on top."""

    fee: FeeQuote
    others: tuple[OtherCost, ...]
    known: Money
    not_included: tuple[OtherCost, ...]


def cost_in_all(pack: Pack, *, filing_type: str, court: str, on: date, exemption: str | None = None) -> CostEstimate:
    """What is known of the costs of this filing on that day; raises what `quote` raises."""
    fee = quote(pack, filing_type=filing_type, court=court, on=on, exemption=exemption)
    others = tuple(item for item in pack.cost_guide.items if item.amount is not None)
    amounts = (fee.total, *(Money(item.amount or 0, pack.currency) for item in others))
    return CostEstimate(
        fee=fee,
        others=others,
        known=total(amounts, pack.currency),
        not_included=tuple(item for item in pack.cost_guide.items if item.amount is None),
    )
