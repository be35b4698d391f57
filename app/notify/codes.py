"""One-time codes and urgent news of an account: the `CodeSender` of the accounts room, over the same two carriers."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from app.accounts.code_sender import OutgoingCode, SendRefused
from app.accounts.contacts import ContactKind
from app.core.clock import Clock
from app.core.language import speaking
from app.notify import gsm7
from app.notify.letters import letter
from app.notify.mail import Mail
from app.notify.outcomes import Handed, InDoubt, Outcome, Refused, TryLater
from app.notify.sender import Outside
from app.notify.sms import Found, NotFound, Sms
from app.notify.templates import Wording
from app.notify.wording import Letterhead

# A first try comes within seconds; what is older may have been tried before, by somebody who died over it.
_FRESH = timedelta(seconds=15)


class NotSent(Exception):
    """Not sent yet, or nobody knows: to be tried again. The text is a code, never the words."""


class Codes:
    """Implements `CodeSender`. Nothing is kept here: the words live sealed in the accounts room until they are sent."""

    def __init__(self, outside: Outside, letterhead: Letterhead, clock: Clock) -> None:
        """The carriers are shared with the sender of messages."""
        self._outside = outside
        self._letterhead = letterhead
        self._clock = clock

    def send(self, message: OutgoingCode) -> None:
        """Hand the words over; raises SendRefused for a refusal for good, NotSent for anything to be tried again."""
        match self._call(message):
            case Handed():
                return
            case Refused(code):
                raise SendRefused(code)
            case TryLater(code) | InDoubt(code):
                raise NotSent(code)

    def _call(self, message: OutgoingCode) -> Outcome:
        match message.contact.kind:
            case ContactKind.PHONE:
                return self._text(message)
            case ContactKind.EMAIL:
                return self._outside.mailer.send(self._mail(message))

    def _text(self, message: OutgoingCode) -> Outcome:
        sms = Sms(phone=message.contact.value, text=gsm7.plain(message.text))
        made = made_at(message.id)
        if self._clock.now() - made > _FRESH:
            # The words hold the code, so they are their own token.
            match self._outside.sms.find(phone=sms.phone, token=sms.text, since=made):
                case Found(reference):
                    return Handed(reference)
                case InDoubt() as doubt:
                    return doubt
                case NotFound():
                    pass
        return self._outside.sms.send(sms)

    def _mail(self, message: OutgoingCode) -> Mail:
        wording = Wording(sms="", title=message.subject, paragraphs=(message.text,), action=None)
        with speaking(message.language):
            text, html = letter(wording, self._letterhead)
        return Mail(
            mail_id=f"<{message.id}@{self._letterhead.mail_domain}>",
            address=message.contact.value,
            subject=message.subject,
            text=text,
            html=html,
            language=message.language,
        )


def made_at(uuid7: UUID) -> datetime:
    """When an id of version 7 was made (RFC 9562, 5.7): its first 48 bits are Unix milliseconds."""
    return datetime.fromtimestamp((uuid7.int >> 80) / 1000, UTC)
