"""The states of one delivery, and why one can fail for good."""

from enum import StrEnum

from app.core.transitions import Transitions


class Channel(StrEnum):
    """By which way a message reaches its reader."""

    IN_PORTAL = "in_portal"
    SMS = "sms"
    EMAIL = "email"


class DeliveryStatus(StrEnum):
    """Where a delivery stands. In the portal a message is `sent` as soon as it is there to be read."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    RETRYING = "retrying"
    FAILED = "failed"


class Failure(StrEnum):
    """Why a delivery failed for good."""

    NO_CONTACT = "no_contact"
    REFUSED = "refused"
    UNDELIVERED = "undelivered"
    GAVE_UP = "gave_up"
    OVERTAKEN = "overtaken"


_S = DeliveryStatus
TRANSITIONS = Transitions(
    {
        # Queued to failed: the reader's account ended, or the news was overtaken before it could be sent.
        _S.QUEUED: frozenset({_S.SENDING, _S.FAILED}),
        _S.SENDING: frozenset({_S.SENT, _S.RETRYING, _S.FAILED}),
        # Retrying to sent: the gateway tells that the try in doubt had arrived after all.
        _S.RETRYING: frozenset({_S.SENDING, _S.SENT, _S.FAILED}),
        # Sent to retrying: the gateway took it but could not reach the phone.
        _S.SENT: frozenset({_S.DELIVERED, _S.RETRYING, _S.FAILED}),
        _S.DELIVERED: frozenset(),
        # Failed to queued: staff have it sent again, once.
        _S.FAILED: frozenset({_S.QUEUED}),
    }
)
