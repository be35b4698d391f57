"""IremboPay: the adapter. An invoice under our reference, which the payer pays on IremboPay's page."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from app.core.clock import Clock
from app.payments.provider import (
    Answer,
    AttemptRef,
    Authenticity,
    CallbackReport,
    Capabilities,
    Cause,
    Flow,
    MalformedReport,
    PaymentRequest,
    RawCallback,
    ReportState,
    StatusReport,
    Submission,
)
from app.payments.rails import irembopay_wire
from app.payments.rails.irembopay_wire import IremboPayAccount
from app.payments.rails.line import NOT_NOW, USER_AGENT, cause_of, checked, is_loopback, line_to, origin
from app.payments.rails.wire import document
from app.payments.reasons import Reason

_OPEN_FOR = timedelta(minutes=20)
_NOT_NOW = NOT_NOW | {401: Cause.UNAUTHORISED}
_NOTHING = StatusReport(state=ReportState.AMBIGUOUS)


class IremboPay:
    """Collects on IremboPay's own page. Threads may share it."""

    code = "irembopay"
    title = "IremboPay"

    def __init__(self, account: IremboPayAccount, *, clock: Clock, client: httpx.Client | None = None) -> None:
        """`client` is given by tests. Raises InsecureAddress."""
        self._account = account
        self._clock = clock
        self._host = checked(account.base_url)
        self._client = client or line_to(self._host)
        self.capabilities = Capabilities(
            currencies=frozenset({"RWF"}),
            prompt_window=_OPEN_FOR,
            status_calls_a_second=5,
            signed_callbacks=True,
            client_reference_id=True,
            flow=Flow.REDIRECT,
            pay_origins=(_pages_of(self._host),),
        )

    def request_to_pay(self, request: PaymentRequest) -> Submission:
        """POST /payments/invoices, once. A refusal may mean a repeat: then our reference finds the invoice."""
        expires_at = request.pay_until or self._clock.now() + _OPEN_FOR
        body = irembopay_wire.request_body(request, self._account, expires_at)
        try:
            response = self._client.post(f"{self._host}/payments/invoices", json=body, headers=self._headers())
        except httpx.HTTPError as error:
            return self._unknown(cause_of(error), type(error).__name__)
        status, found = response.status_code, _document(response)
        if response.is_success:
            return self._made(Answer.ACCEPTED, irembopay_wire.data_in(found))
        raw = f"HTTP {status} {irembopay_wire.codes_in(found)}"
        if status in _NOT_NOW or status >= 500:
            return self._unknown(_NOT_NOW.get(status, Cause.SERVER_ERROR), raw)
        return self._perhaps_a_repeat(request, raw)

    def get_status(self, attempt: AttemptRef) -> StatusReport:
        """GET /payments/invoices/{number, or our reference}.

        An invoice that is open and whose page we were never told counts as not found: asking for it again under the
        same reference brings the page.
        """
        status, data = self._fetch(attempt.host or self._host, attempt.provider_id or str(attempt.reference_id))
        if status == 404:
            return StatusReport(state=ReportState.NOT_FOUND, raw="HTTP 404")
        if status != 200 or irembopay_wire.reference_in(data) != attempt.reference_id:
            return StatusReport(state=ReportState.AMBIGUOUS, raw=f"HTTP {status}")
        report = irembopay_wire.report_in(data, self._clock.now())
        if report.state is ReportState.PENDING and attempt.provider_id is None:
            return StatusReport(state=ReportState.NOT_FOUND, raw=report.raw)
        return report

    def parse_callback(self, callback: RawCallback) -> CallbackReport:
        """Read a notification; its signature proves the sender, and the invoice is asked for all the same."""
        now = self._clock.now()
        if not irembopay_wire.is_authentic(callback.headers, callback.body, self._account.secret_key, now):
            return CallbackReport(authenticity=Authenticity.INVALID, report=_NOTHING)
        data = irembopay_wire.data_in(document(callback.body))
        reference = irembopay_wire.reference_in(data)
        if reference is None:
            raise MalformedReport("no reference of ours")
        report = irembopay_wire.report_in(data, now)
        return CallbackReport(authenticity=Authenticity.VERIFIED, report=report, reference_id=reference)

    def _perhaps_a_repeat(self, request: PaymentRequest, raw: str) -> Submission:
        status, data = self._fetch(self._host, str(request.reference_id))
        if status == 200 and irembopay_wire.reference_in(data) == request.reference_id:
            return self._made(Answer.DUPLICATE, data)
        if status == 404:
            return Submission(answer=Answer.REJECTED, host=self._host, reason=Reason.MISCONFIGURED, raw=raw)
        return self._unknown(Cause.SERVER_ERROR, raw)

    def _made(self, answer: Answer, data: dict[str, Any]) -> Submission:
        invoice = irembopay_wire.invoice_in(data)
        raw = irembopay_wire.report_in(data, self._clock.now()).raw
        if invoice is None:
            return self._unknown(Cause.SERVER_ERROR, f"no invoice {raw}")
        return Submission(answer=answer, host=self._host, provider_id=invoice.number, pay_url=invoice.pay_url, raw=raw)

    def _unknown(self, cause: Cause, raw: str) -> Submission:
        return Submission(answer=Answer.UNKNOWN, host=self._host, cause=cause, raw=raw)

    def _fetch(self, host: str, reference: str) -> tuple[int, dict[str, Any]]:
        """The status and the invoice; 0 when nobody answered, and 404 only when IremboPay itself says so."""
        try:
            response = self._client.get(
                f"{host}/payments/invoices/{quote(reference, safe='')}", headers=self._headers()
            )
        except httpx.HTTPError:
            return 0, {}
        found = _document(response)
        if response.status_code == 404 and "errors" not in found:
            return 0, {}
        return response.status_code, irembopay_wire.data_in(found)

    def _headers(self) -> dict[str, str]:
        return {"irembopay-secretKey": self._account.secret_key, "X-API-Version": "2", "User-Agent": USER_AGENT}


def _document(response: httpx.Response) -> dict[str, Any]:
    try:
        return document(response.content)
    except MalformedReport:
        return {}


def _pages_of(host: str) -> str:
    """Where its payment pages are: at another host of the same domain, or on this machine."""
    if is_loopback(host):
        return origin(host)
    return "https://*." + ".".join((urlsplit(host).hostname or "").split(".")[-2:])
