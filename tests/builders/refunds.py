"""Money to give back, and a rail that gives it back as it is told to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import text

from app.core import actor
from app.core.actor import SYSTEM, Actor, Grant
from app.core.ids import PersonId
from app.core.money import Money
from app.payments import checkout, polling, queries, service
from app.payments.ids import ObligationId, RefundId
from app.payments.provider import Answer, RefundRef, RefundRequest, RefundSupport, ReportState, StatusReport, Submission
from app.payments.queries import ObligationView
from app.payments.refunds import queue
from app.payments.till import Till
from tests.builders.payments import FEE, PAYER, ScriptedProvider, make_command, make_obligation

ALONE_UP_TO = 50_000
COURT = "TGI-NYGE"


def keeper(number: int, role: str = "accountant", court: str = COURT) -> Actor:
    """Somebody who holds `role` at the court; the same number is the same person."""
    return actor.person(PersonId(UUID(int=0xACC0 + number)), Grant(role, court))


ANN, BEN = keeper(1), keeper(2, "chief_registrar")
CASHIER = keeper(3, "cashier")


class RefundingScript(ScriptedProvider):
    """A rail that pays back as well, by what `refund_answer` and `refund_word` hold; it keeps books of its own.

    `paid_back` holds each reference id once, whatever was sent how often. `during_refund` runs before the answer.
    """

    def __init__(self) -> None:
        """Takes every refund in, and then says that it is done."""
        super().__init__()
        self.capabilities = replace(
            ScriptedProvider.capabilities, refunds=RefundSupport.PARTIAL, refund_reference_id=True
        )
        self.refund_answer = Submission(answer=Answer.ACCEPTED, host="https://momo.example")
        self.refund_word: StatusReport | None = None
        self.paid_back: dict[UUID, Money] = {}
        self.refunds_sent: list[RefundRequest] = []
        self.refunds_asked: list[RefundRef] = []
        self.during_refund: Callable[[], None] = lambda: None

    def refund(self, request: RefundRequest) -> Submission:
        """Remember the request; what was taken in is paid back once."""
        self.refunds_sent.append(request)
        self.during_refund()
        if self.refund_answer.answer in (Answer.ACCEPTED, Answer.DUPLICATE):
            self.paid_back.setdefault(request.reference_id, request.amount)
        return self.refund_answer

    def get_refund_status(self, refund: RefundRef) -> StatusReport:
        """What it was told to say, else the truth of its books."""
        self.refunds_asked.append(refund)
        if self.refund_word is not None:
            return self.refund_word
        amount = self.paid_back.get(refund.reference_id)
        if amount is None:
            return StatusReport(state=ReportState.NOT_FOUND, raw="no such refund")
        return StatusReport(state=ReportState.SUCCEEDED, amount=amount, provider_reference="99", raw="paid back")

    def answers_refunds(self, answer: Answer, **values: object) -> None:
        """From now on refunds are answered so."""
        made = Submission(answer=answer, host="https://momo.example")
        self.refund_answer = replace(made, **values)  # type: ignore[arg-type]

    def can(self, **values: object) -> None:
        """From now on the rail can this."""
        self.capabilities = replace(self.capabilities, **values)  # type: ignore[arg-type]


class Counter:
    """A bill that is paid and becomes void, so that money must go back; and the worker that gives it back."""

    def __init__(self, till: Till, provider: RefundingScript) -> None:
        """Everything happens in `till`."""
        self.till, self.provider = till, provider

    def paid(self, amount: Money = FEE) -> ObligationId:
        """A bill that is paid."""
        with self.till.database.transaction(SYSTEM) as session:
            owed = make_obligation(session, amount, at=self.till.clock.now())
        checkout.request_payment(self.till, PAYER, make_command(owed, shown=amount))
        self.provider.says(ReportState.SUCCEEDED, amount)
        while polling.drain(self.till):
            pass
        self.pass_time(seconds=5)
        while polling.drain(self.till):
            pass
        return owed

    def owed_back(self, amount: Money = FEE) -> ObligationId:
        """A bill that was paid and is void now."""
        owed = self.paid(amount)
        with self.till.database.transaction(SYSTEM) as session:
            service.void_obligation(session, SYSTEM, owed, reason="lapsed", at=self.till.clock.now())
        return owed

    def refund_of(self, owed: ObligationId) -> RefundId:
        """The newest refund of the bill."""
        with self.till.database.reading(SYSTEM) as session:
            found = session.execute(
                text("select id from refund where obligation_id = :id order by requested_at desc, id desc limit 1"),
                {"id": owed},
            ).scalar_one()
        return RefundId(found)

    def work(self, **later: float) -> None:
        """Let the time pass (as timedelta takes it), then do what a worker does with refunds."""
        self.pass_time(**later)
        while queue.drain(self.till, alone_up_to=ALONE_UP_TO):
            pass

    def pass_time(self, **by: float) -> None:
        """Let the time pass."""
        self.till.clock.advance(timedelta(**by))  # type: ignore[attr-defined]

    def seen(self, owed: ObligationId) -> ObligationView:
        """The bill as it stands now."""
        with self.till.database.reading(SYSTEM) as session:
            return queries.obligation(session, owed)

    def state(self, owed: ObligationId) -> str:
        """Where the newest refund stands."""
        return self.seen(owed).refunds[-1].state.value

    def accounts(self) -> dict[str, int]:
        """The balance of each account that is not zero."""
        with self.till.database.reading(SYSTEM) as session:
            rows = session.execute(
                text("select account, sum(amount_minor) from posting group by account having sum(amount_minor) <> 0")
            )
            return {account: int(total) for account, total in rows}

    def story(self, owed: ObligationId) -> list[str]:
        """Every state that the bill's refunds came to, in order."""
        with self.till.database.reading(SYSTEM) as session:
            rows = session.execute(
                text(
                    "select e.to_state from refund_event e join refund r on r.id = e.refund_id "
                    "where r.obligation_id = :id order by e.at, e.id"
                ),
                {"id": owed},
            )
            return list(rows.scalars())
