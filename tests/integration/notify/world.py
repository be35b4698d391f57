"""Carriers that can die at any seam, and events to tell of."""

import threading
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.accounts.events import AdvocateApproved
from app.accounts.models import PersonRow
from app.core import outbox
from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from app.core.events import Event, Recorded, record
from app.core.ids import PersonId, new_id
from app.core.language import Localised
from app.filing.ids import FilingId
from app.filing.models import FilingRow
from app.notify import errands, settling
from app.notify import sender as sender_module
from app.notify.handlers import HEARS
from app.notify.mail import Mail
from app.notify.models import DeliveryRow, MessageRow
from app.notify.outcomes import Handed, InDoubt, Outcome
from app.notify.sender import Outside, Sender
from app.notify.sms import Found, NotFound, Receipt, Sms
from app.notify.wording import Letterhead

COURT = Localised(rw="Urukiko", en="Intermediate Court of Nyarugenge", fr="Tribunal")
LETTERHEAD = Letterhead(
    zone=ZoneInfo("Africa/Kigali"),
    help_phone="3670",
    public_url="http://localhost",
    judiciary_name="Demonstration courts",
    mail_domain="court.example",
    callback_url="http://localhost",
    court_name=lambda code: COURT if code else None,
)


class Killed(BaseException):
    """Stands for kill -9: nothing after the seam is done."""


@dataclass
class Seams:
    """Counts the instants at which a process may die, and dies at the chosen ones."""

    deadly: set[int] = field(default_factory=set)
    passed: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self) -> None:
        with self._lock:
            here = self.passed
            self.passed += 1
        if here in self.deadly:
            raise Killed


@dataclass
class Gateway:
    """An SMS gateway in memory: what it took in, by reference. `answers` are given in turn in place of taking it in."""

    seam: Callable[[], None] = lambda: None
    taken: list[tuple[str, Sms]] = field(default_factory=list)
    given_up: set[str] = field(default_factory=set)
    answers: list[Outcome] = field(default_factory=list)
    lookups: int = 0
    reachable: bool = True

    def send(self, sms: Sms) -> Outcome:
        self.seam()
        if self.answers:
            return self.answers.pop(0)
        reference = f"SM{len(self.taken):032d}"
        self.taken.append((reference, sms))
        self.seam()
        return Handed(reference)

    def find(self, *, phone: str, token: str, since: datetime) -> Found | NotFound | InDoubt:
        self.seam()
        self.lookups += 1
        if not self.reachable:
            return InDoubt("ConnectError")
        for reference, sms in self.taken:
            if sms.phone == phone and sms.text.endswith(token) and reference not in self.given_up:
                return Found(reference)
        return NotFound()

    def read_receipt(self, *, url: str, fields: Mapping[str, str], signature: str) -> Receipt | None:
        return None


@dataclass
class Mailbox:
    """A mail server in memory."""

    seam: Callable[[], None] = lambda: None
    taken: list[Mail] = field(default_factory=list)
    answers: list[Outcome] = field(default_factory=list)

    def send(self, mail: Mail) -> Outcome:
        self.seam()
        if self.answers:
            return self.answers.pop(0)
        self.taken.append(mail)
        self.seam()
        return Handed()


