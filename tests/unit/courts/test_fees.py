"""Fees by the schedule in force on the day, with their legal source."""

from datetime import date

import pytest

from app.core.money import Money
from app.courts import FeeNotKnown, NoSuchCourt, NoSuchExemption, NoSuchFilingType, Pack, cost_in_all, quote

TODAY = date(2026, 5, 4)
OF_LEVEL = {
    "TB": "TB-NYGE",
    "TGI": "TGI-NYGE",
    "TC": "TC-NYGE",
    "HC": "HC-KIG",
    "CHC": "CHC-HCC",
    "CA": "CA",
    "SC": "SC",
}


def francs(pack: Pack, level: str, on: date) -> int:
    """The deposit at a court of `level` on that day."""
    return quote(pack, filing_type="civil_claim", court=OF_LEVEL[level], on=on).total.minor


IN_FORCE_NOW = [
    ("TB", 10_000),
    ("TGI", 20_000),
    ("TC", 20_000),
    ("HC", 40_000),
    ("CHC", 40_000),
    ("CA", 50_000),
    ("SC", 0),
]


@pytest.mark.parametrize(("level", "amount"), IN_FORCE_NOW)
def test_the_order_of_2020_holds_from_the_2nd_of_november_2020(pack: Pack, level: str, amount: int) -> None:
    assert francs(pack, level, date(2020, 11, 2)) == amount
    assert francs(pack, level, TODAY) == amount


@pytest.mark.parametrize(
    ("on", "level", "amount", "version"),
    [
        (date(2013, 6, 1), "TB", 2_000, "before 2014"),
        (date(2013, 6, 1), "SC", 8_000, "before 2014"),
        (date(2014, 3, 1), "TB", 25_000, "2014"),
        (date(2018, 6, 30), "TGI", 50_000, "2014"),
        (date(2016, 1, 1), "HC", 75_000, "2014"),
        (date(2016, 1, 1), "SC", 100_000, "2014"),
        (date(2018, 7, 1), "TB", 10_000, "2018"),
        (date(2020, 11, 1), "HC", 40_000, "2018"),
        (date(2020, 11, 2), "HC", 40_000, "17/2020"),
    ],
)
def test_each_day_has_the_amount_of_its_own_schedule(
    pack: Pack, on: date, level: str, amount: int, version: str
) -> None:
    found = quote(pack, filing_type="civil_claim", court=OF_LEVEL[level], on=on)
    assert (found.total, found.lines[0].version) == (Money(amount, "RWF"), version)


@pytest.mark.parametrize(
    ("on", "level"), [(date(2010, 1, 1), "TGI"), (date(2016, 1, 1), "TC"), (date(2016, 1, 1), "CA")]
)
def test_an_amount_that_no_source_gives_is_not_guessed(pack: Pack, on: date, level: str) -> None:
    with pytest.raises(FeeNotKnown):
        francs(pack, level, on)


def test_a_quote_names_its_schedule_title_and_legal_source(pack: Pack) -> None:
    found = quote(pack, filing_type="commercial_claim", court="TC-MUS", on=TODAY)
    (line,) = found.lines
    assert (line.code, line.version, line.amount) == ("deposit", "17/2020", Money(20_000, "RWF"))
    assert "17/2020" in line.source
    assert line.title.en == "Court deposit fee"
    assert "17/2020" in line.law.rw
    assert line.source == line.law.en
    assert found.confirm is False


def test_whoever_is_exempt_pays_nothing_and_sees_why(pack: Pack) -> None:
    found = quote(pack, filing_type="civil_claim", court="TGI-NYGE", on=TODAY, exemption="indigent")
    assert found.total == Money.zero("RWF")
    assert found.exemption is not None
    assert found.exemption.code == "indigent"


def test_the_exemptions_are_those_of_the_order_and_one_that_the_registrar_decides(pack: Pack) -> None:
    decided = {code: item.decided_by_registrar for code, item in pack.fees.exemptions.items()}
    assert decided == {
        "indigent": False,
        "government": False,
        "child_of_indigent": False,
        "defiled_child_damages": False,
        "other_proof": True,
    }


def test_what_the_pack_does_not_know_is_absent(pack: Pack) -> None:
    with pytest.raises(NoSuchCourt):
        quote(pack, filing_type="civil_claim", court="TGI-XXXX", on=TODAY)
    with pytest.raises(NoSuchFilingType):
        quote(pack, filing_type="wish", court="TGI-NYGE", on=TODAY)
    with pytest.raises(NoSuchExemption):
        quote(pack, filing_type="civil_claim", court="TGI-NYGE", on=TODAY, exemption="charm")


def test_the_cost_in_all_is_the_fee_and_says_what_is_not_in_it(pack: Pack) -> None:
    found = cost_in_all(pack, filing_type="civil_claim", court="TGI-NYGE", on=TODAY)
    assert found.known == Money(20_000, "RWF")
    assert {item.code for item in found.not_included} == {"bailiff", "advocate", "expert", "operator"}
