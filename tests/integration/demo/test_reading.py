"""A world file is checked whole, and each mistake is named by file, line and field."""

import re
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from app.courts import Pack, load_pack
from app.demo.plans import StepKind, World, WorldError
from app.demo.reading import read_world
from app.demo.signins import table
from app.demo.times import read_when
from app.filing.answers import ActingAs, IdentityKind, PartyKind

ROOT = Path(__file__).resolve().parents[3]
KIGALI = ZoneInfo("Africa/Kigali")
PEOPLE = """world: small
people:
  - {key: aline, name: Demo Aline, phone: "0788100011", password: a password}
  - key: registrar
    name: Demo Registrar
    email: registrar@demo.example
    password: a password
    roles: [{role: registrar, court: TB-NYGE}]
    totp_secret: DEMOREGISTRARONEDEMOREGISTRARONE
"""
FILING = """filings:
  - key: loan
    filer: aline
    type: civil_claim
    court: TB-NYGE
    history:
      - {started: 4 days ago at 09:00}
"""


@pytest.fixture(scope="module")
def pack() -> Pack:
    """The default pack."""
    return load_pack("rw")


def read(pack: Pack, folder: Path, text: str) -> World:
    path = folder / "w.yaml"
    path.write_text(text, encoding="utf-8")
    return read_world(path, pack)


def refusal(pack: Pack, folder: Path, text: str) -> str:
    with pytest.raises(WorldError) as refused:
        read(pack, folder, text)
    return str(refused.value)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("world: small", "world: Small World", "w.yaml:1: world: "),
        ("world: small", "words: small", "w.yaml:1: file: world is missing"),
        ("0788100011", "0788", "w.yaml:3: people[0].phone: must be a mobile number"),
        ("password: a password}", "pasword: x}", "w.yaml:3: people[0]: password is missing"),
        ("name: Demo Aline", "nam: Demo Aline", "w.yaml:3: people[0]: name is missing"),
        ("court: TB-NYGE}]", "court: TB-X}]", "w.yaml:8: people[1].roles[0].court: 'TB-X' is not known"),
        ("role: registrar,", "role: king,", "w.yaml:8: people[1].roles[0].role: must be one of"),
        ("role: registrar, court: TB-NYGE", "role: registrar", "people[1].roles[0]: registrars and judges work at a"),
        ("    totp_secret: DEMOREGISTRARONEDEMOREGISTRARONE\n", "", "w.yaml:4: people[1]: staff sign in with a second"),
        ("key: registrar", "key: aline", "w.yaml:3: people: 'aline' stands here twice"),
        ("registrar@demo.example", "0788 100 011", "people: must be an e-mail|'+250788100011' stands here twice"),
        ("filer: aline", "filer: eric", "w.yaml:12: filings[0].filer: 'eric' is not known"),
        ("type: civil_claim", "type: duel", "w.yaml:13: filings[0].type: 'duel' is not known"),
        ("court: TB-NYGE\n    history", "court: SC\n    history", "w.yaml:14: filings[0].court: 'SC' is not known"),
        ("started: 4 days", "started: 1 days", "w.yaml:16: filings[0].history[0].started: must be a time"),
        ("started: 4 days ago at 09:00", "began: now", "w.yaml:16: filings[0].history[0]: must name one thing"),
        ("started: 4", "sent: 4", "w.yaml:16: filings[0].history: must begin with started"),
        ("    history", "    colour: red\n    history", "w.yaml:15: filings[0].colour: is not a field that is known"),
        (
            "    history",
            "    documents: [{title: x, files: [gone.pdf]}]\n    history",
            "w.yaml:15: filings[0].documents[0].files[0]: there is no file",
        ),
        (
            "    history",
            "    documents: [{title: x, kind: poem, files: []}]\n    history",
            "w.yaml:15: filings[0].documents[0].kind: 'poem' is no kind of document",
        ),
        (
            "    history",
            '    parties: [{side: claimant, national_id: "12"}]\n    history',
            "w.yaml:15: filings[0].parties[0].national_id: must be 16 digits",
        ),
        ("09:00}", "09:00}\n      - {claimed: 3 days ago at 09:00, by: aline}", "by: 'aline' is no registrar"),
        (
            "09:00}",
            "09:00}\n      - {returned: 3 days ago at 09:00, by: registrar, marks: [{on: issue 1, reason: other}]}",
            "history[1].marks[0].on: there is no issue 1",
        ),
        (
            "09:00}",
            "09:00}\n      - {rejected: 3 days ago at 09:00, by: registrar, reason: ugly, text: x}",
            "history[1].reason: 'ugly' is not known",
        ),
        ("filings:", "filings: [", "w.yaml:"),
    ],
)
def test_a_mistake_is_named_by_file_line_and_field(
    pack: Pack, tmp_path: Path, before: str, after: str, said: str
) -> None:
    text = PEOPLE + FILING
    assert before in text
    told = refusal(pack, tmp_path, text.replace(before, after, 1))
    assert any(part in told for part in said.split("|")), told
    assert re.match(r"w\.yaml:\d+: ", told)


