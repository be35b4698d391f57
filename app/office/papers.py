"""The documents of a filing as the desk lists them: the pleading first, then what was put to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.core.language import T, Text
from app.filing.dossier import LeadDocument
from app.filing.queries import FilingView
from app.payments.remissions.queries import RemissionView

SHOWN_PAGES = 60
"""So many pages of a document are laid out as pictures; the rest is in the original, a press away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One document; `size` in bytes. `lead` marks the pleading, made from the answers or the filer's own."""

    id: UUID
    title: Text | str
    name: str
    size: int
    pages: int
    sha256: str
    lead: bool

    @property
    def shown(self) -> range:
        """The numbers of the pages to lay out."""
        return range(1, min(self.pages, SHOWN_PAGES) + 1)


def _made(document_id: UUID, lead: LeadDocument) -> Paper:
    return Paper(
        id=document_id,
        title=T("The claim"),
        name=lead.name,
        size=lead.size,
        pages=lead.pages,
        sha256=lead.sha256,
        lead=True,
    )


def proof_of(requests: Sequence[RemissionView], there: Sequence[Paper]) -> tuple[Paper, ...]:
    """What was put to the newest request not to pay and is not among the filing's papers, which are `there`."""
    known = {paper.id for paper in there}
    return tuple(
        Paper(
            id=proof.document_id,
            title=T("Proof for the fee waiver: %(name)s", name=proof.name),
            name=proof.name,
            size=proof.size,
            pages=proof.pages,
            sha256=proof.sha256,
            lead=False,
        )
        for request in requests[:1]
        for proof in request.proof
        if proof.document_id not in known
    )


def papers_of(view: FilingView, lead: LeadDocument | None) -> tuple[Paper, ...]:
    """All documents of a filing, the pleading first."""
    made: tuple[Paper, ...] = ()
    if lead is not None and view.pleading_id is not None:
        made = (_made(view.pleading_id, lead),)
    own = tuple(
        Paper(
            id=paper.document_id,
            title=paper.title,
            name=paper.name,
            size=paper.size,
            pages=paper.pages,
            sha256=paper.sha256,
            lead=not made and str(paper.document_id) == view.answers.own_pleading,
        )
        for paper in view.documents
    )
    return made + tuple(sorted(own, key=lambda paper: not paper.lead))
