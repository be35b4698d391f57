"""Payments under a bill's number: whether one may come, and that one has come.

The operator signs nothing. What proves that it speaks is the secret in the address, which only it was told.
"""

import hmac
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.core.errors import Absent
from app.core.ids import new_id
from app.core.money import Money
from app.payments import rules
from app.payments.ids import ObligationId
from app.payments.models import ObligationRow
from app.payments.paybill.models import BillPaymentRow
from app.payments.paybill.port import BillPayment, BillReferenceProvider, Refusal
from app.payments.standing import sums_of
from app.payments.till import CALLBACK_PATHS, Till

_log = structlog.get_logger()
_B = BillPaymentRow
_BILL = select(ObligationRow.id, ObligationRow.currency, ObligationRow.voided_at)


def provider_at(till: Till, word: str, secret: str) -> BillReferenceProvider:
    """Who speaks at this address; raises Absent when the secret isn't that of its address, or it isn't wired."""
    provider: object = till.providers.get(CALLBACK_PATHS.get(word, ""))
    if isinstance(provider, BillReferenceProvider):
        right = till.vault.address_secret(f"paybill:{provider.code}")
        if hmac.compare_digest(right.encode(), secret.encode()):
            return provider
    _log.warning("bill_payment_of_nobody", provider=word)
    raise Absent


def addresses(till: Till, provider: BillReferenceProvider) -> tuple[str, str]:
    """Where the operator is to confirm payments and to ask about them."""
    word = next(word for word, code in CALLBACK_PATHS.items() if code == provider.code)
    here = f"{till.callback_url}/callbacks/{word}/paybill/{till.vault.address_secret(f'paybill:{provider.code}')}"
    return f"{here}/confirmation", f"{here}/validation"


def refusal_of(session: Session, provider: BillReferenceProvider, payment: BillPayment) -> Refusal | None:
    """Why a payment that is about to be made had better not be; None to let it come. Any amount may come for a bill."""
    if payment.payee != provider.payee:
        return Refusal.WRONG_PAYEE
    bill = session.execute(_BILL.where(ObligationRow.reference == payment.bill_reference)).first()
    if bill is None or bill.currency != payment.amount.currency:
        return Refusal.UNKNOWN_BILL
    fees, remitted, paid, back = session.execute(sums_of(ObligationId(bill.id))).one()
    due = rules.still_due(
        fees=Money(int(fees), bill.currency),
        remitted=Money(int(remitted), bill.currency),
        paid=Money(int(paid), bill.currency),
        refund_due=Money(int(back), bill.currency),
        void=bill.voided_at is not None,
    )
    return None if due else Refusal.NOTHING_DUE


def keep(session: Session, provider: BillReferenceProvider, payment: BillPayment, *, at: datetime) -> None:
    """Keep what the operator confirms for the worker; the same receipt twice is kept once. Raises Absent.

    Money that went to somebody else's number is none of ours.
    """
    if payment.payee != provider.payee:
        _log.warning("bill_payment_to_another", provider=provider.code)
        raise Absent
    session.execute(
        insert(_B)
        .values(
            id=new_id(),
            provider=provider.code,
            transaction_id=payment.transaction_id,
            bill_reference=payment.bill_reference,
            amount_minor=payment.amount.minor,
            currency=payment.amount.currency,
            tail=payment.tail,
            raw=payment.raw,
            completed_at=payment.completed_at,
            received_at=at,
            next_at=at,
        )
        .on_conflict_do_nothing(index_elements=["provider", "transaction_id"])
    )
    session.info["wake"] = True
