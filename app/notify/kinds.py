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

ABOUT_REFUND = frozenset({Kind.REFUND_PAID, Kind.REFUND_DELAYED, Kind.REFUND_REFUSED})
"""News whose whole story stands on the page of the payment."""

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

# News that asks somebody to act, and the news after which acting is no longer wanted.
OVERTAKES = {
    Kind.FILED: frozenset({Kind.SENT_UNPAID, Kind.REMIND_TO_PAY, Kind.RETURNED, Kind.REMIND_TO_CORRECT}),
    Kind.FILED_PAID: frozenset({Kind.SENT_UNPAID, Kind.REMIND_TO_PAY, Kind.RETURNED, Kind.REMIND_TO_CORRECT}),
    Kind.FILED_LATE_MONEY: frozenset({Kind.SENT_UNPAID, Kind.REMIND_TO_PAY, Kind.LAPSED_UNPAID}),
    Kind.LAPSED_UNPAID: frozenset({Kind.SENT_UNPAID, Kind.REMIND_TO_PAY}),
    Kind.LAPSED_UNCORRECTED: frozenset({Kind.RETURNED, Kind.REMIND_TO_CORRECT}),
    Kind.CANCELLED: frozenset({Kind.SENT_UNPAID, Kind.REMIND_TO_PAY}),
}


def channels_of(kind: Kind) -> tuple[Channel, ...]:
    """The channels of this kind, for a person who can be reached by all of them."""
    return (Channel.IN_PORTAL,) if kind in _QUIET else (Channel.IN_PORTAL, Channel.SMS, Channel.EMAIL)
