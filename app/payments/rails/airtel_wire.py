"""Airtel Money (Open API v1) on the wire: what we send and how we read what comes, without calling anybody.

Airtel's documents contradict each other: a code means "in process" in one table and "success" in another, and
`success: false` stands beside a payment that succeeded. So the transaction's status decides alone, the envelope speaks
only where there is no transaction, and a code that two tables read differently, or that none lists, decides nothing.
"""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.payments.provider import Answer, AttemptRef, Cause, PaymentRequest, ReportState, StatusReport
from app.payments.rails.wire import amount_from_wire, amount_on_wire, masked, plain, short
from app.payments.reasons import Reason

COUNTRY, CURRENCY, DIALLING = "RW", "RWF", "+250"

_STATES = {
    "TS": ReportState.SUCCEEDED,
    "TF": ReportState.FAILED,
    "TE": ReportState.EXPIRED,
    "TIP": ReportState.PENDING,
    "TI": ReportState.PENDING,
}
_PUSHED = frozenset({"SUCCESS", "TS", "TIP", "TI"})
_NOT_PUSHED = frozenset({"FAILED", "TF", "TE"})
_DUPLICATE = "ESB000041"
_SIGNATURE_MISMATCH = "DP00800001026"
_NOT_FOUND = frozenset({"ESB000045", "DP00800001025"})
_SAYS_NOTHING = frozenset(
    {
        *("DP00800001000", "DP00800001001", "DP00800001003", "DP00800001006", "DP00800001024"),
        *("ESB000001", "ESB000004", "ESB000014", "ROUTER117"),
    }
)
"""Ambiguous by name, or read as an outcome by one of Airtel's tables and as "in process" by another."""
_ENDED = {
    "DP00800001002": Reason.WRONG_PIN,
    "DP00800001003": Reason.PAYER_LIMIT,
    "DP00800001004": Reason.MISCONFIGURED,
    "DP00800001005": Reason.PAYER_TIMEOUT,
    "DP00800001007": Reason.INSUFFICIENT_FUNDS,
    "DP00800001008": Reason.PAYER_DECLINED,
    "DP00800001010": Reason.PAYEE_BLOCKED,
    "DP00800001024": Reason.PAYER_TIMEOUT,
    "DP00800001029": Reason.PAYER_TIMEOUT,
}
"""Why a payment that ended without success did so."""
_REFUSED = {
    "DP00800001004": Reason.MISCONFIGURED,
    "DP00800001005": Reason.PAYER_NOT_FOUND,
    "DP00800001007": Reason.INSUFFICIENT_FUNDS,
    "DP00800001008": Reason.PAYER_DECLINED,
    "DP00800001010": Reason.PAYEE_BLOCKED,
    "DP00800001012": Reason.PAYER_NOT_FOUND,
    "ESB000033": Reason.PAYER_NOT_FOUND,
    "ESB000036": Reason.PAYER_NOT_FOUND,
    **dict.fromkeys(("ESB000008", "ESB000034", "ESB000035", "ESB000039"), Reason.MISCONFIGURED),
    **dict.fromkeys(("ROUTER001", "ROUTER003", "ROUTER005", "ROUTER006"), Reason.MISCONFIGURED),
    **dict.fromkeys(("ROUTER007", "ROUTER112", "ROUTER119"), Reason.MISCONFIGURED),
}
"""Why a request was refused at the door."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What an answer to a request or a refund says. `receipt` is Airtel's number for a refund."""

    answer: Answer
    reason: Reason | None = None
    cause: Cause | None = None
    receipt: str | None = None


def payment_body(request: PaymentRequest) -> bytes:
    """The exact bytes of a request to pay. Airtel wants the number without its country, and the amount as a number."""
    place = f'"country":"{COUNTRY}","currency":"{CURRENCY}"'
    number = json.dumps((request.msisdn or "").removeprefix(DIALLING).removeprefix("+"))
    return (
        f'{{"reference":{json.dumps(request.bill_reference)},"subscriber":{{{place},"msisdn":{number}}},'
        f'"transaction":{{"amount":{amount_on_wire(request.amount)},{place},"id":"{request.reference_id}"}}}}'
    ).encode()


def refund_body(airtel_money_id: str) -> bytes:
    """The exact bytes of a request to pay a whole payment back."""
    return json.dumps({"transaction": {"airtel_money_id": airtel_money_id}}, separators=(",", ":")).encode()


def payment_answer(http: int, found: dict[str, Any]) -> Reading:
    """What came of a request to pay: SUCCESS is only the push, and what is unclear is unknown."""
    codes, word = codes_in(found), word_in(transaction_in(found))
    if _DUPLICATE in codes:
        return Reading(answer=Answer.DUPLICATE)
    if http < 300 and word:
        if word in _NOT_PUSHED:
            return Reading(answer=Answer.REJECTED, reason=reason_in(found))
        return Reading(answer=Answer.ACCEPTED) if word in _PUSHED else _unclear()
    if http < 300 and _envelope(found).get("success") is True:
        return Reading(answer=Answer.ACCEPTED)
    return _refusal(http, codes)


def refund_answer(http: int, found: dict[str, Any]) -> Reading:
    """What came of a refund. Airtel says SUCCESS once the money is back, and can't be asked about it afterwards."""
    codes, transaction = codes_in(found), transaction_in(found)
    word = word_in(transaction)
    if http < 300 and word in ("SUCCESS", "TS"):
        return Reading(answer=Answer.ACCEPTED, receipt=short(transaction.get("airtel_money_id")))
    if http < 300 and word in ("FAILED", "TF"):
        return Reading(answer=Answer.REJECTED, reason=reason_in(found))
    if http < 300 and word:
        return _unclear()
    if http < 500 and codes & _NOT_FOUND and not codes & _SAYS_NOTHING:
        return Reading(answer=Answer.REJECTED, reason=Reason.UNSPECIFIED)
    return _refusal(http, codes)


