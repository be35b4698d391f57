"""Loading a jurisdiction: `load_pack("rw")` reads `app/courts/packs/rw/*.yaml`, once, at start."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import TypeVar

from app.courts import readers
from app.courts.costs import read_cost_guide
from app.courts.fee_book import FeeBook
from app.courts.nodes import PackError, open_pack_file
from app.courts.pack import Pack
from app.courts.readers import Basics, Catalogue, Places
from app.courts.reasons import read_reasons

PACKS = Path(__file__).parent / "packs"

V = TypeVar("V")


def load_pack(code: str, folder: Path = PACKS) -> Pack:
    """The jurisdiction `code`, checked whole: every reference, every language, every district served.

    What is installed with us is read once in a process: a pack never changes.

    Raises PackError, whose message names file, line and field of the first mistake:
    "packs/rw/fees.yaml:12: schedules[0].amounts[3].amount: must be a whole number of RWF".
    """
    return _installed(code) if folder == PACKS else _read(folder / code)


@cache
def _installed(code: str) -> Pack:
    return _read(PACKS / code)


def _read(home: Path) -> Pack:
    if not home.is_dir():
        raise PackError(f"packs/{home.name}:1: file: there is no such pack")
    basics = readers.read_basics(open_pack_file(home, "pack.yaml"))
    places = readers.read_places(
        open_pack_file(home, "districts.yaml"), open_pack_file(home, "courts.yaml"), basics.usual_hours
    )
    fees = readers.read_fees(open_pack_file(home, "fees.yaml"), basics.currency, places)
    catalogue = readers.read_catalogue(
        open_pack_file(home, "cases.yaml"), open_pack_file(home, "filing_types.yaml"), places, fees
    )
    return _whole(home, basics, places, fees, catalogue)


def _whole(home: Path, basics: Basics, places: Places, fees: FeeBook, catalogue: Catalogue) -> Pack:
    rules, serves = readers.read_rules(open_pack_file(home, "jurisdiction.yaml"), places, catalogue.case_types)
    limits = readers.read_limits(open_pack_file(home, "time_limits.yaml"), catalogue.case_types)
    reasons = read_reasons(open_pack_file(home, "reasons.yaml"))
    return Pack(
        code=basics.code,
        title=basics.title,
        languages=basics.languages,
        zone=basics.zone,
        currency=basics.currency,
        numbering=basics.numbering,
        switches=basics.switches,
        calendar=basics.calendar,
        usual_hours=basics.usual_hours,
        districts=_kept(places.districts),
        levels=_kept(places.levels),
        courts=_kept(places.courts),
        case_types=_kept(catalogue.case_types),
        number_codes=_kept(catalogue.number_codes),
        roles=_kept(catalogue.roles),
        filing_types=_kept(catalogue.filing_types),
        fees=fees,
        court_rules=rules,
        serves=serves,
        time_limits=_kept(limits),
        cost_guide=read_cost_guide(open_pack_file(home, "costs.yaml")),
        return_reasons=_kept(reasons.returns),
        rejection_reasons=_kept(reasons.rejections),
        waiver_reasons=_kept(reasons.waivers),
    )


def _kept(entries: Mapping[str, V]) -> Mapping[str, V]:
    return MappingProxyType(dict(entries))
