"""The people of a city that is being killed, and the threads in which they act."""

import random
import threading
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sqlalchemy.orm import Session

from app import wiring
from app.accounts.models import PersonRow
from app.accounts.roles import Role
from app.accounts.sessions import open_session
from app.config import load_settings
from app.core.actor import SYSTEM
from app.filing.status import FilingStatus
from app.wiring import House
from tests.builders.crash_browser import Browser
from tests.builders.crash_city import City
from tests.builders.crash_claims import Claim, Clerk, Payer, payers
from tests.builders.files import pdf
from tests.builders.filings import make_filing
from tests.builders.people import MadePerson, make_person, make_staff

COURT = "TGI-NYGE"
HANDS = 6
_PAUSE = 0.05


class Doer(Protocol):
    """Somebody who does one small thing at a time."""

    @property
    def done(self) -> bool:
        """Whether nothing is left to do."""
        ...

    def step(self) -> None:
        """Do the next thing."""
        ...


def house_of(city: City) -> House:
    """The portal's own pieces in this process, to prepare and to look into the books."""
    return wiring.build(load_settings(city.environ), city.clock)


def make_claims(city: City, house: House, number: int, chance: random.Random) -> list[Claim]:
    """So many people, each with a claim that is ready to be sent."""
    ways = [(Payer.APPROVES, False), (Payer.AT_ONCE, False), (Payer.APPROVES, True)]
    ways += [(Payer.LATE, False), (Payer.TURNS_OUT_PAID, False)]
    claims = []
    for place in range(number):
        wallet = f"+250788{place:03d}"
        with house.database.transaction(SYSTEM) as session:
            who = make_person(session, phone=f"{wallet}000", email=f"filer{place}@example.org", locale="en")
            made = make_filing(session, status=FilingStatus.DRAFT, filer=who, court_code=COURT, at=city.clock.now())
            browser = signed_in(session, city, who)
        payer, declines = ways[place % len(ways)]
        claims.append(
            Claim(
                browser=browser,
                clock=city.clock,
                chance=random.Random(chance.random()),
                sandbox_url=city.sandbox_url,
                filing_id=made.id,
                wallet=wallet,
                payers=payers(payer),
                declines=declines,
                paper=pdf(1, words=f"loan {place}") if place % 3 == 0 else None,
            )
        )
    return claims


def make_clerks(city: City, house: House, number: int, chance: random.Random) -> list[Clerk]:
    """So many registrars of the court, signed in with their second factor."""
    clerks = []
    for _ in range(number):
        with house.database.transaction(SYSTEM) as session:
            browser = signed_in(session, city, make_staff(session, Role.REGISTRAR, COURT, locale="en", phone=None))
        clerks.append(Clerk(browser=browser, chance=random.Random(chance.random())))
    return clerks


def signed_in(session: Session, city: City, who: MadePerson) -> Browser:
    """A browser in which `who` is signed in; staff have passed their second factor."""
    row = session.get_one(PersonRow, who.id)
    opened = open_session(session, row, browser="Test", second_factor=who.staff, at=city.clock.now())
    return Browser(url=city.url, session=opened.token)


@dataclass(slots=True, kw_only=True)
class Crowd:
    """Threads that let each of the people do one thing after the other, all at the same time.

    `begun` are those who have begun; after `no_more` nobody else begins.
    """

    waiting: deque[Doer]
    always: Sequence[Doer]
    begun: list[Doer] = field(default_factory=list)
    accidents: list[BaseException] = field(default_factory=list)
    _closed: bool = False
    _stopped: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _busy: deque[Doer] = field(default_factory=deque)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        """Let them begin."""
        self._busy.extend(self.always)
        self._threads = [threading.Thread(target=self._act, name=f"hand-{place}") for place in range(HANDS)]
        for thread in self._threads:
            thread.start()

    def no_more(self) -> None:
        """Who has not begun by now never will."""
        with self._lock:
            self._closed = True

    def stop(self) -> None:
        """Have everybody stop after what they are doing; raise what went wrong for one of them."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()
        if self.accidents:
            raise self.accidents[0]

    def all_done(self) -> bool:
        """Whether everybody who has begun is done; true as well when somebody met with an accident."""
        with self._lock:
            return bool(self.accidents) or all(one.done for one in self.begun)

    def _act(self) -> None:
        while not self._stopped.wait(_PAUSE):
            one = self._next()
            if one is None:
                continue
            try:
                one.step()
            except BaseException as error:
                self.accidents.append(error)
                return
            with self._lock:
                if not one.done:
                    self._busy.append(one)

    def _next(self) -> Doer | None:
        """Somebody who is under way; a new one when few are."""
        with self._lock:
            if self.waiting and not self._closed and len(self._busy) < HANDS + len(self.always):
                one = self.waiting.popleft()
                self.begun.append(one)
                return one
            return self._busy.popleft() if self._busy else None
