"""Money that comes unasked: over the counter, or by a bill's number quoted at an operator. It is booked as it comes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.ids import new_id
from app.core.language import T
from app.core.money import Money
from app.payments import booking, history
from app.payments.history import Evidence, Step
from app.payments.ids import AttemptId, ObligationId
from app.payments.models import ObligationRow, PaymentAttemptRow
from app.payments.standing import LockedObligation, lock
from app.payments.status import AttemptState
from app.payments.vault import secret_hash

_A = PaymentAttemptRow
_BILL = select(ObligationRow.id)
_KNOWN = select(_A.id)
_LAST_NUMBER = select(func.coalesce(func.max(_A.number), 0))


class UnknownBill(Invalid):
    """No bill has that number, or it is in another currency."""

    text = T("There is no bill with this number. Check the number, letter by letter.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivePayment:
    """`amount` came for a bill by the rail `provider`, which knows the payment as `provider_id` (its key, once).

    `tail`: the last three digits of the payer's number, if a phone was used. `from_suspense`: the money is in the
    books already, as unidentified.
    """

    bill_reference: str
    provider: str
    provider_id: str
    amount: Money
    completed_at: datetime
    evidence: Evidence
    tail: str | None = None
    from_suspense: bool = False


def receive_payment(session: Session, actor: Actor, command: ReceivePayment, *, at: datetime) -> AttemptId:
    """Book it, whole, part or too much; what is too much becomes due back. The same `provider_id` books once.

    Raises UnknownBill.
    """
    found = session.execute(_BILL.where(ObligationRow.reference == command.bill_reference)).scalar()
    if found is None:
        raise UnknownBill
    obligation = lock(session, ObligationId(found))
    if command.amount.currency != obligation.currency:
        raise UnknownBill
    known = session.execute(
        _KNOWN.where(_A.provider == command.provider, _A.provider_id == command.provider_id)
    ).scalar()
    if known is not None:
        return AttemptId(known)
    attempt_id = _write(session, obligation, command)
    evidence_id = history.keep(session, attempt_id, obligation.court_code, command.evidence, at)
    created, succeeded = AttemptState.CREATED, AttemptState.SUCCEEDED
    PaymentAttemptRow.move_to(session, attempt_id, created, succeeded)
    steps = (
        Step(before=None, after=created),
        Step(before=created, after=succeeded, evidence_id=evidence_id),
    )
    history.note(session, (attempt_id, obligation.court_code), *steps, actor=actor, at=at)
    payment = (attempt_id, command.provider, command.amount)
    when, from_suspense = command.completed_at, command.from_suspense
    booking.book(session, obligation, payment, completed=when, at=at, from_suspense=from_suspense)
    return attempt_id


def _write(session: Session, obligation: LockedObligation, command: ReceivePayment) -> AttemptId:
    attempt_id, reference_id = AttemptId(new_id()), uuid4()
    numbered = _LAST_NUMBER.where(_A.obligation_id == obligation.id).scalar_subquery()
    session.execute(
        insert(_A).values(
            id=attempt_id,
            reference_id=reference_id,
            obligation_id=obligation.id,
            court_code=obligation.court_code,
            number=numbered + 1,
            provider=command.provider,
            provider_id=command.provider_id,
            provider_reference=command.provider_id,
            amount_minor=command.amount.minor,
            currency=command.amount.currency,
            msisdn_tail=command.tail,
            # Nobody is told this address: such a payment gets no callbacks.
            callback_hash=secret_hash(reference_id.hex),
            state=AttemptState.CREATED,
            submitted_at=command.completed_at,
            prompt_expires_at=command.completed_at,
            completed_at=command.completed_at,
        )
    )
    return attempt_id
