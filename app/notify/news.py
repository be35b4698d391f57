"""Which event is which news for the filer. Pure: an event in, a kind and its figures out, or nothing to tell."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.accounts.events import (
    AdvocateApproved,
    AdvocateRefused,
    ContactChanged,
    PasswordChanged,
    SecondFactorEnrolled,
    SecondFactorRemoved,
)
from app.core.events import Event
from app.filing import events as filing
from app.notify.kinds import ABOUT_REFUND, Kind
from app.payments import events as payments
from app.payments.remissions import events as remissions
from app.payments.remissions.status import RemissionStatus

Params = dict[str, Any]
Told = tuple[Kind, Params] | None


def told_of(event: Event) -> Told:
    """The kind of news and its `params`; None when another event tells the same, or nobody need be told."""
    tell = _TELL.get(type(event))
    return tell(event) if tell else None


def _sent(event: filing.FilingSent) -> Told:
    if event.pay_until is None:
        return None  # FilingSubmitted follows in the same transaction and says more
    params = {"received_at": _iso(event.received_at), "until": _iso(event.pay_until)}
    return Kind.SENT_UNPAID, params | {"obligation_id": str(event.obligation_id)}


def _submitted(event: filing.FilingSubmitted) -> Told:
    params = {"received_at": _iso(event.received_at)}
    if event.revived:
        return Kind.FILED_LATE_MONEY, params
    if event.waiver_asked:
        return Kind.FILED_WAIVER_ASKED, params
    return Kind.FILED_PAID if event.paid else Kind.FILED, params


def _reminder(event: filing.FilingReminder) -> Told:
    params = {"until": _iso(event.until)}
    if not event.lapses:
        return Kind.REMIND_OF_FEE, params
    return Kind.REMIND_TO_PAY if event.unpaid else Kind.REMIND_TO_CORRECT, params


def _lapsed(event: filing.FilingLapsed) -> Told:
    return Kind.LAPSED_UNPAID if event.unpaid else Kind.LAPSED_UNCORRECTED, {}


def _returned(event: filing.FilingReturned) -> Told:
    return Kind.RETURNED, {"until": _iso(event.correct_until)}


def _payment_succeeded(event: payments.PaymentSucceeded) -> Told:
    if event.obligation_paid:
        return None  # FilingSubmitted tells it, or RefundDue when the filing has moved on
    return Kind.PART_PAID, {"amount_minor": event.amount_minor, "currency": event.currency}


def _refund(kind: Kind) -> Callable[[Any], Told]:
    def tell(event: Any) -> Told:
        params = {"amount_minor": event.amount_minor, "currency": event.currency}
        return kind, params | ({"obligation_id": str(event.obligation_id)} if kind in ABOUT_REFUND else {})

    return tell


def _payment_voided(event: payments.PaymentVoided) -> Told:
    params = {"amount_minor": event.amount_minor, "currency": event.currency}
    return Kind.PAYMENT_VOIDED, params | {"obligation_id": str(event.obligation_id)}


def _waiver_decided(event: remissions.RemissionDecided) -> Told:
    if event.pay_until is None:
        if event.status is RemissionStatus.REFUSED:
            return Kind.WAIVER_STANDS, {}
        return Kind.WAIVER_GRANTED, {"amount_minor": event.amount_minor, "currency": event.currency}
    kind = Kind.WAIVER_REFUSED if event.status is RemissionStatus.REFUSED else Kind.WAIVER_IN_PART
    return kind, _to_pay(event, event.pay_until)


def _demanded(event: remissions.PaymentDemanded | payments.PaymentDue) -> Told:
    return Kind.FEE_DEMANDED, _to_pay(event, event.pay_until)


def _to_pay(
    event: remissions.RemissionDecided | remissions.PaymentDemanded | payments.PaymentDue, until: datetime
) -> Params:
    return {
        "amount_minor": event.due_minor,
        "currency": event.currency,
        "until": _iso(until),
        "obligation_id": str(event.obligation_id),
    }


def _always(kind: Kind) -> Callable[[Any], Told]:
    return lambda _event: (kind, {})


def _iso(moment: datetime) -> str:
    return moment.isoformat()


_Told = Mapping[type[Event], Callable[[Any], Told]]

OF_FILINGS: _Told = {
    filing.FilingSent: _sent,
    filing.FilingSubmitted: _submitted,
    filing.FilingAccepted: _always(Kind.ACCEPTED),
    filing.FilingReturned: _returned,
    filing.FilingRejected: _always(Kind.REJECTED),
    filing.FilingTransferred: _always(Kind.TRANSFERRED),
    filing.FilingCancelled: _always(Kind.CANCELLED),
    filing.FilingLapsed: _lapsed,
    filing.FilingReminder: _reminder,
    filing.AcceptanceVoided: _always(Kind.ACCEPTANCE_VOIDED),
}
OF_PAYMENTS: _Told = {
    payments.PaymentSucceeded: _payment_succeeded,
    payments.PaymentFailed: _always(Kind.PAYMENT_FAILED),
    payments.PaymentExpired: _always(Kind.PAYMENT_FAILED),
    payments.RefundDue: _refund(Kind.REFUND_DUE),
    payments.RefundPaid: _refund(Kind.REFUND_PAID),
    payments.RefundFailed: _refund(Kind.REFUND_DELAYED),
    payments.RefundRefused: _refund(Kind.REFUND_REFUSED),
    payments.RefundWithdrawn: _refund(Kind.REFUND_WITHDRAWN),
    payments.PaymentVoided: _payment_voided,
    payments.PaymentDue: _demanded,
    payments.PaymentOverdue: _always(Kind.FEE_UNPAID),
    remissions.RemissionDecided: _waiver_decided,
    remissions.PaymentDemanded: _demanded,
    remissions.DemandOverdue: _always(Kind.FEE_UNPAID),
}
OF_ACCOUNTS: _Told = {
    PasswordChanged: _always(Kind.PASSWORD_CHANGED),
    ContactChanged: _always(Kind.CONTACT_CHANGED),
    SecondFactorEnrolled: _always(Kind.SECOND_FACTOR_SET),
    SecondFactorRemoved: _always(Kind.SECOND_FACTOR_REMOVED),
    AdvocateApproved: _always(Kind.ADVOCATE_APPROVED),
    AdvocateRefused: _always(Kind.ADVOCATE_REFUSED),
}
_TELL: _Told = {**OF_FILINGS, **OF_PAYMENTS, **OF_ACCOUNTS}
