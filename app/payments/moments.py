"""Which of a few plain situations somebody who pays is in; the status page has one text for each. Pure."""

from enum import StrEnum

from app.payments.attempt_queries import AttemptView
from app.payments.queries import ObligationView
from app.payments.status import AttemptState, ObligationStatus


class Moment(StrEnum):
    """Where paying stands, as the payer sees it."""

    NOT_STARTED = "not_started"
    ASKING = "asking"
    APPROVE = "approve"
    CHECKING = "checking"
    MISMATCH = "mismatch"
    FAILED = "failed"
    PART_PAID = "part_paid"
    PAID = "paid"
    NO_FEE = "no_fee"
    VOID = "void"
    REFUNDED = "refunded"


WAITING = frozenset({Moment.ASKING, Moment.APPROVE, Moment.CHECKING, Moment.MISMATCH})
"""Something may change without the payer's doing anything here."""

_LIVE = {
    AttemptState.SUBMITTED: Moment.ASKING,
    AttemptState.PENDING: Moment.APPROVE,
    AttemptState.UNKNOWN: Moment.CHECKING,
}
_ENDED = {
    ObligationStatus.VOID: Moment.VOID,
    ObligationStatus.REFUNDED: Moment.REFUNDED,
    ObligationStatus.WAIVED: Moment.NO_FEE,
    ObligationStatus.PAID: Moment.PAID,
    ObligationStatus.OVERPAID: Moment.PAID,
}


def moment_of(bill: ObligationView) -> Moment:
    """The situation: what is settled comes first, then an attempt under way, then how the last one ended."""
    if bill.status in _ENDED:
        return _ENDED[bill.status]
    live = bill.live
    if live is not None:
        return Moment.MISMATCH if live.quarantined else _LIVE[live.state]
    # What the desk has voided was never paid: the payer stands where they stood before it.
    latest = next((a for a in reversed(bill.attempts) if a.voided_at is None), None)
    if latest is None:
        return Moment.NOT_STARTED
    if latest.quarantined:
        return Moment.MISMATCH
    return Moment.PART_PAID if latest.state is AttemptState.SUCCEEDED else Moment.FAILED


def moment_of_attempt(attempt: AttemptView) -> Moment:
    """The situation of somebody who pays another person's bill: their own attempt, and nothing else of the bill."""
    if attempt.state in _LIVE or attempt.quarantined:
        return Moment.MISMATCH if attempt.quarantined else _LIVE[attempt.state]
    if attempt.voided_at is not None:
        return Moment.VOID
    return Moment.PAID if attempt.state is AttemptState.SUCCEEDED else Moment.FAILED
