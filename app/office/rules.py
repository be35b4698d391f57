"""Pure rules of the desk: ages, the place in the queue, and what a registrar can pin a reason on."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from app.core.language import Localised, T, Text
from app.courts import FilingType, Mark, Pack, ReturnReason, SectionKey
from app.filing.answers import Answers
from app.filing.desk import QueueLine
from app.filing.rules import AttachedDocument
from app.filing.tasks import TITLES

OWN_WORDS = "other"
"""The reason whose words the registrar always writes."""

Place = tuple[bool, datetime, UUID]


def age(since: datetime, now: datetime) -> Text:
    """How long something waits, in whole hours, from two days on in whole days."""
    waited = now - since
    if waited < timedelta(hours=1):
        return T("under 1 hour")
    if waited < timedelta(days=2):
        return T("%(count)s h", count=waited // timedelta(hours=1))
    return T("%(count)s days", count=waited.days)


def place_of(line: QueueLine) -> str:
    """The place of a line in the queue, as an address carries it."""
    return f"{int(line.urgent)}_{line.submitted_at.isoformat()}_{line.id}"


def read_place(text: str) -> Place | None:
    """The place that an address names; None for the start of the queue and for anything unreadable."""
    urgent, _, rest = text.partition("_")
    moment, _, filing_id = rest.partition("_")
    try:
        place = urgent == "1", datetime.fromisoformat(moment), UUID(filing_id)
    except ValueError:
        return None
    return place if place[1].tzinfo is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Markable:
    """Something that can be sent back: its `target` in a mark, what the filer said there, and the reasons that fit."""

    target: str
    title: Text | Localised | str
    lines: tuple[str, ...]
    reasons: tuple[ReturnReason, ...]


def markables(
    pack: Pack, filing_type: FilingType, answers: Answers, documents: Sequence[AttachedDocument]
) -> tuple[Markable, ...]:
    """Everything in a filing that can be sent back for correction, in the order of the task list.

    Each reason stands once: on the thing itself where it fits one thing, else on the section.
    """
    found: list[Markable] = []
    for section in filing_type.sections:
        lines = _said(answers.relief.asked) if section is SectionKey.RELIEF else ()
        reasons = _on_section(pack, section)
        found.append(Markable(target=section.value, title=TITLES[section], lines=lines, reasons=reasons))
        found.extend(_items(pack, section, answers, documents))
    return tuple(found)


def _items(
    pack: Pack, section: SectionKey, answers: Answers, documents: Sequence[AttachedDocument]
) -> Iterator[Markable]:
    match section:
        case SectionKey.PARTIES:
            reasons = _reasons(pack, section, lambda on: Mark.FIELD in on)
            for party in answers.parties:
                title = party.name or T("A person not yet known")
                known_by = party.identity_number or party.registration_number
                lines = _said(known_by, party.phone, party.email, party.address)
                yield Markable(target=f"party:{party.id}", title=title, lines=lines, reasons=reasons)
        case SectionKey.ISSUES:
            reasons = _reasons(pack, section, lambda on: Mark.FIELD in on)
            for number, issue in enumerate(answers.issues, 1):
                name = T("Point %(number)s: %(title)s", number=number, title=issue.title or issue.facts[:80])
                lines = _said(issue.facts, issue.wanted, issue.evidence)
                yield Markable(target=f"issue:{issue.id}", title=name, lines=lines, reasons=reasons)
        case SectionKey.DOCUMENTS:
            # What may stand on the section too is about a document that isn't there.
            reasons = _reasons(pack, section, lambda on: Mark.DOCUMENT in on and Mark.SECTION not in on)
            for paper in documents:
                yield Markable(target=f"document:{paper.document_id}", title=paper.title, lines=(), reasons=reasons)


def _said(*lines: str) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


def _on_section(pack: Pack, section: SectionKey) -> tuple[ReturnReason, ...]:
    match section:
        case SectionKey.PARTIES | SectionKey.ISSUES:
            return _reasons(pack, section, lambda on: Mark.SECTION in on and Mark.FIELD not in on)
        case SectionKey.DOCUMENTS:
            return _reasons(pack, section, lambda on: Mark.SECTION in on)
    return _reasons(pack, section, lambda on: bool(on & {Mark.SECTION, Mark.FIELD}))


def _reasons(pack: Pack, section: SectionKey, fits: Callable[[frozenset[Mark]], bool]) -> tuple[ReturnReason, ...]:
    """The reasons that may stand in a section and fit; one's own words may stand anywhere."""
    return tuple(
        reason
        for reason in pack.return_reasons.values()
        if reason.code == OWN_WORDS or (section in reason.sections and fits(reason.applies_to))
    )
