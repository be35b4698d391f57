"""How a payment looks on MTN's wire."""

from typing import Any

from sandbox import money
from sandbox.payment import PENDING, Payment

# What MTN's contract says beside the code; what it doesn't list gets the plain sentence.
MESSAGES = {
    "PAYER_NOT_FOUND": "Payee does not exist",
    "NOT_ALLOWED": "Authorization failed. Insufficient permissions.",
    "NOT_ALLOWED_TARGET_ENVIRONMENT": "Access to target environment is forbidden.",
    "INVALID_CALLBACK_URL_HOST": "Callback URL with different host name then configured for API User",
    "INVALID_CURRENCY": "Currency not supported.",
    "SERVICE_UNAVAILABLE": "Service temporarily unavailable, try again later.",
    "INTERNAL_PROCESSING_ERROR": "An internal error occurred while processing.",
    "NOT_ENOUGH_FUNDS": "The payer does not have enough funds.",
    "PAYER_LIMIT_REACHED": "The payer's limit has been breached.",
    "PAYEE_NOT_ALLOWED_TO_RECEIVE": "Payee cannot receive funds due to e.g. transfer limit.",
    "PAYMENT_NOT_APPROVED": "Transaction was not approved by the payer.",
    "RESOURCE_NOT_FOUND": "Requested resource was not found.",
    "APPROVAL_REJECTED": "Transaction declined by payer.",
    "EXPIRED": "The payment request has expired.",
    "RESOURCE_ALREADY_EXIST": "Duplicated reference id. Creation of resource failed.",
}


def message(code: str) -> str:
    """The English sentence that goes with a reason code."""
    return MESSAGES.get(code, "The transaction could not be performed.")


def status_body(payment: Payment, now: float) -> dict[str, Any]:
    """The body of a status answer, which is the body of a callback too (RequestToPayResult of the contract)."""
    order, loose = payment.order, "numeric_amount" in payment.shapes
    amount = money.wire(order.amount, order.currency)
    body: dict[str, Any] = {
        "financialTransactionId": _loose(payment.financial_id, loose),
        "externalId": _loose(order.external_id, loose),
        "amount": _loose(amount, loose),
        "currency": order.currency,
        "payee" if order.kind == "refund" else "payer": {"partyIdType": order.party_type, "partyId": order.party_id},
        "payerMessage": order.payer_message,
        "payeeNote": order.payee_note,
        "status": "CREATED" if payment.status == PENDING and now < payment.created_until else payment.status,
        "reason": _reason(payment),
    }
    return {name: value for name, value in body.items() if value is not None}


def _reason(payment: Payment) -> str | dict[str, str] | None:
    if payment.reason is None or "bare_reason" in payment.shapes:
        return payment.reason
    return {"code": payment.reason, "message": message(payment.reason)}


def _loose(text: str | None, loose: bool) -> str | int | float | None:
    """MTN's own examples show numbers where the schema says string; what isn't a number stays a string."""
    if text is None or not loose:
        return text
    if text.isascii() and text.isdigit():
        return int(text)
    try:
        return float(text)
    except ValueError:
        return text
