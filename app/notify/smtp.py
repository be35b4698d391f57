"""E-mail by SMTP (RFC 5321). Refused for good (5xx) and perhaps taken later (4xx) are different outcomes."""

import smtplib
import ssl
from email import policy
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

from app.config import Settings
from app.core.clock import Clock
from app.notify.mail import Mail
from app.notify.outcomes import Handed, InDoubt, Outcome, Refused, TryLater

SECONDS = 20.0


class SmtpMailer:
    """Implements `Mailer`; one connection for each message, so that threads share nothing."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        """Nothing is connected yet. With `settings.smtp_starttls` nothing is ever said in the clear."""
        self._settings = settings
        self._clock = clock

    def send(self, mail: Mail) -> Outcome:
        """Hand one e-mail to the mail server; only what is lost after the words were sent is in doubt."""
        try:
            message = self._compose(mail)
        except (MessageError, ValueError, IndexError):
            return Refused("bad_address")
        try:
            server = self._connect()
        except (smtplib.SMTPException, OSError) as error:
            return TryLater(_code(error))
        try:
            return self._hand_over(server, mail, message)
        finally:
            server.close()

    def _connect(self) -> smtplib.SMTP:
        settings = self._settings
        server = smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=SECONDS)
        try:
            if settings.smtp_starttls:
                server.starttls(context=ssl.create_default_context())
            server.ehlo_or_helo_if_needed()
            if settings.smtp_username:
                server.login(settings.smtp_username, settings.smtp_password)
        except BaseException:
            server.close()
            raise
        return server

    def _hand_over(self, server: smtplib.SMTP, mail: Mail, message: EmailMessage) -> Outcome:
        try:
            code, _ = server.mail(parseaddr(self._settings.mail_from)[1])
            if code != 250:
                # The sender is ours, so the trouble is ours too: it says nothing against this reader.
                return TryLater(f"smtp_{code}")
            code, _ = server.rcpt(mail.address)
        except (smtplib.SMTPException, OSError) as error:
            return TryLater(_code(error))
        if code not in (250, 251):
            return _judge(code)
        try:
            code, _ = server.data(message.as_bytes(policy=policy.SMTP))
        except smtplib.SMTPDataError as error:
            return _judge(error.smtp_code)
        except (smtplib.SMTPException, OSError) as error:
            return InDoubt(_code(error))
        return Handed() if code == 250 else _judge(code)

    def _compose(self, mail: Mail) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._settings.mail_from
        message["To"] = Address(addr_spec=mail.address)
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = mail.mail_id
        # Away notices must not come back to the court.
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(mail.text)
        message.add_alternative(mail.html, subtype="html")
        message["Content-Language"] = mail.language  # last: setting content drops the headers that describe it
        return message


def _judge(code: int) -> Outcome:
    return Refused(f"smtp_{code}") if 500 <= code < 600 else TryLater(f"smtp_{code}")


def _code(error: Exception) -> str:
    answer = getattr(error, "smtp_code", None)
    return f"smtp_{answer}" if answer else type(error).__name__
