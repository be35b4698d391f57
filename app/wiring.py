"""The composition root: which adapter stands behind which port, who hears which event, what the clock starts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Blueprint
from sqlalchemy.orm import Session

from app.accounts import outgoing
from app.accounts import queries as people
from app.accounts import service as accounts
from app.accounts.vault import Vault
from app.accounts.views import bp as accounts_pages
from app.config import Settings
from app.core import counters, outbox, ticks
from app.core.clock import Clock
from app.core.db import Database
from app.core.events import Event, Handler, Subscriptions
from app.core.ticks import Job
from app.courts import Pack, load_pack
from app.courts.schedules.queries import approved
from app.courts.views import bp as courts_pages
from app.documents.furnishing import furnish
from app.documents.jobs import sweeping
from app.documents.views import bp as uploads_pages
from app.filing import handlers as filing_handlers
from app.filing import jobs as filing_jobs
from app.filing.pricing import unpaid_fee
from app.filing.views import bp as filing_pages
from app.notify import handlers as notify_handlers
from app.notify import queries as messages
from app.notify import resending
from app.notify.codes import Codes
from app.notify.sender import Outside, Sender
from app.notify.smtp import SmtpMailer
from app.notify.twilio_sms import TwilioSms
from app.notify.views import bp as notify_pages
from app.notify.wording import letterhead_of
from app.office.views import bp as office_pages
from app.payments import callbacks, polling, shortfalls
from app.payments.paybill import booking as bill_payments
from app.payments.paybill.registration import Registration
from app.payments.paybill.views import bp as paybill_pages
from app.payments.payers.views import bp as payers_pages
from app.payments.rails.furnishing import rails_of
from app.payments.receipts.views import bp as receipts_pages
from app.payments.reconciliation import intake
from app.payments.refunds import queue as refund_queue
from app.payments.remissions import demands
from app.payments.reversals.views import bp as reversals_pages
from app.payments.till import Addresses, Till, make_till
from app.payments.views import bp as payments_pages
from app.portal.views import bp as portal_pages
from app.web.access import Person
from app.web.transactions import now, reading

# Takes what is due from one queue and returns how much that was; any number of workers may call it at once.
Drain = Callable[[], int]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """What a process is made of. `extensions` are what the rooms' views find in `app.extensions`."""

    settings: Settings
    database: Database
    clock: Clock
    extensions: dict[str, Any] = field(default_factory=dict)


def build(settings: Settings, clock: Clock, database: Database | None = None) -> House:
    """Put the house together; `database` is given by tests."""
    db = database or Database(settings.database_url, subscriptions=subscriptions(), pool_size=settings.pool_size)
    pack = load_pack(settings.pack)
    documents = furnish(settings)
    letterhead = letterhead_of(settings, pack)
    outside = Outside(sms=TwilioSms(settings), mailer=SmtpMailer(settings, clock))
    return House(
        settings=settings,
        database=db,
        clock=clock,
        extensions={
            "approved_fees": lambda: approved(reading()),
            "code_sender": Codes(outside, letterhead, clock),
            "court_choices": tuple((code, court.name) for code, court in pack.courts.items()),
            "documents": documents,
            "letterhead": letterhead,
            "lost_messages": messages.failed_deliveries,
            "outside": outside,
            "pack": pack,
            "resend_message": resending.send_again,
            "probes": {"storage": documents.storage.probe},
            "settings": settings,
            "subject_link": _filing_page,
            "till": _till(settings, db, clock, pack),
            "vault": Vault(settings.secret_key),
            "waiver_link": _waiver_page,
        },
    )


def _till(settings: Settings, database: Database, clock: Clock, pack: Pack) -> Till:
    return make_till(
        database,
        clock,
        secret_key=settings.secret_key,
        addresses=Addresses(public=settings.public_url, callback=settings.callback_url),
        providers=rails_of(settings, database, clock),
        fee_of=lambda session, subject: unpaid_fee(session, pack, subject),
    )


def _filing_page(subject: UUID) -> str:
    return f"/filings/{subject}"


def _waiver_page(subject: UUID) -> str:
    return f"/filings/{subject}/fee/waiver"


def subscriptions() -> Subscriptions:
    """Who hears which event. The names are stored with each delivery, so they must not change."""
    table: dict[type[Event], list[tuple[str, Handler]]] = {}
    for hears in (filing_handlers.HEARS, notify_handlers.HEARS):
        for event, named in hears.items():
            table.setdefault(event, []).append(named)
    return Subscriptions(table)


def load_person(session: Session, token: str) -> Person | None:
    """The person of a session cookie, with the roles they hold at this moment."""
    return people.load_person(session, token, at=now())


def blueprints() -> Sequence[Blueprint]:
    """Every room's pages."""
    return (
        *(accounts_pages, courts_pages, filing_pages, notify_pages, office_pages, payments_pages),
        *(paybill_pages, payers_pages, portal_pages, receipts_pages, reversals_pages, uploads_pages),
    )


def drains(house: House) -> dict[str, Drain]:
    """The queues that a worker empties, by name; each runs in a thread of its own."""
    registration = Registration(house.extensions["till"])
    return {
        "codes": lambda: _send_codes(house),
        "events": lambda: outbox.drain(house.database, house.clock),
        "payments.addresses": registration.drain,
        "payments.bills": lambda: bill_payments.drain(house.extensions["till"]),
        "payments.callbacks": lambda: callbacks.drain(house.extensions["till"]),
        "payments.polling": lambda: polling.drain(house.extensions["till"]),
        "payments.refunds": lambda: _pay_back(house),
        "payments.statements": lambda: intake.drain(house.database, house.clock),
        "messages": lambda: _sender(house).drain(),
    }


def _pay_back(house: House) -> int:
    return refund_queue.drain(house.extensions["till"], alone_up_to=house.settings.refund_two_persons_above)


def _send_codes(house: House) -> int:
    sender = house.extensions.get("code_sender")
    return outgoing.drain(house.database, house.clock, house.extensions["vault"], sender)


def _sender(house: House) -> Sender:
    return Sender(house.database, house.clock, house.extensions["outside"], house.extensions["letterhead"])


def jobs(house: House) -> Sequence[Job]:
    """What the clock starts."""
    pack = house.extensions["pack"]
    return (
        Job(name="core.sweep", every=timedelta(hours=1), run=_sweep),
        sweeping(house.extensions["documents"]),
        Job(name="filing.lapse", every=timedelta(minutes=5), run=filing_jobs.lapse_overdue),
        Job(name="payments.demands", every=timedelta(minutes=5), run=demands.note_overdue),
        Job(name="payments.shortfalls", every=timedelta(minutes=5), run=shortfalls.note_overdue),
        Job(name="filing.remind", every=timedelta(hours=1), run=lambda s, at: filing_jobs.remind(s, pack, at)),
    )


def _sweep(session: Session, at: datetime) -> None:
    counters.forget_expired(session, at)
    ticks.forget_old_ticks(session, at)
    accounts.forget_old_flows(session, at)
    accounts.forget_old_sessions(session, at)
    outgoing.erase_expired(session, at)