def _refusal(http: int, codes: frozenset[str]) -> Reading:
    if http >= 500 or codes & _SAYS_NOTHING:
        return _unclear()
    known = next((_REFUSED[code] for code in sorted(codes) if code in _REFUSED), None)
    if known is None and http < 400:
        return _unclear()
    return Reading(answer=Answer.REJECTED, reason=known or Reason.MISCONFIGURED)


def _unclear() -> Reading:
    return Reading(answer=Answer.UNKNOWN, cause=Cause.SERVER_ERROR)


def enquiry_report(http: int, found: dict[str, Any], asked: AttemptRef) -> StatusReport:
    """How the payment stands by the answer to an enquiry; what speaks of another payment, or unclearly, is ambiguous.

    Airtel names no amount: our id fixes it. Should one be named all the same, it is the one reported.
    """
    transaction, raw = transaction_in(found), f"HTTP {http} {redacted(found)}"
    if not word_in(transaction) or http >= 300:
        unheard = http < 500 and codes_in(found) & _NOT_FOUND
        return StatusReport(state=ReportState.NOT_FOUND if unheard else ReportState.AMBIGUOUS, raw=raw)
    named = transaction.get("id")
    if isinstance(named, str) and named.strip().lower() != str(asked.reference_id):
        return StatusReport(state=ReportState.AMBIGUOUS, raw=raw)
    state = state_of(word_in(transaction))
    said = transaction.get("amount")
    return StatusReport(
        state=state,
        amount=asked.amount if said is None else amount_from_wire(said, transaction.get("currency", CURRENCY)),
        provider_reference=short(transaction.get("airtel_money_id")),
        reason=_reason(state, found),
        raw=raw,
    )


def callback_report(transaction: dict[str, Any]) -> StatusReport:
    """What a callback's transaction says; it names neither an amount nor a reason."""
    return StatusReport(
        state=state_of(word_in(transaction)),
        provider_reference=short(transaction.get("airtel_money_id")),
        raw=redacted({"transaction": transaction}),
    )


def reference_in(transaction: dict[str, Any]) -> UUID | None:
    """Our own id, when the transaction has one."""
    named = transaction.get("id")
    try:
        return UUID(named.strip()) if isinstance(named, str) else None
    except ValueError:
        return None


def state_of(word: str) -> ReportState:
    """TS, TF, TE, TIP as the port has them; TA and whatever we don't know are ambiguous."""
    return _STATES.get(word, ReportState.AMBIGUOUS)


def reason_in(found: dict[str, Any]) -> Reason:
    """Why a payment ended without success; unspecified when the code is one that no table lists."""
    return next((_ENDED[code] for code in sorted(codes_in(found)) if code in _ENDED), Reason.UNSPECIFIED)


def is_signature_mismatch(found: dict[str, Any]) -> bool:
    """Whether the message's signature was refused, so that nothing was taken in."""
    return _SIGNATURE_MISMATCH in codes_in(found)


def transaction_in(found: dict[str, Any]) -> dict[str, Any]:
    """`data.transaction`, or an empty object."""
    data = found.get("data")
    transaction = data.get("transaction") if isinstance(data, dict) else None
    return transaction if isinstance(transaction, dict) else {}


def word_in(transaction: dict[str, Any]) -> str:
    """The transaction's status in capitals; callbacks call it `status_code`."""
    word = transaction.get("status") or transaction.get("status_code")
    return word.strip().upper() if isinstance(word, str) else ""


def codes_in(found: dict[str, Any]) -> frozenset[str]:
    """Every result or response code that the answer carries, inside its envelope or bare."""
    named = [place.get(key) for place in (_envelope(found), found)
             for key in ("response_code", "result_code", "status_code", "error_code")]  # fmt: skip
    return frozenset(code.strip().upper() for code in named if isinstance(code, str) and code.strip())


def redacted(found: dict[str, Any]) -> str:
    """What may be kept of a document: known fields only. The transaction's message can name people, so it is not."""
    transaction = transaction_in(found) or found.get("transaction")
    kept: dict[str, Any] = {}
    if isinstance(transaction, dict):
        kept["transaction"] = _some(transaction, "id", "status", "status_code", "airtel_money_id", "amount", "currency")
    envelope = _envelope(found)
    if envelope:
        kept["status"] = _some(envelope, "code", "result_code", "response_code", "success")
        if isinstance(envelope.get("message"), str):
            kept["status"]["message"] = masked(envelope["message"])
    if "error" in found:
        kept["error"] = plain(found["error"])
    return json.dumps(kept)


def _some(place: dict[str, Any], *wanted: str) -> dict[str, Any]:
    return {key: plain(place[key]) for key in wanted if key in place}


def _envelope(found: dict[str, Any]) -> dict[str, Any]:
    envelope = found.get("status")
    return envelope if isinstance(envelope, dict) else {}


def _reason(state: ReportState, found: dict[str, Any]) -> Reason | None:
    match state:
        case ReportState.FAILED:
            return reason_in(found)
        case ReportState.EXPIRED:
            return Reason.PAYER_TIMEOUT
        case _:
            return None
