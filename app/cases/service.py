"""Commands on cases. The edge opens the transaction; nothing here commits or reads the clock."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, text
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Session

from app.cases.events import CaseRegistered, CaseVoided
from app.cases.ids import CaseId, PartyId
from app.cases.models import CaseAccessRow, CaseNoteRow, CaseRow, DocketDocumentRow, DocketEntryRow, PartyRow
from app.cases.policies import SEES_CASE, reader, serves_court
from app.cases.status import CaseStatus
from app.core.actor import Actor
from app.core.errors import Absent, Conflict
from app.core.events import record
from app.core.ids import PersonId, new_id


class NoSuchCase(Absent):
    """There is no such case, or the actor may not see it."""


class NoteChanged(Conflict):
    """The note was changed in another tab or on another device since it was opened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewParty:
    """A party at registration. `details`: identity and contact as given; `representative` likewise or None."""

    side: str
    role: str
    kind: str
    name: str
    details: Mapping[str, Any]
    representative: Mapping[str, Any] | None
    contact_hidden: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDocketDocument:
    """A document of the filing, in its order; the lead document comes first."""

    document_id: UUID
    kind: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccess:
    """A person who may see the case from now on, in which capacity ("party", "advocate", "filer") and why."""

    person_id: PersonId
    capacity: str
    side: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterCase:
    """What registration needs to know."""

    court_code: str
    case_type: str
    filing_id: UUID
    filing_type: str
    caption: str
    sealed: bool
    notice: str
    received_at: datetime
    parties: tuple[NewParty, ...]
    documents: tuple[NewDocketDocument, ...]
    access: tuple[NewAccess, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberSeries:
    """Which sequence a number is taken from and how it is printed: `code`, court, year, digits, court's `suffix`."""

    code: str
    court_code: str
    year: int
    digits: int
    suffix: str


# One statement: the counter's row is locked for it and the commit only, so a hot court loses little time.
_ISSUE = text(
    "with n as (insert into case_counter as c (code, court_code, year, last) values (:code, :court_code, :year, 1) "
    "on conflict (code, court_code, year) do update set last = c.last + 1 returning last) "
    "insert into case_number (case_id, code, court_code, year, sequence, printed) "
    "select :case_id, :code, :court_code, :year, n.last, "
    "concat(cast(:code as text), ' ', lpad(n.last::text, greatest(:digits, length(n.last::text)), '0'), "
    "'/', cast(:year as int), '/', cast(:suffix as text)) from n returning printed"
)


def register_case(session: Session, actor: Actor, command: RegisterCase, *, at: datetime) -> CaseId:
    """Make the case with its parties, docket entry and access. Call `issue_number` last in the same transaction."""
    case_id = CaseId(new_id())
    session.add(
        CaseRow(
            id=case_id,
            court_code=command.court_code,
            case_type=command.case_type,
            filing_id=command.filing_id,
            status=CaseStatus.REGISTERED,
            caption=command.caption,
            sealed=command.sealed,
            notice=command.notice,
            received_at=command.received_at,
            registered_at=at,
            registered_by=actor.person_id,
        )
    )
    session.flush()
    _insert_parties(session, case_id, command)
    _insert_docket_entry(session, case_id, command, at)
    _insert_access(session, case_id, command, at)
    record(
        session,
        CaseRegistered(case_id=case_id, court_code=command.court_code, filing_id=command.filing_id),
        actor=actor,
        at=at,
    )
    return case_id


def issue_number(session: Session, case_id: CaseId, series: NumberSeries) -> str:
    """Give the case its number and return it as printed: gap-free, unique. Must be the transaction's last statement."""
    return str(session.execute(_ISSUE, {"case_id": case_id, **asdict(series)}).scalar_one())


def void_case(session: Session, actor: Actor, case_id: CaseId, *, at: datetime) -> None:
    """Undo a mistaken registration. The number stays taken; who saw the case sees that it is void."""
    row = session.scalars(
        select(CaseRow).where(CaseRow.id == case_id, SEES_CASE).with_for_update(), reader(actor)
    ).first()
    if row is None or not serves_court(actor, row.court_code):
        raise NoSuchCase
    row.move_to(CaseStatus.VOID)
    record(
        session,
        CaseVoided(case_id=case_id, court_code=row.court_code, filing_id=row.filing_id),
        actor=actor,
        at=at,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveNote:
    """A person's own label and note; `version` is the one the page showed, 0 when there was none."""

    subject: UUID
    label: str
    note: str
    version: int


def save_note(session: Session, actor: Actor, command: SaveNote, *, at: datetime) -> None:
    """Keep the note; raises NoteChanged when another tab was faster. The caller has checked sight of the subject."""
    values = {"label": command.label, "note": command.note, "updated_at": at}
    upsert = (
        postgresql.insert(CaseNoteRow)
        .values(person_id=actor.person_id, subject=command.subject, version=1, **values)
        .on_conflict_do_update(
            index_elements=["person_id", "subject"],
            set_={**values, "version": CaseNoteRow.version + 1},
            where=CaseNoteRow.version == command.version,
        )
        .returning(CaseNoteRow.version)
    )
    if session.execute(upsert).first() is None:
        raise NoteChanged


def _insert_parties(session: Session, case_id: CaseId, command: RegisterCase) -> None:
    session.execute(
        insert(PartyRow),
        [
            {
                "id": PartyId(new_id()),
                "case_id": case_id,
                "court_code": command.court_code,
                "position": position,
                **{k: getattr(party, k) for k in ("side", "role", "kind", "name", "contact_hidden")},
                "details": dict(party.details),
                "representative": dict(party.representative) if party.representative else None,
            }
            for position, party in enumerate(command.parties, 1)
        ],
    )


def _insert_docket_entry(session: Session, case_id: CaseId, command: RegisterCase, at: datetime) -> None:
    entry_id = new_id()
    session.execute(
        insert(DocketEntryRow),
        {
            "id": entry_id,
            "case_id": case_id,
            "court_code": command.court_code,
            "position": 1,
            "filing_id": command.filing_id,
            "filing_type": command.filing_type,
            "side": "claimant",
            "received_at": command.received_at,
            "docketed_at": at,
        },
    )
    session.execute(
        insert(DocketDocumentRow),
        [
            {"entry_id": entry_id, "position": position, **asdict(document)}
            for position, document in enumerate(command.documents, 1)
        ],
    )


def _insert_access(session: Session, case_id: CaseId, command: RegisterCase, at: datetime) -> None:
    if not command.access:
        return
    session.execute(
        insert(CaseAccessRow),
        [
            {
                "id": new_id(),
                "case_id": case_id,
                "court_code": command.court_code,
                "starts_at": at,
                **asdict(access),
            }
            for access in command.access
        ],
    )
