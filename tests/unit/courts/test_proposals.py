"""A few plain answers lead to a court, with a reason."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.courts import Authority, Confidence, CourtAnswers, Land, Pack, load_pack, propose_courts

RWANDA = load_pack("rw")


def codes(pack: Pack, answers: CourtAnswers) -> list[str]:
    """The codes of the proposed courts, best first."""
    return [proposal.court_code for proposal in propose_courts(pack, answers)]


def test_a_civil_claim_up_to_the_bound_goes_to_the_primary_court_of_the_sector(pack: Pack) -> None:
    answers = CourtAnswers(case_type="civil", district="gasabo", sector="rusororo", value=20_000_000)
    assert codes(pack, answers) == ["TB-RSR"]


def test_one_franc_above_the_bound_goes_to_the_intermediate_court(pack: Pack) -> None:
    assert codes(pack, CourtAnswers(case_type="civil", district="gasabo", value=20_000_001)) == ["TGI-GSBO"]


def test_without_a_sector_every_primary_court_of_the_district_is_proposed(pack: Pack) -> None:
    found = codes(pack, CourtAnswers(case_type="civil", district="kicukiro", value=1))
    assert found == ["TB-KICU", "TB-KGRM", "TB-NYGU"]


def test_a_sector_that_no_court_lists_is_taken_as_not_given(pack: Pack) -> None:
    answers = CourtAnswers(case_type="civil", district="kicukiro", sector="Atlantis", value=1)
    assert codes(pack, answers) == ["TB-KICU", "TB-KGRM", "TB-NYGU"]


def test_a_civil_claim_without_a_value_is_left_open_between_the_two_levels(pack: Pack) -> None:
    assert codes(pack, CourtAnswers(case_type="civil", district="ruhango")) == ["TB-RHG", "TGI-MHG"]


def test_farm_land_goes_to_the_primary_court_whatever_its_value(pack: Pack) -> None:
    answers = CourtAnswers(case_type="civil", district="kirehe", land=Land.FARM, value=90_000_000)
    assert codes(pack, answers) == ["TB-KRH"]


def test_other_land_goes_by_value(pack: Pack) -> None:
    answers = CourtAnswers(case_type="civil", district="kirehe", land=Land.OTHER, value=90_000_000)
    assert codes(pack, answers) == ["TGI-NGM"]


def test_two_traders_are_sent_to_the_commercial_court_as_a_commercial_case(pack: Pack) -> None:
    (proposal,) = propose_courts(pack, CourtAnswers(case_type="civil", district="huye", value=5, both_traders=True))
    assert (proposal.court_code, proposal.case_type) == ("TC-HYE", "commercial")


def test_land_between_two_traders_stays_civil(pack: Pack) -> None:
    answers = CourtAnswers(case_type="civil", district="huye", value=5, land=Land.OTHER, both_traders=True)
    assert {proposal.case_type for proposal in propose_courts(pack, answers)} == {"civil"}


@pytest.mark.parametrize(
    ("case_type", "authority", "expected"),
    [
        ("commercial", Authority.NONE, "TC-MUS"),
        ("labour", Authority.NONE, "TGI-MUS"),
        ("administrative", Authority.LOCAL, "TGI-MUS"),
        ("administrative", Authority.NONE, "TGI-MUS"),
        ("administrative", Authority.CENTRAL, "HC-MUS"),
    ],
)
def test_each_kind_of_dispute_has_its_level(pack: Pack, case_type: str, authority: Authority, expected: str) -> None:
    answers = CourtAnswers(case_type=case_type, authority=authority, district="burera", value=3)
    assert codes(pack, answers) == [expected]


def test_the_reason_is_plain_and_names_the_district_in_every_language(pack: Pack) -> None:
    (proposal,) = propose_courts(pack, CourtAnswers(case_type="civil", district="huye", value=30_000_000))
    for code in ("rw", "en", "fr"):
        assert "Huye" in proposal.reason.said_in(code)
        assert "%(" not in proposal.reason.said_in(code)


def test_what_is_general_knowledge_says_to_confirm_it(pack: Pack) -> None:
    (proposal,) = propose_courts(pack, CourtAnswers(case_type="labour", district="gasabo"))
    assert (proposal.confidence, proposal.confirm) == (Confidence.L, True)


def test_a_criminal_matter_gets_no_proposal(pack: Pack) -> None:
    assert propose_courts(pack, CourtAnswers(case_type="criminal", district="gasabo")) == ()


@given(
    case_type=st.sampled_from(["civil", "commercial", "labour", "administrative"]),
    district=st.sampled_from(sorted(RWANDA.districts)),
    value=st.one_of(st.none(), st.integers(0, 10**12)),
    authority=st.sampled_from(Authority),
    land=st.sampled_from(Land),
    both_traders=st.booleans(),
)
def test_wherever_and_whatever_there_is_a_court_that_takes_it(
    case_type: str, district: str, value: int | None, authority: Authority, land: Land, both_traders: bool
) -> None:
    answers = CourtAnswers(
        case_type=case_type, district=district, value=value, authority=authority, land=land, both_traders=both_traders
    )
    found = propose_courts(RWANDA, answers)
    assert found
    for proposal in found:
        court = RWANDA.court(proposal.court_code)
        assert court.takes_claims
        assert district in court.districts
        (filing_type,) = [t for t in RWANDA.offered_filing_types() if t.case_type == proposal.case_type]
        assert court in RWANDA.courts_for(filing_type.code)
