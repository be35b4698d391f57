"""Safaricom's Daraja on the wire, M-Pesa Express: what we send and how we read what comes, without calling anybody.

Only ResultCode 0 is a success. It comes as a number in callbacks and as text in answers; both are read. Amounts are
whole shillings: what has cents can't be asked for here, and is never rounded.
"""

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from app.core.money import Money
from app.payments.provider import Cause, PaymentRequest, ReportState, StatusReport
from app.payments.rails.wire import amount_from_wire, masked, plain, short
from app.payments.reasons import Reason

CURRENCY = "KES"
CENTS = 100
REFERENCE_LENGTH = 12
DESCRIPTION_LENGTH = 13
BEING_PROCESSED = "500.001.1001"
BAD_TOKEN = "404.001.03"
RATE_LIMITED = "500.003.02"
CAUSES = {BAD_TOKEN: Cause.UNAUTHORISED, RATE_LIMITED: Cause.RATE_LIMITED}
"""Refusals that say more of the rail than of the request."""
EAT = timezone(timedelta(hours=3), "EAT")

_STAMP = re.compile(r"20\d{12}", re.ASCII)
_CODE = re.compile(r"[0-9A-Za-z.]{1,20}", re.ASCII)
_KEPT = ("MerchantRequestID", "CheckoutRequestID", "ResponseCode", "ResultCode", "errorCode", "requestId")
_TEXTS = ("ResultDesc", "ResponseDescription", "errorMessage")

_REASONS = {
    "1": Reason.INSUFFICIENT_FUNDS,
    "17": Reason.PAYER_LIMIT,
    "1001": Reason.DUPLICATE,
    "1019": Reason.PAYER_TIMEOUT,
    "1025": Reason.PROVIDER_UNAVAILABLE,
    "9999": Reason.PROVIDER_UNAVAILABLE,
    "1032": Reason.PAYER_DECLINED,
    "1037": Reason.PAYER_TIMEOUT,
    "2001": Reason.WRONG_PIN,
    "2006": Reason.PAYEE_BLOCKED,
    "2028": Reason.PAYEE_BLOCKED,
}
_EXPIRED = frozenset({"1019", "1037"})


IdIn = Callable[[dict[str, Any]], str | None]
"""Finds the name under which Daraja knows what it has accepted."""


class NotPayable(ValueError):
    """Daraja can't carry this request: cents, another currency, a reference that is too long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcode:
    """The court's paybill: its number, and the passkey that signs requests to it."""

    number: str
    passkey: str = field(repr=False)


def amount_on_wire(amount: Money) -> int:
    """Whole shillings; raises NotPayable for cents, nothing, and another currency."""
    if amount.currency != CURRENCY or amount.minor <= 0 or amount.minor % CENTS:
        raise NotPayable(str(amount))
    return amount.minor // CENTS


def timestamp(moment: datetime) -> str:
    """YYYYMMDDHHmmss in Nairobi."""
    return moment.astimezone(EAT).strftime("%Y%m%d%H%M%S")


