"""How a payment looks on Airtel's wire: in an enquiry's answer and in a callback."""

import base64
import hashlib
import hmac
import json
from typing import Any

from sandbox import money
from sandbox.airtel.triggers import EXPIRED, LIMIT
from sandbox.faults import Kind
from sandbox.payment import FAILED, PENDING, SUCCESSFUL, Payment

# What goes beside the codes; what isn't here gets a plain word.
MESSAGES = {
    "DP00800001000": "Transaction is ambiguous",
    "DP00800001001": "Success",
    "DP00800001002": "Incorrect Pin",
    "DP00800001003": "Exceeds withdrawal amount limit(s)",
    "DP00800001005": "User didn't enter the pin",
    "DP00800001006": "In process",
    "DP00800001007": "Not enough balance",
    "DP00800001008": "Refused",
    "DP00800001009": "Do not honor",
    "DP00800001010": "Transaction not permitted to Payee",
    "DP00800001024": "Transaction Timed Out",
    "DP00800001026": "Forbidden, X-signature and payload did not match",
    "DP00800001029": "Transaction Expired",
    "ESB000001": "Something went wrong",
    "ESB000004": "An error occurred while initiating the payment",
    "ESB000008": "Field validation",
    "ESB000011": "Failed",
    "ESB000034": "Invalid Country Name",
    "ESB000035": "Invalid Currency Code",
    "ESB000036": "Invalid MSISDN Length or MSISDN must not start with 0",
    "ESB000039": "Vendor is not configured to do transaction in the country",
    "ESB000041": "External Transaction ID already exists",
    "ESB000045": "No Transaction Found With Provided Transaction Id.",
    "ROUTER117": "Request timeout",
}


def message(code: str) -> str:
    """The English words that go with a code."""
    return MESSAGES.get(code, "Failed")


def envelope(code: str, *, success: bool, http: int = 200) -> dict[str, Any]:
    """The `status` object around every answer; `code` is an ESB or ROUTER code, or a DP code of the payment."""
    result = code if not code.startswith("DP") else "ESB000010" if success else "ESB000011"
    answer: dict[str, Any] = {"code": str(http), "message": message(code), "result_code": result, "success": success}
    if code.startswith("DP"):
        answer["response_code"] = code
    return answer


def status_word(payment: Payment, now: float) -> str:
    """TS, TF, TE, TA or TIP."""
    if payment.status == SUCCESSFUL:
        return "TS"
    if payment.status == FAILED:
        return "TE" if payment.reason == EXPIRED else "TF"
    return "TA" if now < payment.created_until else "TIP"


def enquiry_body(payment: Payment, now: float) -> dict[str, Any]:
    """The answer to an enquiry. It names no amount; `airtel_money_id` is there only once the money has moved."""
    word = status_word(payment, now)
    transaction = {
        "airtel_money_id": payment.financial_id,
        "id": payment.order.reference_id,
        "message": _sentence(payment),
        "status": word,
    }
    code = {"TS": "DP00800001001", "TA": "DP00800001000", "TIP": "DP00800001006"}.get(word, payment.reason or "")
    status = envelope(code, success=word not in ("TF", "TE"))
    if Kind.CODE_CONTRADICTORY in payment.shapes:
        # One of Airtel's tables has these the other way round.
        status["response_code"] = "DP00800001006" if word == "TS" else LIMIT if word == "TIP" else "DP00800001001"
    if Kind.SUCCESS_FALSE in payment.shapes:
        status["success"] = False
    return {"data": {"transaction": {k: v for k, v in transaction.items() if v is not None}}, "status": status}


def callback_body(payment: Payment, now: float, key: str) -> bytes:
    """The exact bytes of a callback, with the hash over its `transaction` object."""
    transaction: dict[str, Any] = {
        "id": payment.order.reference_id,
        "message": _sentence(payment),
        "status_code": status_word(payment, now),
    }
    if payment.financial_id is not None:
        transaction["airtel_money_id"] = payment.financial_id
    compact = json.dumps(transaction, separators=(",", ":"), ensure_ascii=False)
    spaced = Kind.CALLBACK_RESPACED in payment.shapes
    shown = json.dumps(transaction, indent=1, ensure_ascii=False) if spaced else compact
    signature = sign(compact, "somebody else's key" if Kind.CALLBACK_WRONG_HASH in payment.shapes else key)
    if Kind.CALLBACK_NO_HASH in payment.shapes:
        return f'{{"transaction":{shown}}}'.encode()
    return f'{{"transaction":{shown},"hash":{json.dumps(signature)}}}'.encode()


def sign(text: str, key: str) -> str:
    """base64 of HMAC-SHA256, as Airtel's portal explains it."""
    return base64.b64encode(hmac.digest(key.encode(), text.encode(), hashlib.sha256)).decode()


def _sentence(payment: Payment) -> str:
    order = payment.order
    amount = money.shown(order.amount, order.currency)
    match payment.status:
        case "SUCCESSFUL":
            return f"Paid {amount} to COURT, Charge {order.currency} 0, Trans ID {payment.financial_id}."
        case status if status == PENDING:
            return "Transaction is in progress"
        case _:
            return message(payment.reason or "")
