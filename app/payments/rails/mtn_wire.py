"""MTN MoMo Collections v1 on the wire: what we send and how we read what comes, without calling anybody.

Tolerant where the live system differs from its contract (numbers for strings, a bare `reason`, CREATED, "12.5" for
"12.50"), strict where money is decided: only SUCCESSFUL is a success, and an amount is money or nothing.
"""

import json
from typing import Any

from app.payments.provider import PaymentRequest, ReportState, StatusReport
from app.payments.rails.wire import amount_from_wire, amount_on_wire, masked, plain, short
from app.payments.reasons import Reason

_KEPT = ("financialTransactionId", "externalId", "amount", "currency", "status", "code", "error")

_REASONS = {
    "PAYER_NOT_FOUND": Reason.PAYER_NOT_FOUND,
    "SENDER_ACCOUNT_NOT_ACTIVE": Reason.PAYER_NOT_FOUND,
    "APPROVAL_REJECTED": Reason.PAYER_DECLINED,
    "TRANSACTION_CANCELED": Reason.PAYER_DECLINED,
    "PAYMENT_NOT_APPROVED": Reason.WRONG_PIN,
    "EXPIRED": Reason.PAYER_TIMEOUT,
    "COULD_NOT_PERFORM_TRANSACTION": Reason.PAYER_TIMEOUT,
    "NOT_ENOUGH_FUNDS": Reason.INSUFFICIENT_FUNDS,
    "LOW_BALANCE_OR_PAYEE_LIMIT_REACHED_OR_NOT_ALLOWED": Reason.INSUFFICIENT_FUNDS,
    "PAYER_LIMIT_REACHED": Reason.PAYER_LIMIT,
    "PAYEE_NOT_FOUND": Reason.PAYEE_BLOCKED,
    "PAYEE_LIMIT_REACHED": Reason.PAYEE_BLOCKED,
    "PAYEE_NOT_ALLOWED_TO_RECEIVE": Reason.PAYEE_BLOCKED,
    "SERVICE_UNAVAILABLE": Reason.PROVIDER_UNAVAILABLE,
    "NOT_ALLOWED": Reason.MISCONFIGURED,
    "NOT_ALLOWED_TARGET_ENVIRONMENT": Reason.MISCONFIGURED,
    "INVALID_CALLBACK_URL_HOST": Reason.MISCONFIGURED,
    "INVALID_CURRENCY": Reason.MISCONFIGURED,
    "VALIDATION_ERROR": Reason.MISCONFIGURED,
    "RESOURCE_ALREADY_EXIST": Reason.DUPLICATE,
}
_SURE_REFUSALS = frozenset(
    {
        "PAYER_NOT_FOUND",
        "PAYEE_NOT_FOUND",
        "PAYEE_NOT_ALLOWED_TO_RECEIVE",
        "NOT_ALLOWED",
        "NOT_ALLOWED_TARGET_ENVIRONMENT",
        "INVALID_CALLBACK_URL_HOST",
        "INVALID_CURRENCY",
    }
)


def request_body(request: PaymentRequest) -> dict[str, Any]:
    """The body of a request to pay. MTN wants the number without its plus sign, and no apostrophe in messages."""
    message = request.message.replace("'", " ")[:160]
    return {
        "amount": amount_on_wire(request.amount),
        "currency": request.amount.currency,
        "externalId": request.bill_reference,
        "payer": {"partyIdType": "MSISDN", "partyId": (request.msisdn or "").removeprefix("+")},
        "payerMessage": message,
        "payeeNote": message,
    }


def report_in(found: dict[str, Any]) -> StatusReport:
    """The report in the body of a status answer or a callback. A status we don't know is ambiguous."""
    state, reason = ReportState.AMBIGUOUS, None
    match found.get("status"):
        case "SUCCESSFUL":
            state = ReportState.SUCCEEDED
        case "PENDING" | "CREATED":
            state = ReportState.PENDING
        case "FAILED":
            reason = reason_in(found)
            expired = code_in(found.get("reason")) == "EXPIRED"
            state = ReportState.EXPIRED if expired else ReportState.FAILED
    return StatusReport(
        state=state,
        amount=amount_from_wire(found.get("amount"), found.get("currency")),
        provider_reference=short(found.get("financialTransactionId")),
        reason=reason,
        raw=redacted(found),
    )


def reason_in(found: dict[str, Any]) -> Reason:
    """Why it failed: from `reason` (an object or a bare string) or an error's `code`; unspecified when unknown."""
    code = code_in(found.get("reason")) or code_in(found)
    return _REASONS.get(code, Reason.UNSPECIFIED)


def refusal_in(found: dict[str, Any]) -> Reason:
    """Why a request was refused at the door; a refusal without a code that we know means that we asked wrongly."""
    return _REASONS.get(code_in(found), Reason.MISCONFIGURED)


def is_sure_refusal(found: dict[str, Any]) -> bool:
    """Whether an error's code says that the request was not taken in, whatever the HTTP status."""
    return code_in(found) in _SURE_REFUSALS


def code_in(value: object) -> str:
    """The ErrorReason code in an object or a bare string, "" when there is none."""
    if isinstance(value, dict):
        value = value.get("code")
    return value.strip().upper() if isinstance(value, str) else ""


def redacted(found: dict[str, Any]) -> str:
    """What may be kept of a document: known fields only, with the payer's number masked to its last three digits."""
    kept: dict[str, Any] = {key: plain(found[key]) for key in _KEPT if key in found}
    reason = found.get("reason")
    if reason is not None:
        kept["reason"] = code_in(reason) or "unreadable"
    if isinstance(found.get("message"), str):
        kept["message"] = masked(found["message"])
    payer = found.get("payer")
    if isinstance(payer, dict) and isinstance(payer.get("partyId"), str):
        kept["payer"] = "..." + payer["partyId"][-3:]
    return json.dumps(kept)
