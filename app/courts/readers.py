"""Reading those pack files whose entries refer to one another, and refusing what refers to nothing."""

from collections.abc import Container, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.core.language import LANGUAGES, Localised
from app.core.money import EXPONENTS
from app.courts.catalogue import (
    CaseType,
    FilingType,
    NumberCode,
    PartyRole,
    read_case_type,
    read_filing_type,
    read_number_code,
    read_role,
)
from app.courts.fee_book import FeeBook, read_fee_book
from app.courts.geography import Court, District, Level, OpeningHours, read_court, read_district, read_hours, read_level
from app.courts.jurisdiction import CourtRule, read_court_rule
from app.courts.nodes import Fields, Node
from app.courts.pack import CourtCalendar, DayOff, Numbering
from app.courts.switches import Switches, read_switches
from app.courts.time_limits import TimeLimit, read_time_limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Basics:
    """What pack.yaml holds."""

    code: str
    title: Localised
    languages: tuple[str, ...]
    zone: ZoneInfo
    currency: str
    numbering: Numbering
    switches: Switches
    calendar: CourtCalendar
    usual_hours: OpeningHours


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """What districts.yaml and courts.yaml hold."""

    districts: Mapping[str, District]
    levels: Mapping[str, Level]
    courts: Mapping[str, Court]


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """What cases.yaml and filing_types.yaml hold."""

    case_types: Mapping[str, CaseType]
    number_codes: Mapping[str, NumberCode]
    roles: Mapping[str, PartyRole]
    filing_types: Mapping[str, FilingType]


def read_basics(node: Node) -> Basics:
    """The whole of pack.yaml."""
    fields = node.mapping()
    languages, currency = fields.need("languages"), fields.need("currency")
    if set(languages.texts()) != set(LANGUAGES):
        raise languages.error(f"must be the languages of the portal: {', '.join(LANGUAGES)}")
    if currency.text() not in EXPONENTS:
        raise currency.error(f"must be one of {', '.join(EXPONENTS)}")
    basics = Basics(
        code=fields.need("code").text(),
        title=fields.need("title").localised(),
        languages=languages.texts(),
        zone=_read_zone(fields.need("zone")),
        currency=currency.text(),
        numbering=_read_numbering(fields.need("numbering")),
        switches=read_switches(fields.need("switches")),
        calendar=_read_calendar(fields.need("calendar")),
        usual_hours=read_hours(fields.need("usual_hours")),
    )
    fields.done()
    return basics


def _read_zone(node: Node) -> ZoneInfo:
    try:
        return ZoneInfo(node.text())
    except (ZoneInfoNotFoundError, ValueError):
        raise node.error('must be a time zone like "Africa/Kigali"') from None


def _read_numbering(node: Node) -> Numbering:
    fields = node.mapping()
    numbering = Numbering(
        case_sequence_digits=fields.need("case_sequence_digits").whole(least=1),
        filing_prefix=fields.need("filing_prefix").matching(r"[A-Z]{1,3}", "1 to 3 capital letters"),
        filing_sequence_digits=fields.need("filing_sequence_digits").whole(least=4),
    )
    fields.done()
    return numbering


def _read_calendar(node: Node) -> CourtCalendar:
    fields = node.mapping()
    calendar = CourtCalendar(
        holidays_of=fields.need("holidays_of").matching(r"[A-Z]{2}", "a country code of two capital letters"),
        weekend=frozenset(fields.need("weekend").each(Node.whole)),
        closed={entry.day: entry for entry in fields.each("closed", _read_day_off)},
        open_anyway=frozenset(fields.each("open_anyway", Node.day)),
    )
    fields.done()
    return calendar


def _read_day_off(node: Node) -> DayOff:
    fields = node.mapping()
    entry = DayOff(day=fields.need("day").day(), title=fields.need("title").localised())
    fields.done()
    return entry


def read_places(districts: Node, courts: Node, usual: OpeningHours) -> Places:
    """The whole of districts.yaml and courts.yaml."""
    district_fields, court_fields = districts.mapping(), courts.mapping()
    known = district_fields.need("districts").by_code(read_district)
    levels = court_fields.need("levels").by_code(read_level)
    listed = court_fields.need("courts")
    found = listed.by_code(lambda item: read_court(item, levels, usual))
    district_fields.done()
    court_fields.done()
    _check_courts(listed, found, known)
    return Places(districts=known, levels=levels, courts=found)