@dataclass
class World:
    """A sender with its carriers on a database of its own."""

    database: Database
    clock: ManualClock
    gateway: Gateway = field(default_factory=Gateway)
    mailbox: Mailbox = field(default_factory=Mailbox)

    def sender(self) -> Sender:
        return Sender(self.database, self.clock, Outside(sms=self.gateway, mailer=self.mailbox), LETTERHEAD)

    def happen(self, *events: Event) -> None:
        """Record events, and let this room's handlers hear them."""
        with self.database.transaction(SYSTEM) as session:
            for event in events:
                record(session, event, actor=SYSTEM, at=self.clock.now())
        outbox.drain(self.database, self.clock)

    def send(self) -> int:
        return self.sender().drain()

    def send_for(self, span: timedelta, *, steps: int = 24) -> None:
        """Let time pass, sending what is due."""
        for _ in range(steps):
            self.send()
            self.clock.advance(span / steps)
        self.send()

    def deliveries(self) -> dict[str, DeliveryRow]:
        """The newest delivery of each channel."""
        with self.database.reading(SYSTEM) as session:
            rows = session.scalars(select(DeliveryRow).order_by(DeliveryRow.id)).all()
            return {row.channel: row for row in rows}

    def all_deliveries(self) -> list[DeliveryRow]:
        with self.database.reading(SYSTEM) as session:
            return list(session.scalars(select(DeliveryRow)))

    def waiting(self) -> int:
        """How many deliveries still wait for a call."""
        return sum(row.next_at is not None for row in self.all_deliveries())

    def statuses_of(self, person_id: PersonId) -> dict[str, str]:
        return {row.channel: row.status for row in self.all_deliveries() if row.person_id == person_id}

    def event_names(self) -> list[str]:
        with self.database.reading(SYSTEM) as session:
            return list(session.execute(text("select name from event order by position")).scalars())

    def close_account(self, person_id: PersonId) -> None:
        with self.database.transaction(SYSTEM) as session:
            session.execute(update(PersonRow).where(PersonRow.id == person_id).values(disabled_at=self.clock.now()))

    def spoil_message_of(self, person_id: PersonId) -> None:
        """Make the words of a person's messages impossible, as a bug would."""
        with self.database.transaction(SYSTEM) as session:
            statement = update(MessageRow).where(MessageRow.person_id == person_id)
            session.execute(statement.values(params={"until": "no time at all"}))

    def messages(self) -> list[MessageRow]:
        with self.database.reading(SYSTEM) as session:
            return list(session.scalars(select(MessageRow).order_by(MessageRow.id)))


@contextmanager
def dying(monkeypatch: pytest.MonkeyPatch, world: World, seams: Seams) -> Any:
    """Make every step between claiming and marking a seam."""
    real_claim, real_settle = errands.claim_errands, settling.settle

    def claim(*args: Any, **kwargs: Any) -> Any:
        seams()
        errands = real_claim(*args, **kwargs)
        seams()
        return errands

    def settle(*args: Any, **kwargs: Any) -> None:
        seams()
        real_settle(*args, **kwargs)
        seams()

    with monkeypatch.context() as patch:
        patch.setattr(sender_module, "claim_errands", claim)
        patch.setattr(sender_module, "settle", settle)
        world.gateway.seam = world.mailbox.seam = seams
        try:
            yield
        finally:
            world.gateway.seam = world.mailbox.seam = lambda: None


def approved(person_id: PersonId) -> AdvocateApproved:
    """News that goes by every channel and needs no filing."""
    return AdvocateApproved(person_id=person_id, grant_id=new_id())


def make_filing_row(session: Session, filer: PersonId | None, *, at: datetime, **facts: Any) -> FilingId:
    """A filing with a number, as far as messages need one."""
    filing_id = FilingId(new_id())
    values: dict[str, Any] = {
        "id": filing_id,
        "number": f"F-2026-{filing_id.int % 10**6:06d}-0",
        "filing_type": "civil_claim",
        "court_code": "TGI-NYGE",
        "filer_id": filer,
        "status": "submitted",
        "language": "en",
        "answers": {},
        "created_at": at,
        "updated_at": at,
        "received_at": at,
    }
    session.add(FilingRow(**{**values, **facts}))
    session.flush()
    return filing_id


def tell_all(session: Session, *events: Event, at: datetime) -> list[UUID]:
    """Record each event and run this room's handler at once, in the same transaction."""
    ids: list[UUID] = []
    for event in events:
        event_id = record(session, event, actor=SYSTEM, at=at)
        _, handler = HEARS[type(event)]
        handler(session, Recorded(id=event_id, at=at, actor="system", event=event), at)
        ids.append(event_id)
    return ids
