"""Which number does what. The table is data: the front page prints it from here."""

import re
from collections.abc import Mapping

from sandbox.plan import ASK, AT_ONCE, Outcome, Plan, fails

# Airtel's words for how a payment ended (`response_code`). Its own tables contradict each other on several.
DECLINED, WRONG_PIN, TOO_POOR, EXPIRED = "DP00800001008", "DP00800001002", "DP00800001007", "DP00800001029"
LIMIT, PIN_NOT_ENTERED, DO_NOT_HONOUR = "DP00800001003", "DP00800001005", "DP00800001009"
NOT_PERMITTED, TIMED_OUT, NEW_CODE = "DP00800001010", "DP00800001024", "DP00800009999"


def _refused(code: str, text: str, http: int = 200) -> Plan:
    return Plan(outcome=Outcome.REFUSE, reason=code, http=http, text=f"the request is refused: {http} {code}, {text}")


NOT_AIRTEL = _refused("ESB000036", "no such number at Airtel")

# By the last three digits of an Airtel Rwanda number (072 or 073).
RWANDA_ENDINGS: Mapping[str, Plan] = {
    "000": ASK,
    "101": AT_ONCE,
    "102": Plan(outcome=Outcome.SUCCEED, after=15, text="in progress, then approved after 15 s"),
    "103": Plan(outcome=Outcome.SUCCEED, after=900, text="approved after 15 minutes, long after the prompt's window"),
    "201": fails(TOO_POOR, "fails: not enough money"),
    "202": fails(DECLINED, "fails: declined"),
    "203": fails(WRONG_PIN, "fails: wrong PIN"),
    "204": fails(EXPIRED, "fails: the prompt expired"),
    "205": NOT_AIRTEL,
    "206": fails(LIMIT, "fails: the payer's limit is reached"),
    "207": fails(NOT_PERMITTED, "fails: the court's account may not receive"),
    "208": fails(DO_NOT_HONOUR, "fails: do not honour"),
    "209": fails(PIN_NOT_ENTERED, "fails: the PIN was not entered"),
    "210": fails(TIMED_OUT, "fails: timed out"),
    "211": fails(NEW_CODE, "fails with a code that no table lists"),
    "301": Plan(outcome=Outcome.STAY, text="stays in progress for ever"),
    "302": Plan(outcome=Outcome.FAIL, reason=EXPIRED, corrected=15, text="expires, and turns out paid 15 s later"),
    "303": Plan(outcome=Outcome.STAY, created=1e9, text="stays ambiguous (TA) for ever"),
    "304": Plan(outcome=Outcome.SUCCEED, after=20, created=20, text="ambiguous (TA), then succeeds after 20 s"),
    "305": Plan(outcome=Outcome.ASK, reason="ESB000001", http=500,
                text="the request is taken in and answered with 500 ESB000001"),
    "306": _refused("ESB000008", "a field is wrong"),
    "307": _refused("ESB000039", "the merchant is not set up for the country"),
    "308": _refused("ROUTER117", "nothing was taken in, which the code does not say", 408),
}  # fmt: skip

_AIRTEL_RWANDA = re.compile(r"7[23][0-9]{7}", re.ASCII)


def plan_for(national: str) -> Plan:
    """What a request to this payer comes to; `national` has nine digits and no country code."""
    if not _AIRTEL_RWANDA.fullmatch(national):
        return NOT_AIRTEL
    return RWANDA_ENDINGS.get(national[-3:], ASK)
