"""Asks a payer to pay: writes the attempt, calls the provider with nothing open, writes the answer."""

from app.core.actor import SYSTEM, Actor
from app.payments import answers, inquiry
from app.payments.attempts import AmountChanged, RequestPayment, begin
from app.payments.ids import AttemptId
from app.payments.repricing import reprice
from app.payments.till import Till


def request_payment(till: Till, actor: Actor, command: RequestPayment) -> AttemptId:
    """Ask the payer once; pressing twice, or in two tabs, finds the attempt that is under way.

    The attempt is in the database before the call, so a crash at any point is made good by asking the provider. When
    the fee has changed since the bill was made, the bill follows, nobody is asked, and AmountChanged is raised. Raises
    besides what `begin` raises: Absent, NothingDue, TooLateToPay, AmountChanged, CurrencyNotTaken, ProviderDown,
    TooMany.
    """
    at = till.clock.now()
    with till.database.transaction(actor) as session:
        changed = reprice(session, actor, command.obligation_id, till.fee_of, at=at)
        begun = None if changed else begin(session, actor, command, till=till, at=at)
    if begun is None:
        raise AmountChanged
    if begun.fresh:
        with till.database.reading(SYSTEM) as session:
            known = answers.load(session, begun.attempt_id)
        inquiry.send(till, known)
    return begun.attempt_id
