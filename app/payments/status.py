"""The states of a payment attempt, and which may follow which.

`created -> submitted -> pending -> succeeded | failed | expired | cancelled`; `unknown` while the provider has not
answered. A success that comes after we said otherwise is a correction, made only with the provider's evidence. Money
that comes unasked (the cash desk, a bill's number quoted at an operator) goes from created to succeeded at once.
"""

from enum import StrEnum

from app.core.transitions import Transitions


class AttemptState(StrEnum):
    """Where one attempt to pay stands."""

    CREATED = "created"
    SUBMITTED = "submitted"
    PENDING = "pending"
    UNKNOWN = "unknown"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


_S = AttemptState

LIVE = frozenset({_S.SUBMITTED, _S.PENDING, _S.UNKNOWN})
"""While an attempt is in one of these, no second one may begin for the same obligation."""

CORRECTED = frozenset({_S.FAILED, _S.EXPIRED, _S.CANCELLED, _S.UNKNOWN})
"""From these a success is a correction of what we said before; it needs the provider's evidence."""

ATTEMPT_TRANSITIONS = Transitions(
    {
        _S.CREATED: frozenset({_S.SUBMITTED, _S.CANCELLED, _S.SUCCEEDED}),
        _S.SUBMITTED: frozenset({_S.PENDING, _S.UNKNOWN}),
        _S.PENDING: frozenset({_S.SUCCEEDED, _S.FAILED, _S.EXPIRED, _S.CANCELLED, _S.UNKNOWN}),
        _S.UNKNOWN: frozenset({_S.PENDING, _S.SUCCEEDED, _S.FAILED, _S.EXPIRED}),
        _S.FAILED: frozenset({_S.SUCCEEDED}),
        _S.EXPIRED: frozenset({_S.SUCCEEDED}),
        _S.CANCELLED: frozenset({_S.SUCCEEDED}),
        _S.SUCCEEDED: frozenset(),
    }
)


class ObligationStatus(StrEnum):
    """What is still owed; always derived from fees, payments and refunds due, never stored."""

    NOT_PAID = "not_paid"
    PART_PAID = "part_paid"
    PAID = "paid"
    OVERPAID = "overpaid"
    WAIVED = "waived"
    VOID = "void"
