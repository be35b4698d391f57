"""What an attempt went through, and on whose word: rows that are only ever added."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.core.actor import Actor
from app.core.ids import new_id
from app.payments.ids import AttemptId
from app.payments.models import AttemptEventRow, PaymentEvidenceRow
from app.payments.reasons import Reason
from app.payments.status import AttemptState


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a provider said: `kind` is "submission" or "status", `said` its meaning, `raw` its redacted words."""

    kind: str
    said: str
    raw: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One edge of the state machine; the first one comes from nowhere."""

    before: AttemptState | None
    after: AttemptState
    reason: Reason | None = None
    evidence_id: UUID | None = None


def keep(session: Session, attempt_id: AttemptId, court_code: str, evidence: Evidence, at: datetime) -> UUID:
    """Keep the evidence; its id."""
    evidence_id = new_id()
    session.execute(
        insert(PaymentEvidenceRow).values(
            id=evidence_id,
            attempt_id=attempt_id,
            court_code=court_code,
            kind=evidence.kind,
            at=at,
            said=evidence.said,
            raw=evidence.raw,
        )
    )
    return evidence_id


def note(session: Session, attempt: tuple[AttemptId, str], *steps: Step, actor: Actor, at: datetime) -> None:
    """Note the steps that an attempt (its id and its court) has taken."""
    attempt_id, court_code = attempt
    session.execute(
        insert(AttemptEventRow).values(
            [
                {
                    "id": new_id(),
                    "attempt_id": attempt_id,
                    "court_code": court_code,
                    "at": at,
                    "actor": actor.label(),
                    "from_state": step.before,
                    "to_state": step.after,
                    "reason": step.reason,
                    "evidence_id": step.evidence_id,
                }
                for step in steps
            ]
        )
    )
