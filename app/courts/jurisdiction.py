"""Which court hears what, as data: rules tried from top to bottom, the first that fits decides the level."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.language import Localised
from app.courts.confidence import Source, read_source
from app.courts.nodes import Node


class Authority(StrEnum):
    """Whether the other side is a public authority, and of which kind."""

    NONE = "none"
    LOCAL = "local"
    CENTRAL = "central"


class Land(StrEnum):
    """Whether the dispute is about land, and of which kind."""

    NONE = "none"
    FARM = "farm"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """When a rule fits. None or empty: it doesn't matter. Values are minor units; `value_up_to` includes its bound."""

    case_types: tuple[str, ...]
    authorities: tuple[Authority, ...]
    land: tuple[Land, ...]
    both_traders: bool | None
    value_known: bool | None
    value_up_to: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtRule:
    """A rule: the levels to propose, as which kind of case, and why; `reason` may use %(bound)s, its value bound."""

    code: str
    when: Condition
    case_type: str
    levels: tuple[str, ...]
    reason: Localised
    source: Source


def read_court_rule(node: Node) -> CourtRule:
    """One entry of `rules` in jurisdiction.yaml."""
    fields = node.mapping()
    rule = CourtRule(
        code=fields.need("code").text(),
        when=_read_condition(fields.need("when")),
        case_type=fields.need("case_type").text(),
        levels=fields.need("levels").texts(),
        reason=fields.need("reason").localised(),
        source=read_source(fields),
    )
    fields.done()
    if "%(bound)s" in rule.reason.en and rule.when.value_up_to is None:
        raise node.error("reason uses %(bound)s but when has no value_up_to")
    return rule


def _read_condition(node: Node) -> Condition:
    fields = node.mapping()
    both_traders, value_known = fields.maybe("both_traders"), fields.maybe("value_known")
    bound = fields.maybe("value_up_to")
    condition = Condition(
        case_types=fields.texts("case_types"),
        authorities=fields.each("authorities", lambda item: item.choice(Authority)),
        land=fields.each("land", lambda item: item.choice(Land)),
        both_traders=both_traders.flag() if both_traders else None,
        value_known=value_known.flag() if value_known else None,
        value_up_to=bound.whole() if bound else None,
    )
    fields.done()
    return condition
