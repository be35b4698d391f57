"""Who does something with money besides the portal's processes: payers, forgers, and the staff of the court."""

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy.orm import Session

from app.core.errors import Refusal
from app.core.ids import PersonId, new_id
from app.core.money import Money
from app.payments import checkout, service
from app.payments.attempts import RequestPayment
from app.payments.counter.recording import RecordCash, new_number, record_cash
from app.payments.counter.status import Way
from app.payments.counter.voiding import AskVoid, DecideVoid, ask_void, decide_void
from app.payments.ids import AttemptId, RefundId
from app.payments.queries import ObligationView
from app.payments.refunds import service as refunds
from app.payments.refunds.service import RecordMeans
from app.payments.refunds.status import Means
from app.payments.remissions import service as remissions
from app.payments.remissions.service import ApplyForRemission, DecideRemission
from app.payments.service import AddLines
from sandbox.irembopay.office import NotPayable
from sandbox.prompt import NoSuchPrompt, Press
from sandbox.stripe.account import NotOpen
from tests.builders.accountant import KIGALI
from tests.builders.market import Killed, Market
from tests.builders.money_look import Look, name_of
from tests.builders.payments import PAYER, make_line, make_obligation, pay_as
from tests.builders.refunds import ALONE_UP_TO, ANN, BEN, CASHIER

