"""What becomes of a request to pay, decided by the payer's number. The tables of such plans are the operators' own."""

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    ASK = "ask"
    SUCCEED = "succeed"
    FAIL = "fail"
    STAY = "stay"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What becomes of a request to pay. Times are seconds after it was taken in.

    `reason` is the operator's own code; REFUSE answers the POST with it and takes nothing in. `created` is how long the
    status is CREATED; `corrected` is how long after a failure the payment succeeds after all.
    """

    outcome: Outcome
    text: str
    reason: str | None = None
    after: float = 0.0
    created: float = 0.0
    corrected: float | None = None
    http: int = 500


def fails(reason: str, text: str) -> Plan:
    """It fails at once."""
    return Plan(outcome=Outcome.FAIL, reason=reason, text=text)


def refused(reason: str, http: int = 500) -> Plan:
    """It is refused at the door."""
    return Plan(outcome=Outcome.REFUSE, reason=reason, http=http, text=f"the request is refused: {http} {reason}")


ASK = Plan(outcome=Outcome.ASK, text="a prompt appears on the handset and waits")
AT_ONCE = Plan(outcome=Outcome.SUCCEED, text="approved at once")
