"""A filing's states and which may follow which (the court acts on submitted filings only)."""

from enum import StrEnum

from app.core.transitions import Transitions


class FilingStatus(StrEnum):
    """Where a filing stands."""

    DRAFT = "draft"
    AWAITING_PAYMENT = "awaiting_payment"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    ACCEPTED = "accepted"
    RETURNED = "returned_for_correction"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"


_S = FilingStatus
TRANSITIONS = Transitions(
    {
        _S.DRAFT: frozenset({_S.AWAITING_PAYMENT, _S.SUBMITTED, _S.CANCELLED}),
        _S.AWAITING_PAYMENT: frozenset({_S.SUBMITTED, _S.CANCELLED, _S.LAPSED}),
        # Back to waiting for payment: a fee waiver was refused, or granted in part. Unpaid then, it is submitted again,
        # for a registrar to decide: it never lapses by itself.
        # Submitted to submitted is a transfer to the right court.
        _S.SUBMITTED: frozenset({_S.UNDER_REVIEW, _S.CANCELLED, _S.AWAITING_PAYMENT}),
        _S.UNDER_REVIEW: frozenset({_S.SUBMITTED, _S.ACCEPTED, _S.RETURNED, _S.REJECTED, _S.AWAITING_PAYMENT}),
        _S.RETURNED: frozenset({_S.SUBMITTED, _S.AWAITING_PAYMENT, _S.LAPSED}),
        # A mistaken acceptance is voided: the filing goes back to the queue, its case number is never used again.
        _S.ACCEPTED: frozenset({_S.SUBMITTED}),
        # Money completed inside the window revives a lapsed filing with its time.
        _S.LAPSED: frozenset({_S.SUBMITTED}),
        _S.REJECTED: frozenset(),
        _S.CANCELLED: frozenset(),
    }
)

# What the filer may still change, and what is over.
EDITABLE = frozenset({_S.DRAFT, _S.RETURNED})
ENDED = frozenset({_S.ACCEPTED, _S.REJECTED, _S.CANCELLED, _S.LAPSED})
SENT = frozenset(_S) - {_S.DRAFT, _S.CANCELLED}
