"""Whatever is owed back, answered, decided and noted, in whatever order: no franc is lost, doubled or made."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from app.core.errors import Refusal
from app.payments import answers as payment_answers
from app.payments import attempts, ledger
from app.payments.ids import AttemptId, RefundId
from app.payments.provider import Answer, ReportState, StatusReport, Submission
from app.payments.refunds import Owed, RefundCause, answers, owe_back, queue, service, withdraw
from app.payments.refunds.opening import MoreThanPaid
from app.payments.refunds.service import RecordMeans
from app.payments.refunds.status import Means
from app.payments.standing import lock
from tests.builders.payments import MAY, PAYER, make_command, make_obligation, make_test_till, report, rwf
from tests.builders.refunds import ALONE_UP_TO, ANN, BEN, CASHIER, RefundingScript

PEOPLE = (ANN, BEN, CASHIER)
which, who = st.integers(0, 2), st.integers(0, 2)
parts = st.sampled_from([1, 4_999, 20_000, 50_000, 50_001, 79_999, 80_000])
owings = st.tuples(st.just("owe"), st.sampled_from(RefundCause), parts)
works = st.tuples(st.just("work"), which)
answered = st.tuples(st.just("answer"), which, st.sampled_from(Answer), st.booleans())
reports = st.tuples(st.just("report"), which, st.sampled_from(ReportState), st.booleans(), st.booleans())
decisions = st.tuples(st.just("decide"), which, who, st.sampled_from(["approve", "approve", "refuse", "anew"]))
notes = st.tuples(st.just("settle"), which, who, st.sampled_from([*Means, "close", "close", "send_back", "unpaid"]))
waits = st.tuples(st.just("wait"), st.sampled_from([5, 4_000, 90_000]))
withdrawals = st.just(("withdraw",))
stories = st.lists(
    owings | withdrawals | works | works | answered | reports | decisions | notes | waits, min_size=4, max_size=24
)


class Story:
    """One payment of 80,000 francs, and what must go back of it."""

    def __init__(self, session: Session, database: Database) -> None:
        self.session, self.clock = session, ManualClock(MAY)
        self.till = make_test_till(database, self.clock, RefundingScript())
        self.owed = make_obligation(session, rwf(80_000), at=MAY)
        begun = attempts.begin(session, PAYER, make_command(self.owed, rwf(80_000)), till=self.till, at=MAY)
        self.attempt: AttemptId = begun.attempt_id
        payment_answers.record_report(session, self.attempt, report(ReportState.SUCCEEDED, rwf(80_000)), at=MAY)
        self.ended: dict[Any, str] = {}

    def play(self, act: str, *rest: Any) -> None:
        scenes: dict[str, Callable[..., None]] = {
            "owe": self.owe,
            "work": self.work,
            "answer": self.answer,
            "report": self.report,
            "decide": self.decide,
            "settle": self.settle,
            "wait": self.wait,
            "withdraw": self.withdraw,
        }
        try:
            with self.session.begin_nested():
                scenes[act](*rest)
        except Refusal:
            pass  # what is refused must leave nothing behind; `check` sees to it

    def owe(self, cause: RefundCause, minor: int) -> None:
        obligation = lock(self.session, self.owed)
        taken = "select count(*) from refund_due where attempt_id = :id and cause = :cause"
        if self.session.execute(text(taken), {"id": self.attempt, "cause": cause}).scalar_one():
            return
        sides = {ledger.COURT_FEES: rwf(minor), ledger.UNAPPLIED: rwf(-minor)}
        of = (self.owed, obligation.court_code, None)
        ledger.write_entry(self.session, "fee_voided", sides, of=of, at=self.clock.now())
        before = self.number("select coalesce(sum(amount_minor), 0) from refund_due")
        owed = Owed(attempt_id=self.attempt, amount=rwf(minor), cause=cause)
        try:
            owe_back(self.session, obligation, owed, actor=SYSTEM, at=self.clock.now())
        except MoreThanPaid:
            assert self.back() + minor > 80_000 or before + minor > 80_000
            raise

    def work(self, which: int) -> None:
        for refund_id in self.refunds()[which : which + 1]:
            queue.take_up(self.session, self.till, refund_id, alone_up_to=ALONE_UP_TO, at=self.clock.now())

    def answer(self, which: int, answer: Answer, repeatable: bool) -> None:
        said = Submission(answer=answer, host="https://momo.example", raw="test")
        for refund_id in self.refunds()[which : which + 1]:
            answers.record_submission(self.session, refund_id, said, repeatable=repeatable, at=self.clock.now())

    def report(self, which: int, state: ReportState, right: bool, repeatable: bool) -> None:
        for refund_id in self.refunds()[which : which + 1]:
            minor = self.number("select amount_minor from refund where id = :one", one=refund_id)
            said = StatusReport(state=state, amount=rwf(minor if right else minor + 1), raw="test")
            answers.record_report(self.session, refund_id, said, repeatable=repeatable, at=self.clock.now())

    def decide(self, which: int, person: int, act: str) -> None:
        at, actor = self.clock.now(), PEOPLE[person]
        for one in self.refunds()[which : which + 1]:
            match act:
                case "approve":
                    service.approve(self.session, actor, one, alone_up_to=ALONE_UP_TO, at=at)
                case "refuse":
                    service.refuse(self.session, actor, one, words="no", at=at)
                case _:
                    service.ask_anew(self.session, actor, one, at=at)

    def settle(self, which: int, person: int, act: str) -> None:
        at, actor = self.clock.now(), PEOPLE[person]
        for one in self.refunds()[which : which + 1]:
            match act:
                case "close":
                    service.close(self.session, actor, one, at=at)
                case "send_back":
                    service.send_back(self.session, actor, one, words="no", at=at)
                case "unpaid":
                    service.say_unpaid(self.session, actor, one, words="no", at=at)
                case _:
                    note = RecordMeans(refund_id=one, means=Means(act), reference="R1")
                    service.record_means(self.session, actor, note, at=at)

    def withdraw(self) -> None:
        lock(self.session, self.owed)
        withdraw(self.session, self.attempt, actor=SYSTEM, at=self.clock.now())

    def wait(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    def refunds(self) -> list[RefundId]:
        rows = self.session.execute(
            text("select id from refund where obligation_id = :id order by requested_at, id"), {"id": self.owed}
        )
        return [RefundId(one) for one in rows.scalars()]

    def number(self, sql: str, **values: object) -> int:
        scoped = sql if "where" in sql else f"{sql} where obligation_id = :id"
        return int(self.session.execute(text(scoped), {"id": self.owed, **values}).scalar_one())

    def back(self) -> int:
        return self.number(
            "select coalesce(sum(amount_minor), 0) from refund "
            "where obligation_id = :id and state not in ('refused', 'withdrawn')"
        )

    def check(self) -> None:
        self.session.execute(text("set constraints all immediate"))
        self.session.execute(text("set constraints all deferred"))
        assert self.back() <= 80_000
        rows = self.session.execute(
            text("select id, state, amount_minor from refund where obligation_id = :id"), {"id": self.owed}
        ).all()
        for one, end in self.ended.items():
            assert (one, end) in {(row.id, row.state) for row in rows}, "an end was left"
        self.ended = {
            r.id: r.state for r in rows if r.state in ("refunded", "paid_by_other_means", "refused", "withdrawn")
        }
        gone = sum(r.amount_minor for r in rows if r.state in ("refunded", "paid_by_other_means"))
        promised = sum(r.amount_minor for r in rows if r.state not in ("requested", "refused", "withdrawn")) - gone
        due = self.number("select coalesce(sum(amount_minor), 0) from refund_due")
        books = self.books()
        assert sum(books.values()) == 0
        assert books.get("unapplied", 0) == -(due - promised - gone)
        assert books.get("refunds_payable", 0) == -promised
        held = sum(books.get(a, 0) for a in ("clearing:mtn_momo", "clearing:cash_desk", "bank"))
        assert held == 80_000 - gone
        self.check_yeses()

    def books(self) -> dict[str, int]:
        rows = self.session.execute(
            text(
                "select account, sum(amount_minor) from posting join journal_entry e on e.id = entry_id "
                "where e.obligation_id = :id group by account"
            ),
            {"id": self.owed},
        )
        return {account: int(total) for account, total in rows}

    def check_yeses(self) -> None:
        lacking = self.session.execute(
            text(
                "select count(*) from refund r where r.obligation_id = :id and r.amount_minor > :limit "
                "and r.state not in ('requested', 'refused', 'withdrawn') and (select count(distinct person_id) "
                "from refund_approval where refund_id = r.id) < 2"
            ),
            {"id": self.owed, "limit": ALONE_UP_TO},
        ).scalar_one()
        assert lacking == 0, "more than the setting left on fewer than two people's word"


@given(story=stories)
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_no_franc_is_lost_or_doubled_after_any_step(
    story: list[tuple[Any, ...]], session: Session, shared_database: Database
) -> None:
    played = Story(session, shared_database)
    for act in story:
        played.play(*act)
        played.check()