REGISTRAR = pay_as(PersonId(UUID(int=0xBE6)))
STRANGER = pay_as(PersonId(UUID(int=0x57A)))
PHONES: Mapping[str, str] = {"mtn_momo": "+250788000", "airtel_money": "+250722000", "mpesa": "+254712345"}
"""A number of each operator's, without the three digits that say what it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """All of them at one market. What is refused, or dies on the way, has come to nothing."""

    market: Market

    def do(self, act: Callable[[Session], object]) -> None:
        """One command in its transaction."""
        try:
            with self.market.house.database.transaction(PAYER) as session:
                act(session)
        except (Refusal, Killed):
            return

    def owe(self, amount: Money) -> None:
        """A bill is raised."""
        self.do(lambda session: make_obligation(session, amount, at=self._now))

    def add_fee(self, bill: ObligationView) -> None:
        """There is more to pay."""
        line = make_line(Money(5_000, bill.fees.currency))
        command = AddLines(obligation_id=bill.id, lines=(line,))
        self.do(lambda session: service.add_lines(session, ANN, command, at=self._now))

    def cancel(self, bill: ObligationView) -> None:
        """There is nothing to pay any more."""
        self.do(lambda session: service.void_obligation(session, ANN, bill.id, reason="lapsed", at=self._now))

    def pay(self, bill: ObligationView, rail: str, ending: str, *, stranger: bool = False) -> None:
        """Somebody presses Pay: who owes it, or a stranger who knows its number."""
        command = RequestPayment(
            obligation_id=bill.id,
            msisdn=f"{PHONES[rail]}{ending}" if rail in PHONES else None,
            shown=bill.due,
            provider=rail,
            quoted=bill.reference if stranger else None,
            form_key=uuid4() if stranger else None,
        )
        try:
            checkout.request_payment(self.market.till, STRANGER if stranger else PAYER, command)
        except (Refusal, Killed):
            return

    def press(self, which: int, press: Press) -> None:
        """Somebody does something with one of the telephones that ask."""
        found = [
            (asker, number, prompt.reference_id)
            for asker in self.market.box.world.askers
            for number, waiting in sorted(asker.waiting().items())
            for prompt in (asker.prompts(number) if waiting else [])
            if prompt.waiting
        ]
        if found:
            asker, number, reference = found[which % len(found)]
            try:
                asker.press(number, reference, press)
            except NoSuchPrompt:
                return

    def visit(self, which: int, *, pays: bool) -> None:
        """Somebody pays, or tries to, on one of the providers' pages."""
        office, cards = self.market.box.world.irembopay, self.market.box.world.stripe
        pages: list[Any] = [*office.listed(), *cards.listed()]
        if not pages:
            return
        page = pages[which % len(pages)]
        try:
            if hasattr(page, "number"):
                push = office.ask(page.number, "0788000000", "MTN")
                (office.approve if pays else office.decline)(push.reference)
            elif pays:
                cards.pay(page.id)
            else:
                cards.refuse(page.id, "generic_decline")
        except (NotPayable, NotOpen):
            return

    def pay_bill(self, account: str, shillings: int) -> None:
        """Somebody pays to the court's paybill, of which the operator tells in time and truly."""
        self.market.box.world.faults.clear()
        number = f"{PHONES['mpesa'][1:]}000"
        form = {"account": account, "amount": str(shillings)}
        self.market.http.post(f"/handset/{number}/bills", data=form, headers={"Accept": "application/json"})

    def waive(self, bill: ObligationView, share: int) -> None:
        """Whoever owes it asks not to pay; all, half or nothing (2, 1, 0) is granted."""
        ask = ApplyForRemission(obligation_id=bill.id, category="indigent", words="No work")
        amount = Money(bill.waivable.minor * share // 2, bill.fees.currency)
        decision = DecideRemission(
            obligation_id=bill.id, amount=amount, reason_code="proof", reason_text="Seen", pay_until=self._now
        )
        self.do(lambda session: remissions.apply(session, PAYER, ask, at=self._now))
        self.do(lambda session: remissions.decide(session, REGISTRAR, decision, at=self._now))

    def take_cash(self, bill: ObligationView, minor: int) -> None:
        """Cash comes to the desk, perhaps more than is due."""
        amount = Money(minor, bill.fees.currency)
        entry = RecordCash(number=new_number(), bill_number=bill.reference, way=Way.CASH, amount=amount, more=True)
        self.do(lambda session: record_cash(session, CASHIER, entry, zone=KIGALI, at=self._now))

    def void_cash(self, attempt_id: AttemptId, *, confirm: bool) -> None:
        """An entry of the desk was a mistake; a second person agrees or doesn't."""
        ask = AskVoid(attempt_id=attempt_id, reason="mistake")
        decision = DecideVoid(attempt_id=attempt_id, confirm=confirm)
        self.do(lambda session: ask_void(session, CASHIER, ask, at=self._now))
        self.do(lambda session: decide_void(session, ANN, decision, zone=KIGALI, at=self._now))

    def decide(self, refund: Any, what: str) -> None:
        """Somebody of the staff does one thing with a refund."""
        one, at = RefundId(refund.id), self._now
        acts: Mapping[str, Callable[[Session], object]] = {
            "yes": lambda s: refunds.approve(s, ANN, one, alone_up_to=ALONE_UP_TO, at=at),
            "second yes": lambda s: refunds.approve(s, BEN, one, alone_up_to=ALONE_UP_TO, at=at),
            "no": lambda s: refunds.refuse(s, BEN, one, words="no", at=at),
            "anew": lambda s: refunds.ask_anew(s, BEN, one, at=at),
            "bank": lambda s: refunds.record_means(s, ANN, _means(one, Means.BANK), at=at),
            "cash": lambda s: refunds.record_means(s, ANN, _means(one, Means.CASH), at=at),
            "operator": lambda s: refunds.record_means(s, ANN, _means(one, Means.OPERATOR), at=at),
            "unpaid": lambda s: refunds.say_unpaid(s, ANN, one, words="not there", at=at),
            "close": lambda s: refunds.close(s, BEN, one, at=at),
            "send back": lambda s: refunds.send_back(s, BEN, one, words="no", at=at),
        }
        self.do(acts[what])

    def settle_refunds(self, now: Look) -> None:
        """Both keepers agree to all that waits for them; what nobody knows they look up at the operator's."""
        gone = {(one.rail, one.of) for one in now.operators.returns}
        paid = {one.id: one for one in now.attempts}
        for refund in now.refunds:
            attempt = paid[refund.attempt_id]
            there = (attempt.provider, name_of(attempt)) in gone
            for act in {
                "requested": ("yes", "second yes"),
                "unknown": ("operator" if there else "unpaid", "close"),
                "error": ("bank", "close"),
                "recorded": ("close",),
            }.get(refund.state, ()):
                self.decide(refund, act)

    def forge(self, attempt: Any, *, leaked: bool) -> int:
        """Somebody who is no provider says that it is paid, at its true address or at a guessed one; the answer."""
        url = self.market.till.callback_address(attempt.provider, attempt.reference_id)
        if attempt.provider in ("mtn_momo", "mpesa") and not leaked:
            url = f"{url.rpartition('/')[0]}/{uuid4().hex}"
        elif attempt.provider not in ("mtn_momo", "mpesa"):
            url = url.rpartition("/")[0]
        body = json.dumps(_LIES[attempt.provider](attempt)).encode()
        headers = {
            "Content-Type": "application/json",
            "Stripe-Signature": "t=1,v1=00",
            "irembopay-signature": "t=1,s=0",
        }
        return self.market.post(url, body, headers=headers)

    @property
    def _now(self) -> Any:
        return self.market.clock.now()


def _means(refund_id: RefundId, means: Means) -> RecordMeans:
    return RecordMeans(refund_id=refund_id, means=means, reference=f"R{new_id().hex[:8]}")


def _mtn_lie(attempt: Any) -> dict[str, Any]:
    paid = {"amount": str(attempt.amount_minor), "currency": attempt.currency, "externalId": attempt.bill}
    return {**paid, "status": "SUCCESSFUL", "financialTransactionId": "4711"}


def _airtel_lie(attempt: Any) -> dict[str, Any]:
    told = {"id": str(attempt.reference_id), "status_code": "TS", "airtel_money_id": "MP4711"}
    return {"transaction": told, "hash": base64.b64encode(b"not theirs").decode()}


def _mpesa_lie(attempt: Any) -> dict[str, Any]:
    told = {"MerchantRequestID": "1", "CheckoutRequestID": attempt.provider_id or "ws_CO_guessed"}
    items = [{"Name": "Amount", "Value": 1}, {"Name": "MpesaReceiptNumber", "Value": "SLIE000001"}]
    told |= {"ResultCode": 0, "ResultDesc": "ok", "CallbackMetadata": {"Item": items}}
    return {"Body": {"stkCallback": told}}


def _irembopay_lie(attempt: Any) -> dict[str, Any]:
    told = {"transactionId": str(attempt.reference_id), "paymentStatus": "PAID", "amount": attempt.amount_minor}
    return {"success": True, "data": {**told, "invoiceNumber": attempt.provider_id, "currency": attempt.currency}}


def _stripe_lie(attempt: Any) -> dict[str, Any]:
    told = {"id": attempt.provider_id, "object": "checkout.session", "payment_status": "paid", "status": "complete"}
    return {"type": "checkout.session.completed", "data": {"object": told}}


_LIES: Mapping[str, Callable[[Any], dict[str, Any]]] = {
    "mtn_momo": _mtn_lie,
    "airtel_money": _airtel_lie,
    "mpesa": _mpesa_lie,
    "irembopay": _irembopay_lie,
    "stripe": _stripe_lie,
}
FORGEABLE: Sequence[str] = tuple(_LIES)
