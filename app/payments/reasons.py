"""Why a payment did not work, in the port's own words, and what each means for the person who pays."""

from dataclasses import dataclass
from enum import StrEnum

from app.core.language import T, Text


class Reason(StrEnum):
    """Why an attempt did not succeed."""

    PAYER_NOT_FOUND = "payer_not_found"
    PAYER_DECLINED = "payer_declined"
    PAYER_TIMEOUT = "payer_timeout"
    PAGE_CLOSED = "page_closed"
    WRONG_PIN = "wrong_pin"
    INSUFFICIENT_FUNDS = "insufficient_funds"
    PAYER_LIMIT = "payer_limit"
    PAYEE_BLOCKED = "payee_blocked"
    PROVIDER_UNAVAILABLE = "provider_unavailable"
    MISCONFIGURED = "misconfigured"
    DUPLICATE = "duplicate"
    UNSPECIFIED = "unspecified"


@dataclass(frozen=True, slots=True)
class Advice:
    """What happened, and what to do next."""

    what: Text
    then: Text


ADVICE: dict[Reason, Advice] = {
    Reason.PAYER_NOT_FOUND: Advice(
        T("This number has no active mobile money account with %(provider)s."),
        T("Check the number, or pay from another one."),
    ),
    Reason.PAYER_DECLINED: Advice(
        T("The payment was declined on the phone."),
        T("If you still want to pay, try again and approve it on the phone."),
    ),
    Reason.PAYER_TIMEOUT: Advice(
        T("The payment was not approved in time."),
        T("Keep the phone beside you, then try again. Nothing was paid this time."),
    ),
    Reason.PAGE_CLOSED: Advice(
        T("The payment page closed before anything was paid."),
        T("Try again, or choose another way to pay."),
    ),
    Reason.WRONG_PIN: Advice(
        T("The payment was not approved. The PIN may have been wrong."),
        T("Try again with the right PIN. If you forgot it, ask %(provider)s for help first."),
    ),
    Reason.INSUFFICIENT_FUNDS: Advice(
        T("There is not enough money on this account."),
        T("Add money to the account, or pay from another one."),
    ),
    Reason.PAYER_LIMIT: Advice(
        T("This account has reached the limit that %(provider)s sets for a day or a month."),
        T("Pay from another account, or try again tomorrow."),
    ),
    Reason.PAYEE_BLOCKED: Advice(
        T("The court's account can't receive this payment just now. This is not your fault."),
        T("Try again later. If it happens again, call us: the number is at the foot of this page."),
    ),
    Reason.PROVIDER_UNAVAILABLE: Advice(
        T("%(provider)s does not work just now."),
        T("Nothing was paid. Choose another way to pay, or try again in a few minutes."),
    ),
    Reason.MISCONFIGURED: Advice(
        T("%(provider)s refused our request. This is our fault, not yours, and nothing was paid."),
        T("Call us, so that we can put it right: the number is at the foot of this page."),
    ),
    Reason.DUPLICATE: Advice(
        T("%(provider)s took this for a repeated payment and stopped it."),
        T("Wait five minutes, then try again."),
    ),
    Reason.UNSPECIFIED: Advice(
        T("%(provider)s could not complete the payment and did not say why."),
        T("Most often there is not enough money on the account. Check your balance, then try again."),
    ),
}


def advice_on(reason: Reason | None, provider: Text | str) -> Advice:
    """The words for a reason, with the `provider`'s name for people; none given reads as unspecified."""
    advice = ADVICE[reason or Reason.UNSPECIFIED]
    said = {"provider": provider}
    return Advice(Text(advice.what.message, said), Text(advice.then.message, said))
