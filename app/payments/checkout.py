"""Asks a payer to pay: writes the attempt, calls the provider with nothing open, writes the answer."""

from app.core.actor import SYSTEM, Actor
from app.payments import answers, inquiry
from app.payments.attempts import RequestPayment, begin
from app.payments.ids import AttemptId
from app.payments.till import Till


def request_payment(till: Till, actor: Actor, command: RequestPayment) -> AttemptId:
    """Ask the payer once; pressing twice, or in two tabs, finds the attempt that is under way.

    The attempt is in the database before the call, so a crash at any point is made good by asking the provider.
    Raises what `begin` raises: Absent, NothingDue, TooLateToPay, AmountChanged, CurrencyNotTaken, ProviderDown,
    TooMany.
    """
    with till.database.transaction(actor) as session:
        begun = begin(session, actor, command, till=till, at=till.clock.now())
    if begun.fresh:
        with till.database.reading(SYSTEM) as session:
            known = answers.load(session, begun.attempt_id)
        inquiry.send(till, known)
    return begun.attempt_id