def test_a_file_that_is_missing_or_empty_is_told(pack: Pack, tmp_path: Path) -> None:
    with pytest.raises(WorldError, match=r"gone\.yaml:1: file: is missing"):
        read_world(tmp_path / "gone.yaml", pack)
    assert "is empty" in refusal(pack, tmp_path, "# nothing\n")


def test_a_filing_is_read_with_its_parties_sections_and_lines(pack: Pack, tmp_path: Path) -> None:
    more = """    parties:
      - {side: claimant, is_filer: true, name: Demo Aline, has_no_papers: true, phone: "0788100011"}
      - {side: defendant, kind: organisation, name: Demo Ltd, registration_number: "1"}
    issues:
      - facts: |-
          First line.
          Second line.
    asks: The money.
    value: none
    declared_by: Demo Aline
    history"""
    filing = read(pack, tmp_path, PEOPLE + FILING.replace("    history", more)).filings[0]
    answers = filing.answers
    assert answers.acting_as is ActingAs.SELF
    assert [party.kind for party in answers.parties] == [PartyKind.PERSON, PartyKind.ORGANISATION]
    assert [party.identity_kind for party in answers.parties] == [IdentityKind.NONE, IdentityKind.UNKNOWN]
    assert answers.parties[0].role == "plaintiff"
    assert answers.issues[0].facts == "First line.\nSecond line."
    assert answers.relief.value_known is False
    assert answers.declaration.agreed
    assert filing.language == "rw"
    assert [step.kind for step in filing.steps] == [StepKind.STARTED]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("5 days ago at 10:30", "2026-04-29T10:30:00+02:00"),
        ("3 hours ago", "2026-05-04T09:00:00+02:00"),
        ("40 minutes ago", "2026-05-04T11:20:00+02:00"),
        ("2026-01-02 03:04", "2026-01-02T03:04:00+02:00"),
    ],
)
def test_times_are_counted_from_the_load_in_the_courts_zone(text: str, moment: str) -> None:
    when = read_when(text)
    assert when is not None
    anchor = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
    assert when.at(anchor, KIGALI).astimezone(KIGALI).isoformat() == moment


@pytest.mark.parametrize("text", ["now", "1 days ago at 10:00", "2 days ago at 24:01", "21 hours ago", "0 minutes ago"])
def test_a_time_that_could_change_its_place_or_names_none_is_refused(text: str) -> None:
    assert read_when(text) is None


def test_the_table_of_sign_ins_names_everybody_and_where_the_codes_are(pack: Pack) -> None:
    world = read_world(ROOT / "demo" / "world.yaml", pack)
    shown = table(world, "http://127.0.0.1:8001")
    for person in world.people:
        line = next(line for line in shown.splitlines() if person.name in line)
        assert person.contacts[0].value in line
        assert person.password in line
        assert line.endswith("code") is (person.totp_secret is not None)
    assert "http://127.0.0.1:8001/authenticator" in shown
    assert max(len(line) for line in shown.splitlines()) <= 140


def test_the_world_of_the_documentation_is_a_world(pack: Pack, tmp_path: Path) -> None:
    written = (ROOT / "docs" / "world.md").read_text(encoding="utf-8")
    found = re.findall(r"```yaml\n(.*?)```", written, re.S)
    assert len(found) == 1
    assert read(pack, tmp_path, found[0]).name == "one-loan"
