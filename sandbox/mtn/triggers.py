"""Which number does what. The tables are data: the front page prints them from here."""

import re
from collections.abc import Mapping

from sandbox.plan import ASK, AT_ONCE, Outcome, Plan, fails, refused

UNKNOWN_PAYER = fails("PAYER_NOT_FOUND", "fails: no wallet at this operator")

# MTN's own test payers, as documented; 450 to 454 also as measured on the live test system on 2 September 2026.
MTN_TEST_NUMBERS: Mapping[str, Plan] = {
    "46733123450": fails("INTERNAL_PROCESSING_ERROR", "fails at once"),
    "46733123451": fails("APPROVAL_REJECTED", "fails at once: the payer declined"),
    "46733123452": fails("EXPIRED", "fails at once: the prompt expired"),
    "46733123453": Plan(outcome=Outcome.STAY, text="stays pending for ever"),
    "46733123454": Plan(outcome=Outcome.SUCCEED, after=25, created=25, text="CREATED, then succeeds after 25 s"),
    "46733123455": fails("PAYER_NOT_FOUND", "fails: the payer is not known"),
    "46733123456": fails("PAYEE_NOT_ALLOWED_TO_RECEIVE", "fails: the court's account may not receive"),
    "46733123457": refused("NOT_ALLOWED"),
    "46733123458": refused("NOT_ALLOWED_TARGET_ENVIRONMENT"),
    "46733123459": refused("INVALID_CALLBACK_URL_HOST"),
    "46733123460": refused("INVALID_CURRENCY"),
    "46733123461": refused("INTERNAL_PROCESSING_ERROR"),
    "46733123462": refused("SERVICE_UNAVAILABLE", 503),
    "46733123463": fails("COULD_NOT_PERFORM_TRANSACTION", "fails: could not be carried out"),
}

# By the last three digits of an MTN Rwanda number (078 or 079).
RWANDA_ENDINGS: Mapping[str, Plan] = {
    "000": ASK,
    "101": AT_ONCE,
    "102": Plan(outcome=Outcome.SUCCEED, after=15, created=5, text="CREATED, PENDING, then approved after 15 s"),
    "103": Plan(outcome=Outcome.SUCCEED, after=900, text="approved after 15 minutes, long after the prompt's window"),
    "201": fails("NOT_ENOUGH_FUNDS", "fails: not enough money"),
    "202": fails("APPROVAL_REJECTED", "fails: declined"),
    "203": fails("PAYMENT_NOT_APPROVED", "fails: wrong PIN"),
    "204": fails("EXPIRED", "fails: the prompt expired"),
    "205": UNKNOWN_PAYER,
    "206": fails("PAYER_LIMIT_REACHED", "fails: the payer's daily limit is reached"),
    "207": fails("PAYEE_NOT_ALLOWED_TO_RECEIVE", "fails: the court's account may not receive"),
    "208": fails("SENDER_ACCOUNT_NOT_ACTIVE", "fails: the payer's account is not active"),
    "209": fails("INTERNAL_PROCESSING_ERROR", "fails: what MTN says most often, usually for want of money"),
    "210": fails("COULD_NOT_PERFORM_TRANSACTION", "fails: usually, the payer took more than 5 minutes"),
    "211": fails("SOMETHING_NEW_AT_MTN", "fails with a reason that no contract lists"),
    "301": Plan(outcome=Outcome.STAY, text="stays pending for ever"),
    "302": Plan(outcome=Outcome.FAIL, reason="EXPIRED", corrected=15, text="fails, and turns out paid 15 s later"),
    "303": refused("NOT_ALLOWED"),
    "304": refused("SERVICE_UNAVAILABLE", 503),
}

# What `accountholder/.../active` says for MTN's own test numbers: a truth value, or an error.
HOLDER_TEST_NUMBERS: Mapping[str, Plan] = {
    "46733123452": refused("NOT_ALLOWED"),
    "46733123453": refused("NOT_ALLOWED_TARGET_ENVIRONMENT"),
    "46733123454": refused("INTERNAL_PROCESSING_ERROR"),
    "46733123455": refused("SERVICE_UNAVAILABLE", 503),
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
