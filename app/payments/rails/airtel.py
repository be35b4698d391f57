"""Airtel Money collections and refunds: the adapter. Reference: Airtel Africa Open API, Collection v1."""

from datetime import timedelta
from typing import Any

import httpx

from app.config import AirtelSettings
from app.core.clock import Clock
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
from app.payments.rails import airtel_wire
from app.payments.rails.airtel_seals import heard_in
from app.payments.rails.airtel_session import AirtelSession
from app.payments.rails.line import NOT_NOW, NoToken, cause_of, checked, line_to
from app.payments.rails.wire import document
from app.payments.reasons import Reason

# Nothing was sent, or nobody was there to take it in.
_NEVER_ARRIVED = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)


class AirtelMoney:
    """Collects by a prompt on the payer's phone, and pays whole payments back. Threads may share it."""

    code = "airtel_money"
    title = "Airtel Money"
    capabilities = Capabilities(
        currencies=frozenset({airtel_wire.CURRENCY}),
        prompt_window=timedelta(minutes=5),
        status_calls_a_second=10,
        signed_callbacks=True,
        client_reference_id=True,
        refunds=RefundSupport.FULL,
        ask_first_after=timedelta(minutes=3),  # As Airtel advises.
    )

    def __init__(self, account: AirtelSettings, *, clock: Clock, client: httpx.Client | None = None) -> None:
        """`client` is given by tests. Raises InsecureAddress."""
        self._account = account
        self._host = checked(account.base_url)
        self._client = client or line_to(self._host)
        self._session = AirtelSession(account, clock=clock, client=self._client)

    def request_to_pay(self, request: PaymentRequest) -> Submission:
        """POST /merchant/v1/payments/, once. "SUCCESS" and a duplicate both mean that the payer is being asked."""
        body = airtel_wire.payment_body(request)
        try:
            response = self._post("/merchant/v1/payments/", body)
        except NoToken as refused:
            return self._unknown(refused.cause, "no token or key")
        except httpx.HTTPError as error:
            return self._unknown(cause_of(error), type(error).__name__)
        status, found = response.status_code, _document(response)
        raw = f"HTTP {status} {airtel_wire.redacted(found)}"
        if status == 401:
            self._session.forget_token(self._host)
            return self._unknown(Cause.UNAUTHORISED, raw)
        if status in NOT_NOW:
            return self._unknown(NOT_NOW[status], raw)
        if airtel_wire.is_signature_mismatch(found):
            # Airtel changes its keys: the same request, signed with the new one, is another matter.
            self._session.forget_key(self._host)
            return self._unknown(Cause.UNAUTHORISED, raw)
        read = airtel_wire.payment_answer(status, found)
        return Submission(answer=read.answer, host=self._host, reason=read.reason, cause=read.cause, raw=raw)

    def get_status(self, attempt: AttemptRef) -> StatusReport:
        """GET /standard/v1/payments/{id} at the host that processed it; a stale token is renewed once."""
        host = attempt.host or self._host
        url = f"{host}/standard/v1/payments/{attempt.reference_id}"
        try:
            response = self._client.get(url, headers=self._session.headers(host))
            if response.status_code == 401:
                self._session.forget_token(host)
                response = self._client.get(url, headers=self._session.headers(host))
        except NoToken as refused:
            return _ambiguous(f"no token: {refused.cause}")
        except httpx.HTTPError as error:
            return _ambiguous(type(error).__name__)
        try:
            found = document(response.content)
        except MalformedReport:
            return _ambiguous(f"HTTP {response.status_code}, unreadable")
        return airtel_wire.enquiry_report(response.status_code, found, attempt)

    def parse_callback(self, callback: RawCallback) -> CallbackReport:
        """Read a callback and check its hash; without a hash it is not theirs. Raises MalformedReport.

        The hash covers no time and no amount, so also a genuine one may be old: it only makes us ask.
        """
        heard = heard_in(callback.body)
        genuine = heard.is_genuine(self._account.callback_key)
        reference_id = airtel_wire.reference_in(heard.transaction)
        if reference_id is None:
            raise MalformedReport("no reference of ours")
        return CallbackReport(
            authenticity=Authenticity.VERIFIED if genuine else Authenticity.INVALID,
            report=airtel_wire.callback_report(heard.transaction),
            reference_id=reference_id,
        )

    def refund(self, request: RefundRequest) -> Submission:
        """POST /standard/v1/payments/refund, once: a whole payment, by Airtel's own number for it.

        Airtel takes no id of ours, so a repeat could pay twice: UNKNOWN is for people to look into, never to retry.
        REJECTED is sure: nothing was paid back.
        """
        if request.amount != request.paid or not request.provider_reference:
            return self._not_refunded(Reason.MISCONFIGURED, "not sent: whole payments only, by Airtel's number")
        # A token that ran out in the middle would leave the refund in doubt.
        self._session.forget_token(self._host)
        try:
            response = self._post("/standard/v1/payments/refund", airtel_wire.refund_body(request.provider_reference))
        except NoToken as refused:
            return self._not_refunded(Reason.PROVIDER_UNAVAILABLE, f"not sent: {refused.cause}")
        except _NEVER_ARRIVED as error:
            return self._not_refunded(Reason.PROVIDER_UNAVAILABLE, f"not sent: {type(error).__name__}")
        except httpx.HTTPError as error:
            return self._unknown(cause_of(error), type(error).__name__)
        status, found = response.status_code, _document(response)
        raw = f"HTTP {status} {airtel_wire.redacted(found)}"
        if airtel_wire.is_signature_mismatch(found):
            self._session.forget_key(self._host)
        if status in (401, 429):
            return self._not_refunded(Reason.PROVIDER_UNAVAILABLE, raw)
        if status in NOT_NOW:
            return self._unknown(NOT_NOW[status], raw)
        read = airtel_wire.refund_answer(status, found)
        receipt = (read.receipt or request.provider_reference) if read.answer is Answer.ACCEPTED else None
        return Submission(
            answer=read.answer, host=self._host, provider_id=receipt, reason=read.reason, cause=read.cause, raw=raw
        )

    def get_refund_status(self, refund: RefundRef) -> StatusReport:
        """How a refund stands. Airtel can't be asked: it was carried out if it gave a number for it, else who knows."""
        if refund.provider_id is None:
            return _ambiguous("Airtel gave no number for this refund, and can't be asked about one")
        return StatusReport(
            state=ReportState.SUCCEEDED,
            amount=refund.amount,
            provider_reference=refund.provider_id,
            raw="Airtel's answer to the refund",
        )

    def _post(self, path: str, body: bytes) -> httpx.Response:
        headers = self._session.headers_for(self._host, body)
        return self._client.post(f"{self._host}{path}", content=body, headers=headers)

    def _unknown(self, cause: Cause, raw: str) -> Submission:
        return Submission(answer=Answer.UNKNOWN, host=self._host, cause=cause, raw=raw)

    def _not_refunded(self, reason: Reason, raw: str) -> Submission:
        return Submission(answer=Answer.REJECTED, host=self._host, reason=reason, raw=raw)


def _document(response: httpx.Response) -> dict[str, Any]:
    try:
        return document(response.content)
    except MalformedReport:
        return {}


def _ambiguous(raw: str) -> StatusReport:
    return StatusReport(state=ReportState.AMBIGUOUS, raw=raw)
