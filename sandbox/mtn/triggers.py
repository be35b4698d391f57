"""Which number does what. The tables are data: the front page prints them from here."""

import re
from collections.abc import Mapping
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

    `reason` is MTN's ErrorReason code; REFUSE answers the POST with it and takes nothing in. `created` is how long the
    status is CREATED; `corrected` is how long after a failure the payment succeeds after all.
    """

    outcome: Outcome
    text: str
    reason: str | None = None
    after: float = 0.0
    created: float = 0.0
    corrected: float | None = None
    http: int = 500


def _fails(reason: str, text: str) -> Plan:
    return Plan(outcome=Outcome.FAIL, reason=reason, text=text)


def _refused(reason: str, http: int = 500) -> Plan:
    return Plan(outcome=Outcome.REFUSE, reason=reason, http=http, text=f"the request is refused: {http} {reason}")


ASK = Plan(outcome=Outcome.ASK, text="a prompt appears on the handset and waits")
UNKNOWN_PAYER = _fails("PAYER_NOT_FOUND", "fails: no wallet at this operator")
AT_ONCE = Plan(outcome=Outcome.SUCCEED, text="approved at once")

# MTN's own test payers, as documented; 450 to 454 also as measured on the live test system on 2 September 2026.
MTN_TEST_NUMBERS: Mapping[str, Plan] = {
    "46733123450": _fails("INTERNAL_PROCESSING_ERROR", "fails at once"),
    "46733123451": _fails("APPROVAL_REJECTED", "fails at once: the payer declined"),
    "46733123452": _fails("EXPIRED", "fails at once: the prompt expired"),
    "46733123453": Plan(outcome=Outcome.STAY, text="stays pending for ever"),
    "46733123454": Plan(outcome=Outcome.SUCCEED, after=25, created=25, text="CREATED, then succeeds after 25 s"),
    "46733123455": _fails("PAYER_NOT_FOUND", "fails: the payer is not known"),
    "46733123456": _fails("PAYEE_NOT_ALLOWED_TO_RECEIVE", "fails: the court's account may not receive"),
    "46733123457": _refused("NOT_ALLOWED"),
    "46733123458": _refused("NOT_ALLOWED_TARGET_ENVIRONMENT"),
    "46733123459": _refused("INVALID_CALLBACK_URL_HOST"),
    "46733123460": _refused("INVALID_CURRENCY"),
    "46733123461": _refused("INTERNAL_PROCESSING_ERROR"),
    "46733123462": _refused("SERVICE_UNAVAILABLE", 503),
    "46733123463": _fails("COULD_NOT_PERFORM_TRANSACTION", "fails: could not be carried out"),
}

# By the last three digits of an MTN Rwanda number (078 or 079).
RWANDA_ENDINGS: Mapping[str, Plan] = {
    "000": ASK,
    "101": AT_ONCE,
    "102": Plan(outcome=Outcome.SUCCEED, after=15, created=5, text="CREATED, PENDING, then approved after 15 s"),
    "103": Plan(outcome=Outcome.SUCCEED, after=900, text="approved after 15 minutes, long after the prompt's window"),
    "201": _fails("NOT_ENOUGH_FUNDS", "fails: not enough money"),
    "202": _fails("APPROVAL_REJECTED", "fails: declined"),
    "203": _fails("PAYMENT_NOT_APPROVED", "fails: wrong PIN"),
    "204": _fails("EXPIRED", "fails: the prompt expired"),
    "205": UNKNOWN_PAYER,
    "206": _fails("PAYER_LIMIT_REACHED", "fails: the payer's daily limit is reached"),
    "207": _fails("PAYEE_NOT_ALLOWED_TO_RECEIVE", "fails: the court's account may not receive"),
    "208": _fails("SENDER_ACCOUNT_NOT_ACTIVE", "fails: the payer's account is not active"),
    "209": _fails("INTERNAL_PROCESSING_ERROR", "fails: what MTN says most often, usually for want of money"),
    "210": _fails("COULD_NOT_PERFORM_TRANSACTION", "fails: usually, the payer took more than 5 minutes"),
    "211": _fails("SOMETHING_NEW_AT_MTN", "fails with a reason that no contract lists"),
    "301": Plan(outcome=Outcome.STAY, text="stays pending for ever"),
    "302": Plan(outcome=Outcome.FAIL, reason="EXPIRED", corrected=15, text="fails, and turns out paid 15 s later"),
    "303": _refused("NOT_ALLOWED"),
    "304": _refused("SERVICE_UNAVAILABLE", 503),
}

# What `accountholder/.../active` says for MTN's own test numbers: a truth value, or an error.
HOLDER_TEST_NUMBERS: Mapping[str, Plan] = {
    "46733123452": _refused("NOT_ALLOWED"),
    "46733123453": _refused("NOT_ALLOWED_TARGET_ENVIRONMENT"),
    "46733123454": _refused("INTERNAL_PROCESSING_ERROR"),
    "46733123455": _refused("SERVICE_UNAVAILABLE", 503),
}

_INACTIVE = frozenset({"46733123450", "46733123451"})
_NOT_HOLDERS = frozenset({"PAYER_NOT_FOUND", "SENDER_ACCOUNT_NOT_ACTIVE"})
_MTN_RWANDA = re.compile(r"2507[89][0-9]{7}", re.ASCII)


def plan_for(party_type: str, party_id: str) -> Plan:
    """What a request to this payer comes to; `party_id` has digits only when the type is MSISDN."""
    if party_type != "MSISDN":
        return UNKNOWN_PAYER
    if party_id.startswith("467"):
        return MTN_TEST_NUMBERS.get(party_id, AT_ONCE)
    if not _MTN_RWANDA.fullmatch(party_id):
        return UNKNOWN_PAYER
    return RWANDA_ENDINGS.get(party_id[-3:], ASK)


def is_active(party_type: str, party_id: str) -> bool:
    """Whether a wallet of this operator is there and in use."""
    if party_id.startswith("467"):
        return party_id not in _INACTIVE
    return plan_for(party_type, party_id).reason not in _NOT_HOLDERS
