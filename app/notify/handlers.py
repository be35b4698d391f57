"""What this room does when others report: tell the people concerned. Each handler may run again; nobody is told twice.

Who is told: the filer, and nobody else. The other side of a case hears of it by service, never from here.
"""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from app.accounts.events import AboutPerson
from app.core.actor import SYSTEM
from app.core.events import Event, Handler, Recorded
from app.core.ids import PersonId
from app.filing.events import FilingEvent
from app.filing.queries import FilingView, filing
from app.notify.kinds import Kind
from app.notify.news import OF_ACCOUNTS, OF_FILINGS, OF_PAYMENTS, told_of
from app.notify.service import Tell, tell
from app.payments.events import (
    OfRefund,
    PaymentDue,
    PaymentExpired,
    PaymentFailed,
    PaymentOverdue,
    PaymentSucceeded,
    PaymentVoided,
    RefundDue,
)
from app.payments.queries import obligation
from app.payments.remissions.events import RemissionEvent

_OF_MONEY = (
    *(PaymentSucceeded, PaymentFailed, PaymentExpired, PaymentVoided, PaymentDue, PaymentOverdue),
    *(RefundDue, OfRefund, RemissionEvent),
)


def filing_news(session: Session, recorded: Recorded, at: datetime) -> None:
    """Tell the filer what happened to the filing. A paper filing from the counter has nobody to tell."""
    event = recorded.event
    assert isinstance(event, FilingEvent)
    if event.filer_id is None or told_of(event) is None:
        return
    view = filing(session, SYSTEM, event.filing_id)
    if view.received_at is None:
        return  # a draft that was never sent, thrown away by its writer
    _tell_filer(session, recorded, view, event.filer_id, at)


def payment_news(session: Session, recorded: Recorded, at: datetime) -> None:
    """Tell the filer what happened to the money, where the filing's own news does not tell it."""
    event = recorded.event
    assert isinstance(event, _OF_MONEY)
    told = told_of(event)
    if told is None or event.subject_id == event.obligation_id:
        return  # the second: money that nobody could place is sent back, and there is nobody to tell
    if told[0] is Kind.PART_PAID and obligation(session, event.obligation_id).void:
        return  # RefundDue tells it
    view = filing(session, SYSTEM, event.subject_id)
    if view.filer_id is not None:
        _tell_filer(session, recorded, view, view.filer_id, at)


def account_news(session: Session, recorded: Recorded, at: datetime) -> None:
    """Tell the person what happened to their account."""
    event = recorded.event
    assert isinstance(event, AboutPerson)
    told = told_of(event)
    if told is not None:
        kind, params = told
        person_id = event.person_id
        news = Tell(event_id=recorded.id, person_id=person_id, kind=kind, subject=person_id, params=params)
        tell(session, news, at=at)


def _tell_filer(session: Session, recorded: Recorded, view: FilingView, filer: PersonId, at: datetime) -> None:
    told = told_of(recorded.event)
    assert told is not None
    kind, params = told
    case_id: UUID | None = getattr(recorded.event, "case_id", None) or view.case_id
    news = Tell(
        event_id=recorded.id,
        person_id=filer,
        kind=kind,
        subject=view.id,
        case_id=case_id,
        court_code=recorded.event.court or view.court_code,
        params={"number": view.number, **params},
    )
    tell(session, news, at=at)


HEARS: Mapping[type[Event], tuple[str, Handler]] = {
    event: named
    for named, events in (
        (("notify.filing", filing_news), OF_FILINGS),
        (("notify.payment", payment_news), OF_PAYMENTS),
        (("notify.account", account_news), OF_ACCOUNTS),
    )
    for event in events
}
"""Which handler of this room hears which event, under the name that is stored with each delivery."""
