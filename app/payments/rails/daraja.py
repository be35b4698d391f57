"""Safaricom's Daraja (M-Pesa): the adapter. Reference: the Daraja 2.0 documentation.

A push has no id of ours: one that nobody answered can be neither asked about nor repeated. Its callback, which carries
the CheckoutRequestID to an address that only Safaricom knows, makes it known after all.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx

from app.core.clock import Clock
from app.payments.paybill.port import BillPayment, Refusal
from app.payments.provider import (
    Answer,
    AttemptRef,
    Authenticity,
    CallbackReport,
    Capabilities,
    Cause,
    MalformedReport,
    PaymentRequest,
    RawCallback,
    RefundRef,
    RefundRequest,
    RefundSupport,
    ReportState,
    StatusReport,
    Submission,
)
from app.payments.rails import daraja_paybill_wire as paybill_wire
from app.payments.rails import daraja_wire
from app.payments.rails.daraja_session import DarajaSession
from app.payments.rails.line import NoToken, cause_of
from app.payments.rails.wire import document
from app.payments.reasons import Reason
from app.payments.reversals.port import Result, Reversals

_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)


@dataclass(frozen=True, slots=True, kw_only=True)
class Initiator:
    """Who may reverse: the name of the API operator, and its password as encrypted with Safaricom's certificate."""

    name: str
    credential: str = field(repr=False)


