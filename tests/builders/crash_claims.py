"""What people do in a city that is being killed: each small step is tried again until it is seen to be done."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from itertools import cycle
from uuid import UUID

import httpx

from tests.builders.crash_browser import Browser, Tap, hidden
from tests.builders.crash_clock import SharedClock

_TAPS = (Tap.ONCE, Tap.TWICE, Tap.AND_GIVE_UP, Tap.HALF_SENT)
_OFTEN = (5, 4, 3, 1)
_RECEIVED = re.compile(r">\s*Received\s*</dt>\s*<dd[^>]*>(.*?)</dd>", re.S)
_FILED = ("Your claim is filed", "Your claim was accepted")


class Stage(StrEnum):
    """How far a filer has come."""

    UPLOAD = "upload"
    SEND = "send"
    PAY = "pay"
    DONE = "done"


class Payer(StrEnum):
    """What the payer's phone does, by the last digits of its number at the operator."""

    AT_ONCE = "101"
    LATE = "102"
    APPROVES = "000"
    TURNS_OUT_PAID = "302"


@dataclass(slots=True, kw_only=True)
class Claim:
    """One filer with one claim, and all that they know of it.

    `sent_from` is when their first whole Send left them, `told_at` when they first knew that it was there; what the
    page said of its time then is `received`. `wallet` is their number without the last three digits.
    """

    browser: Browser
    clock: SharedClock
    chance: random.Random
    sandbox_url: str
    filing_id: UUID
    wallet: str
    payers: Iterator[Payer]
    paper: bytes | None
    declines: bool = False
    stage: Stage = Stage.UPLOAD
    papers_kept: list[str] = field(default_factory=list)
    sent_from: datetime | None = None
    told_at: datetime | None = None
    received: str = ""

    @property
    def home(self) -> str:
        """The address of the filing."""
        return f"/filings/{self.filing_id}"

    @property
    def done(self) -> bool:
        """Whether it is filed."""
        return self.stage is Stage.DONE

    def step(self) -> None:
        """Do the next thing, or look whether it is done."""
        match self.stage:
            case Stage.UPLOAD:
                self._upload()
            case Stage.SEND:
                self._send()
            case Stage.PAY:
                self._pay()

    def received_now(self) -> str | None:
        """What the filing's page says of the time it was received, or None when it doesn't say."""
        page = self.browser.get(self.home)
        found = _RECEIVED.search(page.text) if page is not None and page.status_code == 200 else None
        return re.sub(r"\s+", " ", found[1]).strip() if found else None

    def _tap(self) -> Tap:
        return self.chance.choices(_TAPS, _OFTEN)[0]

    def _upload(self) -> None:
        if self.paper is None:
            self.stage = Stage.SEND
            return
        page = self.browser.get(f"{self.home}/documents")
        if page is None:
            return
        if "Loan paper" in page.text:
            self.papers_kept.append(sha256(self.paper).hexdigest())
            self.stage = Stage.SEND
            return
        data = {"kind": "evidence", "title": "Loan paper", "do": "add"}
        files = {"files": ("loan.pdf", self.paper, "application/pdf")}
        self.browser.press(f"{self.home}/documents", page, self._tap(), data, files=files)

    def _send(self) -> None:
        page = self.browser.get(f"{self.home}/check")
        if page is None:
            return
        if page.status_code == 303:
            self._told()
            return
        assert page.status_code == 200, f"{page.status_code} for the check page of {self.home}"
        tap, now = self._tap(), self.clock.now()
        if tap is not Tap.HALF_SENT and self.sent_from is None:
            self.sent_from = now
        answers = self.browser.press(f"{self.home}/send", page, tap, {"version": hidden(page, "version")})
        if answers.leads_to(self.home):
            self._told()

    def _told(self) -> None:
        self.told_at = self.told_at or self.clock.now()
        received = self.received_now()
        if received is not None:
            self.received = received
            self.stage = Stage.PAY

    def _pay(self) -> None:
        page = self.browser.get(self.home)
        if page is None:
            return
        if any(words in page.text for words in _FILED):
            self.stage = Stage.DONE
            return
        bill = re.search(r'href="(/pay/[0-9a-f-]{36})"', page.text)
        asked = self.browser.get(bill[1]) if bill else None
        if asked is None or bill is None:
            return
        if asked.status_code == 200:
            number = f"{self.wallet}{next(self.payers)}"
            data = {"rail": "mtn_momo", "phone": number, "shown": hidden(asked, "shown")}
            self.browser.press(bill[1], asked, self._tap(), data)
        else:
            self._look_at_the_phone()

    def _look_at_the_phone(self) -> None:
        """Answer the prompt, if one waits: the first with No when this payer declines, all others with the PIN."""
        handset = f"{self.sandbox_url}/handset/{self.wallet.lstrip('+')}{Payer.APPROVES}"
        try:
            for prompt in httpx.get(f"{handset}.json", trust_env=False, timeout=5).json()["prompts"]:
                action = "decline" if self.declines else "approve"
                pressed = httpx.post(
                    f"{handset}/prompts/{prompt['reference_id']}",
                    data={"action": action, "pin": "1234"},
                    headers={"Accept": "application/json"},
                    trust_env=False,
                    timeout=5,
                )
                self.declines = self.declines and pressed.status_code != 200
        except httpx.TransportError:
            return


def payers(first: Payer) -> Iterator[Payer]:
    """How somebody pays: in their own way first; whoever has to pay again takes what works at once."""
    yield first
    yield from cycle((Payer.AT_ONCE,))


@dataclass(slots=True, kw_only=True)
class Clerk:
    """A registrar who takes filings in hand and accepts them, one press at a time."""

    browser: Browser
    chance: random.Random
    done: bool = False

    def step(self) -> None:
        """Look at the queue; accept what is in hand, take what is free."""
        queue = self.browser.get("/desk")
        if queue is None:
            return
        found = re.findall(r'href="(/desk/filings/[0-9a-f-]{36})"', queue.text)
        if not found:
            return
        where = self.chance.choice(found[:3])
        page = self.browser.get(where)
        if page is None or page.status_code != 200:
            return
        tap = self.chance.choice((Tap.ONCE, Tap.TWICE, Tap.AND_GIVE_UP))
        if f'action="{where}/accept"' in page.text:
            self.browser.press(f"{where}/accept", page, tap, {})
        elif f'action="{where}/claim"' in page.text:
            self.browser.press(f"{where}/claim", page, tap, {})
