"""Begins an attempt to pay: all that is written before anybody outside is called."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.counters import hit
from app.core.errors import Absent, Conflict, TooMany, Unavailable
from app.core.events import record
from app.core.ids import new_id
from app.core.language import T
from app.core.money import Money
from app.payments import history
from app.payments.events import PaymentRequested
from app.payments.history import Step
from app.payments.ids import AttemptId, ObligationId
from app.payments.models import PaymentAttemptRow
from app.payments.policies import may_begin_payment, owns
from app.payments.standing import LockedObligation, lock
from app.payments.status import LIVE, AttemptState
from app.payments.till import Till
from app.payments.vault import secret_hash

CALL_LEASE = timedelta(seconds=40)
"""Longer than the slowest call: until then the attempt belongs to whoever makes it."""

TRIES_AN_HOUR = 10

_LIVE = select(PaymentAttemptRow.id, PaymentAttemptRow.begun_key).where(PaymentAttemptRow.state.in_(sorted(LIVE)))
_LAST_NUMBER = select(func.coalesce(func.max(PaymentAttemptRow.number), 0))


class NothingDue(Conflict):
    """It is paid, waived or void."""

    text = T("There is nothing left to pay on this bill.")


class TooLateToPay(Conflict):
    """The time for paying is over."""

    text = T("The time for paying this bill is over. Nothing was taken.")


class AmountChanged(Conflict):
    """Another amount is due than the page showed."""

    text = T("The amount has changed since you opened the page. Look at it again before you pay.")


class CurrencyNotTaken(Conflict):
    """The provider doesn't collect this currency here."""

    text = T("This bill can't be paid in this way. Ask the court's registry how to pay it.")


class SomebodyPays(Conflict):
    """Somebody else is being asked to pay it at this moment."""

    text = T("Somebody is paying this bill just now. Wait ten minutes, then look again: it may be paid by then.")


class ProviderDown(Unavailable):
    """The provider has not answered for a while; nothing was begun."""

    def __init__(self, title: str) -> None:
        """`title` is the provider's name for people."""
        words = T(
            "%(provider)s does not answer just now, so nothing was sent to it and nothing was taken. "
            "Choose another way to pay, or try again in a few minutes: your bill stays open.",
            provider=title,
        )
        super().__init__(words)


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestPayment:
    """Ask for what is due by the rail `provider`; `shown` is the amount that the payer saw and agreed to.

    `msisdn` (E.164) is the phone to ask, on rails that ask one. Who pays for somebody else quotes the bill's number,
    and `form_key` says which form of theirs it was: sent twice, it begins one attempt.
    """

    obligation_id: ObligationId
    msisdn: str | None
    shown: Money
    provider: str
    quoted: str | None = None
    form_key: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """The live attempt; `fresh` when it was begun just now, so the payer is still to be asked."""

    attempt_id: AttemptId
    fresh: bool


def begin(session: Session, actor: Actor, command: RequestPayment, *, till: Till, at: datetime) -> Begun:
    """Write down that a payer is about to be asked, or find the attempt that is under way.

    Raises Absent unless the actor owns the obligation or quotes its number; NothingDue, TooLateToPay, AmountChanged,
    CurrencyNotTaken, ProviderDown, TooMany; SomebodyPays when the attempt under way is another person's.
    """
    obligation = lock(session, command.obligation_id)
    if not may_begin_payment(actor, obligation.owner, quoted=command.quoted, reference=obligation.reference):
        raise Absent
    live = session.execute(_LIVE.where(PaymentAttemptRow.obligation_id == obligation.id)).first()
    if live is not None:
        mine = owns(actor, obligation.owner) or (command.form_key is not None and live.begun_key == command.form_key)
        if not mine:
            raise SomebodyPays
        return Begun(attempt_id=AttemptId(live.id), fresh=False)
    _check(session, obligation, command, till=till, at=at)
    attempt_id = _write(session, actor, (obligation, command), till=till, at=at)
    created, submitted = AttemptState.CREATED, AttemptState.SUBMITTED
    PaymentAttemptRow.move_to(session, attempt_id, created, submitted)
    steps = (Step(before=None, after=created), Step(before=created, after=submitted))
    history.note(session, (attempt_id, obligation.court_code), *steps, actor=actor, at=at)
    event = PaymentRequested(
        obligation_id=obligation.id,
        subject_id=obligation.subject,
        court_code=obligation.court_code,
        attempt_id=attempt_id,
        amount_minor=obligation.due.minor,
        currency=obligation.currency,
    )
    record(session, event, actor=actor, at=at)
    return Begun(attempt_id=attempt_id, fresh=True)


def _check(
    session: Session, obligation: LockedObligation, command: RequestPayment, *, till: Till, at: datetime
) -> None:
    if not obligation.due:
        raise NothingDue
    if obligation.valid_until is not None and at > obligation.valid_until:
        raise TooLateToPay
    if command.shown != obligation.due:
        raise AmountChanged
    if not till.provider(command.provider).capabilities.takes(obligation.due):
        raise CurrencyNotTaken
    if till.breaker(command.provider).is_open(at):
        raise ProviderDown(till.provider(command.provider).title)
    hour = timedelta(hours=1)
    if hit(session, f"pay:{obligation.id}", hour, at) > TRIES_AN_HOUR:
        raise TooMany(hour, T("You have tried very often. Wait an hour, then try again. Your bill stays open."))


def _write(
    session: Session, actor: Actor, wish: tuple[LockedObligation, RequestPayment], *, till: Till, at: datetime
) -> AttemptId:
    obligation, command = wish
    attempt_id, reference_id = AttemptId(new_id()), uuid4()
    numbered = _LAST_NUMBER.where(PaymentAttemptRow.obligation_id == obligation.id).scalar_subquery()
    session.execute(
        insert(PaymentAttemptRow).values(
            id=attempt_id,
            reference_id=reference_id,
            obligation_id=obligation.id,
            court_code=obligation.court_code,
            number=numbered + 1,
            provider=command.provider,
            amount_minor=obligation.due.minor,
            currency=obligation.currency,
            msisdn_sealed=till.vault.seal(command.msisdn) if command.msisdn else None,
            msisdn_tail=command.msisdn[-3:] if command.msisdn else None,
            callback_hash=_callback_hash(till, reference_id),
            state=AttemptState.CREATED,
            submitted_at=at,
            prompt_expires_at=at + till.provider(command.provider).capabilities.prompt_window,
            next_at=at,
            leased_until=at + CALL_LEASE,
            begun_by=actor.person_id,
            begun_key=command.form_key,
        )
    )
    return attempt_id


def _callback_hash(till: Till, reference_id: UUID) -> str:
    return secret_hash(till.vault.callback_secret(reference_id))
