"""Time limits for going to court, as data, each with its source and how sure the pack is of it."""

from dataclasses import dataclass

from app.core.language import Localised
from app.courts.confidence import Source, read_source
from app.courts.nodes import Fields, Node


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit:
    """How long people have. Exactly one of `days`, `months`, `years` is set, or none when no length is confirmed.

    `starts` names the day from which it runs, as a question's label; `first_step` is what must be done before court.
    """

    code: str
    case_type: str
    title: Localised
    starts: Localised
    days: int | None
    months: int | None
    years: int | None
    explanation: Localised
    first_step: Localised | None
    source: Source

    @property
    def length_known(self) -> bool:
        """Whether the pack knows how long it is."""
        return (self.days, self.months, self.years) != (None, None, None)


def read_time_limit(node: Node) -> TimeLimit:
    """One entry of `time_limits`."""
    fields = node.mapping()
    limit = TimeLimit(
        code=fields.need("code").text(),
        case_type=fields.need("case_type").text(),
        title=fields.need("title").localised(),
        starts=fields.need("starts").localised(),
        days=_length(fields, "days"),
        months=_length(fields, "months"),
        years=_length(fields, "years"),
        explanation=fields.need("explanation").localised(),
        first_step=fields.localised("first_step"),
        source=read_source(fields),
    )
    fields.done()
    if sum(length is not None for length in (limit.days, limit.months, limit.years)) > 1:
        raise node.error("must have one of days, months or years, not more")
    return limit


def _length(fields: Fields, name: str) -> int | None:
    node = fields.maybe(name)
    return None if node is None else node.whole(least=1)
