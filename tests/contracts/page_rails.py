"""A portal whose payers pay on a provider's page, and whose provider calls back at one address."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from app.core.errors import Absent
from app.core.money import Money
from app.payments import callbacks, checkout, polling, queries
from app.payments.attempt_queries import AttemptView
from app.payments.attempts import RequestPayment
from app.payments.ids import ObligationId
from app.payments.provider import CollectionProvider, RawCallback
from app.payments.queries import ObligationView
from app.payments.till import Addresses, make_till
from tests.builders.payments import FEE, PAYER, make_obligation
from tests.contracts.sandbox.callers import Listener


def present_clock() -> ManualClock:
    """A clock that begins now: both providers are told until when a page stays open, and sign with the time."""
    return ManualClock(datetime.now(UTC).replace(microsecond=0))


class PagePortal:
    """What the portal's processes do, in one place."""

    def __init__(
        self, database: Database, clock: ManualClock, provider: CollectionProvider, *, word: str, listener: Listener
    ) -> None:
        """`word` is in the address at which the provider calls back, and the listener hears."""
        self.clock, self.provider, self.word, self.listener = clock, provider, word, listener
        self.till = make_till(
            database,
            clock,
            secret_key="a-key-for-tests-only-of-enough-length",
            addresses=Addresses(public="http://127.0.0.1:1", callback="http://127.0.0.1:1"),
            providers=(provider,),
        )
        self.taken = 0
        self.turned_away = 0

    def bill(self, amount: Money = FEE) -> ObligationId:
        with self.till.database.transaction(SYSTEM) as session:
            return make_obligation(session, amount, at=self.clock.now())

    def pay(self, owed: ObligationId, shown: Money = FEE) -> None:
        """Press Pay on the bill."""
        command = RequestPayment(obligation_id=owed, msisdn=None, shown=shown, provider=self.provider.code)
        checkout.request_payment(self.till, PAYER, command)

    def seen(self, owed: ObligationId) -> ObligationView:
        with self.till.database.reading(SYSTEM) as session:
            return queries.obligation(session, owed)

    def latest(self, owed: ObligationId) -> AttemptView:
        latest = self.seen(owed).latest
        assert latest is not None
        return latest

    def named(self, owed: ObligationId) -> str:
        """The last part of the page's address: the provider's own name for the payment."""
        url = self.latest(owed).pay_url
        assert url is not None
        return urlsplit(url).path.rsplit("/", 1)[1]

    def hear(self, callback: RawCallback) -> None:
        """Take in one callback, as the view does."""
        with self.till.database.transaction(SYSTEM) as session:
            callbacks.receive_at_one_address(session, self.till, self.word, callback, at=self.clock.now())

    def work(self, after: timedelta = timedelta(seconds=5)) -> None:
        """Take in what was called back, then let the time pass and do what a worker does."""
        for heard in self.listener.heard[self.taken :]:
            self.taken += 1
            try:
                self.hear(RawCallback(headers=heard.headers, body=heard.body))
            except Absent:
                self.turned_away += 1
        self.clock.advance(after)
        while callbacks.drain(self.till) + polling.drain(self.till):
            pass

    def books(self) -> list[tuple[str, int]]:
        """Our reference and the minor units of everything that is booked."""
        with self.till.database.reading(SYSTEM) as session:
            return sorted((str(line.reference_id), line.amount.minor) for line in queries.books(session))
