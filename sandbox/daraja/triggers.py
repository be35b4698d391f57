"""Which number does what. The table is data: the front page prints it from here."""

import re
from collections.abc import Mapping

from sandbox.plan import ASK, AT_ONCE, Outcome, Plan, fails, refused

# By the last three digits of a Kenyan mobile number (2547 or 2541). Reasons are Daraja's ResultCode.
KENYA_ENDINGS: Mapping[str, Plan] = {
    "000": ASK,
    "101": AT_ONCE,
    "102": Plan(outcome=Outcome.SUCCEED, after=15, text="approved after 15 s"),
    "103": Plan(outcome=Outcome.SUCCEED, after=900, text="approved after 15 minutes, long after the prompt's window"),
    "201": fails("1", "fails: not enough money"),
    "202": fails("1032", "fails: declined"),
    "203": fails("2001", "fails: wrong PIN"),
    "204": fails("1037", "fails: the phone can't be reached, or nobody answered"),
    "205": fails("1019", "fails: the request expired"),
    "206": fails("17", "fails: a rule of M-Pesa forbids it, such as the same amount twice in two minutes"),
    "207": fails("2028", "fails: the court's shortcode may not receive it"),
    "208": fails("1001", "fails: the payer is busy with another transaction"),
    "209": fails("1025", "fails: the request could not be sent to the phone"),
    "210": fails("9999", "fails: the request could not be sent to the phone"),
    "211": fails("8006", "fails with a code that no document lists"),
    "301": Plan(outcome=Outcome.STAY, text="stays in process for ever"),
    "302": Plan(outcome=Outcome.FAIL, reason="1037", corrected=15, text="fails, and turns out paid 15 s later"),
    "303": refused("400.002.02", 400),
    "304": refused("500.003.02"),
}

_KENYA = re.compile(r"254[17][0-9]{8}", re.ASCII)


def serves(msisdn: str) -> bool:
    """Whether the number is one of this operator's country."""
    return _KENYA.fullmatch(msisdn) is not None


def plan_for(msisdn: str) -> Plan:
    """What a request to this payer comes to."""
    return KENYA_ENDINGS.get(msisdn[-3:], ASK)