def _check_courts(node: Node, courts: Mapping[str, Court], districts: Container[str]) -> None:
    written: set[str] = set()
    for item, court in zip(node.items(), courts.values(), strict=True):
        item.refer("districts", court.districts, districts)
        for suffix in (court.suffix, *court.also_written):
            if suffix in written:
                raise item.error(f"{suffix!r} already stands for another court")
            written.add(suffix)


def read_catalogue(cases: Node, filing_types: Node, places: Places, fees: FeeBook) -> Catalogue:
    """The whole of cases.yaml and filing_types.yaml."""
    fields = cases.mapping()
    case_types = fields.need("case_types").by_code(read_case_type)
    codes, roles = fields.need("number_codes"), fields.need("roles")
    catalogue = Catalogue(
        case_types=case_types,
        number_codes=codes.by_code(read_number_code),
        roles=roles.by_code(read_role),
        filing_types=_only(filing_types.mapping(), "filing_types").by_code(read_filing_type),
    )
    fields.done()
    for item, code in zip(codes.items(), catalogue.number_codes.values(), strict=True):
        item.refer("case_type", (code.case_type,), case_types)
    for item, role in zip(roles.items(), catalogue.roles.values(), strict=True):
        item.refer("case_types", role.case_types, case_types)
    listed = filing_types.child("filing_types").items()
    for item, filing_type in zip(listed, catalogue.filing_types.values(), strict=True):
        _check_filing_type(item, filing_type, catalogue, places)
        _check_fee(item, filing_type, fees)
    return catalogue


def _only(fields: Fields, name: str) -> Node:
    node = fields.need(name)
    fields.done()
    return node


def _check_filing_type(node: Node, filing_type: FilingType, catalogue: Catalogue, places: Places) -> None:
    node.refer("case_type", (filing_type.case_type,), catalogue.case_types)
    node.refer("number_code", (filing_type.number_code,), catalogue.number_codes)
    node.refer("levels", filing_type.levels, places.levels)
    for side in filing_type.sides:
        node.refer("sides", side.roles, catalogue.roles)
    for field, entries in (("documents", filing_type.documents), ("checklist", filing_type.checklist)):
        codes = [entry.code for entry in entries]
        if len(set(codes)) != len(codes):
            raise node.child(field).error("must not have the same code twice")
    if len(set(filing_type.sections)) != len(filing_type.sections):
        raise node.child("sections").error("must not name a section twice")


def _check_fee(node: Node, filing_type: FilingType, fees: FeeBook) -> None:
    node.refer("fee_code", (filing_type.fee_code,), fees.fees)
    for level in filing_type.levels:
        if (filing_type.fee_code, level) not in fees.schedules[-1].amounts:
            raise node.child("fee_code").error(f"the newest schedule has no amount of it for level {level}")


def read_rules(node: Node, places: Places, case_types: Container[str]) -> tuple[tuple[CourtRule, ...], Localised]:
    """The whole of jurisdiction.yaml: the rules, and the sentence that ties a court to a district."""
    fields = node.mapping()
    listed, serves = fields.need("rules"), fields.need("serves").localised()
    fields.done()
    rules = listed.each(read_court_rule)
    for item, rule in zip(listed.items(), rules, strict=True):
        item.refer("case_type", (rule.case_type,), case_types)
        item.refer("when", rule.when.case_types, case_types)
        item.refer("levels", rule.levels, places.levels)
        for level in rule.levels:
            _check_served(item, level, places)
    return rules, serves


def _check_served(node: Node, level: str, places: Places) -> None:
    """A rule that proposes a level must find a court there, wherever the person is."""
    served = {
        district
        for court in places.courts.values()
        if court.level == level and court.takes_claims
        for district in court.districts
    }
    unserved = [code for code in places.districts if code not in served]
    if unserved:
        raise node.child("levels").error(f"no court of level {level} serves {', '.join(unserved)}")


def read_limits(node: Node, case_types: Container[str]) -> Mapping[str, TimeLimit]:
    """The whole of time_limits.yaml."""
    listed = _only(node.mapping(), "time_limits")
    limits = listed.by_code(read_time_limit)
    for item, limit in zip(listed.items(), limits.values(), strict=True):
        item.refer("case_type", (limit.case_type,), case_types)
    return limits


def read_fees(node: Node, currency: str, places: Places) -> FeeBook:
    """The whole of fees.yaml."""
    return read_fee_book(node, currency=currency, levels=frozenset(places.levels))
