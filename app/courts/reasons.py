"""Coded reasons for sending a filing back or refusing it, with words in every language that registrars reuse."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.language import Localised
from app.courts.catalogue import SectionKey
from app.courts.nodes import Node


class Mark(StrEnum):
    """What a return reason can be pinned on."""

    FIELD = "field"
    SECTION = "section"
    DOCUMENT = "document"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnReason:
    """Why a filing goes back for correction: `title` for the registrar's list, `text` for the filer to read and follow.

    `applies_to` says what it may be pinned on; `sections` where in the task list it belongs (empty: anywhere).
    """

    code: str
    title: Localised
    text: Localised
    applies_to: frozenset[Mark]
    sections: tuple[SectionKey, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectionReason:
    """Why a filing is refused for good: `title` for the list, `text` for the filer, with what they can do next."""

    code: str
    title: Localised
    text: Localised


def read_reasons(node: Node) -> tuple[dict[str, ReturnReason], dict[str, RejectionReason]]:
    """The whole of reasons.yaml."""
    fields = node.mapping()
    returns = fields.need("return_reasons").by_code(_read_return_reason)
    rejections = fields.need("rejection_reasons").by_code(_read_rejection_reason)
    fields.done()
    return returns, rejections


def _read_return_reason(node: Node) -> ReturnReason:
    """One entry of `return_reasons`."""
    fields = node.mapping()
    reason = ReturnReason(
        code=fields.need("code").text(),
        title=fields.need("title").localised(),
        text=fields.need("text").localised(),
        applies_to=frozenset(fields.need("applies_to").each(lambda item: item.choice(Mark))),
        sections=fields.each("sections", lambda item: item.choice(SectionKey)),
    )
    fields.done()
    return reason


def _read_rejection_reason(node: Node) -> RejectionReason:
    """One entry of `rejection_reasons`."""
    fields = node.mapping()
    reason = RejectionReason(
        code=fields.need("code").text(),
        title=fields.need("title").localised(),
        text=fields.need("text").localised(),
    )
    fields.done()
    return reason
