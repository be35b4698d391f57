"""Pure rules of a filing: what is still missing, what it is called, what it resembles."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import product
from uuid import UUID

from app.cases.rules import caption as case_caption
from app.cases.rules import name_key
from app.core.errors import Problem
from app.core.language import T
from app.courts import FilingType, Pack, SectionKey
from app.filing.answers import ActingAs, Answers, IdentityKind, Issue, Party, PartyKind, PleadingSource

MOST_PARTIES = 60
MOST_ISSUES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachedDocument:
    """A document put to a filing: its place in the catalogue, its title, and what is known of its bytes."""

    document_id: UUID
    kind: str
    title: str
    position: int
    sha256: str
    size: int
    pages: int
    media_type: str
    name: str


def problems(
    pack: Pack, filing_type: FilingType, answers: Answers, documents: Sequence[AttachedDocument], *, today: date
) -> tuple[Problem, ...]:
    """Every gap that keeps the filing from being sent, in plain words, in the order of the task list.

    `Problem.field` is the HTML id of the field; `Problem.url` the path of its page below the filing's address.
    """
    checks = {
        SectionKey.COURT: lambda: _court(pack, filing_type, answers),
        SectionKey.PARTIES: lambda: _parties(filing_type, answers, today),
        SectionKey.ISSUES: lambda: _issues(answers),
        SectionKey.RELIEF: lambda: _relief(answers),
        SectionKey.DOCUMENTS: lambda: _documents(filing_type, answers, documents),
        SectionKey.FEE: lambda: _fee(pack, answers),
        SectionKey.DECLARATION: lambda: _declaration(answers),
    }
    return tuple(problem for key in filing_type.sections if key in checks for problem in checks[key]())


def section_of(problem: Problem) -> SectionKey:
    """The section of the task list in which a problem lies."""
    return SectionKey((problem.url or "").split("/")[0])


def caption(answers: Answers, *, sealed: bool) -> str:
    """The name of the matter: "Mukamana Alice v. Demo Ltd"; initials when sealed."""
    return case_caption(_names(answers, "claimant"), _names(answers, "defendant"), initials_only=sealed)


def likeness(answers: Answers) -> list[str]:
    """Fingerprints of the pairs of opponents (at most 100), by name and by number.

    Two filings that share one may be the same matter.
    """
    pairs = product(answers.on_side("claimant")[:5], answers.on_side("defendant")[:5])
    keys = {f"{a}|{d}" for left, right in pairs for a in _keys(left) for d in _keys(right)}
    return sorted(sha256(key.encode()).hexdigest()[:16] for key in keys)[:100]


def split_pleading(text: str) -> tuple[tuple[str, str], ...]:
    """A pasted pleading as (title, text) pieces, one for each numbered or capital heading; never loses a word."""
    pieces: list[tuple[str, list[str]]] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if _is_heading(line):
            pieces.append((line.strip(" .:#*"), []))
        elif pieces:
            pieces[-1][1].append(line)
        elif line.strip():
            pieces.append(("", [line]))
    return tuple((title[:200], "\n".join(lines).strip()) for title, lines in pieces)


_HEADING = re.compile(r"^\s*(?:(?:[IVXLC]+|[A-Z]|\d{1,2})[.)]\s+\S.{0,120}|#{1,3}\s+\S.{0,120})$")


def _is_heading(line: str) -> bool:
    bare = line.strip()
    if not bare or len(bare) > 130 or bare.endswith((",", ";")):
        return False
    shouted = bare.isupper() and len(re.findall(r"[^\W\d_]", bare)) > 3
    return shouted or bool(_HEADING.match(line))


def _names(answers: Answers, side: str) -> list[str]:
    return [party.name for party in answers.on_side(side) if party.name and not party.unknown]


def _keys(party: Party) -> Iterator[str]:
    if party.name:
        yield name_key(party.name)
    number = re.sub(r"\W", "", party.identity_number or party.registration_number)
    if number:
        yield number


def _court(pack: Pack, filing_type: FilingType, answers: Answers) -> Iterator[Problem]:
    if answers.acting_as is None:
        yield Problem("acting_as", T("Say whether you file for yourself or for somebody else."), "court")
    if not answers.court.court_code:
        yield Problem("court_code", T("Choose the court."), "court")
    elif answers.court.court_code not in {court.code for court in pack.courts_for(filing_type.code)}:
        yield Problem("court_code", T("This court does not take this kind of claim. Choose another."), "court")


def _parties(filing_type: FilingType, answers: Answers, today: date) -> Iterator[Problem]:
    for side in filing_type.sides:
        there = answers.on_side(side.code)
        if len(there) < side.least:
            text = T("Add a party: %(side)s.", side=side.title)
            yield Problem(f"add-{side.code}", text, "parties")
    if answers.acting_as is ActingAs.SELF and answers.parties and not any(p.is_filer for p in answers.parties):
        yield Problem("parties", T("Say which of the parties is you."), "parties")
    for party in answers.parties:
        yield from _party(party)
        if is_minor(party, today) and party.representative is None:
            text = T("A child needs a guardian who acts for them. Write the guardian's name.")
            yield Problem("representative_name", text, f"parties/{party.id}")


def _party(party: Party) -> Iterator[Problem]:
    page = f"parties/{party.id}"
    if party.unknown:
        return
    if not party.name:
        yield Problem("name", T("Write the name of the party."), page)
    if party.identity_kind is IdentityKind.NATIONAL_ID and not re.fullmatch(r"\d{16}", party.identity_number):
        text = T("A national identity number has 16 digits. Check it, or say that you do not know it.")
        yield Problem("identity_number", text, page)
    if party.identity_kind is IdentityKind.OTHER and not party.identity_number:
        yield Problem("identity_number", T("Write which paper it is and its number."), page)
    if party.is_filer and not (party.phone or party.email):
        yield Problem("phone", T("Give a phone number or an e-mail address, so that the court can reach you."), page)
    if party.representative is not None and not party.representative.name:
        yield Problem("representative_name", T("Write the name of the person who acts for this party."), page)


def is_minor(party: Party, today: date) -> bool:
    """Whether the party is a person under 18 by the date of birth given."""
    if party.kind is not PartyKind.PERSON or not party.birth_date:
        return False
    born = date.fromisoformat(party.birth_date)
    return (today.year - born.year) - ((today.month, today.day) < (born.month, born.day)) < 18


def _issues(answers: Answers) -> Iterator[Problem]:
    if not answers.issues:
        yield Problem("add-issue", T("Say what the dispute is about: add at least one point."), "issues")
    for number, issue in enumerate(answers.issues, 1):
        yield from _issue(number, issue)


def _issue(number: int, issue: Issue) -> Iterator[Problem]:
    page = f"issues/{issue.id}"
    if not issue.facts:
        yield Problem("facts", T("Point %(number)s: say what happened.", number=number), page)
    if not issue.wanted:
        yield Problem("wanted", T("Point %(number)s: say what you want the court to decide.", number=number), page)


def _relief(answers: Answers) -> Iterator[Problem]:
    if not answers.relief.asked:
        yield Problem("asked", T("Say what you ask the court for."), "relief")
    if answers.relief.value_known is None:
        yield Problem("value_known", T("Say whether the claim is worth a sum of money."), "relief")
    elif answers.relief.value_known and answers.relief.value is None:
        yield Problem("value", T("Write how much the claim is worth in Rwandan francs."), "relief")


def _documents(filing_type: FilingType, answers: Answers, documents: Sequence[AttachedDocument]) -> Iterator[Problem]:
    kinds = {document.kind for document in documents}
    for kind in filing_type.required_documents():
        if kind.code not in kinds:
            yield Problem("files", T("Add this document: %(title)s.", title=kind.title), "documents")
    own = {str(document.document_id) for document in documents if document.media_type == "application/pdf"}
    if answers.pleading is PleadingSource.OWN and answers.own_pleading not in own:
        yield Problem("pleading", T("Choose which of your PDF documents is the claim itself."), "documents")


def _fee(pack: Pack, answers: Answers) -> Iterator[Problem]:
    wish = answers.waiver
    if wish is None:
        return
    yield from waiver_problems(pack, wish.category, wish.words, with_proof=bool(wish.documents), page="fee/waiver")


def waiver_problems(
    pack: Pack, category: str, words: str, *, with_proof: bool, page: str | None = None
) -> Iterator[Problem]:
    """What a request not to pay still lacks."""
    exemption = pack.fees.exemptions.get(category)
    if exemption is None:
        yield Problem("category", T("Choose the reason that fits you."), page)
    elif exemption.document_needed and not with_proof:
        yield Problem("files", T("Add the paper that shows it: a photo will do."), page)
    if not words.strip():
        yield Problem("words", T("Say in your own words why you ask."), page)


def _declaration(answers: Answers) -> Iterator[Problem]:
    if not answers.declaration.agreed:
        yield Problem("agreed", T("Confirm that what you say is true."), "declaration")
    if not answers.declaration.name:
        yield Problem("declared_name", T("Write your name under the declaration."), "declaration")
