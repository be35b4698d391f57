"""Case numbers and filing numbers: every way people write them is read, and one way is printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.courts import (
    CaseNumber,
    FilingNumber,
    LegacyCaseNumber,
    NotACaseNumber,
    NotAFilingNumber,
    Pack,
    court_of,
    load_pack,
    new_case_number,
    parse_case_number,
    parse_filing_number,
    print_case_number,
    print_filing_number,
)
from app.courts.case_numbers import check_digit

RWANDA = load_pack("rw")

PRINTED = [
    ("RC 00499/2017/TGI/NYGE", CaseNumber(code="RC", sequence=499, year=2017, suffix="TGI/NYGE"), "TGI-NYGE"),
    ("RCOMA 00579/2018/CHC/HCC", CaseNumber(code="RCOMA", sequence=579, year=2018, suffix="CHC/HCC"), "CHC-HCC"),
    ("RCOM 00014/2019/HCC", CaseNumber(code="RCOM", sequence=14, year=2019, suffix="HCC"), "CHC-HCC"),
    ("RCAA 00002/2021/CA", CaseNumber(code="RCAA", sequence=2, year=2021, suffix="CA"), "CA"),
    ("RPA/GEN 00029/2024/HC/HCCIC", CaseNumber(code="RPA/GEN", sequence=29, year=2024, suffix="HC/HCCIC"), "HC-HCCIC"),
    (
        "RS/INJUST/RC 00008/2021/HC/KIG",
        CaseNumber(code="RS/INJUST/RC", sequence=8, year=2021, suffix="HC/KIG"),
        "HC-KIG",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("printed", "number", "court"), PRINTED)
def test_a_printed_number_is_read_and_printed_the_same(
    pack: Pack, printed: str, number: CaseNumber, court: str
) -> None:
    assert parse_case_number(pack, printed) == number
    assert print_case_number(pack, number) == printed
    found = court_of(pack, number)
    assert found is not None
    assert found.code == court


@pytest.mark.parametrize(("printed", "number", "_court"), PRINTED)
def test_spaces_capitals_and_leading_zeros_do_not_matter(
    pack: Pack, printed: str, number: CaseNumber, _court: str
) -> None:
    assert parse_case_number(pack, printed.replace(" ", "")) == number
    assert parse_case_number(pack, f"  {printed.lower().replace('/', ' / ')}\n") == number
    assert parse_case_number(pack, printed.replace(" 000", " ").replace(" 00", " ")) == number


def test_a_number_from_before_2016_is_kept_as_it_stands(pack: Pack) -> None:
    number = parse_case_number(pack, "RCAA0086/11/CS")
    assert number == LegacyCaseNumber(text="RCAA 0086/11/CS")
    assert print_case_number(pack, number) == "RCAA 0086/11/CS"
    assert parse_case_number(pack, "rcaa 0086/11/cs") == number


@pytest.mark.parametrize(
    "text",
    [
        "", "RC", "499/2017/TGI/NYGE", "XX 00499/2017/TGI/NYGE", "RC 00499/2017", "RC 00499/2017/XYZ/NYGE",
        "RC 00000/2017/TGI/NYGE", "RC 00499/217/TGI/NYGE", "RC 00499/2017/TGI/NYGE/X", "RC 00499-2017-TGI-NYGE",
        "RC 00499/2017/TGI/NYGE; drop", "RC ٤٩٩/2017/TGI/NYGE", "ZZZ 0086/11/CS", "RC 99999999/2017/TGI/NYGE",
    ],
)  # fmt: skip
def test_what_is_no_case_number_is_refused_in_words(pack: Pack, text: str) -> None:
    with pytest.raises(NotACaseNumber) as told:
        parse_case_number(pack, text)
    assert "RC 00499/2017/TGI/NYGE" in str(told.value.text)


def test_a_seat_that_the_pack_does_not_have_is_read_but_is_no_court(pack: Pack) -> None:
    number = parse_case_number(pack, "RC 00001/2026/TGI/ZZZZ")
    assert isinstance(number, CaseNumber)
    assert court_of(pack, number) is None
    assert (number.level, number.seat) == ("TGI", "ZZZZ")


@given(
    code=st.sampled_from(sorted(RWANDA.number_codes)),
    court=st.sampled_from(sorted(RWANDA.courts)),
    year=st.integers(2016, 2099),
    sequence=st.integers(1, 9_999_999),
)
def test_every_new_number_comes_back_from_its_print(code: str, court: str, year: int, sequence: int) -> None:
    number = new_case_number(code=code, court=RWANDA.courts[court], year=year, sequence=sequence)
    printed = print_case_number(RWANDA, number)
    assert parse_case_number(RWANDA, printed) == number
    assert court_of(RWANDA, number) is RWANDA.courts[court]


def test_a_filing_number_reads_back_however_it_is_typed(pack: Pack) -> None:
    printed = print_filing_number(pack, FilingNumber(year=2026, sequence=123))
    assert printed[:-1] == "F-2026-000123-"
    for typed in (printed, printed.lower(), printed.replace("-", ""), printed.replace("-", " "), f" {printed}\n"):
        assert parse_filing_number(pack, typed) == FilingNumber(year=2026, sequence=123)


@given(year=st.integers(2020, 2099), sequence=st.integers(1, 99_999_999))
def test_every_filing_number_comes_back_from_its_print(year: int, sequence: int) -> None:
    number = FilingNumber(year=year, sequence=sequence)
    assert parse_filing_number(RWANDA, print_filing_number(RWANDA, number)) == number


@given(digits=st.text("0123456789", min_size=10, max_size=10), data=st.data())
def test_the_check_digit_sees_a_wrong_digit_and_swapped_neighbours(digits: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, 8))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != digits[place]]))
    wrong = digits[:place] + other + digits[place + 1 :]
    swapped = digits[:place] + digits[place + 1] + digits[place] + digits[place + 2 :]
    assert check_digit(wrong) != check_digit(digits)
    assert swapped == digits or check_digit(swapped) != check_digit(digits)


@pytest.mark.parametrize("text", ["", "F-2026-000123", "G-2026-000123-4", "F-2026-123-4", "F-1926-000123-4", "000123"])
def test_what_is_no_filing_number_is_refused(pack: Pack, text: str) -> None:
    with pytest.raises(NotAFilingNumber):
        parse_filing_number(pack, text)


def test_a_filing_number_misheard_in_one_digit_is_refused(pack: Pack) -> None:
    printed = print_filing_number(pack, FilingNumber(year=2026, sequence=123))
    with pytest.raises(NotAFilingNumber):
        parse_filing_number(pack, printed.replace("0123", "0128"))
