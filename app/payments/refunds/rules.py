"""What a rail can pay back, and what its word means for a refund; pure."""

from dataclasses import dataclass

from app.core.money import Money
from app.payments.provider import Answer, Capabilities, RefundSupport, ReportState, StatusReport, Submission
from app.payments.reasons import Reason
from app.payments.refunds.status import UNDER_WAY, RefundState, Setback

_S = RefundState
_SETBACKS = {
    Reason.PAYER_NOT_FOUND: Setback.NO_ACCOUNT,
    Reason.PAYER_LIMIT: Setback.NO_ACCOUNT,
    Reason.PAYEE_BLOCKED: Setback.NO_ACCOUNT,
    Reason.INSUFFICIENT_FUNDS: Setback.NO_FUNDS,
    Reason.PROVIDER_UNAVAILABLE: Setback.UNAVAILABLE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """How a refund stands when the rail's word comes. `accepted`: the rail has said that it took it in.

    `repeatable`: it carries our own id there, so it can be asked about, and sent again without being paid twice.
    """

    state: RefundState
    amount: Money
    accepted: bool
    repeatable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What to do: take `step`, note that it was `accepted`, send it again under the same id, or call the staff."""

    step: RefundState | None = None
    setback: Setback | None = None
    accepted: bool = False
    send_again: bool = False
    stuck: bool = False


NOTHING = Consequence()


def people_needed(amount: Money, alone_up_to: int) -> int:
    """How many people must say yes: nobody up to `alone_up_to` minor units, two above it."""
    return 2 if amount.minor > alone_up_to else 0


def obstacle(capabilities: Capabilities | None, amount: Money, paid: Money) -> Setback | None:
    """Why a rail (None: one that is no longer there) can't pay `amount` of `paid` back; None when it can."""
    if capabilities is None or capabilities.refunds is RefundSupport.NONE:
        return Setback.NOT_OFFERED
    if capabilities.refunds is RefundSupport.FULL and amount != paid:
        return Setback.NOT_IN_PART
    return None


def on_submission(sent: Sent, submission: Submission) -> Consequence:
    """What the answer to our sending it means. One that has moved on by itself is left alone."""
    if sent.state not in UNDER_WAY:
        return NOTHING
    match submission.answer:
        case Answer.ACCEPTED | Answer.DUPLICATE:
            return Consequence(step=_S.SUBMITTED if sent.state is _S.UNKNOWN else None, accepted=True)
        case Answer.REJECTED:
            return Consequence(step=_S.ERROR, setback=setback_of(submission.reason))
        case _:
            return _no_answer(sent)


def on_report(sent: Sent, report: StatusReport) -> Consequence:
    """What a status means. Only the very amount that was to go back counts as gone; what is unclear changes nothing."""
    if report.state is ReportState.SUCCEEDED:
        return _on_success(sent, report)
    if sent.state not in UNDER_WAY:
        return NOTHING
    match report.state:
        case ReportState.FAILED | ReportState.EXPIRED:
            return Consequence(step=_S.ERROR, setback=setback_of(report.reason))
        case ReportState.PENDING:
            return Consequence(step=_S.SUBMITTED if sent.state is _S.UNKNOWN else None, accepted=True)
        case ReportState.NOT_FOUND if sent.repeatable and not sent.accepted:
            return Consequence(send_again=True)
        case _:
            return NOTHING if sent.accepted else _no_answer(sent)


def setback_of(reason: Reason | None) -> Setback:
    """A rail's reason in the words of this machine."""
    return _SETBACKS.get(reason or Reason.UNSPECIFIED, Setback.REFUSED)


def _on_success(sent: Sent, report: StatusReport) -> Consequence:
    if sent.state not in UNDER_WAY | {_S.ERROR, _S.RECORDED}:
        return NOTHING
    if report.amount == sent.amount:
        return Consequence(step=_S.REFUNDED)
    step = _S.UNKNOWN if sent.state is _S.SUBMITTED else None
    return Consequence(step=step, setback=Setback.OTHER_AMOUNT, stuck=True)


def _no_answer(sent: Sent) -> Consequence:
    # Without an id of ours a second try could pay twice, so from here on it is for people.
    step = _S.UNKNOWN if sent.state is _S.SUBMITTED else None
    return Consequence(step=step, setback=Setback.NO_ANSWER if step else None, stuck=not sent.repeatable)
