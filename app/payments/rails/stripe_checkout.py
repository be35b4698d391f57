"""Cards by Stripe Checkout: the adapter, and the one file that knows Stripe's own package."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import stripe

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
    RefundRef,
    RefundRequest,
    RefundSupport,
    ReportState,
    StatusReport,
    Submission,
)
from app.payments.rails import stripe_wire
from app.payments.rails.line import NOT_NOW, cause_of, checked, line_to, origin
from app.payments.reasons import Reason

_STRIPE = "https://api.stripe.com"
_PAGES = "https://checkout.stripe.com"
_SIGNATURE = "stripe-signature"
# Stripe takes 30 minutes to 24 hours; ten minutes are for asking again when the first answer was lost.
_OPEN_FOR = timedelta(minutes=40)
_NOT_NOW = NOT_NOW | {401: Cause.UNAUTHORISED, 409: Cause.RATE_LIMITED}
_REPLAYED = "idempotent-replayed"


@dataclass(frozen=True, slots=True, kw_only=True)
class StripeAccount:
    """The court's account. `base_url` is empty for Stripe itself."""

    secret_key: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    base_url: str = ""


class _Http(stripe.HTTPClient):
    """Stripe's calls over our own client: explicit timeouts, and no proxy before this machine."""

    name = "httpx"

    def __init__(self, client: httpx.Client) -> None:
        super().__init__()
        self._client = client

    def request(self, method: str, url: str, headers: Any, post_data: Any = None, **_: Any) -> Any:
        """One request: body, status, headers. Raises stripe.APIConnectionError from the error of httpx."""
        try:
            response = self._client.request(method, url, headers=headers, content=post_data)
        except httpx.HTTPError as error:
            raise stripe.APIConnectionError(type(error).__name__) from error  # type: ignore[no-untyped-call]
        return response.content, response.status_code, response.headers

    def close(self) -> None:
        """Close the connections."""
        self._client.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failure:
    """What went wrong. `status` 0: nobody answered, for `cause`. `final`: the answer to this key will never change.

    `too_late`: so much of the time has gone by that Stripe opens no page for the rest of it.
    """

    status: int
    cause: Cause
    words: str
    final: bool = False
    too_late: bool = False


