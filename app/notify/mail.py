"""The port of the mail server."""

from dataclasses import dataclass
from typing import Protocol

from app.notify.outcomes import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """One e-mail. `mail_id` is its Message-ID with its angle brackets; a second try goes under the same one."""

    mail_id: str
    address: str
    subject: str
    text: str
    html: str
    language: str


class Mailer(Protocol):
    """Sends e-mail. No method raises for what the other side does or fails to do."""

    def send(self, mail: Mail) -> Outcome:
        """Hand one e-mail to the mail server."""
        ...
