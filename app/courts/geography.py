"""Where the courts are: provinces, districts, levels and courts."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum

from app.core.language import Localised
from app.courts.nodes import Fields, Node, fill


class Branch(StrEnum):
    """Ordinary courts, or courts for one kind of dispute."""

    ORDINARY = "ordinary"
    COMMERCIAL = "commercial"


@dataclass(frozen=True, slots=True, kw_only=True)
class District:
    """A district; `code` is its name in lower case."""

    code: str
    name: str
    province: Localised


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """A level of courts. `rank` grows upwards; `code` is the one printed in case numbers."""

    code: str
    title: Localised
    branch: Branch
    rank: int
    court_name: Localised
    hears: Localised


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    """When the registry's desk is open, Monday to Friday."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True, kw_only=True)
class Court:
    """One court or chamber.

    `code` is what other tables keep as `court_code` ("TGI-NYGE"); `suffix` is how it is printed in case numbers
    ("TGI/NYGE"), and `also_written` are other ways seen in print. With `sectors` only those sectors of its districts
    are its own. `takes_claims` is false for courts that hear appeals only. `confirm` marks data that the judiciary
    must check.
    `phone` is None or, in the demonstration pack, a number that rings nowhere.
    """

    code: str
    level: str
    seat: str
    name: Localised
    suffix: str
    also_written: tuple[str, ...]
    districts: tuple[str, ...]
    sectors: tuple[str, ...]
    takes_claims: bool
    address: str
    phone: str | None
    hours: OpeningHours
    confirm: bool


def read_district(node: Node) -> District:
    """One entry of `districts`."""
    fields = node.mapping()
    district = District(
        code=fields.need("code").matching(r"[a-z]+", "the district's name in lower case"),
        name=fields.need("name").text(),
        province=fields.need("province").localised(),
    )
    fields.done()
    return district


def read_level(node: Node) -> Level:
    """One entry of `levels`."""
    fields = node.mapping()
    level = Level(
        code=fields.need("code").matching(r"[A-Z]{2,5}", "2 to 5 capital letters"),
        title=fields.need("title").localised(),
        branch=fields.need("branch").choice(Branch),
        rank=fields.need("rank").whole(least=1),
        court_name=fields.need("court_name").localised(),
        hears=fields.need("hears").localised(),
    )
    fields.done()
    return level


def read_hours(node: Node) -> OpeningHours:
    """Opening hours: `opens` and `closes`."""
    fields = node.mapping()
    hours = OpeningHours(opens=fields.need("opens").clock(), closes=fields.need("closes").clock())
    fields.done()
    if hours.opens >= hours.closes:
        raise node.error("must open before it closes")
    return hours


def read_court(node: Node, levels: dict[str, Level], usual: OpeningHours) -> Court:
    """One entry of `courts`; its name is made from the level's when it has none of its own."""
    fields = node.mapping()
    level_node = fields.need("level")
    level = levels.get(level_node.text())
    if level is None:
        raise level_node.error(f"must be one of {', '.join(levels)}, not {level_node.text()!r}")
    seat = fields.need("seat").text()
    own_hours = fields.maybe("hours")
    suffix = fields.need("suffix").matching(r"[A-Z]+(/[A-Z]+)?", 'like "TGI/NYGE" or "SC"')
    court = Court(
        code=suffix.replace("/", "-"),
        level=level.code,
        seat=seat,
        name=fields.localised("name") or fill(level.court_name, seat=seat),
        suffix=suffix,
        also_written=fields.texts("also_written"),
        districts=fields.texts("districts"),
        sectors=fields.texts("sectors"),
        takes_claims=fields.flag("takes_claims", default=True),
        address=fields.need("address").text(),
        phone=_read_phone(fields),
        hours=read_hours(own_hours) if own_hours else usual,
        confirm=fields.flag("confirm"),
    )
    fields.done()
    return court


def _read_phone(fields: Fields) -> str | None:
    node = fields.maybe("phone")
    return None if node is None else node.matching(r"\+\d{3}( \d{3}){3}", 'a number like "+250 000 000 101"')
