"""MTN MoMo: the adapter. Collections by a prompt, refunds by the Disbursement product.

Reference: MTN's Collection and Disbursement APIs v1_0 (OpenAPI), and what was measured live.
"""

from dataclasses import dataclass, field
from datetime import timedelta

import httpx

from app.core.clock import Clock
from app.payments.provider import (
    Answer,
    AttemptRef,
    Authenticity,
    CallbackReport,
    Capabilities,
    PaymentRequest,
    RawCallback,
    RefundRef,
    RefundRequest,
    RefundSupport,
    StatusReport,
    Submission,
)
from app.payments.rails import mtn_wire
from app.payments.rails.line import checked, line_to
from app.payments.rails.mtn_product import Access, MtnProduct, ambiguous
from app.payments.rails.wire import document
from app.payments.reasons import Reason

_SANDBOX = "sandbox"


@dataclass(frozen=True, slots=True, kw_only=True)
class MtnAccount:
    """Where the court's account is. `target_environment`: "mtnrwanda", or MTN's "sandbox".

    Refunds need the Disbursement product, with a subscription key of its own and usually its own API user; the user and
    key of collections are taken where none is given. Without `disbursement_key` nothing can be paid back over MTN.
    """

    base_url: str
    subscription_key: str = field(repr=False)
    api_user: str = field(repr=False)
    api_key: str = field(repr=False)
    target_environment: str
    disbursement_key: str = field(default="", repr=False)
    disbursement_user: str = field(default="", repr=False)
    disbursement_api_key: str = field(default="", repr=False)


class MtnCollections:
    """Collects by a prompt on the payer's phone, and pays back. Threads may share it."""

    code = "mtn_momo"
    title = "MTN Mobile Money"

    def __init__(self, account: MtnAccount, *, clock: Clock, client: httpx.Client | None = None) -> None:
        """`client` is given by tests. Raises InsecureAddress."""
        client = client or line_to(checked(account.base_url))
        self._collection = MtnProduct(_collection(account), clock=clock, client=client)
        refunds = account.disbursement_key != ""
        self._disbursement = MtnProduct(_disbursement(account), clock=clock, client=client) if refunds else None
        test = account.target_environment == _SANDBOX
        self.capabilities = Capabilities(
            currencies=frozenset({"EUR"} if test else {"RWF"}),  # MTN's own test system takes EUR only.
            prompt_window=timedelta(minutes=5),
            status_calls_a_second=10,
            signed_callbacks=False,
            client_reference_id=True,
            refunds=RefundSupport.PARTIAL if refunds else RefundSupport.NONE,
            refund_reference_id=True,
        )

    def request_to_pay(self, request: PaymentRequest) -> Submission:
        """POST /collection/v1_0/requesttopay, once. 202 and 409 both mean that the payer is being asked."""
        body = mtn_wire.request_body(request)
        return self._collection.post("v1_0/requesttopay", request.reference_id, body, callback_url=request.callback_url)

    def get_status(self, attempt: AttemptRef) -> StatusReport:
        """GET /collection/v1_0/requesttopay/{id} at the host that processed it."""
        return self._collection.get(f"v1_0/requesttopay/{attempt.reference_id}", attempt.host)

    def parse_callback(self, callback: RawCallback) -> CallbackReport:
        """Read a callback. MTN signs none, so it is a hint and no more. Raises MalformedReport."""
        report = mtn_wire.report_in(document(callback.body))
        return CallbackReport(authenticity=Authenticity.UNSIGNED, report=report)

    def refund(self, request: RefundRequest) -> Submission:
        """POST /disbursement/v1_0/refund, once. 202 and 409 both mean that it was taken in, not that money moved.

        A merchant may have the product and still be refused every write (403): the refund is then for other means.
        """
        if self._disbursement is None:
            return Submission(answer=Answer.REJECTED, host="", reason=Reason.PROVIDER_UNAVAILABLE, raw="not subscribed")
        return self._disbursement.post("v1_0/refund", request.reference_id, mtn_wire.refund_body(request))

    def get_refund_status(self, refund: RefundRef) -> StatusReport:
        """GET /disbursement/v1_0/refund/{id} at the host that processed it."""
        if self._disbursement is None:
            return ambiguous("not subscribed")
        return self._disbursement.get(f"v1_0/refund/{refund.reference_id}", refund.host)


def _collection(account: MtnAccount) -> Access:
    return Access(
        name="collection",
        base_url=account.base_url,
        subscription_key=account.subscription_key,
        api_user=account.api_user,
        api_key=account.api_key,
        target_environment=account.target_environment,
    )


def _disbursement(account: MtnAccount) -> Access:
    return Access(
        name="disbursement",
        base_url=account.base_url,
        subscription_key=account.disbursement_key,
        api_user=account.disbursement_user or account.api_user,
        api_key=account.disbursement_api_key or account.api_key,
        target_environment=account.target_environment,
    )
