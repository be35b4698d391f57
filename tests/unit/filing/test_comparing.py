"""What another window saved is told in plain words and not in the names of the code."""

from dataclasses import fields

from app.core.language import speaking
from app.courts import load_pack
from app.filing.answers import (
    ActingAs,
    Answers,
    CourtChoice,
    Issue,
    Party,
    PartyKind,
    Relief,
    Representative,
    RepresentativeKind,
)
from app.filing.views.comparing import lines_of

ALINE = Party(
    id="p1",
    side="claimant",
    role="plaintiff",
    kind=PartyKind.PERSON,
    name="Aline",
    birth_date="1990-03-27",
    phone="+250788100011",
    district="huye",
    representative=Representative(kind=RepresentativeKind.ADVOCATE, name="Solange"),
)


def told(answers: Answers, part: str) -> dict[str, list[str]]:
    with speaking("en"):
        return {str(line.key): [str(text) for text in line.value] for line in lines_of(load_pack("rw"), answers, part)}


def test_a_party_is_told_as_people_say_it() -> None:
    assert told(Answers(parties=(ALINE,)), "party:p1") == {
        "Name": ["Aline"],
        "Date of birth": ["27 March 1990"],
        "Contact": ["0788 100 011", "Huye"],
        "Represented by": ["Solange"],
    }


def test_a_point_keeps_its_lines_and_leaves_out_what_is_empty() -> None:
    point = Issue(id="i1", facts="He came.\nHe left.", wanted="That he pays.")
    assert told(Answers(issues=(point,)), "issue:i1") == {
        "What happened": ["He came.", "He left."],
        "What you want": ["That he pays."],
    }


def test_the_court_and_the_sum_have_their_names() -> None:
    choice = CourtChoice(district="huye", value=20_000, value_known=True, court_code="TGI-NYGE", land="farm")
    lines = told(Answers(acting_as=ActingAs.SELF, court=choice), "court")
    assert lines["Filed for"] == ["Myself"]
    assert lines["Value"] == ["RWF 20,000"]
    assert lines["Court"] == ["Nyarugenge Intermediate Court"]


def test_a_claim_that_is_not_about_money_says_so() -> None:
    assert told(Answers(relief=Relief(asked="That he leaves.", value_known=False)), "relief") == {
        "You ask the court": ["That he leaves."],
        "Value": ["Not a sum of money"],
    }


def test_what_is_gone_has_nothing_to_tell() -> None:
    assert told(Answers(), "party:p1") == {}


def test_no_name_of_the_code_is_ever_shown() -> None:
    everything = Answers(acting_as=ActingAs.SELF, parties=(ALINE,), court=CourtChoice(district="huye"))
    names = {field.name for kind in (Answers, Party, CourtChoice, Issue, Relief) for field in fields(kind)}
    assert not names & told(everything, "everything").keys()
