"""The SMTP side of the mailbox."""

import asyncio

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from sandbox import faults
from sandbox.faults import Faults, Kind, Moment
from sandbox.mail.mailbox import Mailbox

_LARGEST = 20 * 1024 * 1024


class Door:
    """What the server asks at each step of a delivery."""

    def __init__(self, mailbox: Mailbox, set_faults: Faults) -> None:
        self._mailbox = mailbox
        self._faults = set_faults

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Keep the message, or do what the faults that are set want instead."""
        taken = self._faults.take(faults.Operator.MAIL, Moment.REQUEST)
        if Kind.REFUSED in taken:
            return "550 5.7.1 Refused on purpose"
        if Kind.DOWN in taken:
            return "421 4.3.2 Service not available on purpose"
        if Kind.TEMPORARY in taken:
            return "451 4.3.0 Try again later, on purpose"
        self._mailbox.keep(envelope.mail_from or "", envelope.rcpt_tos, _bytes(envelope.content))
        if Kind.SLOW in taken:
            await asyncio.sleep(taken[Kind.SLOW].seconds)
        if Kind.DROP_ANSWER in taken and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        return "250 2.0.0 Kept, and not delivered to anybody"


def smtp_server(mailbox: Mailbox, set_faults: Faults, port: int) -> Controller:
    """A server for 127.0.0.1:`port` that runs in a thread of its own once started."""
    return Controller(Door(mailbox, set_faults), hostname="127.0.0.1", port=port, data_size_limit=_LARGEST)


def _bytes(content: str | bytes | None) -> bytes:
    return content.encode() if isinstance(content, str) else content or b""
