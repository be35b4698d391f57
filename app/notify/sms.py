"""The port of the SMS gateway."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from app.notify.outcomes import InDoubt, Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    """One text message. `phone` is in E.164; receipts come to `receipt_url`, or nowhere."""

    phone: str
    text: str
    receipt_url: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The gateway has the message, under this reference, and did not give it up."""

    reference: str


@dataclass(frozen=True, slots=True)
class NotFound:
    """The gateway never got it, or gave it up."""


class ReceiptState(StrEnum):
    """What the gateway tells of a message: it is on its way, the phone has it, or it will not get there."""

    ON_ITS_WAY = "on_its_way"
    DELIVERED = "delivered"
    UNREACHABLE = "unreachable"
    UNDELIVERABLE = "undeliverable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """The gateway's word on one message. UNREACHABLE may be tried again later, UNDELIVERABLE not."""

    reference: str
    state: ReceiptState
    code: str


class SmsGateway(Protocol):
    """Sends text messages. No method raises for what the other side does or fails to do."""

    def send(self, sms: Sms) -> Outcome:
        """Hand one message over; takes at most 25 seconds."""
        ...

    def find(self, *, phone: str, token: str, since: datetime) -> Found | NotFound | InDoubt:
        """Look for a message to `phone` that ends with `token` and was made at `since` or later."""
        ...

    def read_receipt(self, *, url: str, fields: Mapping[str, str], signature: str) -> Receipt | None:
        """The receipt that the gateway posted to `url`; None when it isn't signed by the gateway."""
        ...
