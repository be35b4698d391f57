"""The timeline of a case: each event of it and of its filings as one plain sentence. An unknown event isn't shown."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from app.cases.events import CaseRegistered, CaseVoided
from app.core.events import Event, Recorded
from app.core.ids import PersonId
from app.core.language import T, Text
from app.filing.events import (
    FeeDemanded,
    FeeUnpaid,
    FilingCancelled,
    FilingClaimed,
    FilingEvent,
    FilingLapsed,
    FilingRejected,
    FilingReturned,
    FilingSent,
    FilingStarted,
    FilingSubmitted,
    FilingTransferred,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """Something that happened: when, in words; `about` is the filing it happened to, None when it is the case."""

    at: datetime
    text: Text
    about: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads: `person_id`; `by_court` sees every side's own affairs; `until` ends what a former party sees."""

    person_id: PersonId | None
    by_court: bool
    until: datetime | None


def _sent(event: FilingSent) -> Text:
    if event.again:
        return T("The corrected claim was sent to the court.")
    if event.pay_until is not None:
        return T("The claim was sent. It waited for payment.")
    return T("The claim was sent to the court.")


def _submitted(event: FilingSubmitted) -> Text:
    if event.revived:
        return T("The payment had been made in time, so the claim counts from its first day.")
    if event.waiver_asked:
        return T("The court has the claim, and decides whether the fee is to be paid.")
    return T("The fee was paid, and the court has the claim.") if event.paid else T("The court has the claim.")


def _lapsed(event: FilingLapsed) -> Text:
    if event.unpaid:
        return T("The claim lapsed, because it was not paid in time.")
    return T("The claim lapsed, because it was not corrected in time.")


# Accepting a claim also registers the case, so FilingAccepted and AcceptanceVoided would say the same thing twice.
_SENTENCES: Mapping[type[Event], Callable[[Any], Text]] = {
    CaseRegistered: lambda _: T("The court accepted the claim, registered the case and gave it a number."),
    CaseVoided: lambda _: T("The registration was undone, because it was made by mistake."),
    FilingStarted: lambda _: T("The claim was begun."),
    FilingSent: _sent,
    FilingSubmitted: _submitted,
    FilingClaimed: lambda _: T("A registrar began to check the claim."),
    FilingReturned: lambda _: T("The court sent the claim back to be corrected."),
    FilingRejected: lambda _: T("The court refused the claim."),
    FilingTransferred: lambda _: T("The claim was moved to the right court. It kept its date."),
    FilingCancelled: lambda _: T("The claim was taken back by the person who filed it."),
    FilingLapsed: _lapsed,
    FeeDemanded: lambda _: T("The court asked for the fee. The claim waited for payment and kept its date."),
    FeeUnpaid: lambda _: T("The fee was not paid in time. A registrar decides what happens next."),
}
# What a filer and the court do before a filing is in the register is no business of the other side.
_FOR_THE_OTHER_SIDE = frozenset({CaseRegistered, CaseVoided, FilingSubmitted, FilingTransferred})


def timeline(events: Iterable[Recorded], reader: Reader) -> tuple[Moment, ...]:
    """What the reader may know of these events, in their order."""
    return tuple(
        Moment(at=_when(recorded), text=_SENTENCES[type(event)](event), about=_about(event))
        for recorded in events
        if type(event := recorded.event) in _SENTENCES and _is_for(reader, recorded)
    )


def filers(events: Iterable[Recorded]) -> dict[UUID, PersonId | None]:
    """Who sent each filing that the events tell of."""
    told = (recorded.event for recorded in events)
    return {event.filing_id: event.filer_id for event in told if isinstance(event, FilingEvent)}


def _is_for(reader: Reader, recorded: Recorded) -> bool:
    if reader.by_court:
        return True
    if reader.until is not None and recorded.at > reader.until:
        return False
    event = recorded.event
    own = isinstance(event, FilingEvent) and event.filer_id is not None and event.filer_id == reader.person_id
    return own or type(event) in _FOR_THE_OTHER_SIDE


def _when(recorded: Recorded) -> datetime:
    """A filing is sent when it was received: at the counter that is the moment stamped on the paper."""
    event = recorded.event
    return event.received_at if isinstance(event, FilingSent) and not event.again else recorded.at


def _about(event: Event) -> UUID | None:
    return event.filing_id if isinstance(event, FilingEvent) else None
