"""Case numbers and filing numbers: reading them as people write them, printing them one way.

A case number is CODE sequence/YEAR/LEVEL[/SEAT]: "RC 00499/2017/TGI/NYGE". Numbers from before 2016, with a year of
two digits ("RCAA 0086/11/CS"), are kept as they stand. A filing number is "F-2026-000123-4": year, sequence and a check
digit (Damm), so that a number read out wrongly on the phone is seen to be wrong.
"""

import re
from dataclasses import dataclass

from app.core.errors import Invalid
from app.core.language import T
from app.courts.geography import Court
from app.courts.pack import Pack

_CODE = r"(?P<code>[A-Z]+(?:/[A-Z]+)*)"
_MODERN = re.compile(_CODE + r"(?P<sequence>[0-9]{1,7})/(?P<year>(?:19|20)[0-9]{2})/(?P<suffix>[A-Z]+(?:/[A-Z]+)?)")
_LEGACY = re.compile(_CODE + r"(?P<sequence>[0-9]{1,5})/(?P<year>[0-9]{2})/(?P<suffix>[A-Z]+(?:/[A-Z]+)*)")

# A totally anti-symmetric quasigroup of order 10 (Damm 2004): no wrong digit and no two swapped neighbours go unseen.
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


class NotACaseNumber(Invalid):
    """The text can't be read as a case number of this jurisdiction."""

    text = T("Write the case number as it stands on the court's papers, for example RC 00499/2017/TGI/NYGE.")


class NotAFilingNumber(Invalid):
    """The text can't be read as a filing number, or its check digit says that it was misread."""

    text = T("Check the filing number. It looks like F-2026-000123-4.")


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseNumber:
    """A case number in today's form; `suffix` is the court's, "TGI/NYGE" or "SC"."""

    code: str
    sequence: int
    year: int
    suffix: str

    @property
    def level(self) -> str:
        """The level as written: "TGI"."""
        return self.suffix.split("/")[0]

    @property
    def seat(self) -> str | None:
        """The seat as written, "NYGE", or None."""
        return self.suffix.partition("/")[2] or None


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyCaseNumber:
    """A case number from before 2016: `text` is what to print, "RCAA 0086/11/CS"."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingNumber:
    """The number a filing bears from its first save on: unique in the country and year."""

    year: int
    sequence: int


def print_case_number(pack: Pack, number: CaseNumber | LegacyCaseNumber) -> str:
    """The one printed form: "RC 00499/2017/TGI/NYGE"; legacy numbers as they were."""
    if isinstance(number, LegacyCaseNumber):
        return number.text
    digits = pack.numbering.case_sequence_digits
    return f"{number.code} {number.sequence:0{digits}d}/{number.year}/{number.suffix}"


def parse_case_number(pack: Pack, text: str) -> CaseNumber | LegacyCaseNumber:
    """Read a case number however it is spaced or cased; raises NotACaseNumber.

    The code must be one of the pack's, and the level one of its levels or a way in which a court is also written.
    """
    plain = re.sub(r"\s+", "", text).upper()
    if modern := _MODERN.fullmatch(plain):
        number = CaseNumber(
            code=modern["code"], sequence=int(modern["sequence"]), year=int(modern["year"]), suffix=modern["suffix"]
        )
        if number.code in pack.number_codes and number.sequence > 0 and _court_known(pack, number):
            return number
    elif (legacy := _LEGACY.fullmatch(plain)) and legacy["code"] in pack.number_codes:
        return LegacyCaseNumber(text=f"{legacy['code']} {legacy['sequence']}/{legacy['year']}/{legacy['suffix']}")
    raise NotACaseNumber


def new_case_number(*, code: str, court: Court, year: int, sequence: int) -> CaseNumber:
    """The number of a case that `court` registers as its `sequence`th with `code` in `year`."""
    return CaseNumber(code=code, sequence=sequence, year=year, suffix=court.suffix)


def court_of(pack: Pack, number: CaseNumber) -> Court | None:
    """The court that a number names, or None when the pack has no such seat."""
    for court in pack.courts.values():
        if number.suffix == court.suffix or number.suffix in court.also_written:
            return court
    return None


def print_filing_number(pack: Pack, number: FilingNumber) -> str:
    """The printed form, with its check digit: "F-2026-000123-4"."""
    digits = f"{number.sequence:0{pack.numbering.filing_sequence_digits}d}"
    return f"{pack.numbering.filing_prefix}-{number.year}-{digits}-{check_digit(f'{number.year}{digits}')}"


def parse_filing_number(pack: Pack, text: str) -> FilingNumber:
    """Read a filing number with or without its dashes, spaces and capitals; raises NotAFilingNumber."""
    plain = re.sub(r"[\s\-\u2010-\u2015]+", "", text).upper()
    least = pack.numbering.filing_sequence_digits
    found = re.fullmatch(rf"{pack.numbering.filing_prefix}(20[0-9]{{2}})([0-9]{{{least},12}})([0-9])", plain)
    if not found or check_digit(found[1] + found[2]) != found[3]:
        raise NotAFilingNumber
    return FilingNumber(year=int(found[1]), sequence=int(found[2]))


def check_digit(digits: str) -> str:
    """The digit that follows `digits` so that any one wrong digit, or two neighbours swapped, is noticed."""
    state = 0
    for digit in digits:
        state = int(_DAMM[state][int(digit)])
    return str(state)


def _court_known(pack: Pack, number: CaseNumber) -> bool:
    return number.level in pack.levels or court_of(pack, number) is not None
