"""The port through which words reach a person outside any case: codes, and news about their own account."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

from app.accounts.contacts import Contact


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingCode:
    """Words for one contact, in its owner's language. `text` fits one SMS and holds no link.

    `id` is the same each time the message is tried; `lasts` is how long the words are of any use.
    """

    id: UUID
    contact: Contact
    language: str
    subject: str
    text: str
    lasts: timedelta


class SendRefused(Exception):
    """The carrier will never take this message (no such number): it is not tried again."""


class CodeSender(Protocol):
    """Sends by SMS or e-mail, as the contact's kind says. Called outside any transaction."""

    def send(self, message: OutgoingCode) -> None:
        """Hand the words over; raises SendRefused when it is of no use to try again, anything else to be retried."""
        ...
