"""The rooms of money with something in each: a refund, an entry of the cash desk, a difference, receipts, links."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from app.core.ids import PersonId, new_id
from app.payments import answers, attempts, service
from app.payments.attempts import RequestPayment
from app.payments.counter.recording import RecordCash, new_number, record_cash
from app.payments.counter.status import Way
from app.payments.counter.voiding import AskVoid, ask_void
from app.payments.ids import AttemptId, ObligationId, RefundId
from app.payments.provider import Answer, ReportState, Submission
from app.payments.queries import ObligationView, obligation
from app.payments.reconciliation.statement import LineKind, Statement, StatementLine
from app.payments.reconciliation.taking import TakeStatement, take_statement
from app.payments.refunds import service as refunds
from app.payments.service import OpenObligation
from app.payments.unidentified.service import KeepUnidentified, keep_unidentified
from app.payments.vault import Vault
from tests.builders.payments import FEE, PHONE, ScriptedProvider, make_line, make_test_till, report, rwf
from tests.builders.people import MadePerson
from tests.builders.settings import ENVIRON

KIGALI = ZoneInfo("Africa/Kigali")
SOURCE = "mtn_momo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Treasury:
    """What is in those rooms. `bill_token` and `made_token` are the links of whoever pays for another."""

    open_bill: ObligationView
    entry: AttemptId
    refund: RefundId
    unplaced: UUID
    difference: UUID
    day: date
    code: str
    bill_token: str
    made_token: str


def make_treasury(
    session: Session,
    owner: MadePerson,
    staff: tuple[MadePerson, MadePerson],
    *,
    words: dict[str, str] | None = None,
    at: datetime,
) -> Treasury:
    """Everything at one court, for its cashier and accountant in `staff`.

    `words`: of the reason to "void" the entry, of the "refusal" of the refund, of the "line" in the statement, of what
    a payer "quoted" as the bill; without them nobody has asked to void or refused anything.
    """
    cashier, accountant = staff
    said = words or {}
    owed = _bill(session, owner, at)
    entry = _cash(session, cashier, _bill(session, owner, at), at)
    refund, paid = _refund(session, owner, at)
    if words:
        ask_void(session, cashier.actor, AskVoid(attempt_id=entry, reason=words["void"]), at=at)
        refunds.refuse(session, accountant.actor, refund, words=words["refusal"], at=at)
    day = at.astimezone(KIGALI).date()
    _statement(session, accountant, said.get("line", "a line of theirs"), at)
    vault = Vault(ENVIRON["SECRET_KEY"])
    return Treasury(
        open_bill=owed,
        entry=entry,
        refund=refund,
        unplaced=_unplaced(session, said.get("quoted", "B22222222X"), at),
        difference=session.execute(text("select id from reconciliation_break where line_id is not null")).scalar_one(),
        day=day,
        code=session.execute(
            text("select code from payment_receipt where attempt_id = :id"), {"id": paid}
        ).scalar_one(),
        bill_token=vault.link_token("bill", owed.id),
        made_token=vault.link_token("attempt", paid),
    )


def _bill(session: Session, owner: MadePerson, at: datetime) -> ObligationView:
    command = OpenObligation(
        subject=new_id(),
        court_code="TGI-NYGE",
        owner=PersonId(owner.id),
        lines=(make_line(),),
        valid_until=at + timedelta(days=7),
    )
    return obligation(session, service.open_obligation(session, SYSTEM, command, at=at))


def _cash(session: Session, cashier: MadePerson, bill: ObligationView, at: datetime) -> AttemptId:
    command = RecordCash(number=new_number(), bill_number=bill.reference, way=Way.CASH, amount=rwf(5_000))
    return record_cash(session, cashier.actor, command, zone=KIGALI, at=at)


def _refund(session: Session, owner: MadePerson, at: datetime) -> tuple[RefundId, AttemptId]:
    """A bill that was paid and then became void: the money must go back."""
    bill = _bill(session, owner, at)
    # Nothing outside is called here, so the till needs no database of its own.
    till = make_test_till(cast(Database, None), ManualClock(at), ScriptedProvider())
    wish = RequestPayment(obligation_id=bill.id, msisdn=PHONE, shown=bill.due, provider=SOURCE)
    begun = attempts.begin(session, owner.actor, wish, till=till, at=at)
    accepted = Submission(answer=Answer.ACCEPTED, host="https://momo.example")
    answers.record_submission(session, begun.attempt_id, accepted, at=at)
    answers.record_report(session, begun.attempt_id, report(ReportState.SUCCEEDED, bill.due), at=at)
    service.void_obligation(session, SYSTEM, ObligationId(bill.id), reason="lapsed", at=at)
    session.flush()
    found = session.execute(text("select id from refund where obligation_id = :id"), {"id": bill.id}).scalar_one()
    return RefundId(found), begun.attempt_id


def _unplaced(session: Session, quoted: str, at: datetime) -> UUID:
    """Money under a bill's number that is none."""
    told = KeepUnidentified(
        provider="mpesa",
        provider_id="SABCDEF123",
        quoted=quoted,
        amount=FEE,
        completed_at=at,
        tail="126",
        raw="confirmed",
    )
    return keep_unidentified(session, SYSTEM, told, at=at)


def _statement(session: Session, accountant: MadePerson, words: str, at: datetime) -> None:
    """The operator's statement of the day, with a payment that we know nothing of."""
    line = StatementLine(
        day=at.astimezone(KIGALI).date(),
        at=at,
        ours=words,
        theirs="n1",
        kind=LineKind.PAYMENT,
        succeeded=True,
        amount=FEE,
        charge=rwf(0),
        text=words,
    )
    command = TakeStatement(
        source=SOURCE,
        name="statement.csv",
        sha256=new_id().hex * 2,
        statement=Statement(opening=rwf(0), closing=FEE, lines=(line,)),
        zone=KIGALI,
    )
    take_statement(session, accountant.actor, command, at=at)
    session.flush()
