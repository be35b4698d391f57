"""What a provider's word means for an attempt: a pure function of the state and the evidence."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from app.core.money import Money
from app.payments.provider import Answer, ReportState, StatusReport, Submission
from app.payments.reasons import Reason
from app.payments.rules import EXPIRE_AFTER_PROMPT
from app.payments.status import LIVE, AttemptState

_S = AttemptState


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How an attempt stands when the evidence comes."""

    state: AttemptState
    amount: Money
    prompt_expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What to do: walk `steps` in order; ask the payer again under the same id; or call the staff."""

    steps: tuple[AttemptState, ...] = ()
    reason: Reason | None = None
    ask_again: bool = False
    quarantine: bool = False


NOTHING = Verdict()

# An answer that comes before the first one was written down says as well that the request had been taken in.
_WAY: Mapping[AttemptState, tuple[AttemptState, ...]] = {_S.SUBMITTED: (_S.PENDING,)}


def on_submission(state: AttemptState, submission: Submission) -> Verdict:
    """What the answer to our request means. An attempt that has moved on by itself is left alone."""
    if state not in (_S.SUBMITTED, _S.UNKNOWN):
        return NOTHING
    match submission.answer:
        case Answer.ACCEPTED | Answer.DUPLICATE:
            return Verdict(steps=(_S.PENDING,))
        case Answer.REJECTED:
            return Verdict(steps=(*_WAY.get(state, ()), _S.FAILED), reason=submission.reason or Reason.UNSPECIFIED)
        case Answer.UNKNOWN:
            return Verdict(steps=(_S.UNKNOWN,)) if state is _S.SUBMITTED else NOTHING
        case _:
            assert_never(submission.answer)


def on_report(standing: Standing, report: StatusReport, now: datetime) -> Verdict:
    """What a status means. Only a success of the very amount asked for counts; what is unclear changes nothing."""
    if standing.state is _S.SUCCEEDED:
        return NOTHING
    if report.state is ReportState.SUCCEEDED:
        return _on_success(standing, report)
    if standing.state not in LIVE:
        return NOTHING
    return _while_live(standing, report, now)


def _while_live(standing: Standing, report: StatusReport, now: datetime) -> Verdict:
    late = now >= standing.prompt_expires_at + EXPIRE_AFTER_PROMPT
    match report.state:
        case ReportState.FAILED:
            return _end(standing, _S.FAILED, report.reason or Reason.UNSPECIFIED)
        case ReportState.EXPIRED:
            return _end(standing, _S.EXPIRED, report.reason or Reason.PAYER_TIMEOUT)
        case ReportState.PENDING:
            return _on_pending(standing, late=late)
        case ReportState.NOT_FOUND:
            return _on_not_found(standing, late=late)
        case _:
            return _on_silence(standing, nameless_and_late=report.nameless and late)


def _on_silence(standing: Standing, *, nameless_and_late: bool) -> Verdict:
    """One that can never be asked about ends with its prompt; a late callback may still name it, and correct this."""
    unheard = (_S.UNKNOWN,) if standing.state is _S.SUBMITTED else ()
    if nameless_and_late:
        return Verdict(steps=(*unheard, _S.EXPIRED), reason=Reason.PROVIDER_UNAVAILABLE)
    return Verdict(steps=unheard)


def _on_success(standing: Standing, report: StatusReport) -> Verdict:
    if report.amount != standing.amount:
        return Verdict(quarantine=True)
    return Verdict(steps=(*_WAY.get(standing.state, ()), _S.SUCCEEDED))


def _end(standing: Standing, state: AttemptState, reason: Reason) -> Verdict:
    return Verdict(steps=(*_WAY.get(standing.state, ()), state), reason=reason)


def _on_pending(standing: Standing, *, late: bool) -> Verdict:
    if late:
        return _end(standing, _S.EXPIRED, Reason.PAYER_TIMEOUT)
    return NOTHING if standing.state is _S.PENDING else Verdict(steps=(_S.PENDING,))


def _on_not_found(standing: Standing, *, late: bool) -> Verdict:
    if not late:
        # An accepted payment may be missing for a while; one that nobody answered for is asked for again.
        return NOTHING if standing.state is _S.PENDING else Verdict(ask_again=True)
    unheard = (_S.UNKNOWN,) if standing.state is _S.SUBMITTED else ()
    return Verdict(steps=(*unheard, _S.EXPIRED), reason=Reason.PROVIDER_UNAVAILABLE)
