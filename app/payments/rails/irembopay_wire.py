"""IremboPay's API v2 on the wire: what we send and how we read what comes, without calling anybody.

Reference: IremboPay's API documentation (invoices, payment notifications). An invoice is NEW or PAID; one whose time is
over stays NEW, so whether it has expired is read from its `expiryAt`.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from app.core.money import EXPONENTS, Money
from app.payments.provider import PaymentRequest, ReportState, StatusReport
from app.payments.rails.line import page_in
from app.payments.rails.wire import amount_from_wire, part, redacted, short, uuid_in
from app.payments.reasons import Reason

SIGNATURE = "irembopay-signature"
REPLAY_WINDOW = timedelta(minutes=5)
_LANGUAGES = {"en": "EN", "fr": "FR", "rw": "RW"}
_KEPT = (
    *("invoiceNumber", "transactionId", "amount", "currency", "paymentStatus"),
    *("paymentMethod", "paymentReference", "paidAt", "expiryAt"),
)


class Fractional(ValueError):
    """Only currencies without decimals can be sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IremboPayAccount:
    """The court's merchant account; the product is the one that stands for court fees in the merchant portal."""

    base_url: str
    secret_key: str = field(repr=False)
    payment_account: str
    product_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Invoice:
    """How to find and pay an invoice."""

    number: str
    pay_url: str


def unit_amount(amount: Money) -> int:
    """The amount as IremboPay takes it: 20000 for RWF 20,000. Raises Fractional for a currency with decimals."""
    if EXPONENTS[amount.currency]:
        raise Fractional(amount.currency)
    return amount.minor


def request_body(request: PaymentRequest, account: IremboPayAccount, expires_at: datetime) -> dict[str, Any]:
    """An invoice under our reference for one court fee. The payer is not named: they need not be the filer."""
    return {
        "transactionId": str(request.reference_id),
        "paymentAccountIdentifier": account.payment_account,
        "paymentItems": [{"code": account.product_code, "quantity": 1, "unitAmount": unit_amount(request.amount)}],
        "description": request.message[:255],
        "expiryAt": expires_at.isoformat(timespec="milliseconds"),
        "language": _LANGUAGES.get(request.language, "EN"),
    }


def data_in(found: dict[str, Any]) -> dict[str, Any]:
    """The payload of an answer or a notification."""
    return part(found, "data")


def invoice_in(data: dict[str, Any]) -> Invoice | None:
    """The invoice of an answer, or None when it lacks its number or the page on which to pay."""
    number, page = short(data.get("invoiceNumber")), page_in(data.get("paymentLinkUrl"))
    return Invoice(number=number, pay_url=page) if number and page else None


def reference_in(data: dict[str, Any]) -> UUID | None:
    """Our reference."""
    return uuid_in(data.get("transactionId"))


def report_in(data: dict[str, Any], now: datetime) -> StatusReport:
    """The report in an invoice; only PAID is a success, and a status that we don't know is ambiguous."""
    state = ReportState.AMBIGUOUS
    match data.get("paymentStatus"):
        case "PAID":
            state = ReportState.SUCCEEDED
        case "NEW":
            expiry = moment_in(data.get("expiryAt"))
            state = ReportState.EXPIRED if expiry is not None and expiry <= now else ReportState.PENDING
    return StatusReport(
        state=state,
        amount=amount_from_wire(data.get("amount"), data.get("currency")),
        provider_reference=short(data.get("paymentReference")) or short(data.get("invoiceNumber")),
        reason=Reason.PAGE_CLOSED if state is ReportState.EXPIRED else None,
        completed_at=moment_in(data.get("paidAt")) if state is ReportState.SUCCEEDED else None,
        raw=redacted(data, _KEPT),
    )


def moment_in(value: object) -> datetime | None:
    """A moment such as "2022-11-27T16:24:51.000+02:00"; None without an offset, as it could mean any hour."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return found if found is not None and found.utcoffset() is not None else None
    except (ValueError, OverflowError):
        return None


def codes_in(found: dict[str, Any]) -> str:
    """The error codes of a refusal, for the record."""
    errors = found.get("errors")
    listed = errors if isinstance(errors, list) else []
    codes = [short(part({"e": e}, "e").get("code"), 60) for e in listed[:5]]
    return ",".join(code for code in codes if code) or "no code"


def is_authentic(headers: Mapping[str, str], body: bytes, key: str, now: datetime) -> bool:
    """Whether IremboPay signed these bytes within the last five minutes.

    `t=<ms>,s=<hex>`, where s is HMAC-SHA256(key, t + "#" + body). A time ahead of ours is no replay.
    """
    header = next((value for name, value in headers.items() if name.lower() == SIGNATURE), "")
    parts = dict(p.strip().split("=", 1) for p in header.split(",") if "=" in p)
    moment, signature = parts.get("t", ""), parts.get("s", "")
    if not (moment.isascii() and moment.isdecimal() and len(moment) <= 16 and signature.isascii()):
        return False
    expected = hmac.new(key.encode(), moment.encode() + b"#" + body, sha256).hexdigest()
    if not hmac.compare_digest(expected, signature.lower()):
        return False
    return now.timestamp() * 1000 - int(moment) <= REPLAY_WINDOW.total_seconds() * 1000
