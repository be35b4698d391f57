"""Coded reasons for sending a filing back, refusing it or deciding on a fee waiver, in words that registrars reuse."""

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


class WaiverOutcome(StrEnum):
    """How a registrar may decide on a fee waiver."""

    FULL = "full"
    PART = "part"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverReason:
    """Why a fee waiver was decided so: `title` for the registrar's list, `text` for the person.

    `fits` says with which decisions it goes.
    """

    code: str
    title: Localised
    text: Localised
    fits: frozenset[WaiverOutcome]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reasons:
    """All of reasons.yaml, each kind by code."""

    returns: dict[str, ReturnReason]
    rejections: dict[str, RejectionReason]
    waivers: dict[str, WaiverReason]


def read_reasons(node: Node) -> Reasons:
    """The whole of reasons.yaml; each way of deciding on a waiver needs at least one reason."""
    fields = node.mapping()
    waivers = fields.need("waiver_reasons")
    reasons = Reasons(
        returns=fields.need("return_reasons").by_code(_read_return_reason),
        rejections=fields.need("rejection_reasons").by_code(_read_rejection_reason),
        waivers=waivers.by_code(_read_waiver_reason),
    )
    fields.done()
    for outcome in WaiverOutcome:
        if not any(outcome in reason.fits for reason in reasons.waivers.values()):
            raise waivers.error(f"must have a reason that fits {outcome.value!r}")
    return reasons


def _read_waiver_reason(node: Node) -> WaiverReason:
    """One entry of `waiver_reasons`."""
    fields = node.mapping()
    fits = fields.need("fits")
    reason = WaiverReason(
        code=fields.need("code").text(),
        title=fields.need("title").localised(),
        text=fields.need("text").localised(),
        fits=frozenset(fits.each(lambda item: item.choice(WaiverOutcome))),
    )
    fields.done()
    if not reason.fits:
        raise fits.error("must name at least one decision")
    return reason


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
