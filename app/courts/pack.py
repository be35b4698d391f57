"""A jurisdiction, whole: what `load_pack` gives and business functions take as their `pack`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from app.core.errors import Absent
from app.core.language import Localised, T
from app.courts.catalogue import CaseType, FilingType, NumberCode, PartyRole
from app.courts.costs import CostGuide
from app.courts.fee_book import FeeBook
from app.courts.geography import Court, District, Level, OpeningHours
from app.courts.jurisdiction import CourtRule
from app.courts.reasons import RejectionReason, ReturnReason, WaiverReason
from app.courts.switches import Switches
from app.courts.time_limits import TimeLimit


class NoSuchCourt(Absent):
    """The pack has no court with this code."""

    text = T("There is no such court here.")


class NoSuchFilingType(Absent):
    """The pack has no filing type with this code."""

    text = T("There is no such kind of filing here.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Numbering:
    """How numbers are printed: digits of a case's sequence, and the prefix and digits of a filing's."""

    case_sequence_digits: int
    filing_prefix: str
    filing_sequence_digits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOff:
    """A day on which courts are closed beyond the public holidays, with its reason."""

    day: date
    title: Localised


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtCalendar:
    """Which days are court days. `weekend` counts from Monday = 0; `holidays_of` is an ISO 3166 country code."""

    holidays_of: str
    weekend: frozenset[int]
    closed: Mapping[date, DayOff]
    open_anyway: frozenset[date]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One jurisdiction. Mappings are by code, in the order of the files.

    `currency` is ISO 4217; `serves` is the sentence of a proposal that names the %(district)s.
    """

    code: str
    title: Localised
    languages: tuple[str, ...]
    zone: ZoneInfo
    currency: str
    numbering: Numbering
    switches: Switches
    calendar: CourtCalendar
    usual_hours: OpeningHours
    districts: Mapping[str, District]
    levels: Mapping[str, Level]
    courts: Mapping[str, Court]
    case_types: Mapping[str, CaseType]
    number_codes: Mapping[str, NumberCode]
    roles: Mapping[str, PartyRole]
    filing_types: Mapping[str, FilingType]
    fees: FeeBook
    court_rules: tuple[CourtRule, ...]
    serves: Localised
    time_limits: Mapping[str, TimeLimit]
    cost_guide: CostGuide
    return_reasons: Mapping[str, ReturnReason]
    rejection_reasons: Mapping[str, RejectionReason]
    waiver_reasons: Mapping[str, WaiverReason]

    def court(self, code: str) -> Court:
        """The court `code` ("TGI-NYGE"); raises NoSuchCourt."""
        if code not in self.courts:
            raise NoSuchCourt
        return self.courts[code]

    def filing_type(self, code: str) -> FilingType:
        """The filing type `code` ("civil_claim"); raises NoSuchFilingType."""
        if code not in self.filing_types:
            raise NoSuchFilingType
        return self.filing_types[code]

    def offered_filing_types(self) -> tuple[FilingType, ...]:
        """What people can file today."""
        return tuple(filing_type for filing_type in self.filing_types.values() if filing_type.offered)

    def courts_at(self, level: str) -> tuple[Court, ...]:
        """The courts of a level."""
        return tuple(court for court in self.courts.values() if court.level == level)

    def courts_for(self, filing_type: str) -> tuple[Court, ...]:
        """The courts at which a filing of this type can be made; raises NoSuchFilingType."""
        levels = self.filing_type(filing_type).levels
        return tuple(court for court in self.courts.values() if court.level in levels and court.takes_claims)

    def roles_for(self, case_type: str) -> tuple[PartyRole, ...]:
        """The party roles of a kind of case."""
        return tuple(role for role in self.roles.values() if case_type in role.case_types)
