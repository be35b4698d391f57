"""Whatever is pressed, answered, heard and decided, in whatever order: one live attempt, and books that are true."""

from collections.abc import Callable
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.core.actor import SYSTEM
from app.core.clock import ManualClock
from app.core.db import Database
from app.core.errors import Refusal
from app.core.money import Money
from app.payments import answers, attempts, queries, service
from app.payments.ids import AttemptId, ObligationId
from app.payments.provider import Answer, ReportState, Submission
from app.payments.queries import ObligationView
from app.payments.service import AddLines
from app.payments.status import LIVE, AttemptState
from app.payments.till import Till
from tests.builders.payments import (
    MAY,
    PAYER,
    ScriptedProvider,
    make_command,
    make_line,
    make_obligation,
    make_test_till,
    report,
    rwf,
)

S = AttemptState
presses = st.just(("press",))
answered = st.tuples(st.just("answer"), st.integers(0, 3), st.sampled_from(Answer))
reports = st.tuples(st.just("report"), st.integers(0, 3), st.sampled_from(ReportState), st.booleans())
waits = st.tuples(st.just("wait"), st.sampled_from([1, 400]))
decisions = st.sampled_from([("raise",), ("void",)])
stories = st.lists(presses | answered | reports | reports | waits | decisions, min_size=3, max_size=12)


class Story:
    """One obligation, and what happens to it."""

    def __init__(self, session: Session, till: Till, clock: ManualClock) -> None:
        self.session, self.till, self.clock = session, till, clock
        self.owed: ObligationId = make_obligation(session, at=clock.now())
        self.attempts: list[AttemptId] = []
        self.succeeded: set[AttemptId] = set()

    def view(self) -> ObligationView:
        return queries.obligation(self.session, self.owed)

    def play(self, *act: object) -> None:
        scenes: dict[object, Callable[..., None]] = {
            "press": self.press,
            "answer": self.answer,
            "report": self.report,
            "wait": self.wait,
            "raise": self.raise_fee,
            "void": self.void,
        }
        scenes[act[0]](*act[1:])

    def press(self) -> None:
        command = make_command(self.owed, shown=self.view().due)
        try:
            begun = attempts.begin(self.session, PAYER, command, till=self.till, at=self.clock.now())
        except Refusal:
            assert not self.view().due
            return
        if begun.fresh:
            self.attempts.append(begun.attempt_id)

    def answer(self, which: int, answer: Answer) -> None:
        if which < len(self.attempts):
            said = Submission(answer=answer, host="https://momo.example", raw="test")
            answers.record_submission(self.session, self.attempts[which], said, at=self.clock.now())

    def report(self, which: int, state: ReportState, right: bool) -> None:
        if which < len(self.attempts):
            attempt = self.attempts[which]
            asked = next(a.amount for a in self.view().attempts if a.id == attempt)
            said = report(state, asked if right else rwf(asked.minor + 1))
            answers.record_report(self.session, attempt, said, at=self.clock.now())

    def wait(self, seconds: int) -> None:
        self.clock.advance(timedelta(seconds=seconds))

    def raise_fee(self) -> None:
        try:
            command = AddLines(obligation_id=self.owed, lines=(make_line(rwf(5_000)),))
            service.add_lines(self.session, SYSTEM, command, at=self.clock.now())
        except service.ObligationIsVoid:
            return

    def void(self) -> None:
        service.void_obligation(self.session, SYSTEM, self.owed, reason="cancelled", at=self.clock.now())

    def check(self) -> None:
        view = self.view()
        assert sum(a.state in LIVE for a in view.attempts) <= 1
        done = {a.id for a in view.attempts if a.state is S.SUCCEEDED}
        assert self.succeeded <= done, "a success was left"
        self.succeeded = done
        assert {a.id for a in view.receipts} == done
        self.check_books(view)

    def check_books(self, view: ObligationView) -> None:
        self.session.execute(text("set constraints all immediate"))
        self.session.execute(text("set constraints all deferred"))
        rows = self.session.execute(
            text(
                "select account, sum(amount_minor) from posting join journal_entry e on e.id = entry_id "
                "where e.obligation_id = :id group by account"
            ),
            {"id": self.owed},
        ).all()
        found = {account: Money(int(total), "RWF") for account, total in rows}
        zero = rwf(0)
        assert sum(amount.minor for amount in found.values()) == 0
        assert found.get("clearing:mtn_momo", zero) == view.paid
        assert found.get("unapplied", zero) == zero - view.refund_due
        assert found.get("receivable", zero) == view.due
        assert view.refund_due <= view.paid


@given(story=stories)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_one_live_attempt_and_true_books_after_every_step(
    story: list[tuple[object, ...]], session: Session, shared_database: Database
) -> None:
    clock = ManualClock(MAY)
    till = make_test_till(shared_database, clock, ScriptedProvider())
    played = Story(session, till, clock)
    for act in story:
        played.play(*act)
        played.check()
