"""What keeps a filing from being sent, and how a pasted pleading becomes points."""

from dataclasses import replace
from datetime import date
from functools import cache
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.language import speaking
from app.courts import Pack, load_pack
from app.filing.answers import (
    ActingAs,
    Answers,
    CourtChoice,
    Declaration,
    IdentityKind,
    Issue,
    Party,
    PartyKind,
    PleadingSource,
    Relief,
    Representative,
    RepresentativeKind,
)
from app.filing.rules import AttachedDocument, caption, likeness, problems, section_of, split_pleading

TODAY = date(2026, 5, 4)


@cache
def pack() -> Pack:
    return load_pack("rw")


def whole() -> Answers:
    """Everything that a civil claim needs."""
    claimant = Party(
        id="a",
        side="claimant",
        role="plaintiff",
        kind=PartyKind.PERSON,
        name="Demo A",
        phone="+250788000001",
        is_filer=True,
    )
    defendant = replace(claimant, id="b", side="defendant", role="defendant", name="Demo B", phone="", is_filer=False)
    return Answers(
        acting_as=ActingAs.SELF,
        court=CourtChoice(court_code="TB-NYGE"),
        parties=(claimant, defendant),
        issues=(Issue(id="i", facts="It happened.", wanted="That it stops."),),
        relief=Relief(asked="That it stops.", value_known=False),
        declaration=Declaration(name="Demo A", agreed=True),
    )


def gaps(answers: Answers, documents: tuple[AttachedDocument, ...] = ()) -> list[tuple[str, str]]:
    found = problems(pack(), pack().filing_type("civil_claim"), answers, documents, today=TODAY)
    assert all(section_of(gap) for gap in found)
    return [(gap.field, gap.url or "") for gap in found]


def test_a_whole_filing_has_no_gap() -> None:
    assert gaps(whole()) == []


def test_an_empty_draft_names_a_gap_in_every_section_that_needs_an_answer() -> None:
    sections = {url.split("/")[0] for _, url in gaps(Answers())}
    assert sections == {"court", "parties", "issues", "relief", "declaration"}


@pytest.mark.parametrize(
    ("change", "field", "url"),
    [
        ({"acting_as": None}, "acting_as", "court"),
        ({"court": CourtChoice()}, "court_code", "court"),
        ({"court": CourtChoice(court_code="SC")}, "court_code", "court"),
        ({"issues": ()}, "add-issue", "issues"),
        ({"issues": (Issue(id="i", facts="It happened."),)}, "wanted", "issues/i"),
        ({"relief": Relief(asked="X")}, "value_known", "relief"),
        ({"relief": Relief(asked="X", value_known=True)}, "value", "relief"),
        ({"declaration": Declaration(name="X")}, "agreed", "declaration"),
        ({"pleading": PleadingSource.OWN}, "pleading", "documents"),
    ],
)
def test_each_gap_leads_to_its_field(change: dict[str, object], field: str, url: str) -> None:
    assert (field, url) in gaps(replace(whole(), **change))  # type: ignore[arg-type]


def test_a_short_identity_number_is_a_gap_but_no_paper_is_none() -> None:
    party = whole().parties[0]
    short = replace(party, identity_kind=IdentityKind.NATIONAL_ID, identity_number="1199")
    assert ("identity_number", "parties/a") in gaps(whole().with_party(short))
    without = replace(party, identity_kind=IdentityKind.NONE, identity_number="")
    assert gaps(whole().with_party(without)) == []


def test_a_child_needs_a_guardian_until_the_day_they_come_of_age() -> None:
    party = replace(whole().parties[0], birth_date="2008-05-05")
    assert ("representative_name", "parties/a") in gaps(whole().with_party(party))
    of_age = replace(party, birth_date="2008-05-04")
    assert gaps(whole().with_party(of_age)) == []
    guarded = replace(party, representative=Representative(kind=RepresentativeKind.GUARDIAN, name="Demo Parent"))
    assert gaps(whole().with_party(guarded)) == []


def test_an_unknown_defendant_is_an_answer() -> None:
    unknown = replace(whole().parties[1], name="", unknown=True)
    assert gaps(whole().with_party(unknown)) == []


def test_the_claim_itself_may_be_the_filers_own_pdf_but_not_a_photo() -> None:
    own = UUID(int=7)
    paper = AttachedDocument(
        document_id=own,
        kind="other",
        title="Claim",
        position=1,
        sha256="0" * 64,
        size=1,
        pages=1,
        media_type="application/pdf",
        name="claim.pdf",
    )
    answers = replace(whole(), pleading=PleadingSource.OWN, own_pleading=str(own))
    assert gaps(answers, (paper,)) == []
    assert gaps(answers, (replace(paper, media_type="image/jpeg"),)) == [("pleading", "documents")]


def test_a_sealed_matter_is_called_by_initials_only() -> None:
    with speaking("en"):
        assert caption(whole(), sealed=False) == "Demo A v. Demo B"
        assert caption(whole(), sealed=True) == "D.A. v. D.B."


def test_likeness_sees_through_order_case_and_punctuation() -> None:
    turned = replace(whole().parties[0], name="a DEMO.")
    assert likeness(whole()) == likeness(whole().with_party(turned))
    other = replace(whole().parties[0], name="Somebody Else")
    assert not set(likeness(whole())) & set(likeness(whole().with_party(other)))


def test_a_pleading_is_split_at_its_headings() -> None:
    pasted = "To the court\n\nI. THE LOAN\nHe borrowed.\n\n2. The delay\nHe did not pay.\nASKED\nPay."
    assert split_pleading(pasted) == (
        ("", "To the court"),
        ("I. THE LOAN", "He borrowed."),
        ("2. The delay", "He did not pay."),
        ("ASKED", "Pay."),
    )


@given(st.text(alphabet=st.sampled_from("AB ab.1IV#\n*:;,éñ"), max_size=300))
def test_splitting_never_loses_a_word(text: str) -> None:
    pieces = split_pleading(text)
    kept = " ".join(f"{title} {body}" for title, body in pieces)
    for word in text.split():
        bare = word.strip(".:#*")
        assert bare in kept
