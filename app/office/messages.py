"""The port to what did not arrive: the desk shows it, the room that sends it is a stranger to this one."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.ids import PersonId
from app.core.language import T


class LostWay(Protocol):
    """By which way it should have gone, and why it didn't."""

    @property
    def channel(self) -> str:
        """ "sms" or "email"."""
        ...

    @property
    def failure(self) -> str | None:
        """The code of the failure."""
        ...


class LostMessage(Protocol):
    """One message that one person did not get by one way."""

    @property
    def id(self) -> UUID:
        """Its own id, to page by."""
        ...

    @property
    def person_id(self) -> PersonId:
        """Whom it was for."""
        ...

    @property
    def kind(self) -> str:
        """The code of the news."""
        ...

    @property
    def subject(self) -> UUID:
        """What it was about: a filing, or the person."""
        ...

    @property
    def court_code(self) -> str | None:
        """The court that it concerns."""
        ...

    @property
    def created_at(self) -> datetime:
        """When it was written."""
        ...

    @property
    def error(self) -> str:
        """What the carrier said last."""
        ...

    @property
    def resent_at(self) -> datetime | None:
        """When it was sent once more; None when it never was."""
        ...

    @property
    def way(self) -> LostWay:
        """The way that failed."""
        ...


# Newest first, of the actor's courts; an administrator sees all.
LostMessages = Callable[[Session, Actor], tuple[LostMessage, ...]]


class Resend(Protocol):
    """Sends one of them again, by its id, once; raises Absent, and Conflict when that makes no sense any more."""

    def __call__(self, session: Session, actor: Actor, delivery_id: UUID, *, at: datetime) -> None:
        """Queue it."""
        ...


CHANNELS = {"sms": T("SMS"), "email": T("E-mail")}
FAILURES = {
    "no_contact": T("There is no proven contact for this person."),
    "refused": T("The carrier refused it."),
    "undelivered": T("It could not be delivered."),
    "gave_up": T("The carrier did not answer for a long time."),
}
NEWS = {
    "sent_unpaid": T("Sent, not yet paid"),
    "filed": T("Filed"),
    "filed_paid": T("Paid and filed"),
    "filed_late_money": T("Filed after all"),
    "part_paid": T("Part of the fee is paid"),
    "refund_due": T("Money is given back"),
    "refund_paid": T("Money has gone back"),
    "refund_delayed": T("Money goes back another way"),
    "refund_refused": T("Money is not given back"),
    "refund_withdrawn": T("Nothing is given back after all"),
    "payment_voided": T("A payment does not count"),
    "filed_waiver_asked": T("Sent, waiver asked for"),
    "waiver_granted": T("Fee waived"),
    "waiver_in_part": T("Fee waived in part"),
    "waiver_refused": T("Fee waiver refused"),
    "waiver_stands": T("Fee waiver refused, already paid"),
    "fee_demanded": T("More time to pay"),
    "fee_unpaid": T("Fee not paid in time"),
    "remind_of_fee": T("Reminder of the fee"),
    "remind_to_pay": T("Reminder to pay"),
    "remind_to_correct": T("Reminder to correct"),
    "lapsed_unpaid": T("Lapsed, not paid"),
    "lapsed_uncorrected": T("Lapsed, not corrected"),
    "accepted": T("Accepted"),
    "returned": T("Returned for correction"),
    "rejected": T("Rejected"),
    "transferred": T("Moved to another court"),
    "cancelled": T("Cancelled"),
    "acceptance_voided": T("Acceptance taken back"),
    "advocate_approved": T("Approved as advocate"),
    "advocate_refused": T("Not approved as advocate"),
}
