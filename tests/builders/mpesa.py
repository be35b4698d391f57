"""M-Pesa in tests: the operator's buttons, and the parts of a portal that take its money."""

from datetime import timedelta
from typing import Any

import httpx

from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.money import Money
from app.payments import callbacks, checkout, polling, queries
from app.payments.attempts import RequestPayment
from app.payments.ids import ObligationId
from app.payments.paybill import booking, service
from app.payments.provider import RawCallback
from app.payments.queries import ObligationView
from app.payments.rails.daraja import Daraja
from app.payments.till import Till
from tests.builders.payments import PAYER, make_obligation
from tests.contracts.sandbox.callers import Listener, eventually

FEE = Money(150_000, "KES")
"""KES 1,500."""
PHONE = "+254712345000"


class Mpesa:
    """The operator's pages, as a tester uses them."""

    def __init__(self, http: httpx.Client) -> None:
        """`http` has the sandbox's address as its base."""
        self.http = http

    def prompt(self, phone: str = PHONE) -> str:
        """The CheckoutRequestID of the one prompt that waits on a handset."""
        (prompt,) = self.http.get(f"/handset/{phone[1:]}.json").json()["prompts"]
        return str(prompt["reference_id"])

    def press(self, action: str, phone: str = PHONE) -> None:
        """Press a button of the prompt."""
        answer = self.http.post(
            f"/handset/{phone[1:]}/prompts/{self.prompt(phone)}",
            data={"action": action, "pin": "1234"},
            headers={"Accept": "application/json"},
        )
        assert answer.status_code == 200, answer.text

    def pay_bill(self, account: str, amount: str, phone: str = PHONE) -> httpx.Response:
        """Pay to the paybill from a handset."""
        return self.http.post(
            f"/handset/{phone[1:]}/bills",
            data={"account": account, "amount": amount},
            headers={"Accept": "application/json"},
        )

    def set_fault(self, kind: str, **changed: Any) -> None:
        """Set a fault for the next time."""
        answer = self.http.post("/faults", json={"operator": "daraja", "kind": kind, "times": 1, **changed})
        assert answer.status_code == 201, answer.text

    def advance(self, seconds: float) -> None:
        """Move the operator's clock."""
        assert self.http.post("/clock", json={"seconds": seconds}).status_code == 200

    def books(self, part: str) -> list[dict[str, Any]]:
        """Its payments, bills or reversals."""
        found: list[dict[str, Any]] = self.http.get("/books").json()["daraja"][part]
        return found

    def debits(self) -> list[int]:
        """The cents of every prompt that was paid."""
        return [line["amount"] for line in self.books("payments") if line["result_code"] == "0"]


class Portal:
    """What the portal's processes do, in one place; what was called back waits at the listener."""

    def __init__(self, till: Till, clock: ManualClock, listener: Listener) -> None:
        """Nothing is taken in yet."""
        self.till, self.clock, self.listener = till, clock, listener
        self.taken = 0

    @property
    def daraja(self) -> Daraja:
        """The adapter."""
        provider = self.till.provider("mpesa")
        assert isinstance(provider, Daraja)
        return provider

    def bill(self, amount: Money = FEE) -> ObligationId:
        """Somebody owes it."""
        with self.till.database.transaction(SYSTEM) as session:
            return make_obligation(session, amount, at=self.clock.now())

    def pay(self, owed: ObligationId, phone: str = PHONE, shown: Money = FEE) -> None:
        """The payer presses Pay."""
        command = RequestPayment(obligation_id=owed, msisdn=phone, shown=shown, provider="mpesa")
        checkout.request_payment(self.till, PAYER, command)

    def seen(self, owed: ObligationId) -> ObligationView:
        """The bill as it stands."""
        with self.till.database.reading(SYSTEM) as session:
            return queries.obligation(session, owed)

    def take_in(self) -> None:
        """What came to the listener is received as the portal's addresses would."""
        for heard in self.listener.heard[self.taken :]:
            self.taken += 1
            parts = heard.url.split("/callbacks/daraja/")[1].split("/")
            with self.till.database.transaction(SYSTEM) as session:
                if parts[0] == "paybill":
                    provider = service.provider_at(self.till, "daraja", parts[1])
                    if parts[2] == "confirmation":
                        payment = provider.read_bill_payment(heard.body)
                        service.keep(session, provider, payment, at=self.clock.now())
                else:
                    callback = RawCallback(headers=heard.headers, body=heard.body)
                    callbacks.receive(session, self.till, "daraja", parts[0], callback, at=self.clock.now())

    def work(self, after: timedelta = timedelta(seconds=5)) -> None:
        """Let the time pass, take in what was called back, and do what a worker does."""
        self.clock.advance(after)
        self.take_in()
        while callbacks.drain(self.till) + polling.drain(self.till) + booking.drain(self.till):
            pass

    def register(self) -> None:
        """Tell the operator where to ask and to tell of payments to the paybill."""
        assert self.daraja.register_addresses(*service.addresses(self.till, self.daraja))

    def await_calls(self, number: int) -> None:
        """Wait until the operator has made so many calls in all."""
        eventually(lambda: len(self.listener.heard) >= number)
