"""Which court to go to, from a few plain answers."""

from dataclasses import dataclass

from app.core.language import LANGUAGES, Localised
from app.core.money import Money
from app.courts.confidence import Confidence
from app.courts.geography import Court
from app.courts.jurisdiction import Authority, Condition, CourtRule, Land
from app.courts.nodes import fill
from app.courts.pack import Pack


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtAnswers:
    """What a person says of their dispute. `value` is in minor units, None when there is none or it isn't known.

    `district` (a district's code) is where the other side lives or works; for land, where the land lies.
    """

    case_type: str
    district: str
    sector: str | None = None
    value: int | None = None
    authority: Authority = Authority.NONE
    land: Land = Land.NONE
    both_traders: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtProposal:
    """A court to go to, as which case type, and why. `confidence` L means: say "confirm with the registry"."""

    court_code: str
    case_type: str
    reason: Localised
    confidence: Confidence
    source: Localised

    @property
    def confirm(self) -> bool:
        """Whether a page must say "confirm with the registry"."""
        return self.confidence is Confidence.L


def propose_courts(pack: Pack, answers: CourtAnswers) -> tuple[CourtProposal, ...]:
    """The courts to propose, best first; more than one where the answers leave it open; none when no rule fits.

    The rules are the pack's (jurisdiction.yaml); nothing here knows a law.
    """
    rule = next((rule for rule in pack.court_rules if _fits(rule.when, answers)), None)
    if rule is None:
        return ()
    return tuple(
        _propose(pack, rule, court, answers) for level in rule.levels for court in _seats(pack, level, answers)
    )


def _fits(when: Condition, answers: CourtAnswers) -> bool:
    return (
        (not when.case_types or answers.case_type in when.case_types)
        and (not when.authorities or answers.authority in when.authorities)
        and (not when.land or answers.land in when.land)
        and (when.both_traders is None or answers.both_traders is when.both_traders)
        and _value_fits(when, answers.value)
    )


def _value_fits(when: Condition, value: int | None) -> bool:
    if when.value_known is not None and when.value_known is (value is None):
        return False
    return when.value_up_to is None or (value is not None and value <= when.value_up_to)


def _seats(pack: Pack, level: str, answers: CourtAnswers) -> tuple[Court, ...]:
    """The courts of a level that serve the place; with the sector known, the one whose sector it is."""
    here = tuple(court for court in pack.courts_at(level) if court.takes_claims and answers.district in court.districts)
    sector = (answers.sector or "").strip().casefold()
    own = tuple(court for court in here if sector in {name.casefold() for name in court.sectors})
    return own or here


def _propose(pack: Pack, rule: CourtRule, court: Court, answers: CourtAnswers) -> CourtProposal:
    bound = str(Money(rule.when.value_up_to or 0, pack.currency))
    district = pack.districts[answers.district]
    serves = fill(pack.serves, district=district.name)
    reason = fill(rule.reason, bound=bound)
    return CourtProposal(
        court_code=court.code,
        case_type=rule.case_type,
        reason=Localised(**{code: f"{reason.said_in(code)} {serves.said_in(code)}" for code in LANGUAGES}),
        confidence=Confidence.L if court.confirm else rule.source.confidence,
        source=rule.source.text,
    )
