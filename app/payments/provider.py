"""The port to whoever collects money for the court (terms of the GSMA Mobile Money API for the rail).

Adapters never raise for a business outcome, and never repeat a POST by themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from app.core.money import Money
from app.payments.reasons import Reason


class MalformedReport(ValueError):
    """What the provider sent can't be read; it proves nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What a provider can do. `prompt_window` is how long the payer has to approve."""

    currencies: frozenset[str]
    prompt_window: timedelta
    status_calls_a_second: int
    signed_callbacks: bool
    client_reference_id: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentRequest:
    """One request to pay. `reference_id` (UUIDv4) is the idempotency key; `msisdn` is E.164 with its plus sign."""

    reference_id: UUID
    amount: Money
    msisdn: str = field(repr=False)
    bill_reference: str
    message: str
    callback_url: str | None = field(repr=False)


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
    """The provider's answer to a request. `host` processed it: its status can be read there only. `raw` is redacted."""

    answer: Answer
    host: str
    reason: Reason | None = None
    cause: Cause | None = None
    raw: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttemptRef:
    """How a provider finds an attempt again."""

    reference_id: UUID
    host: str | None


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
    """What the provider says. `amount` is None when none was given or it can't be money; `raw` is redacted."""

    state: ReportState
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
    """What a callback says, and whether that can be believed."""

    authenticity: Authenticity
    report: StatusReport


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
