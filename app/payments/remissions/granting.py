"""What taking a fee off causes: the books, and money that was paid and is too much now."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.money import Money
from app.payments import ledger, refunds
from app.payments.refunds import RefundCause
from app.payments.remissions import rules
from app.payments.standing import LockedObligation


def grant(session: Session, actor: Actor, obligation: LockedObligation, amount: Money, *, at: datetime) -> None:
    """Take `amount` off what is owed: Dr FeeWaivers, Cr Receivable, and Cr Unapplied for what was paid already.

    `obligation` is as it stood before. The newest payments go back first.
    """
    owed = obligation.fees - obligation.remitted - amount
    surplus = rules.too_much(owed=owed, kept=obligation.paid - obligation.refund_due)
    sides = ledger.fee_waived(amount, paid=surplus)
    ledger.write_entry(session, "fee_waived", sides, of=(obligation.id, obligation.court_code, None), at=at)
    for kept in reversed(refunds.kept_payments(session, obligation) if surplus else []):
        back = kept.amount if kept.amount <= surplus else surplus
        if back:
            refund = replace(kept, amount=back, cause=RefundCause.WAIVER)
            refunds.owe_back(session, obligation, refund, actor=actor, at=at)
            surplus -= back
