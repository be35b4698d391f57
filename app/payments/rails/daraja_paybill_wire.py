"""Daraja's other two wires, without calling anybody: payments to the paybill (C2B), and reversals."""

import json
import re
from typing import Any

from app.core.money import Money
from app.payments.paybill.port import BillPayment, Refusal
from app.payments.provider import MalformedReport, RefundRequest, ReportState
from app.payments.rails.daraja_wire import CENTS, CURRENCY, NotPayable, amount_on_wire, code_in, moment_in
from app.payments.rails.wire import amount_from_wire, document, masked, plain, short
from app.payments.reversals.port import Result

_TAIL = re.compile(r"\d{3}\s*\Z", re.ASCII)
_RECEIPT = re.compile(r"[0-9A-Za-z]{6,20}", re.ASCII)
_KEPT = ("TransactionType", "TransID", "TransTime", "TransAmount", "BusinessShortCode", "BillRefNumber")
_REFUSALS = {
    Refusal.UNKNOWN_BILL: "C2B00012",
    Refusal.NOTHING_DUE: "C2B00012",
    Refusal.WRONG_AMOUNT: "C2B00013",
    Refusal.WRONG_PAYEE: "C2B00015",
    Refusal.UNREADABLE: "C2B00016",
}


def registration_body(shortcode: str, confirmation_url: str, validation_url: str) -> dict[str, Any]:
    """The body of RegisterURL. Unanswered, a validation lets the payment through: no money is turned away."""
    return {
        "ShortCode": shortcode,
        "ResponseType": "Completed",
        "ConfirmationURL": confirmation_url,
        "ValidationURL": validation_url,
    }


def bill_payment_in(body: bytes) -> BillPayment:
    """A payment to the paybill, from a validation or a confirmation; every value is text. Raises MalformedReport.

    The payer's name is dropped here, and the number but for its last three digits where they are shown.
    """
    found = document(body)
    amount = amount_from_wire(found.get("TransAmount"), CURRENCY)
    transaction_id = short(found.get("TransID"))
    completed_at = moment_in(found.get("TransTime"))
    if not amount or transaction_id is None or not _RECEIPT.fullmatch(transaction_id) or completed_at is None:
        raise MalformedReport("no payment")
    tail = _TAIL.search(str(found.get("MSISDN", "")))
    return BillPayment(
        transaction_id=transaction_id,
        bill_reference=(short(found.get("BillRefNumber")) or "").replace(" ", "").upper(),
        amount=amount,
        payee=code_in(found.get("BusinessShortCode")),
        completed_at=completed_at,
        tail=tail.group().strip() if tail else None,
        raw=json.dumps({key: plain(found[key]) for key in _KEPT if key in found}),
    )


def validation_answer(refusal: Refusal | None) -> dict[str, str]:
    """What Daraja wants to hear: 0 lets the payment through."""
    if refusal is None:
        return {"ResultCode": "0", "ResultDesc": "Accepted"}
    return {"ResultCode": _REFUSALS[refusal], "ResultDesc": "Rejected"}


def reversal_body(request: RefundRequest, shortcode: str) -> dict[str, Any]:
    """The body of a reversal but for initiator and addresses. Raises NotPayable but for whole payments."""
    if request.amount != request.paid or request.provider_reference is None:
        raise NotPayable(request.bill_reference)
    if request.amount.currency != CURRENCY:
        raise NotPayable(request.bill_reference)
    return {
        "CommandID": "TransactionReversal",
        "TransactionID": request.provider_reference,
        "Amount": _amount(request.amount),
        "ReceiverParty": shortcode,
        # Safaricom's own spelling.
        "RecieverIdentifierType": "11",
        "Remarks": request.message[:100].strip() or "Refund",
        "Occasion": request.bill_reference,
    }


def result_in(body: bytes) -> Result:
    """What became of a reversal, from the body that came to ResultURL. Raises MalformedReport."""
    found = document(body).get("Result")
    code = code_in(found.get("ResultCode")) if isinstance(found, dict) else ""
    if not isinstance(found, dict) or not code:
        raise MalformedReport("no result")
    said = found.get("ResultDesc")
    kept = {key: plain(found[key]) for key in ("ResultCode", "ConversationID", "TransactionID") if key in found}
    return Result(
        state=ReportState.SUCCEEDED if code == "0" else ReportState.FAILED,
        provider_reference=short(found.get("TransactionID")),
        raw=json.dumps(kept | ({"ResultDesc": masked(said)} if isinstance(said, str) else {})),
    )


def _amount(amount: Money) -> str | int:
    """A payment to the paybill may have cents, and goes back with them."""
    if amount.minor % CENTS:
        return f"{amount.minor // CENTS}.{amount.minor % CENTS:02d}"
    return amount_on_wire(amount)