class Daraja:
    """Collects by a prompt on the payer's phone, and by bill reference. Threads may share it."""

    code = "mpesa"
    title = "M-Pesa"

    def __init__(
        self,
        session: DarajaSession,
        shortcode: daraja_wire.Shortcode,
        *,
        clock: Clock,
        reversals: Reversals | None = None,
        initiator: Initiator | None = None,
    ) -> None:
        """Refunds need both `reversals` and an `initiator`."""
        self._session = session
        self._shortcode = shortcode
        self._clock = clock
        self._reversals = reversals
        self._initiator = initiator
        refunding = reversals is not None and initiator is not None
        self.capabilities = Capabilities(
            currencies=frozenset({daraja_wire.CURRENCY}),
            whole_units=True,
            prompt_window=timedelta(minutes=5),
            status_calls_a_second=5,
            signed_callbacks=False,
            client_reference_id=False,
            refunds=RefundSupport.FULL if refunding else RefundSupport.NONE,
        )

    @property
    def payee(self) -> str:
        """Our paybill."""
        return self._shortcode.number

    def request_to_pay(self, request: PaymentRequest) -> Submission:
        """POST processrequest, once. What was surely not taken in is REJECTED, so that the payer need not wait."""
        try:
            body = daraja_wire.push_body(request, self._shortcode, self._clock.now())
        except daraja_wire.NotPayable:
            return self._rejected(Reason.MISCONFIGURED, "not payable on this rail")
        return self._submit("/mpesa/stkpush/v1/processrequest", body, daraja_wire.checkout_id_in)

    def get_status(self, attempt: AttemptRef) -> StatusReport:
        """POST query for its CheckoutRequestID; without one there is nothing to ask by."""
        if attempt.provider_id is None:
            return StatusReport(state=ReportState.AMBIGUOUS, nameless=True, raw="no CheckoutRequestID")
        body = daraja_wire.query_body(attempt.provider_id, self._shortcode, self._clock.now())
        try:
            response = self._session.post("/mpesa/stkpushquery/v1/query", body)
            found = document(response.content)
            if daraja_wire.code_in(found.get("errorCode")) == daraja_wire.BAD_TOKEN:
                self._session.forget()
                found = document(self._session.post("/mpesa/stkpushquery/v1/query", body).content)
        except NoToken as refused:
            return _ambiguous(f"no token: {refused.cause}")
        except httpx.HTTPError as error:
            return _ambiguous(type(error).__name__)
        except MalformedReport:
            return _ambiguous("unreadable")
        return daraja_wire.report_of_query(found, attempt.amount)

    def parse_callback(self, callback: RawCallback) -> CallbackReport:
        """Read a callback. Daraja signs none, so it is a hint and no more. Raises MalformedReport."""
        provider_id, report = daraja_wire.callback_in(document(callback.body))
        return CallbackReport(authenticity=Authenticity.UNSIGNED, report=report, provider_id=provider_id)

    def read_bill_payment(self, body: bytes) -> BillPayment:
        """Read a C2B validation or confirmation. Raises MalformedReport."""
        return paybill_wire.bill_payment_in(body)

    def answer_validation(self, refusal: Refusal | None) -> dict[str, Any]:
        """The ResultCode for a validation."""
        return paybill_wire.validation_answer(refusal)

    def register_addresses(self, confirmation_url: str, validation_url: str) -> bool:
        """POST registerurl; in production it is taken once, and a second time is refused as registered already."""
        body = paybill_wire.registration_body(self._shortcode.number, confirmation_url, validation_url)
        try:
            found = document(self._session.post("/mpesa/c2b/v2/registerurl", body).content)
        except (NoToken, httpx.HTTPError, MalformedReport):
            return False
        accepted = daraja_wire.code_in(found.get("ResponseCode")) == "0"
        return accepted or "already registered" in str(found.get("errorMessage", "")).lower()

    def read_result(self, body: bytes) -> Result:
        """Read what came to a ResultURL. Raises MalformedReport."""
        return paybill_wire.result_in(body)

    def refund(self, request: RefundRequest) -> Submission:
        """POST reversal, once: the whole payment, by its receipt number."""
        if self._reversals is None or self._initiator is None:
            return self._rejected(Reason.MISCONFIGURED, "no initiator")
        result_url, timeout_url = self._reversals.addresses(request.reference_id)
        try:
            body = paybill_wire.reversal_body(request, self._shortcode.number)
        except daraja_wire.NotPayable:
            return self._rejected(Reason.MISCONFIGURED, "only a whole payment with a receipt can be reversed")
        body |= {
            "Initiator": self._initiator.name,
            "SecurityCredential": self._initiator.credential,
            "ResultURL": result_url,
            "QueueTimeOutURL": timeout_url,
        }
        return self._submit("/mpesa/reversal/v1/request", body, daraja_wire.conversation_id_in)

    def get_refund_status(self, refund: RefundRef) -> StatusReport:
        """What came to our ResultURL: Daraja can't be asked. Results that contradict each other say nothing."""
        told = self._reversals.results(refund.reference_id) if self._reversals else ()
        final = [result for result in told if result.state is not ReportState.PENDING]
        if not final:
            waits = ReportState.PENDING if told or refund.provider_id else ReportState.AMBIGUOUS
            return StatusReport(state=waits, raw="no result yet")
        if len({result.state for result in final}) > 1:
            return _ambiguous("contradictory results")
        return _refund_report(final[0], refund)

    def _submit(self, path: str, body: dict[str, Any], id_in: daraja_wire.IdIn) -> Submission:
        try:
            response = self._session.post(path, body)
        except NoToken as refused:
            return self._rejected(Reason.PROVIDER_UNAVAILABLE, "no token", refused.cause)
        except _NEVER_SENT as error:
            return self._rejected(Reason.PROVIDER_UNAVAILABLE, type(error).__name__, Cause.UNREACHABLE)
        except httpx.HTTPError as error:
            return self._unknown(cause_of(error), type(error).__name__)
        try:
            found = document(response.content)
        except MalformedReport:
            return self._unknown(Cause.SERVER_ERROR, f"HTTP {response.status_code}, unreadable")
        return self._read(response.status_code, found, id_in)

    def _read(self, status: int, found: dict[str, Any], id_in: daraja_wire.IdIn) -> Submission:
        raw = f"HTTP {status} {daraja_wire.redacted(found)}"
        provider_id = id_in(found)
        if status == 200 and provider_id is not None:
            return Submission(answer=Answer.ACCEPTED, host=self._session.host, provider_id=provider_id, raw=raw)
        code = daraja_wire.code_in(found.get("errorCode"))
        if code == daraja_wire.BAD_TOKEN:
            self._session.forget()
        reason = daraja_wire.refusal_in(found)
        if reason is None:
            return self._unknown(Cause.SERVER_ERROR, raw)
        return self._rejected(reason, raw, daraja_wire.CAUSES.get(code))

    def _rejected(self, reason: Reason, raw: str, cause: Cause | None = None) -> Submission:
        return Submission(answer=Answer.REJECTED, host=self._session.host, reason=reason, cause=cause, raw=raw)

    def _unknown(self, cause: Cause, raw: str) -> Submission:
        return Submission(answer=Answer.UNKNOWN, host=self._session.host, cause=cause, raw=raw)


def _refund_report(result: Result, refund: RefundRef) -> StatusReport:
    """What became of a reversal. Only whole payments are reversed, under an id of ours: that fixes the amount."""
    failed = result.state is ReportState.FAILED
    return StatusReport(
        state=result.state,
        amount=None if failed else refund.amount,
        provider_reference=result.provider_reference,
        reason=Reason.UNSPECIFIED if failed else None,
        raw=result.raw,
    )


def _ambiguous(raw: str) -> StatusReport:
    return StatusReport(state=ReportState.AMBIGUOUS, raw=raw)