class StripeCheckout:
    """Collects from cards on Stripe's own page, and pays back. Threads may share it."""

    code = "stripe"
    title = "Card"

    def __init__(self, account: StripeAccount, *, client: httpx.Client | None = None) -> None:
        """`client` is given by tests. Raises InsecureAddress."""
        self._host = checked(account.base_url or _STRIPE)
        self._webhook_secret = account.webhook_secret
        own = client or line_to(self._host)
        self._stripe = stripe.StripeClient(
            account.secret_key,
            base_addresses={"api": self._host},
            # A repeat is ours to decide on, with the question before it.
            max_network_retries=0,
            http_client=_Http(own),
        )
        self.capabilities = Capabilities(
            currencies=stripe_wire.CURRENCIES,
            prompt_window=_OPEN_FOR,
            status_calls_a_second=10,
            signed_callbacks=True,
            client_reference_id=True,
            flow=Flow.REDIRECT,
            refunds=RefundSupport.PARTIAL,
            refund_reference_id=True,
            pay_origins=(origin(account.base_url) if account.base_url else _PAGES,),
        )

    def request_to_pay(self, request: PaymentRequest) -> Submission:
        """POST /v1/checkout/sessions, once, under our reference as idempotency key: a repeat finds the same session."""
        sessions = self._stripe.v1.checkout.sessions
        params: Any = stripe_wire.session_params(request)
        made = _answer_of(lambda: sessions.create(params, {"idempotency_key": str(request.reference_id)}))
        if isinstance(made, _Failure):
            return self._not_made(made)
        opened, raw = stripe_wire.opened_in(made), stripe_wire.session_report(made).raw
        if opened is None or opened.pay_url is None:
            return Submission(answer=Answer.UNKNOWN, host=self._host, cause=Cause.SERVER_ERROR, raw=raw)
        return Submission(
            answer=Answer.ACCEPTED, host=self._host, provider_id=opened.id, pay_url=opened.pay_url, raw=raw
        )

    def get_status(self, attempt: AttemptRef) -> StatusReport:
        """GET /v1/checkout/sessions/{id}.

        Stripe can't be asked by our reference. A session whose id we were never told counts as not found: its page was
        shown to nobody, and the same request under the same key brings it.
        """
        session_id = attempt.provider_id
        if session_id is None:
            return StatusReport(state=ReportState.NOT_FOUND, raw="no session id yet")
        found = _answer_of(lambda: self._stripe.v1.checkout.sessions.retrieve(session_id))
        if isinstance(found, _Failure):
            return _not_told(found)
        if stripe_wire.reference_in(found) != attempt.reference_id:
            return StatusReport(state=ReportState.AMBIGUOUS, raw="another payment's session")
        return stripe_wire.session_report(found)

    def parse_callback(self, callback: RawCallback) -> CallbackReport:
        """Read an event; its signature proves the sender, and the session is asked for all the same.

        Raises MalformedReport for signed words that are no event.
        """
        header = next((value for name, value in callback.headers.items() if name.lower() == _SIGNATURE), None)
        try:
            event = stripe.Webhook.construct_event(callback.body, header, self._webhook_secret)
        except (stripe.SignatureVerificationError, UnicodeDecodeError):
            return CallbackReport(authenticity=Authenticity.INVALID, report=StatusReport(state=ReportState.AMBIGUOUS))
        except Exception as error:
            # Signed, and still no event: Stripe's package stumbles in many ways over what it doesn't expect.
            raise MalformedReport("not an event") from error
        read = stripe_wire.event_in(event.to_dict())
        return CallbackReport(authenticity=Authenticity.VERIFIED, report=read.report, reference_id=read.reference_id)

    def refund(self, request: RefundRequest) -> Submission:
        """POST /v1/refunds under the refund's own reference as idempotency key, unless the payment has this refund.

        Stripe forgets a key after a day, and may answer to it with an error for ever; the payment's refunds, each with
        our reference in its metadata, are remembered.
        """
        if not request.provider_reference:
            return Submission(
                answer=Answer.REJECTED, host=self._host, reason=Reason.MISCONFIGURED, raw="no payment intent"
            )
        known = self._known_refund(request)
        if known is not None:
            return known
        params: Any = stripe_wire.refund_params(request)
        made = _answer_of(
            lambda: self._stripe.v1.refunds.create(params, {"idempotency_key": str(request.reference_id)})
        )
        if isinstance(made, _Failure):
            return self._unknown(made) if made.final else self._not_made(made)
        return self._refunded(Answer.ACCEPTED, made)

    def get_refund_status(self, refund: RefundRef) -> StatusReport:
        """GET /v1/refunds/{id}; without its id it is not found, so `refund` looks for it before it makes it."""
        refund_id = refund.provider_id
        if refund_id is None:
            return StatusReport(state=ReportState.NOT_FOUND, raw="no refund id yet")
        found = _answer_of(lambda: self._stripe.v1.refunds.retrieve(refund_id))
        if isinstance(found, _Failure):
            return _not_told(found)
        if stripe_wire.reference_in(found) != refund.reference_id:
            return StatusReport(state=ReportState.AMBIGUOUS, raw="another refund")
        return stripe_wire.refund_report(found)

    def _known_refund(self, request: RefundRequest) -> Submission | None:
        """None only when Stripe says that the payment has no such refund: unheard, it may have."""
        params: Any = {"payment_intent": request.provider_reference, "limit": 100}
        found = _answer_of(lambda: self._stripe.v1.refunds.list(params))
        if isinstance(found, _Failure):
            return self._unknown(found)
        listed = found.get("data")
        if not isinstance(listed, list) or found.get("has_more"):
            return self._unknown(_Failure(status=0, cause=Cause.SERVER_ERROR, words="no whole list of refunds"))
        for refund in listed:
            if isinstance(refund, dict) and stripe_wire.reference_in(refund) == request.reference_id:
                return self._refunded(Answer.DUPLICATE, refund)
        return None

    def _unknown(self, failure: _Failure) -> Submission:
        return Submission(answer=Answer.UNKNOWN, host=self._host, cause=failure.cause, raw=failure.words)

    def _refunded(self, answer: Answer, refund: dict[str, Any]) -> Submission:
        report = stripe_wire.refund_report(refund)
        if report.provider_reference is None:
            return Submission(answer=Answer.UNKNOWN, host=self._host, cause=Cause.SERVER_ERROR, raw=report.raw)
        return Submission(answer=answer, host=self._host, provider_id=report.provider_reference, raw=report.raw)

    def _not_made(self, failure: _Failure) -> Submission:
        """Nobody was told a page that we don't know: what will never be answered otherwise may be begun anew."""
        if failure.final or failure.too_late:
            return Submission(
                answer=Answer.REJECTED, host=self._host, reason=Reason.PROVIDER_UNAVAILABLE, raw=failure.words
            )
        if failure.status in _NOT_NOW or not 400 <= failure.status < 500:
            return self._unknown(failure)
        return Submission(answer=Answer.REJECTED, host=self._host, reason=Reason.MISCONFIGURED, raw=failure.words)


def _answer_of(call: Callable[[], stripe.StripeObject]) -> dict[str, Any] | _Failure:
    """The object that Stripe answered with, as plain values, or how it failed."""
    try:
        return call().to_dict()
    except stripe.APIConnectionError as error:
        why = error.__cause__
        cause = cause_of(why) if isinstance(why, httpx.HTTPError) else Cause.UNREACHABLE
        return _Failure(status=0, cause=cause, words=type(why).__name__)
    except stripe.StripeError as error:
        return _failure(error)
    except Exception as error:
        # A body that is neither an object nor an error of Stripe's: its package stumbles over it.
        return _Failure(status=0, cause=Cause.SERVER_ERROR, words=f"unreadable: {type(error).__name__}")


def _failure(error: stripe.StripeError) -> _Failure:
    status = error.http_status or 0
    replayed = str(dict(error.headers or {}).get(_REPLAYED, "")).lower() == "true"
    misused = isinstance(error, stripe.IdempotencyError)
    words = f"HTTP {status} {type(error).__name__} {error.code or ''}".strip()
    cause = _NOT_NOW.get(status, Cause.SERVER_ERROR)
    return _Failure(
        status=status,
        cause=cause,
        words=words,
        final=misused or (replayed and status >= 500),
        too_late=status == 400 and getattr(error, "param", None) == "expires_at",
    )


def _not_told(failure: _Failure) -> StatusReport:
    # Only Stripe's own 404 says that there is no such thing; a gateway's page says nothing.
    missing = failure.status == 404 and failure.words.endswith("resource_missing")
    state = ReportState.NOT_FOUND if missing else ReportState.AMBIGUOUS
    return StatusReport(state=state, raw=failure.words)
