"""What the filer has answered so far: the content of a draft, and after Send the frozen content of the pleading.

Stored as one JSON document beside the filing. Every part has a fingerprint, so that two tabs open on different parts
never disturb each other and two tabs on the same part never overwrite each other.
"""

import types
from dataclasses import asdict, dataclass, field, fields, is_dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache
from hashlib import sha256
from json import dumps
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

A = TypeVar("A")


class PartyKind(StrEnum):
    """A human being or an organisation."""

    PERSON = "person"
    ORGANISATION = "organisation"


class IdentityKind(StrEnum):
    """What a person can be told by. Papers are never demanded: none and not known are answers."""

    NATIONAL_ID = "national_id"
    OTHER = "other"
    NONE = "none"
    UNKNOWN = "unknown"


class RepresentativeKind(StrEnum):
    """In which capacity somebody acts for a party."""

    ADVOCATE = "advocate"
    GUARDIAN = "guardian"
    COMPANY = "company_representative"
    STATE_ATTORNEY = "state_attorney"
    OTHER = "other"


class ActingAs(StrEnum):
    """For whom the filer files."""

    SELF = "self"
    ADVOCATE = "advocate"
    REPRESENTATIVE = "representative"


class PleadingSource(StrEnum):
    """Where the lead document comes from: made from the answers, or the filer's own upload."""

    ANSWERS = "answers"
    OWN = "own"


@dataclass(frozen=True, slots=True, kw_only=True)
class CourtChoice:
    """The plain questions behind the proposal, and the court chosen. Amounts are in minor units."""

    district: str = ""
    sector: str = ""
    value: int | None = None
    value_known: bool | None = None
    authority: str = ""
    land: str = ""
    both_traders: bool | None = None
    court_code: str = ""
    chosen_because: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Representative:
    """Who acts for a party. `mandate_document` is the id of the proof."""

    kind: RepresentativeKind
    name: str
    bar_number: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One party as the filer knows it. `side` and `role` are codes of the pack; `is_filer` marks the filer's own.

    `hide_contact` asks the court to keep address and phone from the other side.
    """

    id: str
    side: str
    role: str
    kind: PartyKind
    name: str = ""
    identity_kind: IdentityKind = IdentityKind.UNKNOWN
    identity_number: str = ""
    birth_date: str = ""
    registration_number: str = ""
    phone: str = ""
    email: str = ""
    district: str = ""
    address: str = ""
    hide_contact: bool = False
    is_filer: bool = False
    unknown: bool = False
    representative: Representative | None = None

    @property
    def born(self) -> date | None:
        """The date of birth, when it is known."""
        return date.fromisoformat(self.birth_date) if self.birth_date else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """One point in dispute: what happened, what is wanted, what can show it; argument and law are optional."""

    id: str
    title: str = ""
    facts: str = ""
    wanted: str = ""
    evidence: str = ""
    argument: str = ""
    law: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Relief:
    """What the court is asked for in all. `value` in minor units; None with `value_known` False: not in money."""

    asked: str = ""
    value: int | None = None
    value_known: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """The statement of truth, with the name typed under it."""

    name: str = ""
    agreed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverWish:
    """That the filer asks not to pay the fee: the pack's `category`, why in words, and the ids of the proof.

    Send makes a request of it.
    """

    category: str
    words: str
    documents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """Everything answered. A new draft is all empty."""

    acting_as: ActingAs | None = None
    court: CourtChoice = field(default_factory=CourtChoice)
    parties: tuple[Party, ...] = ()
    parties_done: bool = False
    issues: tuple[Issue, ...] = ()
    issues_done: bool = False
    relief: Relief = field(default_factory=Relief)
    documents_done: bool = False
    pleading: PleadingSource = PleadingSource.ANSWERS
    own_pleading: str = ""
    fee_seen: str = ""
    waiver: WaiverWish | None = None
    declaration: Declaration = field(default_factory=Declaration)

    def party(self, party_id: str) -> Party | None:
        """The party with that id."""
        return next((p for p in self.parties if p.id == party_id), None)

    def issue(self, issue_id: str) -> Issue | None:
        """The issue with that id."""
        return next((i for i in self.issues if i.id == issue_id), None)

    def on_side(self, side: str) -> tuple[Party, ...]:
        """The parties of one side, in the order they were added."""
        return tuple(p for p in self.parties if p.side == side)

    def with_proof(self, before: str, after: str | None) -> "Answers":
        """With that document of the wish not to pay replaced, or taken away when `after` is None."""
        if self.waiver is None or before not in self.waiver.documents:
            return self
        kept = (after if document == before else document for document in self.waiver.documents)
        return replace(self, waiver=replace(self.waiver, documents=tuple(d for d in kept if d)))

    def with_party(self, party: Party) -> "Answers":
        """With this party added, or put in the place of the one with its id."""
        return replace(self, parties=_put(self.parties, party))

    def without_party(self, party_id: str) -> "Answers":
        """Without that party."""
        return replace(self, parties=tuple(p for p in self.parties if p.id != party_id))

    def with_issue(self, issue: Issue) -> "Answers":
        """With this issue added, or put in the place of the one with its id."""
        return replace(self, issues=_put(self.issues, issue))

    def without_issue(self, issue_id: str) -> "Answers":
        """Without that issue."""
        return replace(self, issues=tuple(i for i in self.issues if i.id != issue_id))


_Item = TypeVar("_Item", Party, Issue)


def _put(items: tuple[_Item, ...], item: _Item) -> tuple[_Item, ...]:
    if not any(i.id == item.id for i in items):
        return items + (item,)  # noqa: RUF005 - the unpacked form loses the item's type
    return tuple(item if i.id == item.id else i for i in items)


def fingerprint(part: object) -> str:
    """Twelve characters that change when the part does; a form carries them to tell whether it is stale."""
    plain = asdict(part) if is_dataclass(part) and not isinstance(part, type) else part
    return sha256(dumps(plain, sort_keys=True, default=str).encode()).hexdigest()[:12]


def dump(answers: Answers) -> dict[str, Any]:
    """The answers as JSON values."""
    return asdict(answers)


def load(data: dict[str, Any]) -> Answers:
    """The answers that were stored; fields that the code no longer has are left out, new ones are empty."""
    return _build(Answers, data)


def _build(cls: type[A], data: dict[str, Any]) -> A:
    kind: Any = cls
    hints = _hints(kind)
    return cls(**{k: _value(hints[k], v) for k, v in data.items() if k in hints})


@cache
def _hints(cls: Any) -> dict[str, Any]:
    hints = get_type_hints(cls)
    return {f.name: hints[f.name] for f in fields(cls)}


def _value(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(arg for arg in get_args(hint) if arg is not type(None))
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], v) for v in value)
    if is_dataclass(hint) and isinstance(hint, type):
        return _build(hint, value)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(value)
    return value


def load_party(data: dict[str, Any]) -> Party:
    """One party that was stored by itself."""
    return _build(Party, data)
