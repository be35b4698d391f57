"""What can be filed: case types, codes of case numbers, party roles and filing types."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.language import Localised
from app.courts.nodes import Node


class Stage(StrEnum):
    """The stage of a case that a number's code stands for."""

    FIRST_INSTANCE = "first_instance"
    APPEAL = "appeal"
    SECOND_APPEAL = "second_appeal"
    REVIEW = "review"


class Notice(StrEnum):
    """Whether the other side is told: at once, after the court's order, or only when a judge releases it."""

    NORMAL = "normal"
    AFTER_ORDER = "after_order"
    NONE = "none"


class SectionKey(StrEnum):
    """The parts of a filing's task list."""

    COURT = "court"
    PARTIES = "parties"
    ISSUES = "issues"
    RELIEF = "relief"
    DOCUMENTS = "documents"
    FEE = "fee"
    DECLARATION = "declaration"


class Filer(StrEnum):
    """Who may file: a person for themselves, or an advocate for a client."""

    LITIGANT = "litigant"
    ADVOCATE = "advocate"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseType:
    """A kind of dispute: civil, commercial, labour, administrative, criminal."""

    code: str
    title: Localised
    explanation: Localised


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberCode:
    """A code that opens case numbers ("RC", "RPA/GEN")."""

    code: str
    case_type: str
    stage: Stage
    title: Localised


@dataclass(frozen=True, slots=True, kw_only=True)
class PartyRole:
    """A role of a party; `side` says with whom it stands: "claimant", "defendant" or "other"."""

    code: str
    title: Localised
    explanation: Localised
    side: str
    case_types: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a filing and how many parties it needs; the first of `roles` is the usual one."""

    code: str
    title: Localised
    roles: tuple[str, ...]
    least: int
    may_be_unknown: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentKind:
    """A kind of document asked for with a filing."""

    code: str
    title: Localised
    hint: Localised
    required: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChecklistItem:
    """One thing the registrar looks at before deciding."""

    code: str
    text: Localised


@dataclass(frozen=True, slots=True, kw_only=True)
class FilingType:
    """Something that can be filed. `offered` is false while the journey for it isn't open to people."""

    code: str
    title: Localised
    explanation: Localised
    case_type: str
    number_code: str
    levels: tuple[str, ...]
    sections: tuple[SectionKey, ...]
    may_file: frozenset[Filer]
    documents: tuple[DocumentKind, ...]
    fee_code: str
    notice: Notice
    sealed_by_default: bool
    urgent: bool
    offered: bool
    sides: tuple[Side, ...]
    checklist: tuple[ChecklistItem, ...]

    def required_documents(self) -> tuple[DocumentKind, ...]:
        """The documents without which it can't be sent."""
        return tuple(kind for kind in self.documents if kind.required)

    def side(self, code: str) -> Side:
        """The side `code` ("claimant", "defendant"); raises KeyError."""
        return {side.code: side for side in self.sides}[code]


_CODE = (r"[a-z][a-z_]*", "lower case letters and underscores")


def read_case_type(node: Node) -> CaseType:
    """One entry of `case_types`."""
    fields = node.mapping()
    case_type = CaseType(
        code=fields.need("code").matching(*_CODE),
        title=fields.need("title").localised(),
        explanation=fields.need("explanation").localised(),
    )
    fields.done()
    return case_type


def read_number_code(node: Node) -> NumberCode:
    """One entry of `number_codes`."""
    fields = node.mapping()
    code = NumberCode(
        code=fields.need("code").matching(r"[A-Z]+(/[A-Z]+)*", 'capital letters, like "RC" or "RPA/GEN"'),
        case_type=fields.need("case_type").text(),
        stage=fields.need("stage").choice(Stage),
        title=fields.need("title").localised(),
    )
    fields.done()
    return code


def read_role(node: Node) -> PartyRole:
    """One entry of `roles`."""
    fields = node.mapping()
    role = PartyRole(
        code=fields.need("code").matching(*_CODE),
        title=fields.need("title").localised(),
        explanation=fields.need("explanation").localised(),
        side=fields.need("side").matching(r"claimant|defendant|other", "claimant, defendant or other"),
        case_types=fields.need("case_types").texts(),
    )
    fields.done()
    return role


def read_filing_type(node: Node) -> FilingType:
    """One entry of `filing_types`."""
    fields = node.mapping()
    filing_type = FilingType(
        code=fields.need("code").matching(*_CODE),
        title=fields.need("title").localised(),
        explanation=fields.need("explanation").localised(),
        case_type=fields.need("case_type").text(),
        number_code=fields.need("number_code").text(),
        levels=fields.need("levels").texts(),
        sections=fields.need("sections").each(lambda item: item.choice(SectionKey)),
        may_file=frozenset(fields.need("may_file").each(lambda item: item.choice(Filer))),
        documents=fields.each("documents", read_document_kind),
        fee_code=fields.need("fee_code").text(),
        notice=fields.need("notice").choice(Notice),
        sealed_by_default=fields.need("sealed_by_default").flag(),
        urgent=fields.need("urgent").flag(),
        offered=fields.need("offered").flag(),
        sides=fields.need("sides").each(read_side),
        checklist=fields.need("checklist").each(read_checklist_item),
    )
    fields.done()
    return filing_type


def read_document_kind(node: Node) -> DocumentKind:
    """One entry of a filing type's `documents`."""
    fields = node.mapping()
    kind = DocumentKind(
        code=fields.need("code").matching(*_CODE),
        title=fields.need("title").localised(),
        hint=fields.need("hint").localised(),
        required=fields.need("required").flag(),
    )
    fields.done()
    return kind


def read_side(node: Node) -> Side:
    """One entry of a filing type's `sides`."""
    fields = node.mapping()
    side = Side(
        code=fields.need("code").matching(r"claimant|defendant", "claimant or defendant"),
        title=fields.need("title").localised(),
        roles=fields.need("roles").texts(),
        least=fields.need("least").whole(),
        may_be_unknown=fields.flag("may_be_unknown"),
    )
    fields.done()
    if not side.roles:
        raise node.error("roles must name at least one role")
    return side


def read_checklist_item(node: Node) -> ChecklistItem:
    """One entry of a filing type's `checklist`."""
    fields = node.mapping()
    item = ChecklistItem(code=fields.need("code").matching(*_CODE), text=fields.need("text").localised())
    fields.done()
    return item
