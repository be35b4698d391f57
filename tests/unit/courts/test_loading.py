"""A pack is checked whole when it is loaded, and every mistake is named by file, line and field."""

import dataclasses
from pathlib import Path

import pytest

from app.core.language import LANGUAGES, Localised
from app.courts import Notice, Pack, PackError, SectionKey, load_pack
from app.courts.loader import PACKS
from tests.unit.courts.conftest import Edit


def line_of(name: str, text: str) -> int:
    """The line of Rwanda's file `name` in which `text` first stands."""
    lines = (PACKS / "rw" / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, start=1) if text in line)


def test_rwanda_has_every_level_of_court_and_all_its_districts(pack: Pack) -> None:
    assert set(pack.levels) == {"SC", "CA", "HC", "CHC", "TC", "TGI", "TB"}
    assert len(pack.districts) == 30
    assert len(pack.courts_at("TGI")) == 12
    assert len(pack.courts_at("TB")) == 41
    assert (pack.currency, str(pack.zone)) == ("RWF", "Africa/Kigali")


def test_four_kinds_of_claim_are_offered_with_a_case_type_and_a_number_code(pack: Pack) -> None:
    offered = {item.code: (item.case_type, item.number_code) for item in pack.offered_filing_types()}
    assert offered == {
        "civil_claim": ("civil", "RC"),
        "commercial_claim": ("commercial", "RCOM"),
        "labour_claim": ("labour", "RSOC"),
        "administrative_claim": ("administrative", "RAD"),
    }


def test_every_offered_claim_has_all_sections_and_a_checklist(pack: Pack) -> None:
    for item in pack.offered_filing_types():
        assert item.sections == tuple(SectionKey)
        assert item.checklist
        assert item.side("claimant").least == 1


def test_a_protection_application_tells_nobody_is_sealed_and_urgent(pack: Pack) -> None:
    application = pack.filing_type("protection_application")
    assert (application.notice, application.sealed_by_default, application.urgent) == (Notice.NONE, True, True)


def test_only_closed_matters_are_sealed_by_default(pack: Pack) -> None:
    sealed = {item.code for item in pack.filing_types.values() if item.sealed_by_default}
    assert sealed == {"divorce_claim", "protection_application"}


def localised_in(value: object) -> list[Localised]:
    """Every localised text in a pack, however deep."""
    if isinstance(value, Localised):
        return [value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return [t for field in dataclasses.fields(value) for t in localised_in(getattr(value, field.name))]
    if hasattr(value, "values"):
        return [t for item in value.values() for t in localised_in(item)]
    return [t for item in value for t in localised_in(item)] if isinstance(value, tuple) else []


def test_every_text_of_the_pack_is_there_in_three_languages(pack: Pack) -> None:
    texts = localised_in(pack)
    assert len(texts) > 300
    for text in texts:
        assert all(text.said_in(code).strip() for code in LANGUAGES)


def test_whole_sentences_are_not_the_same_in_two_languages(pack: Pack) -> None:
    sentences = [text for text in localised_in(pack) if text.en.endswith(".")]
    assert not [text.en for text in sentences if len({text.rw, text.en, text.fr}) < 3]


def test_phone_numbers_of_the_demonstration_ring_nowhere(pack: Pack) -> None:
    numbers = [court.phone for court in pack.courts.values()]
    assert all(number and number.startswith("+250 000 000 ") for number in numbers)
    assert len(set(numbers)) == len(numbers)


MISTAKES = [
    (
        "fees.yaml",
        "level: CA, amount: 50_000}",
        "level: CA, amount: 50.5}",
        "schedules[2].amounts[5].amount: must be a whole number of RWF",
    ),
    (
        "fees.yaml",
        "level: TB, amount: 2_000}",
        "level: TX, amount: 2_000}",
        "schedules[0].amounts[0].level: must be one of",
    ),
    (
        "fees.yaml",
        "starts: 2018-07-01",
        "starts: 2018-06-30",
        "schedules[2]: must start after version '2014' has ended",
    ),
    (
        "fees.yaml",
        "document_needed: true",
        "document_needed: maybe",
        "exemptions[0].document_needed: must be true or false",
    ),
    ("fees.yaml", "- code: government", "- code: indigent", "exemptions[1]: the code 'indigent' stands here twice"),
    ("pack.yaml", "days_to_pay_after_refusal: 15", "days_to_pay_after_refusal: 0", "at least 1"),
    ("reasons.yaml", "fits: [full]", "fits: [all]", "waiver_reasons[0].fits[0]: must be one of full, part, refused"),
    ("reasons.yaml", "fits: [full]", "fits: []", "waiver_reasons[0].fits: must name at least one decision"),
    ("reasons.yaml", "code: cannot_pay", "code: proof_shows_it", "waiver_reasons[1]: the code 'proof_shows_it'"),
    ("fees.yaml", "starts: 2020-11-02", "starts: 2 Nov 2020", "schedules[3].starts: must be a date written YYYY-MM-DD"),
    ("courts.yaml", "suffix: TGI/GSBO", "suffix: TGI/NYGE", "courts[13]: the code 'TGI-NYGE' stands here twice"),
    ("courts.yaml", "also_written: [CS]", "also_written: [CA]", "'CA' already stands for another court"),
    ("courts.yaml", "districts: [gasabo]", "districts: [gassabo]", "districts: 'gassabo' is not known in this pack"),
    ("courts.yaml", "suffix: TB/KICU", "sufix: TB/KICU", "courts[26]: suffix is missing"),
    ("cases.yaml", 'fr: "Civile"', 'fr: ""', "case_types[0].title.fr: must be a text that is not empty"),
    ("cases.yaml", ', fr: "Commerciale"}', "}", "case_types[1].title: fr is missing"),
    (
        "filing_types.yaml",
        "fee_code: deposit",
        "fee_code: deposits",
        "filing_types[0].fee_code: 'deposits' is not known",
    ),
    (
        "filing_types.yaml",
        "notice: normal",
        "notice: later",
        "filing_types[0].notice: must be one of normal, after_order, none",
    ),
    (
        "filing_types.yaml",
        "roles: [applicant]",
        "roles: [asker]",
        "filing_types[5].sides: 'asker' is not known in this pack",
    ),
    (
        "filing_types.yaml",
        "sealed_by_default: false",
        "sealed_by_default: no",
        "sealed_by_default: must be true or false",
    ),
    (
        "filing_types.yaml",
        "urgent: false",
        "urgent: false\n    hurry: true",
        "filing_types[0].hurry: is not a field that is known here",
    ),
    ("jurisdiction.yaml", "levels: [TGI]", "levels: [CHC]", "rules[0].levels: no court of level CHC serves gasabo"),
    ("jurisdiction.yaml", "up to %(bound)s", "up to the bound", "rules[6].reason: must have the same %(placeholders)s"),
    ("time_limits.yaml", "months: 6", "months: 6\n    days: 3", "must have one of days, months or years, not more"),
    ("pack.yaml", "zone: Africa/Kigali", "zone: Africa/Kigale", 'zone: must be a time zone like "Africa/Kigali"'),
    ("pack.yaml", "pay_reminder_days: [3", "pay_reminder_days: [7", "must be less than the 7 days that people have"),
    ("pack.yaml", "languages: [rw, en, fr]", "languages: [rw, en]", "languages: must be the languages of the portal"),
    ("pack.yaml", 'opens: "09:00"', 'opens: "9"', 'usual_hours.opens: must be a time of day written "HH:MM" in quotes'),
    ("costs.yaml", "  - code: expert", "  - code: expert\n    amount: 5_000", "items[2]: source is missing"),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), MISTAKES, ids=lambda value: str(value)[:40])
