"""From a filing's frozen answers to the registration of a case."""

from typing import Any

from sqlalchemy.orm import Session

from app.cases.service import NewAccess, NewDocketDocument, NewParty, RegisterCase
from app.core.ids import PersonId
from app.core.language import speaking
from app.courts import Pack
from app.filing.answers import ActingAs, Answers, Party, load
from app.filing.loading import attached
from app.filing.models import FilingRow

PLEADING = "pleading"


def registration(session: Session, pack: Pack, row: FilingRow) -> RegisterCase:
    """What `cases` needs to register this filing as a case."""
    answers = load(row.answers)
    filing_type = pack.filing_type(row.filing_type)
    assert row.received_at is not None
    return RegisterCase(
        court_code=row.court_code or "",
        case_type=filing_type.case_type,
        filing_id=row.id,
        filing_type=row.filing_type,
        caption=row.caption,
        sealed=row.sealed,
        notice=row.notice,
        received_at=row.received_at,
        parties=tuple(_party(party) for party in answers.parties),
        documents=_documents(session, pack, row, answers),
        access=_access(row, answers),
    )


def _documents(session: Session, pack: Pack, row: FilingRow, answers: Answers) -> tuple[NewDocketDocument, ...]:
    with speaking(row.language):
        title = str(pack.filing_type(row.filing_type).title)
    made = [NewDocketDocument(document_id=row.pleading_id, kind=PLEADING, title=title)] if row.pleading_id else []
    papers = attached(session, row.id)
    lead = [d for d in papers if str(d.document_id) == answers.own_pleading and not row.pleading_id]
    rest = [d for d in papers if d not in lead]
    own = [NewDocketDocument(document_id=d.document_id, kind=PLEADING, title=title) for d in lead]
    return (
        *made,
        *own,
        *(NewDocketDocument(document_id=d.document_id, kind=d.kind, title=d.title) for d in rest),
    )


def _party(party: Party) -> NewParty:
    details: dict[str, Any] = {
        name: getattr(party, name)
        for name in (
            *("identity_kind", "identity_number", "birth_date", "registration_number"),
            *("phone", "email", "district", "address", "unknown"),
        )
    }
    acting = party.representative
    return NewParty(
        side=party.side,
        role=party.role,
        kind=party.kind,
        name=party.name,
        details=details,
        representative={
            "kind": acting.kind,
            "name": acting.name,
            "bar_number": acting.bar_number,
            "phone": acting.phone,
            "email": acting.email,
        }
        if acting
        else None,
        contact_hidden=party.hide_contact,
    )


def _access(row: FilingRow, answers: Answers) -> tuple[NewAccess, ...]:
    """The filer sees the case; nobody is let in by a typed number."""
    if row.filer_id is None:
        return ()
    capacity = "advocate" if answers.acting_as is ActingAs.ADVOCATE else "party"
    side = next((party.side for party in answers.parties if party.is_filer), "claimant")
    return (NewAccess(person_id=PersonId(row.filer_id), capacity=capacity, side=side, basis="filer"),)