def moment_in(value: object) -> datetime | None:
    """The moment in a timestamp of Daraja's, which may be a number."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not _STAMP.fullmatch(text):
        return None
    try:
        return datetime.strptime(text, "%Y%m%d%H%M%S").replace(tzinfo=EAT)
    except ValueError:
        return None


def signed(shortcode: Shortcode, moment: datetime) -> dict[str, str]:
    """What every STK call begins with: shortcode, Password, Timestamp."""
    stamp = timestamp(moment)
    password = b64encode(f"{shortcode.number}{shortcode.passkey}{stamp}".encode()).decode()
    return {"BusinessShortCode": shortcode.number, "Password": password, "Timestamp": stamp}


def push_body(request: PaymentRequest, shortcode: Shortcode, moment: datetime) -> dict[str, Any]:
    """The body of an STK push; raises NotPayable."""
    if request.msisdn is None or len(request.bill_reference) > REFERENCE_LENGTH:
        raise NotPayable(request.bill_reference)
    phone = request.msisdn.removeprefix("+")
    return {
        **signed(shortcode, moment),
        "TransactionType": "CustomerPayBillOnline",
        "Amount": amount_on_wire(request.amount),
        "PartyA": phone,
        "PartyB": shortcode.number,
        "PhoneNumber": phone,
        "CallBackURL": request.callback_url,
        "AccountReference": request.bill_reference,
        "TransactionDesc": request.message[:DESCRIPTION_LENGTH].strip() or "Payment",
    }


def query_body(provider_id: str, shortcode: Shortcode, moment: datetime) -> dict[str, Any]:
    """The body of a question about a push."""
    return {**signed(shortcode, moment), "CheckoutRequestID": provider_id}


def checkout_id_in(found: dict[str, Any]) -> str | None:
    """The CheckoutRequestID of an accepted push; None when the answer accepts nothing."""
    return short(found.get("CheckoutRequestID")) if code_in(found.get("ResponseCode")) == "0" else None


def conversation_id_in(found: dict[str, Any]) -> str | None:
    """The ConversationID of an accepted reversal."""
    return short(found.get("ConversationID")) if code_in(found.get("ResponseCode")) == "0" else None


def code_in(value: object) -> str:
    """A code as text, whether it came as text or as a number; "" when it is neither."""
    text = str(value).strip() if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return text if _CODE.fullmatch(text) else ""


def refusal_in(found: dict[str, Any]) -> Reason | None:
    """Why a push was surely not taken in, or None when that is open. The message decides."""
    code, said = code_in(found.get("errorCode")), str(found.get("errorMessage", "")).lower()
    if code in (BAD_TOKEN, RATE_LIMITED):
        return Reason.PROVIDER_UNAVAILABLE
    if code.startswith("400."):
        return Reason.MISCONFIGURED
    if code != BEING_PROCESSED:
        return None
    if "subscriber" in said:
        return Reason.DUPLICATE
    return Reason.MISCONFIGURED if "credential" in said or "merchant" in said else None


def report_of_query(found: dict[str, Any], asked: Money | None) -> StatusReport:
    """What an answer to our question says. It names no amount: `asked` is what the CheckoutRequestID stands for."""
    raw = redacted(found)
    if code_in(found.get("ResponseCode")) == "0":
        return _report(code_in(found.get("ResultCode")), raw, amount=asked)
    said = str(found.get("errorMessage", "")).lower()
    pending = code_in(found.get("errorCode")) == BEING_PROCESSED and "being processed" in said
    return StatusReport(state=ReportState.PENDING if pending else ReportState.AMBIGUOUS, raw=raw)


def callback_in(found: dict[str, Any]) -> tuple[str | None, StatusReport]:
    """The CheckoutRequestID and the report in a callback, whose body wraps it twice."""
    told = _inner(_inner(found, "Body"), "stkCallback")
    items = dict(_items(told))
    report = _report(
        code_in(told.get("ResultCode")),
        json.dumps(json.loads(redacted(told)) | _kept_items(items)),
        amount=amount_from_wire(items.get("Amount"), CURRENCY),
        reference=short(items.get("MpesaReceiptNumber")),
        completed_at=moment_in(items.get("TransactionDate")),
    )
    return short(told.get("CheckoutRequestID")), report


def redacted(found: dict[str, Any]) -> str:
    """What may be kept of a document: known fields only, long numbers in texts cut to their last three digits."""
    kept = {key: plain(found[key]) for key in _KEPT if key in found}
    kept |= {key: masked(found[key]) for key in _TEXTS if isinstance(found.get(key), str)}
    return json.dumps(kept)


def _report(
    code: str,
    raw: str,
    *,
    amount: Money | None,
    reference: str | None = None,
    completed_at: datetime | None = None,
) -> StatusReport:
    if code == "0":
        return StatusReport(
            state=ReportState.SUCCEEDED,
            amount=amount,
            provider_reference=reference,
            completed_at=completed_at,
            raw=raw,
        )
    if not code:
        return StatusReport(state=ReportState.AMBIGUOUS, raw=raw)
    state = ReportState.EXPIRED if code in _EXPIRED else ReportState.FAILED
    return StatusReport(state=state, reason=_REASONS.get(code, Reason.UNSPECIFIED), raw=raw)


def _kept_items(items: dict[str, Any]) -> dict[str, Any]:
    phone = str(items.get("PhoneNumber", ""))
    kept = {name: plain(items[name]) for name in ("Amount", "MpesaReceiptNumber", "TransactionDate") if name in items}
    return kept | ({"PhoneNumber": "..." + phone[-3:]} if phone else {})


def _items(told: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Name and value of each item; one without a Value, as Balance may be, is left out."""
    items = _inner(told, "CallbackMetadata").get("Item")
    for item in items if isinstance(items, list) else []:
        if isinstance(item, dict) and isinstance(item.get("Name"), str) and "Value" in item:
            yield item["Name"], item["Value"]


def _inner(found: dict[str, Any], name: str) -> dict[str, Any]:
    inner = found.get(name)
    return inner if isinstance(inner, dict) else {}
