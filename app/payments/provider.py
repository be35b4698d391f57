"""The port to whoever collects money for the court (terms of the GSMA Mobile Money API for the rail).

Adapters never raise for a business outcome, and never repeat a POST by themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from app.core.money import EXPONENTS, Money
from app.payments.reasons import Reason


class MalformedReport(ValueError):
    """What the provider sent can't be read; it proves nothing."""


class Flow(StrEnum):
    """How money comes. PUSH: a prompt on the payer's phone, whose number we need. REDIRECT: on the provider's page.

    BILL_REFERENCE: the payer quotes our bill's number at the provider, and the money comes unasked.
    """

    PUSH = "push"
    REDIRECT = "redirect"
    BILL_REFERENCE = "bill_reference"


class RefundSupport(StrEnum):
    """What a provider can pay back by itself: nothing, a whole payment only, or any part of it."""

    NONE = "none"
    FULL = "full"
    PARTIAL = "partial"


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a provider can do. `prompt_window` is how long the payer has to approve.

    `client_reference_id`: it finds an attempt by our own id, so a request that nobody answered may be made again.
    `refund_reference_id`: a refund carries an id of ours too, so one that nobody answered can be asked about by it and
    sent again; without, it is for people to look into.
    `whole_units`: it knows no cents.
    `ask_first_after`: when the first question about an attempt is worth its while.
    `pay_origins`: where the pages are to which a REDIRECT rail sends payers, as a Content-Security-Policy names them.
    """

    currencies: frozenset[str]
    prompt_window: timedelta
    status_calls_a_second: int
    signed_callbacks: bool
    client_reference_id: bool
    flow: Flow = Flow.PUSH
    refunds: RefundSupport = RefundSupport.NONE
    ask_first_after: timedelta = timedelta(seconds=5)
    refund_reference_id: bool = False
    pay_origins: tuple[str, ...] = ()
    whole_units: bool = False

    def takes(self, amount: Money) -> bool:
        """Whether this very amount can be asked for; never a rounded one."""
        unit = 10 ** EXPONENTS[amount.currency] if self.whole_units else 1
        return amount.currency in self.currencies and amount.minor % unit == 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequest:
    """One request to pay. `reference_id` (UUIDv4) is the idempotency key; `msisdn` is E.164 with its plus sign.

    `msisdn` is None on rails that ask no phone; `return_url` is where the payer comes back from the provider's page,
    and `pay_until` when that page should close: the same however often the request is made.
    """

    reference_id: UUID
    amount: Money
    msisdn: str | None = field(repr=False)
    bill_reference: str
    message: str
    callback_url: str | None = field(repr=False)
    return_url: str | None = None
    language: str = "en"
    pay_until: datetime | None = None


class Answer(StrEnum):
    """What came of a request. ACCEPTED means that the payer is being asked, never that money moved."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    UNKNOWN = "unknown"


class Cause(StrEnum):
    """Why it is not known whether a request was taken in."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    SERVER_ERROR = "server_error"
    RATE_LIMITED = "rate_limited"
    UNAUTHORISED = "unauthorised"


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """The provider's answer to a request. `host` processed it: its status can be read there only. `raw` is redacted.

    A REJECTED with a `cause` was not taken in because the provider can't be reached just now.

    `provider_id` is the name under which the provider knows it, `pay_url` the provider's page on which to pay.
    """

    answer: Answer
    host: str
    provider_id: str | None = None
    pay_url: str | None = None
    reason: Reason | None = None
    cause: Cause | None = None
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRef:
    """How a provider finds an attempt again: by our id, or by its own when we were told it.

    `amount` is what was asked for under that id. A provider whose status names no amount reports it: there it is the id
    that fixes the amount.
    """

    reference_id: UUID
    host: str | None
    provider_id: str | None = None
    amount: Money | None = None


class ReportState(StrEnum):
    """What a provider says of an attempt. AMBIGUOUS: it says nothing that we may build on."""

    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"
    NOT_FOUND = "not_found"
    AMBIGUOUS = "ambiguous"


FINAL_REPORTS = frozenset({ReportState.SUCCEEDED, ReportState.FAILED, ReportState.EXPIRED})


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReport:
    """What the provider says. `amount` is None when none was given or it can't be money; `raw` is redacted.

    `nameless`: nobody was asked, because the provider knows the attempt by a name that we were never told.
    """

    state: ReportState
    nameless: bool = False
    amount: Money | None = None
    provider_reference: str | None = None
    reason: Reason | None = None
    completed_at: datetime | None = None
    raw: str = ""


class Authenticity(StrEnum):
    """Whether a callback proves who sent it."""

    VERIFIED = "verified"
    UNSIGNED = "unsigned"
    INVALID = "invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class RawCallback:
    """A callback as it came in."""

    headers: Mapping[str, str]
    body: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackReport:
    """What a callback says, and whether that can be believed.

    `reference_id` or `provider_id` names the attempt where the provider sends all its callbacks to one address.
    """

    authenticity: Authenticity
    report: StatusReport
    reference_id: UUID | None = None
    provider_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRequest:
    """Money to be sent back. `reference_id` (UUIDv4) is this refund's own idempotency key.

    `paid` is what the payment brought, `provider_reference` the provider's number for it.
    """

    reference_id: UUID
    amount: Money
    paid: Money
    original: AttemptRef
    provider_reference: str | None
    msisdn: str | None = field(repr=False)
    bill_reference: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundRef:
    """How a provider finds a refund again. `amount` is what was sent back under it, as in AttemptRef."""

    reference_id: UUID
    host: str | None
    provider_id: str | None = None
    amount: Money | None = None


class CollectionProvider(Protocol):
    """Someone who collects money from payers for us."""

    @property
    def code(self) -> str:
        """The provider's name in our tables, such as "mtn_momo"."""
        ...

    @property
    def title(self) -> str:
        """The provider's name for people."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        ...

    def request_to_pay(self, request: PaymentRequest) -> Submission:
        """Ask the payer; one POST at most. Never raises."""
        ...

    def get_status(self, attempt: AttemptRef) -> StatusReport:
        """Ask how it stands; safe to call for ever. Never raises."""
        ...

    def parse_callback(self, callback: RawCallback) -> CallbackReport:
        """Read a callback; calls nobody. Raises MalformedReport."""
        ...


class RefundingProvider(CollectionProvider, Protocol):
    """A provider that can also pay back; `capabilities.refunds` says how much."""

    def refund(self, request: RefundRequest) -> Submission:
        """Send money back; one POST at most. Never raises."""
        ...

    def get_refund_status(self, refund: RefundRef) -> StatusReport:
        """Ask how a refund stands; safe to call for ever. Never raises."""
        ...
