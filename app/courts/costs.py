"""What going to court costs beyond the court's fee, as data: amounts where a source gives them, else words."""

from dataclasses import dataclass

from app.core.language import Localised
from app.courts.confidence import Source, read_source
from app.courts.nodes import Node


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCost:
    """A cost beside the court's fee. `amount` (minor units) and `source` are None when it isn't included in a total."""

    code: str
    title: Localised
    explanation: Localised
    amount: int | None
    source: Source | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CostGuide:
    """All other costs, and a sentence on who bears costs in the end."""

    items: tuple[OtherCost, ...]
    in_the_end: Localised


def read_cost_guide(node: Node) -> CostGuide:
    """The whole of costs.yaml."""
    fields = node.mapping()
    guide = CostGuide(items=fields.need("items").each(_read_cost), in_the_end=fields.need("in_the_end").localised())
    fields.done()
    return guide


def _read_cost(node: Node) -> OtherCost:
    fields = node.mapping()
    amount = fields.maybe("amount")
    cost = OtherCost(
        code=fields.need("code").text(),
        title=fields.need("title").localised(),
        explanation=fields.need("explanation").localised(),
        amount=amount.whole() if amount else None,
        source=read_source(fields) if amount else None,
    )
    fields.done()
    return cost