def test_a_mistake_is_named_by_file_line_and_field(edited: Edit, name: str, old: str, new: str, message: str) -> None:
    with pytest.raises(PackError) as told:
        load_pack("rw", edited(name, old, new))
    assert str(told.value).startswith(f"packs/rw/{name}:")
    assert message in str(told.value)


def test_the_line_in_the_message_is_the_line_of_the_mistake(edited: Edit) -> None:
    line = line_of("fees.yaml", "level: HC, amount: 75_000")
    with pytest.raises(PackError) as told:
        load_pack("rw", edited("fees.yaml", "amount: 75_000", "amount: lots"))
    assert (
        str(told.value) == f"packs/rw/fees.yaml:{line}: schedules[1].amounts[2].amount: must be a whole number of RWF"
    )


def test_a_level_without_an_amount_in_the_newest_schedule_is_refused(edited: Edit) -> None:
    lines = (PACKS / "rw" / "fees.yaml").read_text(encoding="utf-8").rsplit("      - {fee: deposit, level: TC", 1)
    folder = edited("fees.yaml", lines[0], lines[0].rstrip() + "\n")
    text = (folder / "rw" / "fees.yaml").read_text(encoding="utf-8")
    head, _, tail = text.rpartition("      - {fee: deposit, level: TC, amount: 20_000}\n")
    (folder / "rw" / "fees.yaml").write_text(head + tail, encoding="utf-8")
    with pytest.raises(
        PackError, match=r"filing_types\[1\].fee_code: the newest schedule has no amount of it for level TC"
    ):
        load_pack("rw", folder)


def test_broken_yaml_is_named_by_file_and_line(edited: Edit) -> None:
    with pytest.raises(PackError, match=r"packs/rw/costs.yaml:\d+: file: is not YAML"):
        load_pack("rw", edited("costs.yaml", "items:", "items: ["))


def test_a_missing_file_and_a_missing_pack_are_named(edited: Edit, tmp_path: Path) -> None:
    (edited("costs.yaml", "items:", "items:") / "rw" / "costs.yaml").unlink()
    with pytest.raises(PackError, match=r"packs/rw/costs.yaml:1: file: is missing"):
        load_pack("rw", tmp_path)
    with pytest.raises(PackError, match=r"packs/xk:1: file: there is no such pack"):
        load_pack("xk", tmp_path)
