"""The kinds of news, and by which channels each goes."""

from enum import StrEnum

from app.notify.status import Channel


class Kind(StrEnum):
    """What a message tells. The value is stored, so it must not change."""

    SENT_UNPAID = "sent_unpaid"
    FILED = "filed"
    FILED_PAID = "filed_paid"
    FILED_LATE_MONEY = "filed_late_money"
    PART_PAID = "part_paid"
    PAYMENT_FAILED = "payment_failed"
    REFUND_DUE = "refund_due"
    REFUND_PAID = "refund_paid"
    REFUND_DELAYED = "refund_delayed"
    REFUND_REFUSED = "refund_refused"
    REFUND_WITHDRAWN = "refund_withdrawn"
    PAYMENT_VOIDED = "payment_voided"
    FILED_WAIVER_ASKED = "filed_waiver_asked"
    WAIVER_GRANTED = "waiver_granted"
    WAIVER_IN_PART = "waiver_in_part"
    WAIVER_REFUSED = "waiver_refused"
    WAIVER_STANDS = "waiver_stands"
    FEE_DEMANDED = "fee_demanded"
    FEE_UNPAID = "fee_unpaid"
    REMIND_OF_FEE = "remind_of_fee"
    REMIND_TO_PAY = "remind_to_pay"
    REMIND_TO_CORRECT = "remind_to_correct"
    LAPSED_UNPAID = "lapsed_unpaid"
    LAPSED_UNCORRECTED = "lapsed_uncorrected"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REJECTED = "rejected"
    TRANSFERRED = "transferred"
    CANCELLED = "cancelled"
    ACCEPTANCE_VOIDED = "acceptance_voided"
    PASSWORD_CHANGED = "password_changed"
    CONTACT_CHANGED = "contact_changed"
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_REMOVED = "second_factor_removed"
    ADVOCATE_APPROVED = "advocate_approved"
    ADVOCATE_REFUSED = "advocate_refused"


ABOUT_ACCOUNT = frozenset(
    {
        Kind.PASSWORD_CHANGED,
        Kind.CONTACT_CHANGED,
        Kind.SECOND_FACTOR_SET,
        Kind.SECOND_FACTOR_REMOVED,
        Kind.ADVOCATE_APPROVED,
        Kind.ADVOCATE_REFUSED,
    }
)
"""News of a person's account; its subject is the person. The subject of all other news is a filing."""

ABOUT_REFUND = frozenset({Kind.REFUND_PAID, Kind.REFUND_DELAYED, Kind.REFUND_REFUSED, Kind.REFUND_WITHDRAWN})
"""News whose whole story stands on the page of the payment."""

TO_PAY = frozenset({Kind.SENT_UNPAID, Kind.FEE_DEMANDED, Kind.PAYMENT_VOIDED})
"""News whose button leads to the bill."""

# Who sees a payment fail is at the page: a text for each failed try would only cost them sleep. What touches the
# safety of an account is told at once by the accounts room itself, to every contact; here it is kept to be read again.
_QUIET = frozenset(
    {
        Kind.PAYMENT_FAILED,
        Kind.PASSWORD_CHANGED,
        Kind.CONTACT_CHANGED,
        Kind.SECOND_FACTOR_SET,
        Kind.SECOND_FACTOR_REMOVED,
    }
)

_BEFORE_FILED = frozenset(
    {
        *(Kind.SENT_UNPAID, Kind.REMIND_TO_PAY, Kind.RETURNED, Kind.REMIND_TO_CORRECT),
        *(Kind.WAIVER_REFUSED, Kind.WAIVER_IN_PART, Kind.FEE_DEMANDED, Kind.REMIND_OF_FEE),
    }
)
# News that asks somebody to act, and the news after which acting is no longer wanted.
OVERTAKES = {
    Kind.FILED: _BEFORE_FILED,
    Kind.FILED_PAID: _BEFORE_FILED,
    Kind.FILED_WAIVER_ASKED: _BEFORE_FILED,
    Kind.FILED_LATE_MONEY: frozenset({Kind.SENT_UNPAID, Kind.REMIND_TO_PAY, Kind.LAPSED_UNPAID}),
    Kind.LAPSED_UNPAID: frozenset({Kind.SENT_UNPAID, Kind.REMIND_TO_PAY}),
    Kind.LAPSED_UNCORRECTED: frozenset({Kind.RETURNED, Kind.REMIND_TO_CORRECT}),
    Kind.CANCELLED: frozenset({Kind.SENT_UNPAID, Kind.REMIND_TO_PAY, Kind.REMIND_OF_FEE}),
    Kind.FEE_UNPAID: frozenset({Kind.REMIND_OF_FEE}),
    Kind.REFUND_WITHDRAWN: frozenset({Kind.REFUND_DUE, Kind.REFUND_DELAYED}),
}


def channels_of(kind: Kind) -> tuple[Channel, ...]:
    """The channels of this kind, for a person who can be reached by all of them."""
    return (Channel.IN_PORTAL,) if kind in _QUIET else (Channel.IN_PORTAL, Channel.SMS, Channel.EMAIL)
