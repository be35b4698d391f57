"""Commands on what is owed. They end in the caller's transaction; nobody outside is called here."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Conflict
from app.core.events import record
from app.core.ids import PersonId, new_id
from app.core.language import T
from app.core.money import Money, total
from app.payments import ledger, refunds
from app.payments.bill_numbers import new_reference
from app.payments.events import ObligationOpened, ObligationRaised, ObligationVoided
from app.payments.ids import ObligationId
from app.payments.models import ObligationLineRow, ObligationRow
from app.payments.remissions import service as remissions
from app.payments.standing import lock

_LAST_POSITION = select(func.max(ObligationLineRow.position))


class AlreadyOpen(Conflict):
    """The subject has an obligation that is not void."""

    text = T("A bill for this is open already.")


class ObligationIsVoid(Conflict):
    """Nothing is owed on it any more."""

    text = T("This bill has been cancelled. There is nothing to pay on it.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationLine:
    """One fee: `title` by language ("rw", "en", "fr"), `version` of the schedule, `source` its legal basis."""

    code: str
    version: str
    title: dict[str, str]
    amount: Money
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenObligation:
    """Say what `owner` owes for `subject`. No payment can be begun after `valid_until`."""

    subject: UUID
    court_code: str
    owner: PersonId
    lines: tuple[ObligationLine, ...]
    valid_until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AddLines:
    """Say that more is owed. A `valid_until` replaces the one before."""

    obligation_id: ObligationId
    lines: tuple[ObligationLine, ...]
    valid_until: datetime | None = None


def open_obligation(session: Session, actor: Actor, command: OpenObligation, *, at: datetime) -> ObligationId:
    """Open it, with its fees in the books. Raises AlreadyOpen, and ValueError without lines or on two currencies."""
    amount = _sum(command.lines)
    obligation_id = ObligationId(new_id())
    opened = session.execute(
        upsert(ObligationRow)
        .values(
            id=obligation_id,
            subject=command.subject,
            court_code=command.court_code,
            owner_id=command.owner,
            reference=new_reference(),
            currency=amount.currency,
            opened_at=at,
            valid_until=command.valid_until,
        )
        .on_conflict_do_nothing(index_elements=["subject"], index_where=ObligationRow.voided_at.is_(None))
        .returning(ObligationRow.id)
    )
    if opened.first() is None:
        raise AlreadyOpen
    _write_lines(session, (obligation_id, command.court_code), command.lines, after=0, at=at)
    ledger.write_entry(
        session, "fee_raised", ledger.fee_raised(amount), of=(obligation_id, command.court_code, None), at=at
    )
    record(
        session,
        ObligationOpened(
            obligation_id=obligation_id,
            subject_id=command.subject,
            court_code=command.court_code,
            amount_minor=amount.minor,
            currency=amount.currency,
        ),
        actor=actor,
        at=at,
    )
    return obligation_id


def add_lines(session: Session, actor: Actor, command: AddLines, *, at: datetime) -> None:
    """Add fees to an open obligation; what was paid counts towards the sum. Raises Absent, ObligationIsVoid."""
    obligation = lock(session, command.obligation_id)
    if obligation.void:
        raise ObligationIsVoid
    amount = _sum(command.lines, obligation.currency)
    after = session.execute(_LAST_POSITION.where(ObligationLineRow.obligation_id == obligation.id)).scalar_one()
    _write_lines(session, (obligation.id, obligation.court_code), command.lines, after=after, at=at)
    if command.valid_until is not None:
        session.execute(
            update(ObligationRow).where(ObligationRow.id == obligation.id).values(valid_until=command.valid_until)
        )
    ledger.write_entry(
        session, "fee_raised", ledger.fee_raised(amount), of=(obligation.id, obligation.court_code, None), at=at
    )
    record(
        session,
        ObligationRaised(
            obligation_id=obligation.id,
            subject_id=obligation.subject,
            court_code=obligation.court_code,
            amount_minor=amount.minor,
            currency=amount.currency,
        ),
        actor=actor,
        at=at,
    )


def void_obligation(session: Session, actor: Actor, obligation_id: ObligationId, *, reason: str, at: datetime) -> None:
    """Nothing is owed any more (`reason` is a code, such as "lapsed"), and what was paid becomes due back.

    Does nothing to one that is void already. A payment that is under way can't be called back: should it succeed, it
    becomes due back too. Raises Absent.
    """
    obligation = lock(session, obligation_id)
    if obligation.void:
        return
    kept = obligation.paid - obligation.refund_due
    session.execute(
        update(ObligationRow)
        .where(ObligationRow.id == obligation_id)
        .values(voided_at=at, void_reason=reason, short_at=None, overdue_at=None)
    )
    ledger.write_entry(
        session,
        "fee_voided",
        ledger.fee_voided(fees=obligation.fees, remitted=obligation.remitted, kept=kept),
        of=(obligation.id, obligation.court_code, None),
        at=at,
    )
    record(
        session,
        ObligationVoided(
            obligation_id=obligation.id,
            subject_id=obligation.subject,
            court_code=obligation.court_code,
            reason=reason,
        ),
        actor=actor,
        at=at,
    )
    remissions.close(session, actor, obligation, at=at)
    for refund in refunds.kept_payments(session, obligation):
        refunds.owe_back(session, obligation, refund, actor=actor, at=at)


def _sum(lines: tuple[ObligationLine, ...], currency: str | None = None) -> Money:
    if not lines:
        raise ValueError("an obligation needs at least one line")
    if any(line.amount.minor < 0 for line in lines):
        raise ValueError("a fee is never below zero")
    return total([line.amount for line in lines], currency or lines[0].amount.currency)


def _write_lines(
    session: Session,
    of: tuple[ObligationId, str],
    lines: tuple[ObligationLine, ...],
    *,
    after: int,
    at: datetime,
) -> None:
    obligation_id, court_code = of
    session.execute(
        insert(ObligationLineRow).values(
            [
                {
                    "id": new_id(),
                    "obligation_id": obligation_id,
                    "position": position,
                    "court_code": court_code,
                    "code": line.code,
                    "version": line.version,
                    "title": line.title,
                    "amount_minor": line.amount.minor,
                    "source": line.source,
                    "added_at": at,
                }
                for position, line in enumerate(lines, after + 1)
            ]
        )
    )
