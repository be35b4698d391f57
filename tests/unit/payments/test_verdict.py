"""Whatever comes, however often and in whatever order, an attempt ends as the provider's own status has it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import Money
from app.payments.provider import Answer, Cause, ReportState, StatusReport, Submission
from app.payments.reasons import Reason
from app.payments.rules import EXPIRE_AFTER_PROMPT
from app.payments.status import ATTEMPT_TRANSITIONS, LIVE, AttemptState
from app.payments.verdict import Standing, on_report, on_submission

FEE = Money(20_000, "RWF")
SENT = datetime(2026, 5, 4, 10, 0, tzinfo=UTC)
WINDOW = SENT + timedelta(minutes=5)
LATE = WINDOW + EXPIRE_AFTER_PROMPT
S = AttemptState

states = st.sampled_from([s for s in S if s is not S.CREATED])
amounts = st.one_of(st.none(), st.builds(Money, st.integers(0, 10**9), st.sampled_from(["RWF", "EUR"])), st.just(FEE))
reports = st.builds(
    StatusReport, state=st.sampled_from(ReportState), amount=amounts, reason=st.none() | st.sampled_from(Reason)
)
noise = st.builds(
    StatusReport,
    state=st.sampled_from([ReportState.PENDING, ReportState.AMBIGUOUS, ReportState.NOT_FOUND]),
    amount=amounts,
)
submissions = st.builds(
    Submission,
    answer=st.sampled_from(Answer),
    host=st.just("h"),
    reason=st.none() | st.sampled_from(Reason),
    cause=st.none() | st.sampled_from(Cause),
)
truths = st.sampled_from([ReportState.SUCCEEDED, ReportState.FAILED, ReportState.EXPIRED])


def after(state: AttemptState, evidence: StatusReport | Submission, at: datetime = SENT) -> AttemptState:
    """The state once the evidence is in; every step on the way is in the table."""
    if isinstance(evidence, Submission):
        steps = on_submission(state, evidence).steps
    else:
        standing = Standing(state=state, amount=FEE, prompt_expires_at=WINDOW)
        steps = on_report(standing, evidence, at).steps
    for before, step in pairwise((state, *steps)):
        ATTEMPT_TRANSITIONS.check(before, step)
    return steps[-1] if steps else state


def told(state: ReportState) -> StatusReport:
    return StatusReport(state=state, amount=FEE)


@given(states, reports | submissions, st.sampled_from([SENT, LATE]))
def test_every_verdict_walks_the_table(state: AttemptState, evidence: StatusReport | Submission, at: datetime) -> None:
    after(state, evidence, at)


@given(reports | submissions, st.sampled_from([SENT, LATE]))
def test_a_success_is_absorbing(evidence: StatusReport | Submission, at: datetime) -> None:
    assert after(S.SUCCEEDED, evidence, at) is S.SUCCEEDED


@given(states, reports, st.sampled_from([SENT, LATE]))
def test_only_a_success_of_the_very_amount_succeeds(state: AttemptState, report: StatusReport, at: datetime) -> None:
    real = report.state is ReportState.SUCCEEDED and report.amount == FEE
    if state is not S.SUCCEEDED:
        assert (after(state, report, at) is S.SUCCEEDED) == real


@given(states, reports, st.sampled_from([SENT, LATE]))
def test_the_same_evidence_twice_is_the_same_as_once(state: AttemptState, report: StatusReport, at: datetime) -> None:
    once = after(state, report, at)
    assert after(once, report, at) is once


@given(st.lists(noise | submissions.filter(lambda s: s.answer is not Answer.REJECTED)), truths, st.data())
def test_any_order_subset_and_repetition_ends_as_the_status_alone(
    before: list[StatusReport | Submission], truth: ReportState, data: st.DataObject
) -> None:
    heard = data.draw(st.permutations([*before, *[told(truth)] * data.draw(st.integers(1, 3))]))
    state = S.SUBMITTED
    for evidence in heard:
        state = after(state, evidence)
    assert state is after(S.SUBMITTED, told(truth))


@given(st.lists(reports | submissions, max_size=8), st.lists(st.sampled_from([SENT, LATE]), min_size=8, max_size=8))
def test_whatever_was_said_before_a_confirmed_success_is_paid(
    before: list[StatusReport | Submission], times: list[datetime]
) -> None:
    state = S.SUBMITTED
    for evidence, at in zip(before, times, strict=False):
        state = after(state, evidence, at)
    assert after(state, told(ReportState.SUCCEEDED), LATE) is S.SUCCEEDED


@given(states, noise)
def test_what_is_unclear_ends_nothing_before_the_prompt_is_over(state: AttemptState, report: StatusReport) -> None:
    assert (after(state, report) in LIVE) == (state in LIVE)


@given(states, amounts, st.sampled_from([SENT, LATE]))
def test_an_ambiguous_answer_ends_nothing_ever(state: AttemptState, amount: Money | None, at: datetime) -> None:
    report = StatusReport(state=ReportState.AMBIGUOUS, amount=amount)
    assert (after(state, report, at) in LIVE) == (state in LIVE)


@pytest.mark.parametrize("state", [S.SUBMITTED, S.UNKNOWN])
def test_a_request_that_was_never_heard_of_is_sent_again_only_while_the_payer_waits(state: AttemptState) -> None:
    standing = Standing(state=state, amount=FEE, prompt_expires_at=WINDOW)
    assert on_report(standing, told(ReportState.NOT_FOUND), SENT).ask_again
    late = on_report(standing, told(ReportState.NOT_FOUND), LATE)
    assert (late.ask_again, late.steps[-1]) == (False, S.EXPIRED)


@given(states.filter(lambda s: s not in (S.SUBMITTED, S.UNKNOWN)), st.sampled_from([SENT, LATE]))
def test_an_attempt_that_was_taken_in_or_has_ended_is_never_sent_again(state: AttemptState, at: datetime) -> None:
    standing = Standing(state=state, amount=FEE, prompt_expires_at=WINDOW)
    assert not on_report(standing, told(ReportState.NOT_FOUND), at).ask_again


@given(amounts.filter(lambda a: a != FEE), states.filter(lambda s: s is not S.SUCCEEDED))
def test_a_success_of_another_amount_calls_the_staff(amount: Money | None, state: AttemptState) -> None:
    standing = Standing(state=state, amount=FEE, prompt_expires_at=WINDOW)
    verdict = on_report(standing, StatusReport(state=ReportState.SUCCEEDED, amount=amount), SENT)
    assert (verdict.quarantine, verdict.steps) == (True, ())
