"""The sender: empties the queue of deliveries. Claim and commit, call outside any transaction, mark in a second one.

Whoever dies between two of these steps leaves a row that says so: it is looked up before it goes again.
"""

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass

import structlog

from app.core.actor import SYSTEM
from app.core.clock import Clock
from app.core.db import Database
from app.notify.errands import Errand, claim_errands
from app.notify.mail import Mailer
from app.notify.outcomes import Handed, InDoubt, Outcome
from app.notify.settling import settle
from app.notify.sms import Found, NotFound, Sms, SmsGateway
from app.notify.wording import Letterhead

THREADS = 8
# One drain ends at some point even when news comes in faster than it goes out, so that a worker can stop.
_MOST = 400
_LOOK_AGAIN_SECONDS = 1.0
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outside:
    """The two carriers."""

    sms: SmsGateway
    mailer: Mailer


class Sender:
    """Sends what is due, several at once, so that one slow answer holds up nobody else's message."""

    def __init__(self, database: Database, clock: Clock, outside: Outside, letterhead: Letterhead) -> None:
        """Nothing is sent before `drain` is called."""
        self._database = database
        self._clock = clock
        self._outside = outside
        self._letterhead = letterhead

    def drain(self) -> int:
        """Send until nothing is due; how many tries that was. Any number of workers may call it at once."""
        taken, flying = 0, set[Future[tuple[Errand, Outcome | None]]]()
        with ThreadPoolExecutor(THREADS, thread_name_prefix="send") as pool:
            while True:
                errands = self._claim(min(THREADS - len(flying), _MOST - taken))
                taken += len(errands)
                flying |= {pool.submit(self._carry_out, errand) for errand in errands}
                if not flying:
                    return taken
                ended, flying = wait(flying, timeout=_LOOK_AGAIN_SECONDS, return_when=FIRST_COMPLETED)
                for future in ended:
                    self._mark(*future.result())

    def _claim(self, limit: int) -> list[Errand]:
        if limit <= 0:
            return []
        with self._database.transaction(SYSTEM) as session:
            return claim_errands(session, self._letterhead, at=self._clock.now(), limit=limit)

    def _carry_out(self, errand: Errand) -> tuple[Errand, Outcome | None]:
        """Make the call; None when it came too late to be made by us."""
        if self._clock.now() >= errand.call_before:
            return errand, None
        try:
            return errand, self._call(errand)
        except Exception as error:  # a carrier that breaks its promise not to raise: nothing is known
            _log.exception("carrier_raised", delivery=str(errand.delivery_id))
            return errand, InDoubt(type(error).__name__)

    def _call(self, errand: Errand) -> Outcome:
        if not isinstance(errand.content, Sms):
            return self._outside.mailer.send(errand.content)
        if errand.in_doubt:
            match self._outside.sms.find(phone=errand.content.phone, token=errand.token, since=errand.since):
                case Found(reference):
                    return Handed(reference)
                case InDoubt() as doubt:
                    return doubt
                case NotFound():
                    pass
        return self._outside.sms.send(errand.content)

    def _mark(self, errand: Errand, outcome: Outcome | None) -> None:
        if outcome is None:
            return
        with self._database.transaction(SYSTEM) as session:
            settle(session, errand.delivery_id, errand.tries, outcome, at=self._clock.now())
        if not isinstance(outcome, Handed):
            _log.warning("message_not_sent", delivery=str(errand.delivery_id), outcome=repr(outcome))
