"""The parts of the answers that are saved one at a time: "court", "relief", "party:<id>", "issue:<id>", ..."""

from dataclasses import replace
from typing import Any

from app.core.errors import Invalid
from app.core.language import T
from app.filing.answers import Answers, fingerprint

_FIELDS: dict[str, tuple[str, ...]] = {
    "court": ("acting_as", "court"),
    "parties": ("parties_done",),
    "issues": ("issues_done",),
    "relief": ("relief",),
    "documents": ("documents_done", "pleading", "own_pleading"),
    "fee": ("fee_seen", "waiver"),
    "declaration": ("declaration",),
    # The advocate's one page saves all of it at once.
    "everything": (
        *("acting_as", "court", "parties", "parties_done", "issues", "issues_done", "relief"),
        *("documents_done", "pleading", "own_pleading", "fee_seen", "declaration"),
    ),
}


class NoSuchPart(Invalid):
    """The form names a part that there is not."""

    status = 400
    text = T("This part of the form is not known. Go back to the task list.")


def part(answers: Answers, name: str) -> Any:
    """What the answers say in that part; None for a party or an issue that isn't there."""
    kind, _, item = name.partition(":")
    match kind:
        case "party":
            return answers.party(item)
        case "issue":
            return answers.issue(item)
        case "order":
            return [i.id for i in answers.issues]
    if kind not in _FIELDS:
        raise NoSuchPart
    return [getattr(answers, field) for field in _FIELDS[kind]]


def fingerprint_of(answers: Answers, name: str) -> str:
    """The fingerprint of a part, which its form carries as `base`."""
    value = part(answers, name)
    if isinstance(value, list):
        return fingerprint([fingerprint(v) for v in value])
    return fingerprint(value)


def put(stored: Answers, name: str, given: Answers) -> Answers:
    """`stored` with that one part taken from `given`; a party or issue that `given` lacks is taken away."""
    kind, _, item = name.partition(":")
    match kind:
        case "party":
            party = given.party(item)
            return stored.with_party(party) if party else stored.without_party(item)
        case "issue":
            issue = given.issue(item)
            return stored.with_issue(issue) if issue else stored.without_issue(item)
        case "order":
            places = {issue.id: place for place, issue in enumerate(given.issues)}
            ordered = sorted(stored.issues, key=lambda i: places.get(i.id, len(places)))
            return replace(stored, issues=tuple(ordered))
    if kind not in _FIELDS:
        raise NoSuchPart
    return replace(stored, **{field: getattr(given, field) for field in _FIELDS[kind]})
