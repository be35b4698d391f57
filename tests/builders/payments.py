"""Bills, and a provider that says what it is told to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from app.core import actor
from app.core.actor import SYSTEM, Actor
from app.core.clock import Clock
from app.core.db import Database
from app.core.ids import PersonId, new_id
from app.core.money import Money
from app.payments import service
from app.payments.attempts import RequestPayment
from app.payments.ids import ObligationId
from app.payments.provider import (
    Answer,
    AttemptRef,
    Authenticity,
    CallbackReport,
    Capabilities,
    MalformedReport,
    PaymentRequest,
    RawCallback,
    ReportState,
    StatusReport,
    Submission,
)
from app.payments.service import ObligationLine, OpenObligation
from app.payments.till import Addresses, Till, make_till

MAY = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
FEE = Money(20_000, "RWF")
OWNER = PersonId(UUID("0192f0c1-0000-7000-8000-000000000001"))
PAYER = actor.person(OWNER)
PHONE = "+250788123456"


def rwf(minor: int) -> Money:
    """So many francs."""
    return Money(minor, "RWF")


def make_line(amount: Money = FEE) -> ObligationLine:
    """A deposit fee."""
    return ObligationLine(
        code="deposit",
        version="2020-11-02",
        title={"rw": "Ingwate y'amagarama", "en": "Deposit fee", "fr": "Consignation"},
        amount=amount,
        source="Ministerial Order 17/2020",
    )


def make_obligation(
    session: Session, *amounts: Money, at: datetime = MAY, valid_until: datetime | None = None
) -> ObligationId:
    """An obligation of OWNER with one line for each amount (20,000 francs unless said)."""
    lines = tuple(make_line(amount) for amount in amounts) or (make_line(),)
    command = OpenObligation(subject=new_id(), court_code="TGI-NYGE", owner=OWNER, lines=lines, valid_until=valid_until)
    return service.open_obligation(session, SYSTEM, command, at=at)


def make_command(obligation_id: ObligationId, shown: Money = FEE) -> RequestPayment:
    """OWNER presses Pay."""
    return RequestPayment(obligation_id=obligation_id, msisdn=PHONE, shown=shown, provider="mtn_momo")


def report(state: ReportState, amount: Money | None = FEE, reference: str = "778899") -> StatusReport:
    """What a provider says."""
    return StatusReport(state=state, amount=amount, provider_reference=reference, raw=f"test: {state}")


class ScriptedProvider:
    """Answers requests and questions with what `submission` and `status` hold, and remembers what it was asked.

    A callback's body is the name of a state.
    """

    code = "mtn_momo"
    title = "MTN Mobile Money"
    capabilities = Capabilities(
        currencies=frozenset({"RWF"}),
        prompt_window=timedelta(minutes=5),
        status_calls_a_second=10,
        signed_callbacks=False,
        client_reference_id=True,
    )

    def __init__(self) -> None:
        """Accepts everything, and then says that it is pending."""
        self.submission = Submission(answer=Answer.ACCEPTED, host="https://momo.example")
        self.status = report(ReportState.PENDING)
        self.requests: list[PaymentRequest] = []
        self.questions: list[AttemptRef] = []
        self.during_request: Callable[[], None] = lambda: None

    def request_to_pay(self, request: PaymentRequest) -> Submission:
        """Remember the request; `during_request` runs before the answer."""
        self.requests.append(request)
        self.during_request()
        return self.submission

    def get_status(self, attempt: AttemptRef) -> StatusReport:
        """Remember the question."""
        self.questions.append(attempt)
        return self.status

    def parse_callback(self, callback: RawCallback) -> CallbackReport:
        """Read the name of a state."""
        try:
            state = ReportState(callback.body.decode(errors="replace"))
        except ValueError as error:
            raise MalformedReport from error
        return CallbackReport(authenticity=Authenticity.UNSIGNED, report=report(state))

    def answers(self, answer: Answer, **values: object) -> None:
        """From now on requests are answered so."""
        self.submission = replace(Submission(answer=answer, host="https://momo.example"), **values)  # type: ignore[arg-type]

    def says(self, state: ReportState, amount: Money | None = FEE) -> None:
        """From now on questions are answered so."""
        self.status = report(state, amount)


def make_test_till(database: Database, clock: Clock, provider: ScriptedProvider) -> Till:
    """A till with this one provider."""
    return make_till(
        database,
        clock,
        secret_key="a-key-for-tests-only-of-enough-length",
        addresses=Addresses(public="http://localhost", callback="http://localhost"),
        providers=(provider,),
    )


def pay_as(owner: PersonId) -> Actor:
    """The actor for another person."""
    return actor.person(owner)
