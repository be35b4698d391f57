"""The answers as a pleading: what the numbered PDF in court form says."""

from collections.abc import Sequence
from datetime import datetime

from app.core.language import gettext as _
from app.core.language import long_date, speaking
from app.core.money import Money
from app.courts import Pack
from app.filing.answers import ActingAs, Answers, IdentityKind, Party
from app.filing.queries import FilingView
from app.filing.rules import AttachedDocument
from app.typeset.shapes import PaperDocument, PaperIssue, PaperParty, PaperSide, Pleading, set_pleading


def pleading_pdf(
    pack: Pack, view: FilingView, documents: Sequence[AttachedDocument], *, judiciary: str, at: datetime, draft: bool
) -> bytes:
    """The lead document as PDF/A-2a, in the language the filing was started in. The same content gives the same bytes.

    Raises PaperNotSet.
    """
    with speaking(view.language):
        shape = _shape(pack, view, documents, judiciary=judiciary, at=at, draft=draft)
        return set_pleading(shape, language=view.language, at=at)


def _shape(
    pack: Pack, view: FilingView, documents: Sequence[AttachedDocument], *, judiciary: str, at: datetime, draft: bool
) -> Pleading:
    answers = view.answers
    filing_type = pack.filing_type(view.filing_type)
    court = str(pack.court(view.court_code).name) if view.court_code else _("Court not chosen yet")
    value = answers.relief.value
    return Pleading(
        title=str(filing_type.title),
        court=court,
        judiciary=judiciary,
        number=view.number,
        sides=tuple(
            PaperSide(
                label=str(side.title),
                parties=tuple(_party(pack, party) for party in answers.on_side(side.code)),
            )
            for side in filing_type.sides
        ),
        issues=tuple(
            PaperIssue(
                title=issue.title or _("Point %(number)s", number=number),
                facts=issue.facts,
                wanted=issue.wanted,
                evidence=issue.evidence,
                argument=issue.argument,
                law=issue.law,
            )
            for number, issue in enumerate(answers.issues, 1)
        ),
        relief=answers.relief.asked,
        value=str(Money(value, pack.currency)) if value is not None else "",
        declaration=_("What I say in this filing is true, as far as I know."),
        filer=answers.declaration.name,
        capacity=_capacity(answers),
        date=long_date(at.astimezone(pack.zone).date()),
        documents=numbered(documents),
        draft=draft,
    )


def numbered(documents: Sequence[AttachedDocument]) -> tuple[PaperDocument, ...]:
    """The exhibits of the claiming side, P1, P2, ..., with their fingerprints."""
    return tuple(
        PaperDocument(label=f"P{number}", name=d.title or d.name, pages=d.pages, sha256=d.sha256)
        for number, d in enumerate(documents, 1)
    )


def _capacity(answers: Answers) -> str:
    match answers.acting_as:
        case ActingAs.ADVOCATE:
            return _("advocate")
        case ActingAs.REPRESENTATIVE:
            return _("representative")
    return ""


def _party(pack: Pack, party: Party) -> PaperParty:
    if party.unknown and not party.name:
        return PaperParty(name=_("A person not yet known"))
    lines = [_identity(party)]
    if party.born:
        lines.append(_("Born on %(date)s", date=long_date(party.born)))
    if party.registration_number:
        lines.append(_("Registration number %(number)s", number=party.registration_number))
    if party.hide_contact:
        lines.append(_("Address known to the court"))
    else:
        district = pack.districts[party.district].name if party.district in pack.districts else ""
        lines += [", ".join(filter(None, (party.address.replace("\n", ", "), district))), party.phone, party.email]
    acting = party.representative
    return PaperParty(
        name=party.name,
        details=tuple(line for line in lines if line),
        representative=_representative(party) if acting else "",
    )


def _identity(party: Party) -> str:
    match party.identity_kind:
        case IdentityKind.NATIONAL_ID if party.identity_number:
            return _("National identity number %(number)s", number=party.identity_number)
        case IdentityKind.OTHER if party.identity_number:
            return party.identity_number
    return ""


def _representative(party: Party) -> str:
    acting = party.representative
    assert acting is not None
    bar = _("bar number %(number)s", number=acting.bar_number) if acting.bar_number else ""
    return ", ".join(filter(None, (acting.name, bar)))
