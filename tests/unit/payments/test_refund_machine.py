"""The refund machine is its table; what a rail's word means is a pure function of it."""

from itertools import product

import pytest

from app.core.money import Money
from app.core.transitions import IllegalTransition
from app.payments.provider import Answer, Capabilities, RefundSupport, ReportState, StatusReport, Submission
from app.payments.reasons import Reason
from app.payments.refunds.rules import Consequence, Sent, obstacle, on_report, on_submission, people_needed, setback_of
from app.payments.refunds.status import DONE, REFUND_TRANSITIONS, RefundState, Setback
from tests.builders.payments import ScriptedProvider, rwf

S = RefundState
ALLOWED = {
    (S.REQUESTED, S.APPROVED),
    (S.REQUESTED, S.REFUSED),
    (S.APPROVED, S.SUBMITTED),
    (S.APPROVED, S.ERROR),
    (S.SUBMITTED, S.REFUNDED),
    (S.SUBMITTED, S.ERROR),
    (S.SUBMITTED, S.UNKNOWN),
    (S.UNKNOWN, S.SUBMITTED),
    (S.UNKNOWN, S.REFUNDED),
    (S.UNKNOWN, S.ERROR),
    (S.UNKNOWN, S.RECORDED),
    (S.ERROR, S.REFUNDED),
    (S.ERROR, S.RECORDED),
    (S.RECORDED, S.PAID_BY_OTHER_MEANS),
    (S.RECORDED, S.REFUNDED),
    (S.RECORDED, S.ERROR),
    (S.RECORDED, S.UNKNOWN),
    (S.REQUESTED, S.WITHDRAWN),
    (S.APPROVED, S.WITHDRAWN),
    (S.ERROR, S.WITHDRAWN),
}
AMOUNT = rwf(20_000)


@pytest.mark.parametrize(("before", "after"), list(product(S, S)))
def test_the_table_is_this_one(before: RefundState, after: RefundState) -> None:
    if (before, after) in ALLOWED:
        REFUND_TRANSITIONS.check(before, after)
    else:
        with pytest.raises(IllegalTransition):
            REFUND_TRANSITIONS.check(before, after)


def test_nothing_leaves_an_end() -> None:
    assert {state for state in S if not REFUND_TRANSITIONS.table[state]} == DONE | {S.REFUSED, S.WITHDRAWN}


def sent(state: RefundState, *, accepted: bool = False, repeatable: bool = True) -> Sent:
    return Sent(state=state, amount=AMOUNT, accepted=accepted, repeatable=repeatable)


def said(state: ReportState, amount: Money | None = AMOUNT) -> StatusReport:
    return StatusReport(state=state, amount=amount)


@pytest.mark.parametrize(
    ("state", "accepted", "repeatable", "answer"),
    list(product(S, (True, False), (True, False), Answer)),
)
def test_every_answer_in_every_state_leads_along_the_table(
    state: RefundState, accepted: bool, repeatable: bool, answer: Answer
) -> None:
    found = on_submission(sent(state, accepted=accepted, repeatable=repeatable), Submission(answer=answer, host="h"))
    assert found.step is None or (state, found.step) in ALLOWED
    assert not found.send_again
    assert found.step not in DONE, "an answer to a request never says that money moved"


@pytest.mark.parametrize(
    ("state", "accepted", "repeatable", "report"),
    list(product(S, (True, False), (True, False), ReportState)),
)
def test_every_report_in_every_state_leads_along_the_table(
    state: RefundState, accepted: bool, repeatable: bool, report: ReportState
) -> None:
    found = on_report(sent(state, accepted=accepted, repeatable=repeatable), said(report))
    assert found.step is None or (state, found.step) in ALLOWED
    if found.send_again:
        assert (repeatable, accepted, report) == (True, False, ReportState.NOT_FOUND)
    if found.step in DONE:
        assert report is ReportState.SUCCEEDED


@pytest.mark.parametrize("amount", [None, rwf(19_999), rwf(2_000_000), Money(20_000, "UGX")])
def test_a_success_of_another_amount_is_for_people(amount: Money | None) -> None:
    found = on_report(sent(S.SUBMITTED), said(ReportState.SUCCEEDED, amount))
    assert found == Consequence(step=S.UNKNOWN, setback=Setback.OTHER_AMOUNT, stuck=True)


@pytest.mark.parametrize(
    ("amount", "limit", "people"), [(50_000, 50_000, 0), (50_001, 50_000, 2), (1, 0, 2), (80_000, 50_000, 2)]
)
def test_two_people_are_needed_above_the_setting(amount: int, limit: int, people: int) -> None:
    assert people_needed(rwf(amount), limit) == people


@pytest.mark.parametrize(
    ("support", "amount", "expected"),
    [
        (None, 20_000, Setback.NOT_OFFERED),
        (RefundSupport.NONE, 20_000, Setback.NOT_OFFERED),
        (RefundSupport.FULL, 20_000, None),
        (RefundSupport.FULL, 5_000, Setback.NOT_IN_PART),
        (RefundSupport.PARTIAL, 5_000, None),
    ],
)
def test_a_rail_pays_back_what_it_can(support: RefundSupport | None, amount: int, expected: Setback | None) -> None:
    usual = ScriptedProvider.capabilities
    can = None
    if support is not None:
        can = Capabilities(
            currencies=usual.currencies,
            prompt_window=usual.prompt_window,
            status_calls_a_second=10,
            signed_callbacks=False,
            client_reference_id=True,
            refunds=support,
        )
    assert obstacle(can, rwf(amount), rwf(20_000)) == expected


@pytest.mark.parametrize("reason", [None, *Reason])
def test_every_reason_of_a_rail_has_words_here(reason: Reason | None) -> None:
    assert setback_of(reason) in Setback
