"""Asks a provider how an attempt stands: the call is made between two short transactions, never inside one."""

from dataclasses import dataclass

from app.core.actor import SYSTEM
from app.core.language import T, language
from app.payments import answers
from app.payments.answers import Known
from app.payments.ids import AttemptId
from app.payments.provider import Answer, AttemptRef, PaymentRequest, ReportState, StatusReport
from app.payments.till import Till
from app.payments.verdict import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the provider said, and what we made of it."""

    report: StatusReport
    verdict: Verdict


def ask(till: Till, attempt_id: AttemptId, *, hurry: bool = False) -> Asked:
    """Ask about one attempt and book the answer; when the provider never heard of it, ask the payer under the same id.

    Raises Absent for an attempt that isn't there.
    """
    with till.database.reading(SYSTEM) as session:
        known = answers.load(session, attempt_id)
    provider = till.provider(known.provider)
    report = provider.get_status(ref_of(known))
    if not report.nameless:
        till.breaker(known.provider).note(answered=report.state is not ReportState.AMBIGUOUS, now=till.clock.now())
    with till.database.transaction(SYSTEM) as session:
        first = provider.capabilities.ask_first_after
        verdict = answers.record_report(session, attempt_id, report, at=till.clock.now(), hurry=hurry, first=first)
    if verdict.ask_again:
        send(till, known)
    return Asked(report=report, verdict=verdict)


def ref_of(known: Known) -> AttemptRef:
    """How the provider finds the attempt."""
    return AttemptRef(
        reference_id=known.reference_id, host=known.host, provider_id=known.provider_id, amount=known.amount
    )


def send(till: Till, known: Known) -> None:
    """Ask the payer, under the id that was stored first, and write the answer down."""
    request, provider = _request(till, known), till.provider(known.provider)
    submission = provider.request_to_pay(request)
    answered = submission.answer is not Answer.UNKNOWN and submission.cause is None
    till.breaker(known.provider).note(answered=answered, now=till.clock.now())
    with till.database.transaction(SYSTEM) as session:
        first = provider.capabilities.ask_first_after
        answers.record_submission(session, known.id, submission, at=till.clock.now(), first=first)


def _request(till: Till, known: Known) -> PaymentRequest:
    return PaymentRequest(
        reference_id=known.reference_id,
        amount=known.amount,
        msisdn=till.vault.open(known.msisdn_sealed) if known.msisdn_sealed else None,
        bill_reference=known.bill_reference,
        message=str(T("Court fee %(reference)s", reference=known.bill_reference)),
        callback_url=till.callback_address(known.provider, known.reference_id),
        return_url=till.return_address(known.obligation_id, known.id if known.for_another else None),
        language=language(),
        pay_until=known.prompt_expires_at,
    )
