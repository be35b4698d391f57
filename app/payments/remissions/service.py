"""Commands on requests not to pay. They end in the caller's transaction.

Who may decide at which court is checked by the room of the thing that is paid for: it may have moved to another court.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Absent, Problem
from app.core.events import record
from app.core.ids import new_id
from app.core.money import Money
from app.payments.ids import ObligationId
from app.payments.remissions import demands, granting, rules
from app.payments.remissions.events import RemissionApplied, RemissionDecided, RemissionWithdrawn
from app.payments.remissions.ids import RemissionId
from app.payments.remissions.models import RemissionEvidenceRow, RemissionRow
from app.payments.remissions.refusals import AlreadyAsked, AskedOften, MoreThanOwed, NothingToDecide, NothingToWaive
from app.payments.remissions.status import RemissionStatus
from app.payments.standing import LockedObligation, lock

# As in bill numbers: nothing that is read as a digit or as another letter.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_R = RemissionRow


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplyForRemission:
    """Ask not to pay. `category` is a code of the pack; `documents` are recorded ones that prove it."""

    obligation_id: ObligationId
    category: str
    words: str
    documents: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideRemission:
    """Waive `amount` (zero: refuse). What then remains is to be paid by `pay_until`."""

    obligation_id: ObligationId
    amount: Money
    reason_code: str
    reason_text: str
    pay_until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """What a decision came to; `due` is still to be paid."""

    status: RemissionStatus
    due: Money


def new_reference() -> str:
    """A request's number for people: RM- and nine letters and digits."""
    return "RM-" + "".join(secrets.choice(_ALPHABET) for _ in range(9))


def apply(session: Session, actor: Actor, command: ApplyForRemission, *, at: datetime) -> RemissionId:
    """Write the request down, with its proof. Only who owes may ask.

    Raises Absent, AlreadyAsked, AskedOften, or NothingToWaive.
    """
    obligation = lock(session, command.obligation_id)
    if actor.person_id is None or actor.person_id != obligation.owner:
        raise Absent
    _check_open(session, obligation)
    remission_id = RemissionId(new_id())
    session.execute(
        insert(_R).values(
            id=remission_id,
            reference=new_reference(),
            obligation_id=obligation.id,
            court_code=obligation.court_code,
            applicant_id=actor.person_id,
            category=command.category,
            words=command.words,
            status=RemissionStatus.APPLIED,
            currency=obligation.currency,
            applied_at=at,
        )
    )
    _keep_proof(session, remission_id, obligation.court_code, command.documents, at)
    demands.end(session, obligation.id, at=at)
    event = RemissionApplied(**demands.about(obligation, remission_id), category=command.category)
    record(session, event, actor=actor, at=at)
    return remission_id


def decide(session: Session, actor: Actor, command: DecideRemission, *, at: datetime) -> Decided:
    """Decide on the request that waits; the books, and money that is too much now, follow in this transaction.

    Raises Absent for whoever owes it, NothingToDecide, or MoreThanOwed.
    """
    obligation = lock(session, command.obligation_id)
    remission_id, applicant = _waiting(session, obligation.id)
    if actor.person_id is None or actor.person_id in (obligation.owner, applicant):
        raise Absent
    most = rules.most(fees=obligation.fees, remitted=obligation.remitted, due=obligation.due)
    if command.amount.minor < 0 or most < command.amount:
        raise MoreThanOwed(problems=(Problem("amount", MoreThanOwed.text),))
    status = rules.outcome(command.amount, obligation.fees - obligation.remitted)
    due = _left(obligation, command.amount)
    RemissionRow.move_to(
        session,
        remission_id,
        RemissionStatus.APPLIED,
        status,
        amount_minor=command.amount.minor or None,
        decided_at=at,
        decided_by=actor.person_id,
        reason_code=command.reason_code,
        reason_text=command.reason_text,
    )
    record(session, _news(obligation, remission_id, command, status=status, due=due), actor=actor, at=at)
    granting.grant(session, actor, obligation, command.amount, at=at)
    if due:
        demands.open_until(session, obligation.id, remission_id, command.pay_until)
    return Decided(status=status, due=due)


def withdraw(
    session: Session, actor: Actor, obligation_id: ObligationId, *, pay_until: datetime | None, at: datetime
) -> Money:
    """Take the request that waits back; what is due, to be paid by `pay_until` (None: nothing is asked for).

    Raises NothingToDecide, and Absent for anybody but who owes it or the system.
    """
    obligation = lock(session, obligation_id)
    if actor.person_id is not None and actor.person_id != obligation.owner:
        raise Absent
    remission_id, _ = _waiting(session, obligation.id)
    _end(session, actor, obligation, remission_id, at)
    if obligation.due and pay_until is not None:
        demands.open_until(session, obligation.id, remission_id, pay_until)
    return obligation.due


def close(session: Session, actor: Actor, obligation: LockedObligation, *, at: datetime) -> None:
    """Nothing is owed any more: a request that waits is over, and so is what was demanded."""
    found = session.execute(_WAITING.where(_R.obligation_id == obligation.id)).first()
    if found is not None:
        _end(session, actor, obligation, RemissionId(found.id), at)
    demands.end(session, obligation.id, at=at)


_WAITING = select(_R.id, _R.applicant_id).where(_R.status == RemissionStatus.APPLIED)


def _waiting(session: Session, obligation_id: ObligationId) -> tuple[RemissionId, UUID]:
    found = session.execute(_WAITING.where(_R.obligation_id == obligation_id)).first()
    if found is None:
        raise NothingToDecide
    return RemissionId(found.id), found.applicant_id


def _check_open(session: Session, obligation: LockedObligation) -> None:
    waiting, asked = session.execute(
        select(func.count().filter(_R.status == RemissionStatus.APPLIED), func.count()).where(
            _R.obligation_id == obligation.id
        )
    ).one()
    if waiting:
        raise AlreadyAsked
    most = rules.most(fees=obligation.fees, remitted=obligation.remitted, due=obligation.due)
    if obligation.void or not most:
        raise NothingToWaive
    if asked >= rules.MOST_REQUESTS:
        raise AskedOften


def _keep_proof(
    session: Session, remission_id: RemissionId, court_code: str, documents: tuple[UUID, ...], at: datetime
) -> None:
    rows = [
        {
            "remission_id": remission_id,
            "document_id": document_id,
            "court_code": court_code,
            "position": position,
            "added_at": at,
        }
        for position, document_id in enumerate(dict.fromkeys(documents), 1)
    ]
    if rows:
        session.execute(insert(RemissionEvidenceRow).values(rows))


def _left(obligation: LockedObligation, amount: Money) -> Money:
    """What is still to be paid after `amount` is taken off."""
    return Money.zero(amount.currency) if obligation.due <= amount else obligation.due - amount


def _end(session: Session, actor: Actor, obligation: LockedObligation, remission_id: RemissionId, at: datetime) -> None:
    RemissionRow.move_to(session, remission_id, RemissionStatus.APPLIED, RemissionStatus.WITHDRAWN, decided_at=at)
    record(session, RemissionWithdrawn(**demands.about(obligation, remission_id)), actor=actor, at=at)


def _news(
    obligation: LockedObligation,
    remission_id: RemissionId,
    command: DecideRemission,
    *,
    status: RemissionStatus,
    due: Money,
) -> RemissionDecided:
    return RemissionDecided(
        **demands.about(obligation, remission_id),
        status=status,
        amount_minor=command.amount.minor,
        due_minor=due.minor,
        currency=obligation.currency,
        reason_code=command.reason_code,
        pay_until=command.pay_until if due else None,
    )
